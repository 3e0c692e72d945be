DELETE FROM jobs WHERE kind = 'reindex_household';
DROP TABLE search_words;
DROP TABLE listing_terms;
CREATE VIRTUAL TABLE listing_terms USING fts5 (
    terms, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);
DROP INDEX listings_fair;
ALTER TABLE listings DROP COLUMN exposure;
INSERT INTO jobs (id, kind, subject_id, run_at, attempts)
SELECT randomblob(16), 'reindex_household', id, created_at, 0 FROM households;
