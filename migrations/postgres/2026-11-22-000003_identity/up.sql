-- People, what they may do and where, and their sessions. A phone number is sealed; its blind index
-- finds the account without anybody being able to read the number from the table.

CREATE TABLE users (
    id uuid NOT NULL PRIMARY KEY,
    phone_sealed bytea NOT NULL,
    phone_index bytea NOT NULL CONSTRAINT users_phone_unique UNIQUE,
    display_name text COLLATE "C" NOT NULL,
    password_hash text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE grants (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    role text COLLATE "C" NOT NULL CONSTRAINT grants_role_known CHECK (role IN ('coordinator', 'approver', 'auditor', 'administrator')),
    region_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    granted_by uuid REFERENCES users (id),
    granted_at timestamptz NOT NULL,
    CONSTRAINT grants_once UNIQUE (user_id, role, region_code)
);
CREATE INDEX grants_region ON grants (region_code);
CREATE INDEX grants_granted_by ON grants (granted_by);

CREATE TABLE refresh_tokens (
    token_hash bytea NOT NULL PRIMARY KEY,
    family_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id),
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);
