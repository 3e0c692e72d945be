DROP TABLE uploads;
ALTER TABLE household_photos DROP COLUMN placeholder;
DROP INDEX photos_perceptual_hash;
ALTER TABLE photos DROP COLUMN perceptual_hash;
ALTER TABLE photos DROP COLUMN placeholder;
