-- What households report (报货), what is weighed and accepted on intake day, the batches that it makes, and
-- whose batches supply which lines of orders.

CREATE TABLE supply_reports (
    id BLOB NOT NULL PRIMARY KEY,
    village_code TEXT NOT NULL REFERENCES regions (code),
    household_id BLOB NOT NULL REFERENCES households (id),
    template_id BLOB NOT NULL REFERENCES product_templates (id),
    cycle_id BLOB REFERENCES order_cycles (id),
    quantity INTEGER NOT NULL CONSTRAINT supply_reports_quantity_not_negative CHECK (quantity >= 0),
    ready_on TEXT NOT NULL,
    note TEXT,
    recorded_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX supply_reports_village ON supply_reports (village_code, created_at DESC, id DESC);
CREATE INDEX supply_reports_household ON supply_reports (household_id, template_id, created_at DESC, id DESC);
CREATE INDEX supply_reports_template ON supply_reports (template_id);
CREATE INDEX supply_reports_cycle ON supply_reports (cycle_id);
CREATE INDEX supply_reports_recorded_by ON supply_reports (recorded_by);
CREATE TRIGGER supply_reports_no_update BEFORE UPDATE ON supply_reports BEGIN SELECT RAISE(ABORT, 'supply_reports is append-only'); END;
CREATE TRIGGER supply_reports_no_delete BEFORE DELETE ON supply_reports BEGIN SELECT RAISE(ABORT, 'supply_reports is append-only'); END;

-- In base units of the template: grams or pieces.
CREATE TABLE intakes (
    id BLOB NOT NULL PRIMARY KEY,
    village_code TEXT NOT NULL REFERENCES regions (code),
    household_id BLOB NOT NULL REFERENCES households (id),
    template_id BLOB NOT NULL REFERENCES product_templates (id),
    gross_g INTEGER NOT NULL,
    tare_g INTEGER NOT NULL CONSTRAINT intakes_tare_not_negative CHECK (tare_g >= 0),
    net_g INTEGER NOT NULL CONSTRAINT intakes_net_positive CHECK (net_g > 0),
    counted INTEGER,
    candled_good INTEGER CONSTRAINT intakes_candled_good_not_negative CHECK (candled_good >= 0),
    candled_bad INTEGER CONSTRAINT intakes_candled_bad_not_negative CHECK (candled_bad >= 0),
    grade TEXT NOT NULL CONSTRAINT intakes_grade_known CHECK (grade IN ('first', 'second', 'third')),
    rejected_quantity INTEGER NOT NULL CONSTRAINT intakes_rejected_not_negative CHECK (rejected_quantity >= 0),
    reject_reason TEXT,
    accepted_quantity INTEGER NOT NULL CONSTRAINT intakes_accepted_not_negative CHECK (accepted_quantity >= 0),
    band_reason TEXT,
    scale_id TEXT NOT NULL,
    scale_checked_on TEXT,
    taken_at INTEGER NOT NULL,
    recorded_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    CONSTRAINT intakes_net_is_gross_without_tare CHECK (net_g = gross_g - tare_g),
    CONSTRAINT intakes_reject_has_a_reason CHECK (rejected_quantity = 0 OR reject_reason IS NOT NULL)
) STRICT;
CREATE INDEX intakes_village ON intakes (village_code, created_at DESC, id DESC);
CREATE INDEX intakes_household ON intakes (household_id, created_at DESC, id DESC);
CREATE INDEX intakes_template ON intakes (template_id);
CREATE INDEX intakes_recorded_by ON intakes (recorded_by);
CREATE TRIGGER intakes_no_update BEFORE UPDATE ON intakes BEGIN SELECT RAISE(ABORT, 'intakes is append-only'); END;
CREATE TRIGGER intakes_no_delete BEFORE DELETE ON intakes BEGIN SELECT RAISE(ABORT, 'intakes is append-only'); END;

CREATE TABLE intake_photos (
    intake_id BLOB NOT NULL REFERENCES intakes (id),
    position INTEGER NOT NULL,
    photo_id BLOB NOT NULL REFERENCES photos (id),
    PRIMARY KEY (intake_id, position)
) STRICT;
CREATE INDEX intake_photos_photo ON intake_photos (photo_id);

-- `units` are whole sales units, `remaining` those of them that no order has. A batch made of others has
-- neither household nor intake: its goods are in its parts, its certificate counts for them.
CREATE TABLE batches (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL CONSTRAINT batches_code_unique UNIQUE,
    village_code TEXT NOT NULL REFERENCES regions (code),
    template_id BLOB NOT NULL REFERENCES product_templates (id),
    household_id BLOB REFERENCES households (id),
    intake_id BLOB CONSTRAINT batches_one_an_intake UNIQUE REFERENCES intakes (id),
    harvested_on TEXT NOT NULL,
    age_days INTEGER CONSTRAINT batches_age_not_negative CHECK (age_days >= 0),
    grade TEXT NOT NULL CONSTRAINT batches_grade_known CHECK (grade IN ('first', 'second', 'third')),
    quantity INTEGER NOT NULL CONSTRAINT batches_quantity_positive CHECK (quantity > 0),
    units INTEGER NOT NULL,
    remaining INTEGER NOT NULL,
    merged_into BLOB REFERENCES batches (id),
    created_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    CONSTRAINT batches_remaining_in_bounds CHECK (remaining >= 0 AND remaining <= units),
    CONSTRAINT batches_of_an_intake_or_of_parts CHECK (
        (household_id IS NULL) = (intake_id IS NULL) AND (intake_id IS NOT NULL OR remaining = 0)
    )
) STRICT;
CREATE INDEX batches_village ON batches (village_code, created_at DESC, id DESC);
CREATE INDEX batches_template ON batches (template_id, village_code, harvested_on, id);
CREATE INDEX batches_household ON batches (household_id);
CREATE INDEX batches_merged_into ON batches (merged_into);
CREATE INDEX batches_created_by ON batches (created_by);

-- In sales units. What was released when its order was given up stays, with its time.
CREATE TABLE allocations (
    id BLOB NOT NULL PRIMARY KEY,
    order_id BLOB NOT NULL REFERENCES orders (id),
    line_no INTEGER NOT NULL,
    batch_id BLOB NOT NULL REFERENCES batches (id),
    household_id BLOB NOT NULL REFERENCES households (id),
    village_code TEXT NOT NULL REFERENCES regions (code),
    template_id BLOB NOT NULL REFERENCES product_templates (id),
    season TEXT NOT NULL,
    quantity INTEGER NOT NULL CONSTRAINT allocations_quantity_positive CHECK (quantity > 0),
    reason TEXT NOT NULL CONSTRAINT allocations_reason_known CHECK (reason IN ('first_turn', 'next_turn')),
    rule_version TEXT NOT NULL,
    allocated_by BLOB REFERENCES users (id),
    allocated_at INTEGER NOT NULL,
    released_at INTEGER
) STRICT;
CREATE INDEX allocations_order ON allocations (order_id, line_no);
CREATE INDEX allocations_batch ON allocations (batch_id);
CREATE INDEX allocations_household ON allocations (household_id, template_id, season);
CREATE INDEX allocations_village ON allocations (village_code, allocated_at DESC, id DESC);
CREATE INDEX allocations_template ON allocations (template_id);
CREATE INDEX allocations_allocated_by ON allocations (allocated_by);

-- How much of a line has a batch.
ALTER TABLE order_lines ADD COLUMN allocated INTEGER NOT NULL DEFAULT 0 CONSTRAINT order_lines_allocated_in_bounds CHECK (allocated >= 0 AND allocated <= quantity);

-- Papers of batches that count for a line of an order.
CREATE TABLE order_line_papers (
    order_id BLOB NOT NULL REFERENCES orders (id),
    line_no INTEGER NOT NULL,
    paper_id BLOB NOT NULL REFERENCES papers (id),
    PRIMARY KEY (order_id, line_no, paper_id)
) STRICT;
CREATE INDEX order_line_papers_paper ON order_line_papers (paper_id);
