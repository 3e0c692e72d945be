-- What people are told on the site: one row a thing that happened, to a person or to everybody who has a role at
-- the place. It holds no personal data: what kind, of what, its number and its sum.

CREATE TABLE inbox_messages (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB REFERENCES users (id),
    role TEXT,
    region_code TEXT REFERENCES regions (code),
    kind TEXT NOT NULL,
    thing_id BLOB NOT NULL,
    number TEXT,
    amount_fen INTEGER,
    created_at INTEGER NOT NULL,
    CONSTRAINT inbox_messages_to_somebody CHECK (
        (user_id IS NULL) = (role IS NOT NULL) AND (role IS NULL) = (region_code IS NULL)
    )
) STRICT;
CREATE INDEX inbox_messages_user ON inbox_messages (user_id, created_at DESC, id DESC);
CREATE INDEX inbox_messages_region ON inbox_messages (region_code, role, created_at DESC, id DESC);
CREATE INDEX inbox_messages_created ON inbox_messages (created_at);

-- Up to when somebody has read each of their boxes.
CREATE TABLE inbox_marks (
    user_id BLOB NOT NULL REFERENCES users (id),
    box_name TEXT NOT NULL,
    read_until INTEGER NOT NULL,
    CONSTRAINT inbox_marks_box_known CHECK (box_name IN ('own', 'coordinator', 'approver')),
    PRIMARY KEY (user_id, box_name)
) STRICT;

-- Who wants no messages on their phone.
CREATE TABLE inbox_silences (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    since INTEGER NOT NULL
) STRICT;
