-- How far personal data has been sealed anew after a change of the sealing key.

CREATE TABLE resealings (
    column_name TEXT NOT NULL PRIMARY KEY,
    key_id INTEGER NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    position TEXT
) STRICT;
