-- Grants with a beginning, an end and a giver; sessions that a person can see and end; second factors,
-- codes, invitations; what throttles guessing. Everything that opens something is kept as a digest.

ALTER TABLE users ADD COLUMN email_sealed BLOB;
ALTER TABLE users ADD COLUMN erased_at INTEGER;

CREATE TABLE new_grants (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CONSTRAINT grants_role_known CHECK (role IN ('coordinator', 'approver', 'auditor', 'administrator')),
    region_code TEXT NOT NULL REFERENCES regions (code),
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    granted_by BLOB REFERENCES users (id),
    granted_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_by BLOB REFERENCES users (id),
    CONSTRAINT grants_end_after_they_begin CHECK (valid_until > valid_from)
) STRICT;
INSERT INTO new_grants (id, user_id, role, region_code, valid_from, granted_by, granted_at)
SELECT id, user_id, role, region_code, granted_at, granted_by, granted_at FROM grants;
DROP TABLE grants;
ALTER TABLE new_grants RENAME TO grants;
CREATE UNIQUE INDEX grants_once ON grants (user_id, role, region_code) WHERE revoked_at IS NULL;
CREATE INDEX grants_user ON grants (user_id);
CREATE INDEX grants_region ON grants (region_code);
CREATE INDEX grants_granted_by ON grants (granted_by);
CREATE INDEX grants_revoked_by ON grants (revoked_by);

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    device TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    second_factor_at INTEGER,
    ended_at INTEGER,
    end_reason TEXT
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id, last_used_at DESC, id DESC);
CREATE INDEX sessions_last_used ON sessions (last_used_at);
INSERT INTO sessions (id, user_id, device, began_at, last_used_at)
SELECT family_id, user_id, '', MIN(issued_at), MAX(issued_at) FROM refresh_tokens GROUP BY family_id, user_id;

CREATE TABLE new_refresh_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES sessions (id),
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
INSERT INTO new_refresh_tokens (token_hash, session_id, issued_at, expires_at, used_at)
SELECT token_hash, family_id, issued_at, expires_at, used_at FROM refresh_tokens;
DROP TABLE refresh_tokens;
ALTER TABLE new_refresh_tokens RENAME TO refresh_tokens;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_expires ON refresh_tokens (expires_at);

CREATE TABLE second_factors (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    secret_sealed BLOB,
    pending_sealed BLOB,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    last_step INTEGER,
    CONSTRAINT second_factors_confirmed_has_secret CHECK ((secret_sealed IS NULL) = (confirmed_at IS NULL))
) STRICT;

CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL REFERENCES users (id),
    code_hash BLOB NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (user_id, code_hash)
) STRICT;

CREATE TABLE throttles (
    throttle_key BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failure_at INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL
) STRICT;
CREATE INDEX throttles_last_failure ON throttles (last_failure_at);

CREATE TABLE one_time_codes (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    purpose TEXT NOT NULL CONSTRAINT one_time_codes_purpose_known CHECK (purpose IN ('password_reset', 'phone_change')),
    code_hash BLOB NOT NULL,
    phone_sealed BLOB,
    tries INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_time_codes_one_a_purpose ON one_time_codes (user_id, purpose);
CREATE INDEX one_time_codes_expires ON one_time_codes (expires_at);

CREATE TABLE invitations (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL CONSTRAINT invitations_token_unique UNIQUE,
    role TEXT NOT NULL CONSTRAINT invitations_role_known CHECK (role IN ('coordinator', 'approver', 'auditor', 'administrator')),
    region_code TEXT NOT NULL REFERENCES regions (code),
    valid_until INTEGER,
    note TEXT,
    invited_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_by BLOB REFERENCES users (id),
    accepted_at INTEGER,
    revoked_at INTEGER,
    CONSTRAINT invitations_accepted_or_revoked CHECK (accepted_at IS NULL OR revoked_at IS NULL)
) STRICT;
CREATE INDEX invitations_region ON invitations (region_code, created_at DESC, id DESC);
CREATE INDEX invitations_invited_by ON invitations (invited_by);
CREATE INDEX invitations_accepted_by ON invitations (accepted_by);
