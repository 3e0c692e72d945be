-- Who wants to be told by another program of what happens in a region, and what they are told. A message holds
-- no personal data: ids, states and sums.

CREATE TABLE webhooks (
    id uuid NOT NULL PRIMARY KEY,
    region_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    url text COLLATE "C" NOT NULL,
    secret_sealed bytea NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    disabled_reason text COLLATE "C"
);
CREATE INDEX webhooks_region ON webhooks (region_code, created_at DESC, id DESC);
CREATE INDEX webhooks_created_by ON webhooks (created_by);

CREATE TABLE webhook_messages (
    id uuid NOT NULL PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES webhooks (id),
    event text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CONSTRAINT webhook_messages_state_known CHECK (state IN ('pending', 'delivered', 'given_up')),
    attempts bigint NOT NULL,
    last_answer text COLLATE "C",
    created_at timestamptz NOT NULL,
    done_at timestamptz
);
CREATE INDEX webhook_messages_webhook ON webhook_messages (webhook_id, created_at DESC, id DESC);
