-- 远山结亲: a city family and a household, at most one living tie between the two.

CREATE TABLE pairings (
    id uuid NOT NULL PRIMARY KEY,
    buyer_id uuid NOT NULL REFERENCES users (id),
    household_id uuid NOT NULL REFERENCES households (id),
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    state text COLLATE "C" NOT NULL CONSTRAINT pairings_state_known CHECK (state IN ('requested', 'active', 'declined', 'ended')),
    message text COLLATE "C",
    requested_at timestamptz NOT NULL,
    accepted_at timestamptz,
    ended_at timestamptz
);
CREATE UNIQUE INDEX pairings_one_living_tie ON pairings (buyer_id, household_id) WHERE state IN ('requested', 'active');
CREATE INDEX pairings_buyer ON pairings (buyer_id, requested_at DESC, id DESC);
CREATE INDEX pairings_household ON pairings (household_id);
CREATE INDEX pairings_village ON pairings (village_code, requested_at DESC, id DESC);
