-- Who wants to be told by another program of what happens in a region, and what they are told. A message holds
-- no personal data: ids, states and sums.

CREATE TABLE webhooks (
    id BLOB NOT NULL PRIMARY KEY,
    region_code TEXT NOT NULL REFERENCES regions (code),
    url TEXT NOT NULL,
    secret_sealed BLOB NOT NULL,
    created_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,
    disabled_reason TEXT
) STRICT;
CREATE INDEX webhooks_region ON webhooks (region_code, created_at DESC, id DESC);
CREATE INDEX webhooks_created_by ON webhooks (created_by);

CREATE TABLE webhook_messages (
    id BLOB NOT NULL PRIMARY KEY,
    webhook_id BLOB NOT NULL REFERENCES webhooks (id),
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT webhook_messages_state_known CHECK (state IN ('pending', 'delivered', 'given_up')),
    attempts INTEGER NOT NULL,
    last_answer TEXT,
    created_at INTEGER NOT NULL,
    done_at INTEGER
) STRICT;
CREATE INDEX webhook_messages_webhook ON webhook_messages (webhook_id, created_at DESC, id DESC);
