-- 远山结亲: a city family and a household, at most one living tie between the two.

CREATE TABLE pairings (
    id BLOB NOT NULL PRIMARY KEY,
    buyer_id BLOB NOT NULL REFERENCES users (id),
    household_id BLOB NOT NULL REFERENCES households (id),
    village_code TEXT NOT NULL REFERENCES regions (code),
    state TEXT NOT NULL CONSTRAINT pairings_state_known CHECK (state IN ('requested', 'active', 'declined', 'ended')),
    message TEXT,
    requested_at INTEGER NOT NULL,
    accepted_at INTEGER,
    ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX pairings_one_living_tie ON pairings (buyer_id, household_id) WHERE state IN ('requested', 'active');
CREATE INDEX pairings_buyer ON pairings (buyer_id, requested_at DESC, id DESC);
CREATE INDEX pairings_household ON pairings (household_id);
CREATE INDEX pairings_village ON pairings (village_code, requested_at DESC, id DESC);
