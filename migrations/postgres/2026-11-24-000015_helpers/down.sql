DROP INDEX log_entries_on_behalf_of;
ALTER TABLE log_entries DROP COLUMN on_behalf_of;
DROP TABLE helpers;
