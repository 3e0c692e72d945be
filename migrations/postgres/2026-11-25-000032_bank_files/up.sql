-- What is asked of the bank at once, and what it says became of that. A file is never changed; of its rows only
-- what the bank says is written, once.

CREATE TABLE bank_files (
    id uuid NOT NULL PRIMARY KEY,
    number text COLLATE "C" NOT NULL CONSTRAINT bank_files_number_unique UNIQUE,
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    payouts_count bigint NOT NULL CONSTRAINT bank_files_not_empty CHECK (payouts_count > 0),
    total_fen bigint NOT NULL CONSTRAINT bank_files_total_positive CHECK (total_fen > 0),
    sha256 bytea NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);
CREATE INDEX bank_files_village ON bank_files (village_code, created_at DESC, id DESC);
CREATE INDEX bank_files_created_by ON bank_files (created_by);
CREATE TRIGGER bank_files_append_only BEFORE UPDATE OR DELETE ON bank_files FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE bank_file_rows (
    bank_file_id uuid NOT NULL REFERENCES bank_files (id),
    line_no bigint NOT NULL CONSTRAINT bank_file_rows_counted CHECK (line_no > 0),
    payout_id uuid NOT NULL REFERENCES payouts (id),
    attempt bigint NOT NULL,
    code text COLLATE "C" NOT NULL,
    amount_fen bigint NOT NULL CONSTRAINT bank_file_rows_amount_positive CHECK (amount_fen > 0),
    outcome text COLLATE "C" CONSTRAINT bank_file_rows_outcome_known CHECK (outcome IN ('confirmed', 'bounced')),
    bank_reference text COLLATE "C",
    reason text COLLATE "C",
    PRIMARY KEY (bank_file_id, line_no),
    CONSTRAINT bank_file_rows_sent_once UNIQUE (payout_id, attempt)
);

CREATE TABLE bank_results (
    sha256 bytea NOT NULL PRIMARY KEY,
    bank_file_id uuid NOT NULL REFERENCES bank_files (id),
    imported_by uuid NOT NULL REFERENCES users (id),
    imported_at timestamptz NOT NULL
);
CREATE INDEX bank_results_bank_file ON bank_results (bank_file_id);
CREATE INDEX bank_results_imported_by ON bank_results (imported_by);
