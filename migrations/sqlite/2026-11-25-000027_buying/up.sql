-- What a buyer has chosen, kept on the server: one row a listing, with the version that was seen.

CREATE TABLE cart_lines (
    user_id BLOB NOT NULL REFERENCES users (id),
    listing_id BLOB NOT NULL REFERENCES listings (id),
    quantity INTEGER NOT NULL CONSTRAINT cart_lines_quantity_in_range CHECK (quantity BETWEEN 1 AND 100000),
    seen_version INTEGER NOT NULL CONSTRAINT cart_lines_seen_version_positive CHECK (seen_version >= 1),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, listing_id)
) STRICT;
CREATE INDEX cart_lines_user ON cart_lines (user_id, added_at, listing_id);
CREATE INDEX cart_lines_listing ON cart_lines (listing_id);

-- What a village's parcels cost beyond the prices, from a day on. A rule is appended, never changed.
CREATE TABLE freight_rules (
    id BLOB NOT NULL PRIMARY KEY,
    village_code TEXT NOT NULL REFERENCES regions (code),
    effective_from TEXT NOT NULL,
    first_g INTEGER NOT NULL CONSTRAINT freight_rules_first_weight_positive CHECK (first_g > 0),
    first_fen INTEGER CONSTRAINT freight_rules_first_not_negative CHECK (first_fen >= 0),
    further_fen INTEGER CONSTRAINT freight_rules_further_not_negative CHECK (further_fen >= 0),
    created_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    CONSTRAINT freight_rules_fees_together CHECK ((first_fen IS NULL) = (further_fen IS NULL))
) STRICT;
CREATE INDEX freight_rules_village ON freight_rules (village_code, effective_from DESC, id DESC);
CREATE INDEX freight_rules_created_by ON freight_rules (created_by);

CREATE TABLE freight_rates (
    rule_id BLOB NOT NULL REFERENCES freight_rules (id),
    province_code TEXT NOT NULL REFERENCES regions (code),
    first_fen INTEGER CONSTRAINT freight_rates_first_not_negative CHECK (first_fen >= 0),
    further_fen INTEGER CONSTRAINT freight_rates_further_not_negative CHECK (further_fen >= 0),
    PRIMARY KEY (rule_id, province_code),
    CONSTRAINT freight_rates_fees_together CHECK ((first_fen IS NULL) = (further_fen IS NULL))
) STRICT;
CREATE INDEX freight_rates_province ON freight_rates (province_code);

-- What the buyer of fresh goods has read, and what goes to somebody as a gift.
ALTER TABLE checkouts ADD COLUMN perishable_rule TEXT;
ALTER TABLE checkouts ADD COLUMN perishable_by BLOB REFERENCES users (id);
ALTER TABLE checkouts ADD COLUMN perishable_at INTEGER;
ALTER TABLE checkouts ADD COLUMN is_gift INTEGER NOT NULL DEFAULT 0;
ALTER TABLE checkouts ADD COLUMN gift_message_sealed BLOB NOT NULL DEFAULT x'';
ALTER TABLE checkouts ADD CONSTRAINT checkouts_perishable_whole CHECK (
    (perishable_rule IS NULL) = (perishable_by IS NULL) AND (perishable_rule IS NULL) = (perishable_at IS NULL)
);
CREATE INDEX checkouts_perishable_by ON checkouts (perishable_by);

-- Where somebody has parcels sent: recipient, number and door are sealed.
CREATE TABLE addresses (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    address_sealed BLOB NOT NULL,
    region_code TEXT NOT NULL REFERENCES regions (code),
    is_default INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX addresses_user ON addresses (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX addresses_one_default ON addresses (user_id) WHERE is_default;
CREATE INDEX addresses_region ON addresses (region_code);
