-- Every change of state: who, in which role, why, when. Rows are only ever added.

CREATE TABLE log_entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    action TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT,
    actor_id BLOB REFERENCES users (id),
    actor_role TEXT NOT NULL,
    reason TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX log_entries_subject ON log_entries (subject_kind, subject_id, seq);
CREATE INDEX log_entries_actor ON log_entries (actor_id);

CREATE TRIGGER log_entries_no_update BEFORE UPDATE ON log_entries BEGIN SELECT RAISE(ABORT, 'log_entries is append-only'); END;
CREATE TRIGGER log_entries_no_delete BEFORE DELETE ON log_entries BEGIN SELECT RAISE(ABORT, 'log_entries is append-only'); END;
