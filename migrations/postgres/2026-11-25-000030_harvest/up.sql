-- What households report (报货), what is weighed and accepted on intake day, the batches that it makes, and
-- whose batches supply which lines of orders.

CREATE TABLE supply_reports (
    id uuid NOT NULL PRIMARY KEY,
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    household_id uuid NOT NULL REFERENCES households (id),
    template_id uuid NOT NULL REFERENCES product_templates (id),
    cycle_id uuid REFERENCES order_cycles (id),
    quantity bigint NOT NULL CONSTRAINT supply_reports_quantity_not_negative CHECK (quantity >= 0),
    ready_on text COLLATE "C" NOT NULL,
    note text COLLATE "C",
    recorded_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);
CREATE INDEX supply_reports_village ON supply_reports (village_code, created_at DESC, id DESC);
CREATE INDEX supply_reports_household ON supply_reports (household_id, template_id, created_at DESC, id DESC);
CREATE INDEX supply_reports_template ON supply_reports (template_id);
CREATE INDEX supply_reports_cycle ON supply_reports (cycle_id);
CREATE INDEX supply_reports_recorded_by ON supply_reports (recorded_by);
CREATE TRIGGER supply_reports_append_only BEFORE UPDATE OR DELETE ON supply_reports FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- In base units of the template: grams or pieces.
CREATE TABLE intakes (
    id uuid NOT NULL PRIMARY KEY,
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    household_id uuid NOT NULL REFERENCES households (id),
    template_id uuid NOT NULL REFERENCES product_templates (id),
    gross_g bigint NOT NULL,
    tare_g bigint NOT NULL CONSTRAINT intakes_tare_not_negative CHECK (tare_g >= 0),
    net_g bigint NOT NULL CONSTRAINT intakes_net_positive CHECK (net_g > 0),
    counted bigint,
    candled_good bigint CONSTRAINT intakes_candled_good_not_negative CHECK (candled_good >= 0),
    candled_bad bigint CONSTRAINT intakes_candled_bad_not_negative CHECK (candled_bad >= 0),
    grade text COLLATE "C" NOT NULL CONSTRAINT intakes_grade_known CHECK (grade IN ('first', 'second', 'third')),
    rejected_quantity bigint NOT NULL CONSTRAINT intakes_rejected_not_negative CHECK (rejected_quantity >= 0),
    reject_reason text COLLATE "C",
    accepted_quantity bigint NOT NULL CONSTRAINT intakes_accepted_not_negative CHECK (accepted_quantity >= 0),
    band_reason text COLLATE "C",
    scale_id text COLLATE "C" NOT NULL,
    scale_checked_on text COLLATE "C",
    taken_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT intakes_net_is_gross_without_tare CHECK (net_g = gross_g - tare_g),
    CONSTRAINT intakes_reject_has_a_reason CHECK (rejected_quantity = 0 OR reject_reason IS NOT NULL)
);
CREATE INDEX intakes_village ON intakes (village_code, created_at DESC, id DESC);
CREATE INDEX intakes_household ON intakes (household_id, created_at DESC, id DESC);
CREATE INDEX intakes_template ON intakes (template_id);
CREATE INDEX intakes_recorded_by ON intakes (recorded_by);
CREATE TRIGGER intakes_append_only BEFORE UPDATE OR DELETE ON intakes FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE intake_photos (
    intake_id uuid NOT NULL REFERENCES intakes (id),
    position bigint NOT NULL,
    photo_id uuid NOT NULL REFERENCES photos (id),
    PRIMARY KEY (intake_id, position)
);
CREATE INDEX intake_photos_photo ON intake_photos (photo_id);

-- `units` are whole sales units, `remaining` those of them that no order has. A batch made of others has
-- neither household nor intake: its goods are in its parts, its certificate counts for them.
CREATE TABLE batches (
    id uuid NOT NULL PRIMARY KEY,
    code text COLLATE "C" NOT NULL CONSTRAINT batches_code_unique UNIQUE,
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    template_id uuid NOT NULL REFERENCES product_templates (id),
    household_id uuid REFERENCES households (id),
    intake_id uuid CONSTRAINT batches_one_an_intake UNIQUE REFERENCES intakes (id),
    harvested_on text COLLATE "C" NOT NULL,
    age_days bigint CONSTRAINT batches_age_not_negative CHECK (age_days >= 0),
    grade text COLLATE "C" NOT NULL CONSTRAINT batches_grade_known CHECK (grade IN ('first', 'second', 'third')),
    quantity bigint NOT NULL CONSTRAINT batches_quantity_positive CHECK (quantity > 0),
    units bigint NOT NULL,
    remaining bigint NOT NULL,
    merged_into uuid REFERENCES batches (id),
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT batches_remaining_in_bounds CHECK (remaining >= 0 AND remaining <= units),
    CONSTRAINT batches_of_an_intake_or_of_parts CHECK (
        (household_id IS NULL) = (intake_id IS NULL) AND (intake_id IS NOT NULL OR remaining = 0)
    )
);
CREATE INDEX batches_village ON batches (village_code, created_at DESC, id DESC);
CREATE INDEX batches_template ON batches (template_id, village_code, harvested_on, id);
CREATE INDEX batches_household ON batches (household_id);
CREATE INDEX batches_merged_into ON batches (merged_into);
CREATE INDEX batches_created_by ON batches (created_by);

-- In sales units. What was released when its order was given up stays, with its time.
CREATE TABLE allocations (
    id uuid NOT NULL PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    line_no bigint NOT NULL,
    batch_id uuid NOT NULL REFERENCES batches (id),
    household_id uuid NOT NULL REFERENCES households (id),
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    template_id uuid NOT NULL REFERENCES product_templates (id),
    season text COLLATE "C" NOT NULL,
    quantity bigint NOT NULL CONSTRAINT allocations_quantity_positive CHECK (quantity > 0),
    reason text COLLATE "C" NOT NULL CONSTRAINT allocations_reason_known CHECK (reason IN ('first_turn', 'next_turn')),
    rule_version text COLLATE "C" NOT NULL,
    allocated_by uuid REFERENCES users (id),
    allocated_at timestamptz NOT NULL,
    released_at timestamptz
);
CREATE INDEX allocations_order ON allocations (order_id, line_no);
CREATE INDEX allocations_batch ON allocations (batch_id);
CREATE INDEX allocations_household ON allocations (household_id, template_id, season);
CREATE INDEX allocations_village ON allocations (village_code, allocated_at DESC, id DESC);
CREATE INDEX allocations_template ON allocations (template_id);
CREATE INDEX allocations_allocated_by ON allocations (allocated_by);

-- How much of a line has a batch.
ALTER TABLE order_lines ADD COLUMN allocated bigint NOT NULL DEFAULT 0 CONSTRAINT order_lines_allocated_in_bounds CHECK (allocated >= 0 AND allocated <= quantity);

-- Papers of batches that count for a line of an order.
CREATE TABLE order_line_papers (
    order_id uuid NOT NULL REFERENCES orders (id),
    line_no bigint NOT NULL,
    paper_id uuid NOT NULL REFERENCES papers (id),
    PRIMARY KEY (order_id, line_no, paper_id)
);
CREATE INDEX order_line_papers_paper ON order_line_papers (paper_id);
