-- People, what they may do and where, and their sessions. A phone number is sealed; its blind index
-- finds the account without anybody being able to read the number from the table.

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    phone_sealed BLOB NOT NULL,
    phone_index BLOB NOT NULL CONSTRAINT users_phone_unique UNIQUE,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE grants (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CONSTRAINT grants_role_known CHECK (role IN ('coordinator', 'approver', 'auditor', 'administrator')),
    region_code TEXT NOT NULL REFERENCES regions (code),
    granted_by BLOB REFERENCES users (id),
    granted_at INTEGER NOT NULL,
    CONSTRAINT grants_once UNIQUE (user_id, role, region_code)
) STRICT;
CREATE INDEX grants_region ON grants (region_code);
CREATE INDEX grants_granted_by ON grants (granted_by);

CREATE TABLE refresh_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY,
    family_id BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);
