DELETE FROM jobs WHERE kind = 'reindex_household';
DROP TABLE search_words;
DROP INDEX listings_fair;
ALTER TABLE listings DROP COLUMN exposure;
INSERT INTO jobs (id, kind, subject_id, run_at, attempts)
SELECT gen_random_uuid(), 'reindex_household', id, created_at, 0 FROM households;
