-- What people are told on the site: one row a thing that happened, to a person or to everybody who has a role at
-- the place. It holds no personal data: what kind, of what, its number and its sum.

CREATE TABLE inbox_messages (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid REFERENCES users (id),
    role text COLLATE "C",
    region_code text COLLATE "C" REFERENCES regions (code),
    kind text COLLATE "C" NOT NULL,
    thing_id uuid NOT NULL,
    number text COLLATE "C",
    amount_fen bigint,
    created_at timestamptz NOT NULL,
    CONSTRAINT inbox_messages_to_somebody CHECK (
        (user_id IS NULL) = (role IS NOT NULL) AND (role IS NULL) = (region_code IS NULL)
    )
);
CREATE INDEX inbox_messages_user ON inbox_messages (user_id, created_at DESC, id DESC);
CREATE INDEX inbox_messages_region ON inbox_messages (region_code, role, created_at DESC, id DESC);
CREATE INDEX inbox_messages_created ON inbox_messages (created_at);

-- Up to when somebody has read each of their boxes.
CREATE TABLE inbox_marks (
    user_id uuid NOT NULL REFERENCES users (id),
    box_name text COLLATE "C" NOT NULL,
    read_until timestamptz NOT NULL,
    CONSTRAINT inbox_marks_box_known CHECK (box_name IN ('own', 'coordinator', 'approver')),
    PRIMARY KEY (user_id, box_name)
);

-- Who wants no messages on their phone.
CREATE TABLE inbox_silences (
    user_id uuid NOT NULL PRIMARY KEY REFERENCES users (id),
    since timestamptz NOT NULL
);
