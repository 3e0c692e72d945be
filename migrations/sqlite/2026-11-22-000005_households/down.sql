DROP TABLE photos;
DROP TABLE households;
