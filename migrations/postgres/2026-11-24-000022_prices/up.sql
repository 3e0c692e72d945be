-- What goods cost elsewhere, and the papers that they need: references of prices by region and week, the
-- verdict on each version of a listing, certificates with their dates.

CREATE TABLE price_references (
    id uuid NOT NULL PRIMARY KEY,
    product text COLLATE "C" NOT NULL,
    region_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    week text COLLATE "C" NOT NULL,
    per text COLLATE "C" NOT NULL CONSTRAINT price_references_per_known CHECK (per IN ('500g', 'piece')),
    median_fen bigint NOT NULL CONSTRAINT price_references_median_positive CHECK (median_fen > 0),
    sample_count bigint NOT NULL CONSTRAINT price_references_sampled CHECK (sample_count > 0),
    source text COLLATE "C" NOT NULL,
    source_date text COLLATE "C" NOT NULL,
    recorded_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX price_references_once ON price_references (product, region_code, week, per);
CREATE INDEX price_references_newest ON price_references (created_at DESC, id DESC);
CREATE INDEX price_references_region ON price_references (region_code, created_at DESC, id DESC);
CREATE INDEX price_references_recorded_by ON price_references (recorded_by);

-- A table of its own: a version of a listing has as many columns as a query may read.
CREATE TABLE price_verdicts (
    listing_id uuid NOT NULL REFERENCES listings (id),
    version bigint NOT NULL,
    verdict text COLLATE "C" NOT NULL CONSTRAINT price_verdicts_known CHECK (verdict IN ('unknown', 'within', 'warned', 'stopped', 'digit_slip', 'below_cost')),
    ratio_percent bigint,
    reference_id uuid REFERENCES price_references (id),
    median_fen bigint,
    judged_at timestamptz NOT NULL,
    PRIMARY KEY (listing_id, version),
    CONSTRAINT price_verdicts_reference_whole CHECK ((reference_id IS NULL) = (median_fen IS NULL) AND (reference_id IS NULL) = (ratio_percent IS NULL))
);
CREATE INDEX price_verdicts_reference ON price_verdicts (reference_id);

CREATE TABLE papers (
    id uuid NOT NULL PRIMARY KEY,
    subject_kind text COLLATE "C" NOT NULL CONSTRAINT papers_subject_known CHECK (subject_kind IN ('listing', 'batch')),
    subject_id uuid NOT NULL,
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    kind text COLLATE "C" NOT NULL CONSTRAINT papers_kind_known CHECK (kind IN (
        'slaughterhouse', 'quarantine', 'meat_inspection', 'conformity', 'food_licence', 'workshop', 'mark_organic',
        'mark_green', 'mark_relief'
    )),
    number text COLLATE "C" NOT NULL,
    issuer text COLLATE "C",
    issued_on text COLLATE "C" NOT NULL,
    valid_until text COLLATE "C",
    added_by uuid NOT NULL REFERENCES users (id),
    added_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES users (id),
    CONSTRAINT papers_dates_in_order CHECK (valid_until >= issued_on),
    CONSTRAINT papers_withdrawn_by_somebody CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE UNIQUE INDEX papers_once ON papers (subject_kind, subject_id, kind, number) WHERE withdrawn_at IS NULL;
CREATE INDEX papers_subject ON papers (subject_kind, subject_id, added_at DESC, id DESC);
CREATE INDEX papers_village ON papers (village_code);
CREATE INDEX papers_added_by ON papers (added_by);
CREATE INDEX papers_withdrawn_by ON papers (withdrawn_by);
