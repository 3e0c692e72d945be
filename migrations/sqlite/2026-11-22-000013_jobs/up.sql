-- Work that happens later or outside: a row is inserted in the transaction that causes it, so it is
-- neither lost nor done for something that was rolled back. Answers to repeated requests are kept
-- the same way, sealed, because they may hold an address.

CREATE TABLE jobs (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    last_error TEXT
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at, id);

CREATE TABLE idempotency_keys (
    user_id BLOB NOT NULL REFERENCES users (id),
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    body_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT;
