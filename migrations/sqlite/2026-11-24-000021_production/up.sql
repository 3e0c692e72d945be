-- Who sells, to whom the money goes, why a household is looked after; what a household can give in a
-- season, and what of it is promised; the animals, trees and plots themselves with their diary.

ALTER TABLE households ADD COLUMN seller_type TEXT NOT NULL DEFAULT 'household_self_produced' CONSTRAINT households_seller_type_known CHECK (seller_type IN ('household_self_produced', 'small_amount', 'co_op', 'firm'));
ALTER TABLE households ADD COLUMN credit_code TEXT CONSTRAINT households_credit_code_of_the_registered CHECK ((credit_code IS NULL) = (seller_type IN ('household_self_produced', 'small_amount')));
ALTER TABLE households ADD COLUMN payee_person_id BLOB REFERENCES household_people (id);
CREATE INDEX households_payee ON households (payee_person_id);

CREATE TABLE household_categories (
    id BLOB NOT NULL PRIMARY KEY,
    household_id BLOB NOT NULL REFERENCES households (id),
    category_sealed BLOB NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    recorded_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    CONSTRAINT household_categories_days_in_order CHECK (valid_until >= valid_from)
) STRICT;
CREATE INDEX household_categories_household ON household_categories (household_id, created_at, id);
CREATE INDEX household_categories_recorded_by ON household_categories (recorded_by);

CREATE TABLE surveys (
    id BLOB NOT NULL PRIMARY KEY,
    household_id BLOB NOT NULL REFERENCES households (id),
    template_id BLOB NOT NULL REFERENCES product_templates (id),
    season TEXT NOT NULL,
    capacity_units INTEGER NOT NULL CONSTRAINT surveys_units_not_negative CHECK (capacity_units >= 0),
    expected_quantity INTEGER NOT NULL CONSTRAINT surveys_expected_not_negative CHECK (expected_quantity >= 0),
    photo_id BLOB REFERENCES photos (id),
    surveyed_on TEXT NOT NULL,
    note TEXT,
    surveyor_id BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX surveys_household ON surveys (household_id, created_at DESC, id DESC);
CREATE INDEX surveys_template ON surveys (template_id);
CREATE INDEX surveys_photo ON surveys (photo_id);
CREATE INDEX surveys_surveyor ON surveys (surveyor_id);
CREATE TRIGGER surveys_no_update BEFORE UPDATE ON surveys BEGIN SELECT RAISE(ABORT, 'surveys is append-only'); END;
CREATE TRIGGER surveys_no_delete BEFORE DELETE ON surveys BEGIN SELECT RAISE(ABORT, 'surveys is append-only'); END;

-- In base units of the template. What is promised may be over the limit only where that much is sold.
CREATE TABLE capacities (
    household_id BLOB NOT NULL REFERENCES households (id),
    template_id BLOB NOT NULL REFERENCES product_templates (id),
    season TEXT NOT NULL,
    limit_quantity INTEGER NOT NULL CONSTRAINT capacities_limit_not_negative CHECK (limit_quantity >= 0),
    promised_quantity INTEGER NOT NULL CONSTRAINT capacities_promised_not_negative CHECK (promised_quantity >= 0),
    survey_id BLOB NOT NULL REFERENCES surveys (id),
    PRIMARY KEY (household_id, template_id, season)
) STRICT;
CREATE INDEX capacities_template ON capacities (template_id);
CREATE INDEX capacities_survey ON capacities (survey_id);

CREATE TABLE producing_units (
    id BLOB NOT NULL PRIMARY KEY,
    household_id BLOB NOT NULL REFERENCES households (id),
    village_code TEXT NOT NULL REFERENCES regions (code),
    kind TEXT NOT NULL CONSTRAINT producing_units_kind_known CHECK (kind IN ('hen_group', 'pig', 'plot', 'tree', 'hive')),
    template_id BLOB REFERENCES product_templates (id),
    tag TEXT NOT NULL,
    insured_no TEXT,
    size INTEGER NOT NULL CONSTRAINT producing_units_size_positive CHECK (size > 0),
    share_total INTEGER NOT NULL CONSTRAINT producing_units_shares_positive CHECK (share_total > 0),
    started_on TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT producing_units_state_known CHECK (state IN ('active', 'sold', 'dead', 'ended')),
    recorded_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    CONSTRAINT producing_units_tag_once_in_a_village UNIQUE (village_code, tag)
) STRICT;
CREATE INDEX producing_units_household ON producing_units (household_id, created_at DESC, id DESC);
CREATE INDEX producing_units_template ON producing_units (template_id);
CREATE INDEX producing_units_recorded_by ON producing_units (recorded_by);

CREATE TABLE producing_unit_events (
    id BLOB NOT NULL PRIMARY KEY,
    unit_id BLOB NOT NULL REFERENCES producing_units (id),
    kind TEXT NOT NULL CONSTRAINT producing_unit_events_kind_known CHECK (kind IN ('fed', 'weighed', 'treated', 'vaccinated', 'harvested', 'noted', 'died', 'sold', 'ended')),
    happened_on TEXT NOT NULL,
    note TEXT,
    photo_id BLOB REFERENCES photos (id),
    recorded_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX producing_unit_events_unit ON producing_unit_events (unit_id, created_at DESC, id DESC);
CREATE INDEX producing_unit_events_photo ON producing_unit_events (photo_id);
CREATE INDEX producing_unit_events_recorded_by ON producing_unit_events (recorded_by);
CREATE TRIGGER producing_unit_events_no_update BEFORE UPDATE ON producing_unit_events BEGIN SELECT RAISE(ABORT, 'producing_unit_events is append-only'); END;
CREATE TRIGGER producing_unit_events_no_delete BEFORE DELETE ON producing_unit_events BEGIN SELECT RAISE(ABORT, 'producing_unit_events is append-only'); END;
