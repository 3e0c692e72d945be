DROP TABLE log_entries;
DROP FUNCTION refuse_change;
