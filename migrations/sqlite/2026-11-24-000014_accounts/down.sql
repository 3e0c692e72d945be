DROP TABLE invitations;
DROP TABLE one_time_codes;
DROP TABLE throttles;
DROP TABLE recovery_codes;
DROP TABLE second_factors;

CREATE TABLE old_refresh_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY,
    family_id BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
INSERT INTO old_refresh_tokens (token_hash, family_id, user_id, issued_at, expires_at, used_at)
SELECT t.token_hash, t.session_id, s.user_id, t.issued_at, t.expires_at, t.used_at
FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE s.ended_at IS NULL;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
ALTER TABLE old_refresh_tokens RENAME TO refresh_tokens;
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);

CREATE TABLE old_grants (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CONSTRAINT grants_role_known CHECK (role IN ('coordinator', 'approver', 'auditor', 'administrator')),
    region_code TEXT NOT NULL REFERENCES regions (code),
    granted_by BLOB REFERENCES users (id),
    granted_at INTEGER NOT NULL,
    CONSTRAINT grants_once UNIQUE (user_id, role, region_code)
) STRICT;
INSERT INTO old_grants (id, user_id, role, region_code, granted_by, granted_at)
SELECT id, user_id, role, region_code, granted_by, granted_at FROM grants WHERE revoked_at IS NULL;
DROP TABLE grants;
ALTER TABLE old_grants RENAME TO grants;
CREATE INDEX grants_region ON grants (region_code);
CREATE INDEX grants_granted_by ON grants (granted_by);

ALTER TABLE users DROP COLUMN erased_at;
ALTER TABLE users DROP COLUMN email_sealed;
