-- Work that happens later or outside: a row is inserted in the transaction that causes it, so it is
-- neither lost nor done for something that was rolled back. Answers to repeated requests are kept
-- the same way, sealed, because they may hold an address.

CREATE TABLE jobs (
    id uuid NOT NULL PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    subject_id uuid NOT NULL,
    run_at timestamptz NOT NULL,
    attempts bigint NOT NULL,
    last_error text COLLATE "C"
);
CREATE INDEX jobs_due ON jobs (run_at, id);

CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL REFERENCES users (id),
    key text COLLATE "C" NOT NULL,
    request_hash bytea NOT NULL,
    status bigint NOT NULL,
    body_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, key)
);
