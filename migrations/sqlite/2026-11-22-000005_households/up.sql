-- Farmer households under an alias, and pictures.

CREATE TABLE households (
    id BLOB NOT NULL PRIMARY KEY,
    village_code TEXT NOT NULL REFERENCES regions (code),
    alias TEXT NOT NULL,
    story TEXT,
    members INTEGER CONSTRAINT households_members_positive CHECK (members > 0),
    recorded_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX households_village ON households (village_code, created_at DESC, id DESC);
CREATE INDEX households_recorded_by ON households (recorded_by);

CREATE TABLE photos (
    id BLOB NOT NULL PRIMARY KEY,
    sha256 BLOB NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    uploaded_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX photos_sha256 ON photos (sha256);
CREATE INDEX photos_uploaded_by ON photos (uploaded_by);
