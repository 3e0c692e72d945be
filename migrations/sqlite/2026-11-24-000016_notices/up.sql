-- Messages on their way to people; sealed, and gone when they have been sent.

CREATE TABLE notices (
    id BLOB NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL CONSTRAINT notices_channel_known CHECK (channel IN ('sms', 'email')),
    message_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
