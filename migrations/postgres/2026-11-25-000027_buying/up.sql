-- What a buyer has chosen, kept on the server: one row a listing, with the version that was seen.

CREATE TABLE cart_lines (
    user_id uuid NOT NULL REFERENCES users (id),
    listing_id uuid NOT NULL REFERENCES listings (id),
    quantity bigint NOT NULL CONSTRAINT cart_lines_quantity_in_range CHECK (quantity BETWEEN 1 AND 100000),
    seen_version bigint NOT NULL CONSTRAINT cart_lines_seen_version_positive CHECK (seen_version >= 1),
    added_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, listing_id)
);
CREATE INDEX cart_lines_user ON cart_lines (user_id, added_at, listing_id);
CREATE INDEX cart_lines_listing ON cart_lines (listing_id);

-- What a village's parcels cost beyond the prices, from a day on. A rule is appended, never changed.
CREATE TABLE freight_rules (
    id uuid NOT NULL PRIMARY KEY,
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    effective_from text COLLATE "C" NOT NULL,
    first_g bigint NOT NULL CONSTRAINT freight_rules_first_weight_positive CHECK (first_g > 0),
    first_fen bigint CONSTRAINT freight_rules_first_not_negative CHECK (first_fen >= 0),
    further_fen bigint CONSTRAINT freight_rules_further_not_negative CHECK (further_fen >= 0),
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT freight_rules_fees_together CHECK ((first_fen IS NULL) = (further_fen IS NULL))
);
CREATE INDEX freight_rules_village ON freight_rules (village_code, effective_from DESC, id DESC);
CREATE INDEX freight_rules_created_by ON freight_rules (created_by);

CREATE TABLE freight_rates (
    rule_id uuid NOT NULL REFERENCES freight_rules (id),
    province_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    first_fen bigint CONSTRAINT freight_rates_first_not_negative CHECK (first_fen >= 0),
    further_fen bigint CONSTRAINT freight_rates_further_not_negative CHECK (further_fen >= 0),
    PRIMARY KEY (rule_id, province_code),
    CONSTRAINT freight_rates_fees_together CHECK ((first_fen IS NULL) = (further_fen IS NULL))
);
CREATE INDEX freight_rates_province ON freight_rates (province_code);

-- What the buyer of fresh goods has read, and what goes to somebody as a gift.
ALTER TABLE checkouts ADD COLUMN perishable_rule text COLLATE "C";
ALTER TABLE checkouts ADD COLUMN perishable_by uuid REFERENCES users (id);
ALTER TABLE checkouts ADD COLUMN perishable_at timestamptz;
ALTER TABLE checkouts ADD COLUMN is_gift boolean NOT NULL DEFAULT false;
ALTER TABLE checkouts ADD COLUMN gift_message_sealed bytea NOT NULL DEFAULT '';
ALTER TABLE checkouts ADD CONSTRAINT checkouts_perishable_whole CHECK (
    (perishable_rule IS NULL) = (perishable_by IS NULL) AND (perishable_rule IS NULL) = (perishable_at IS NULL)
);
CREATE INDEX checkouts_perishable_by ON checkouts (perishable_by);

-- Where somebody has parcels sent: recipient, number and door are sealed.
CREATE TABLE addresses (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    address_sealed bytea NOT NULL,
    region_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX addresses_user ON addresses (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX addresses_one_default ON addresses (user_id) WHERE is_default;
CREATE INDEX addresses_region ON addresses (region_code);
