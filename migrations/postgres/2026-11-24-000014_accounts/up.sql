-- Grants with a beginning, an end and a giver; sessions that a person can see and end; second factors,
-- codes, invitations; what throttles guessing. Everything that opens something is kept as a digest.

ALTER TABLE users ADD COLUMN email_sealed bytea;
ALTER TABLE users ADD COLUMN erased_at timestamptz;

ALTER TABLE grants DROP CONSTRAINT grants_once;
ALTER TABLE grants ADD COLUMN valid_from timestamptz;
UPDATE grants SET valid_from = granted_at;
ALTER TABLE grants ALTER COLUMN valid_from SET NOT NULL;
ALTER TABLE grants ADD COLUMN valid_until timestamptz;
ALTER TABLE grants ADD COLUMN revoked_at timestamptz;
ALTER TABLE grants ADD COLUMN revoked_by uuid REFERENCES users (id);
ALTER TABLE grants ADD CONSTRAINT grants_end_after_they_begin CHECK (valid_until > valid_from);
CREATE UNIQUE INDEX grants_once ON grants (user_id, role, region_code) WHERE revoked_at IS NULL;
CREATE INDEX grants_user ON grants (user_id);
CREATE INDEX grants_revoked_by ON grants (revoked_by);

CREATE TABLE sessions (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    device text COLLATE "C" NOT NULL,
    began_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    second_factor_at timestamptz,
    ended_at timestamptz,
    end_reason text COLLATE "C"
);
CREATE INDEX sessions_user ON sessions (user_id, last_used_at DESC, id DESC);
CREATE INDEX sessions_last_used ON sessions (last_used_at);
INSERT INTO sessions (id, user_id, device, began_at, last_used_at)
SELECT family_id, user_id, '', MIN(issued_at), MAX(issued_at) FROM refresh_tokens GROUP BY family_id, user_id;

DROP INDEX refresh_tokens_family;
ALTER TABLE refresh_tokens DROP COLUMN user_id;
ALTER TABLE refresh_tokens RENAME COLUMN family_id TO session_id;
ALTER TABLE refresh_tokens ADD CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_expires ON refresh_tokens (expires_at);

CREATE TABLE second_factors (
    user_id uuid NOT NULL PRIMARY KEY REFERENCES users (id),
    secret_sealed bytea,
    pending_sealed bytea,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_step bigint,
    CONSTRAINT second_factors_confirmed_has_secret CHECK ((secret_sealed IS NULL) = (confirmed_at IS NULL))
);

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users (id),
    code_hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE throttles (
    throttle_key bytea NOT NULL PRIMARY KEY,
    failures bigint NOT NULL,
    last_failure_at timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL
);
CREATE INDEX throttles_last_failure ON throttles (last_failure_at);

CREATE TABLE one_time_codes (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    purpose text COLLATE "C" NOT NULL CONSTRAINT one_time_codes_purpose_known CHECK (purpose IN ('password_reset', 'phone_change')),
    code_hash bytea NOT NULL,
    phone_sealed bytea,
    tries bigint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX one_time_codes_one_a_purpose ON one_time_codes (user_id, purpose);
CREATE INDEX one_time_codes_expires ON one_time_codes (expires_at);

CREATE TABLE invitations (
    id uuid NOT NULL PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT invitations_token_unique UNIQUE,
    role text COLLATE "C" NOT NULL CONSTRAINT invitations_role_known CHECK (role IN ('coordinator', 'approver', 'auditor', 'administrator')),
    region_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    valid_until timestamptz,
    note text COLLATE "C",
    invited_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_by uuid REFERENCES users (id),
    accepted_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT invitations_accepted_or_revoked CHECK (accepted_at IS NULL OR revoked_at IS NULL)
);
CREATE INDEX invitations_region ON invitations (region_code, created_at DESC, id DESC);
CREATE INDEX invitations_invited_by ON invitations (invited_by);
CREATE INDEX invitations_accepted_by ON invitations (accepted_by);
