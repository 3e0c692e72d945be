-- Search by pinyin, initials and in spite of slips; an order of the shop that spreads what is seen.

ALTER TABLE listings ADD COLUMN exposure bigint NOT NULL DEFAULT 0;
CREATE INDEX listings_fair ON listings (state, exposure, id);

-- Words of titles, each under its spelling and under what is left of that without one letter.
CREATE TABLE search_words (
    key text COLLATE "C" NOT NULL,
    word text COLLATE "C" NOT NULL,
    PRIMARY KEY (key, word)
);

-- All listings are filed anew.
INSERT INTO jobs (id, kind, subject_id, run_at, attempts)
SELECT gen_random_uuid(), 'reindex_household', id, created_at, 0 FROM households;
-- The order of the shop is found with the daily work, which is due now.
UPDATE jobs SET run_at = to_timestamp(0) WHERE kind = 'tidy';
