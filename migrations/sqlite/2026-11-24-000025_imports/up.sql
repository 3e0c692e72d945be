-- Files of rows that are taken in: judged first, then carried out whole or not at all. The file itself
-- lies sealed in the object store until then. What was found never holds personal data.

CREATE TABLE imports (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT imports_kind_known CHECK (kind IN ('households', 'listings', 'capacities', 'price_references')),
    state TEXT NOT NULL CONSTRAINT imports_state_known CHECK (state IN ('checking', 'checked', 'committing', 'done', 'failed', 'cancelled')),
    file_name TEXT NOT NULL,
    format TEXT NOT NULL CONSTRAINT imports_format_known CHECK (format IN ('csv', 'xlsx')),
    sha256 BLOB NOT NULL,
    size_bytes INTEGER NOT NULL CONSTRAINT imports_size_positive CHECK (size_bytes > 0),
    rows_total INTEGER NOT NULL CONSTRAINT imports_rows_total_counted CHECK (rows_total >= 0),
    rows_done INTEGER NOT NULL CONSTRAINT imports_rows_done_counted CHECK (rows_done >= 0),
    findings_count INTEGER NOT NULL,
    errors_count INTEGER NOT NULL,
    created_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    checked_at INTEGER,
    finished_at INTEGER,
    schema_version INTEGER NOT NULL,
    CONSTRAINT imports_errors_are_findings CHECK (errors_count >= 0 AND errors_count <= findings_count),
    CONSTRAINT imports_done_is_clean CHECK (state NOT IN ('committing', 'done') OR errors_count = 0)
) STRICT;
CREATE INDEX imports_created_by ON imports (created_by, created_at DESC, id DESC);
CREATE INDEX imports_state ON imports (state, created_at);

CREATE TABLE import_findings (
    import_id BLOB NOT NULL REFERENCES imports (id),
    seq INTEGER NOT NULL,
    row_no INTEGER NOT NULL,
    column_name TEXT,
    severity TEXT NOT NULL CONSTRAINT import_findings_severity_known CHECK (severity IN ('error', 'note')),
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (import_id, seq)
) STRICT;

-- A table names households by their alias.
CREATE INDEX households_alias ON households (village_code, alias);
