DROP TABLE region_aliases;
DROP TABLE regions;
