-- Who sells, to whom the money goes, why a household is looked after; what a household can give in a
-- season, and what of it is promised; the animals, trees and plots themselves with their diary.

ALTER TABLE households ADD COLUMN seller_type text COLLATE "C" NOT NULL DEFAULT 'household_self_produced' CONSTRAINT households_seller_type_known CHECK (seller_type IN ('household_self_produced', 'small_amount', 'co_op', 'firm'));
ALTER TABLE households ADD COLUMN credit_code text COLLATE "C" CONSTRAINT households_credit_code_of_the_registered CHECK ((credit_code IS NULL) = (seller_type IN ('household_self_produced', 'small_amount')));
ALTER TABLE households ADD COLUMN payee_person_id uuid REFERENCES household_people (id);
CREATE INDEX households_payee ON households (payee_person_id);

CREATE TABLE household_categories (
    id uuid NOT NULL PRIMARY KEY,
    household_id uuid NOT NULL REFERENCES households (id),
    category_sealed bytea NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_until text COLLATE "C",
    recorded_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT household_categories_days_in_order CHECK (valid_until >= valid_from)
);
CREATE INDEX household_categories_household ON household_categories (household_id, created_at, id);
CREATE INDEX household_categories_recorded_by ON household_categories (recorded_by);

CREATE TABLE surveys (
    id uuid NOT NULL PRIMARY KEY,
    household_id uuid NOT NULL REFERENCES households (id),
    template_id uuid NOT NULL REFERENCES product_templates (id),
    season text COLLATE "C" NOT NULL,
    capacity_units bigint NOT NULL CONSTRAINT surveys_units_not_negative CHECK (capacity_units >= 0),
    expected_quantity bigint NOT NULL CONSTRAINT surveys_expected_not_negative CHECK (expected_quantity >= 0),
    photo_id uuid REFERENCES photos (id),
    surveyed_on text COLLATE "C" NOT NULL,
    note text COLLATE "C",
    surveyor_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);
CREATE INDEX surveys_household ON surveys (household_id, created_at DESC, id DESC);
CREATE INDEX surveys_template ON surveys (template_id);
CREATE INDEX surveys_photo ON surveys (photo_id);
CREATE INDEX surveys_surveyor ON surveys (surveyor_id);
CREATE TRIGGER surveys_append_only BEFORE UPDATE OR DELETE ON surveys FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- In base units of the template. What is promised may be over the limit only where that much is sold.
CREATE TABLE capacities (
    household_id uuid NOT NULL REFERENCES households (id),
    template_id uuid NOT NULL REFERENCES product_templates (id),
    season text COLLATE "C" NOT NULL,
    limit_quantity bigint NOT NULL CONSTRAINT capacities_limit_not_negative CHECK (limit_quantity >= 0),
    promised_quantity bigint NOT NULL CONSTRAINT capacities_promised_not_negative CHECK (promised_quantity >= 0),
    survey_id uuid NOT NULL REFERENCES surveys (id),
    PRIMARY KEY (household_id, template_id, season)
);
CREATE INDEX capacities_template ON capacities (template_id);
CREATE INDEX capacities_survey ON capacities (survey_id);

CREATE TABLE producing_units (
    id uuid NOT NULL PRIMARY KEY,
    household_id uuid NOT NULL REFERENCES households (id),
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    kind text COLLATE "C" NOT NULL CONSTRAINT producing_units_kind_known CHECK (kind IN ('hen_group', 'pig', 'plot', 'tree', 'hive')),
    template_id uuid REFERENCES product_templates (id),
    tag text COLLATE "C" NOT NULL,
    insured_no text COLLATE "C",
    size bigint NOT NULL CONSTRAINT producing_units_size_positive CHECK (size > 0),
    share_total bigint NOT NULL CONSTRAINT producing_units_shares_positive CHECK (share_total > 0),
    started_on text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CONSTRAINT producing_units_state_known CHECK (state IN ('active', 'sold', 'dead', 'ended')),
    recorded_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT producing_units_tag_once_in_a_village UNIQUE (village_code, tag)
);
CREATE INDEX producing_units_household ON producing_units (household_id, created_at DESC, id DESC);
CREATE INDEX producing_units_template ON producing_units (template_id);
CREATE INDEX producing_units_recorded_by ON producing_units (recorded_by);

CREATE TABLE producing_unit_events (
    id uuid NOT NULL PRIMARY KEY,
    unit_id uuid NOT NULL REFERENCES producing_units (id),
    kind text COLLATE "C" NOT NULL CONSTRAINT producing_unit_events_kind_known CHECK (kind IN ('fed', 'weighed', 'treated', 'vaccinated', 'harvested', 'noted', 'died', 'sold', 'ended')),
    happened_on text COLLATE "C" NOT NULL,
    note text COLLATE "C",
    photo_id uuid REFERENCES photos (id),
    recorded_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);
CREATE INDEX producing_unit_events_unit ON producing_unit_events (unit_id, created_at DESC, id DESC);
CREATE INDEX producing_unit_events_photo ON producing_unit_events (photo_id);
CREATE INDEX producing_unit_events_recorded_by ON producing_unit_events (recorded_by);
CREATE TRIGGER producing_unit_events_append_only BEFORE UPDATE OR DELETE ON producing_unit_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
