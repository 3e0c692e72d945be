-- Messages on their way to people; sealed, and gone when they have been sent.

CREATE TABLE notices (
    id uuid NOT NULL PRIMARY KEY,
    channel text COLLATE "C" NOT NULL CONSTRAINT notices_channel_known CHECK (channel IN ('sms', 'email')),
    message_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL
);
