DELETE FROM jobs WHERE kind = 'reindex_household';
DROP TABLE data_accesses;
DROP TABLE household_photos;
DROP TABLE consents;
DROP TABLE evidence_files;
DROP TABLE household_people;
