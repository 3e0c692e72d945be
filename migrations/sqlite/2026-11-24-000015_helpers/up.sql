-- Family helpers: somebody who orders and follows parcels for an elder, tied by a code that the elder
-- reads out. The log keeps both: who acted, and for whom.

CREATE TABLE helpers (
    id BLOB NOT NULL PRIMARY KEY,
    elder_id BLOB NOT NULL REFERENCES users (id),
    phone_sealed BLOB NOT NULL,
    phone_index BLOB NOT NULL,
    helper_id BLOB REFERENCES users (id),
    relation TEXT,
    state TEXT NOT NULL CONSTRAINT helpers_state_known CHECK (state IN ('invited', 'active', 'ended')),
    code_hash BLOB,
    tries INTEGER NOT NULL,
    invited_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    ended_at INTEGER,
    CONSTRAINT helpers_active_is_somebody CHECK (state <> 'active' OR helper_id IS NOT NULL),
    CONSTRAINT helpers_nobody_helps_themselves CHECK (helper_id <> elder_id)
) STRICT;
CREATE UNIQUE INDEX helpers_one_living_tie ON helpers (elder_id, phone_index) WHERE state <> 'ended';
CREATE INDEX helpers_elder ON helpers (elder_id, invited_at DESC, id DESC);
CREATE INDEX helpers_phone ON helpers (phone_index);
CREATE INDEX helpers_helper ON helpers (helper_id);

ALTER TABLE log_entries ADD COLUMN on_behalf_of BLOB REFERENCES users (id);
CREATE INDEX log_entries_on_behalf_of ON log_entries (on_behalf_of);
