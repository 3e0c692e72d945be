-- What a picture looks like: in some bytes for a page that waits for it, in 64 bits for the audit. And
-- uploads that come in pieces: what came in only grows, and never beyond what was announced.

ALTER TABLE photos ADD COLUMN placeholder BLOB;
ALTER TABLE photos ADD COLUMN perceptual_hash INTEGER;
CREATE INDEX photos_perceptual_hash ON photos (perceptual_hash);
ALTER TABLE household_photos ADD COLUMN placeholder BLOB;

CREATE TABLE uploads (
    id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL REFERENCES users (id),
    size_bytes INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT uploads_size CHECK (size_bytes BETWEEN 1 AND 12582912),
    CONSTRAINT uploads_received CHECK (received_bytes BETWEEN 0 AND size_bytes)
) STRICT;
CREATE INDEX uploads_owner ON uploads (owner_id, expires_at);
