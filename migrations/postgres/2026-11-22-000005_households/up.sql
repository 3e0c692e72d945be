-- Farmer households under an alias, and pictures.

CREATE TABLE households (
    id uuid NOT NULL PRIMARY KEY,
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    alias text COLLATE "C" NOT NULL,
    story text COLLATE "C",
    members bigint CONSTRAINT households_members_positive CHECK (members > 0),
    recorded_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);
CREATE INDEX households_village ON households (village_code, created_at DESC, id DESC);
CREATE INDEX households_recorded_by ON households (recorded_by);

CREATE TABLE photos (
    id uuid NOT NULL PRIMARY KEY,
    sha256 bytea NOT NULL,
    width bigint NOT NULL,
    height bigint NOT NULL,
    uploaded_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);
CREATE INDEX photos_sha256 ON photos (sha256);
CREATE INDEX photos_uploaded_by ON photos (uploaded_by);
