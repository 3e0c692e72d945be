-- What a picture looks like: in some bytes for a page that waits for it, in 64 bits for the audit. And
-- uploads that come in pieces: what came in only grows, and never beyond what was announced.

ALTER TABLE photos ADD COLUMN placeholder bytea;
ALTER TABLE photos ADD COLUMN perceptual_hash bigint;
CREATE INDEX photos_perceptual_hash ON photos (perceptual_hash);
ALTER TABLE household_photos ADD COLUMN placeholder bytea;

CREATE TABLE uploads (
    id uuid NOT NULL PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES users (id),
    size_bytes bigint NOT NULL,
    received_bytes bigint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT uploads_size CHECK (size_bytes BETWEEN 1 AND 12582912),
    CONSTRAINT uploads_received CHECK (received_bytes BETWEEN 0 AND size_bytes)
);
CREATE INDEX uploads_owner ON uploads (owner_id, expires_at);
