-- How far personal data has been sealed anew after a change of the sealing key.

CREATE TABLE resealings (
    column_name text COLLATE "C" NOT NULL PRIMARY KEY,
    key_id bigint NOT NULL,
    done bigint NOT NULL,
    total bigint NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    position text COLLATE "C"
);
