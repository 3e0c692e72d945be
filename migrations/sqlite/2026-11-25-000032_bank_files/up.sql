-- What is asked of the bank at once, and what it says became of that. A file is never changed; of its rows only
-- what the bank says is written, once.

CREATE TABLE bank_files (
    id BLOB NOT NULL PRIMARY KEY,
    number TEXT NOT NULL CONSTRAINT bank_files_number_unique UNIQUE,
    village_code TEXT NOT NULL REFERENCES regions (code),
    payouts_count INTEGER NOT NULL CONSTRAINT bank_files_not_empty CHECK (payouts_count > 0),
    total_fen INTEGER NOT NULL CONSTRAINT bank_files_total_positive CHECK (total_fen > 0),
    sha256 BLOB NOT NULL,
    created_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX bank_files_village ON bank_files (village_code, created_at DESC, id DESC);
CREATE INDEX bank_files_created_by ON bank_files (created_by);
CREATE TRIGGER bank_files_no_update BEFORE UPDATE ON bank_files BEGIN SELECT RAISE(ABORT, 'bank_files is append-only'); END;
CREATE TRIGGER bank_files_no_delete BEFORE DELETE ON bank_files BEGIN SELECT RAISE(ABORT, 'bank_files is append-only'); END;

CREATE TABLE bank_file_rows (
    bank_file_id BLOB NOT NULL REFERENCES bank_files (id),
    line_no INTEGER NOT NULL CONSTRAINT bank_file_rows_counted CHECK (line_no > 0),
    payout_id BLOB NOT NULL REFERENCES payouts (id),
    attempt INTEGER NOT NULL,
    code TEXT NOT NULL,
    amount_fen INTEGER NOT NULL CONSTRAINT bank_file_rows_amount_positive CHECK (amount_fen > 0),
    outcome TEXT CONSTRAINT bank_file_rows_outcome_known CHECK (outcome IN ('confirmed', 'bounced')),
    bank_reference TEXT,
    reason TEXT,
    PRIMARY KEY (bank_file_id, line_no),
    CONSTRAINT bank_file_rows_sent_once UNIQUE (payout_id, attempt)
) STRICT;

CREATE TABLE bank_results (
    sha256 BLOB NOT NULL PRIMARY KEY,
    bank_file_id BLOB NOT NULL REFERENCES bank_files (id),
    imported_by BLOB NOT NULL REFERENCES users (id),
    imported_at INTEGER NOT NULL
) STRICT;
CREATE INDEX bank_results_bank_file ON bank_results (bank_file_id);
CREATE INDEX bank_results_imported_by ON bank_results (imported_by);
