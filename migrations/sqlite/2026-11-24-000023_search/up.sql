-- Search by pinyin, initials and in spite of slips; an order of the shop that spreads what is seen.

ALTER TABLE listings ADD COLUMN exposure INTEGER NOT NULL DEFAULT 0;
CREATE INDEX listings_fair ON listings (state, exposure, id);

-- Terms are made by the program, so the tokenizer only has to part them; where they stand does not matter.
DROP TABLE listing_terms;
CREATE VIRTUAL TABLE listing_terms USING fts5 (
    terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- Words of titles, each under its spelling and under what is left of that without one letter.
CREATE TABLE search_words (
    key TEXT NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (key, word)
) STRICT, WITHOUT ROWID;

-- All listings are filed anew.
INSERT INTO jobs (id, kind, subject_id, run_at, attempts)
SELECT randomblob(16), 'reindex_household', id, created_at, 0 FROM households;
-- The order of the shop is found with the daily work, which is due now.
UPDATE jobs SET run_at = 0 WHERE kind = 'tidy';
