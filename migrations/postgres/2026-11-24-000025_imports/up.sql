-- Files of rows that are taken in: judged first, then carried out whole or not at all. The file itself
-- lies sealed in the object store until then. What was found never holds personal data.

CREATE TABLE imports (
    id uuid NOT NULL PRIMARY KEY,
    kind text COLLATE "C" NOT NULL CONSTRAINT imports_kind_known CHECK (kind IN ('households', 'listings', 'capacities', 'price_references')),
    state text COLLATE "C" NOT NULL CONSTRAINT imports_state_known CHECK (state IN ('checking', 'checked', 'committing', 'done', 'failed', 'cancelled')),
    file_name text COLLATE "C" NOT NULL,
    format text COLLATE "C" NOT NULL CONSTRAINT imports_format_known CHECK (format IN ('csv', 'xlsx')),
    sha256 bytea NOT NULL,
    size_bytes bigint NOT NULL CONSTRAINT imports_size_positive CHECK (size_bytes > 0),
    rows_total bigint NOT NULL CONSTRAINT imports_rows_total_counted CHECK (rows_total >= 0),
    rows_done bigint NOT NULL CONSTRAINT imports_rows_done_counted CHECK (rows_done >= 0),
    findings_count bigint NOT NULL,
    errors_count bigint NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    checked_at timestamptz,
    finished_at timestamptz,
    schema_version bigint NOT NULL,
    CONSTRAINT imports_errors_are_findings CHECK (errors_count >= 0 AND errors_count <= findings_count),
    CONSTRAINT imports_done_is_clean CHECK (state NOT IN ('committing', 'done') OR errors_count = 0)
);
CREATE INDEX imports_created_by ON imports (created_by, created_at DESC, id DESC);
CREATE INDEX imports_state ON imports (state, created_at);

CREATE TABLE import_findings (
    import_id uuid NOT NULL REFERENCES imports (id),
    seq bigint NOT NULL,
    row_no bigint NOT NULL,
    column_name text COLLATE "C",
    severity text COLLATE "C" NOT NULL CONSTRAINT import_findings_severity_known CHECK (severity IN ('error', 'note')),
    code text COLLATE "C" NOT NULL,
    detail text COLLATE "C" NOT NULL,
    PRIMARY KEY (import_id, seq)
);

-- A table names households by their alias.
CREATE INDEX households_alias ON households (village_code, alias);
