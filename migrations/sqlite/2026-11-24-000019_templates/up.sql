-- Product templates: what a good is, how it is counted, when it is in season, what may be promised of it.
-- They are never changed, only replaced, so what rests on one stays what it was. Listings keep every
-- version of their content, and an order line the version that it was placed on.

CREATE TABLE product_templates (
    id BLOB NOT NULL PRIMARY KEY,
    region_code TEXT NOT NULL REFERENCES regions (code),
    product TEXT NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL CONSTRAINT product_templates_category_known CHECK (category IN (
        'eggs', 'poultry', 'pork', 'meat', 'fish', 'vegetables', 'fruit', 'tea', 'grain', 'honey', 'preserved', 'other'
    )),
    class TEXT NOT NULL CONSTRAINT product_templates_class_known CHECK (class IN ('primary', 'prepackaged', 'processed')),
    unit_label TEXT NOT NULL,
    base TEXT NOT NULL CONSTRAINT product_templates_base_known CHECK (base IN ('gram', 'piece')),
    pack_quantity INTEGER NOT NULL CONSTRAINT product_templates_pack_positive CHECK (pack_quantity > 0),
    weight_min_g INTEGER CONSTRAINT product_templates_weight_positive CHECK (weight_min_g > 0),
    weight_max_g INTEGER,
    catch_weight INTEGER NOT NULL,
    season_from TEXT,
    season_until TEXT,
    min_age_days INTEGER CONSTRAINT product_templates_age_positive CHECK (min_age_days > 0),
    shelf_life_days INTEGER CONSTRAINT product_templates_shelf_life_positive CHECK (shelf_life_days > 0),
    claim_window_h INTEGER NOT NULL CONSTRAINT product_templates_claim_window_positive CHECK (claim_window_h > 0),
    cost_floor_fen INTEGER CONSTRAINT product_templates_cost_floor_positive CHECK (cost_floor_fen > 0),
    capacity_unit TEXT CONSTRAINT product_templates_capacity_unit_known CHECK (capacity_unit IN ('animal', 'tree', 'hive', 'mu')),
    yield_limit INTEGER CONSTRAINT product_templates_yield_positive CHECK (yield_limit > 0),
    returns_rule TEXT NOT NULL CONSTRAINT product_templates_returns_known CHECK (returns_rule IN ('perishable', 'seven_days')),
    standard TEXT,
    created_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    replaces_id BLOB REFERENCES product_templates (id),
    retired_at INTEGER,
    CONSTRAINT product_templates_weight_band CHECK (weight_max_g >= weight_min_g AND (weight_min_g IS NULL) = (weight_max_g IS NULL)),
    CONSTRAINT product_templates_season_whole CHECK ((season_from IS NULL) = (season_until IS NULL)),
    CONSTRAINT product_templates_yield_has_unit CHECK ((capacity_unit IS NULL) = (yield_limit IS NULL))
) STRICT;
CREATE INDEX product_templates_region ON product_templates (region_code, created_at DESC, id DESC);
CREATE INDEX product_templates_created_by ON product_templates (created_by);
CREATE INDEX product_templates_replaces ON product_templates (replaces_id);

CREATE TABLE template_papers (
    template_id BLOB NOT NULL REFERENCES product_templates (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (template_id, kind)
) STRICT;

ALTER TABLE listings ADD COLUMN template_id BLOB REFERENCES product_templates (id);
ALTER TABLE listings ADD COLUMN sale_kind TEXT NOT NULL DEFAULT 'goods' CONSTRAINT listings_sale_kind_known CHECK (sale_kind IN ('goods', 'pre_order', 'raising_service'));
ALTER TABLE listings ADD COLUMN season TEXT;
ALTER TABLE listings ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE listings ADD COLUMN pending_version INTEGER;
CREATE INDEX listings_template ON listings (template_id);

CREATE TABLE listing_versions (
    listing_id BLOB NOT NULL REFERENCES listings (id),
    version INTEGER NOT NULL CONSTRAINT listing_versions_counted CHECK (version > 0),
    author_id BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    template_id BLOB REFERENCES product_templates (id),
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    unit_label TEXT NOT NULL,
    net_weight_g INTEGER,
    sale_kind TEXT NOT NULL CONSTRAINT listing_versions_sale_kind_known CHECK (sale_kind IN ('goods', 'pre_order', 'raising_service')),
    description TEXT,
    origin TEXT,
    label_ingredients TEXT,
    label_producer TEXT,
    label_storage TEXT,
    premium_reason TEXT,
    price_fen INTEGER NOT NULL,
    farmer_pay_fen INTEGER NOT NULL,
    quality_bonus_fen INTEGER NOT NULL,
    coop_fee_fen INTEGER NOT NULL,
    packing_fen INTEGER NOT NULL,
    freight_fen INTEGER NOT NULL,
    inspection_fen INTEGER NOT NULL,
    collective_fund_fen INTEGER NOT NULL,
    loss_reserve_fen INTEGER NOT NULL,
    platform_cost_fen INTEGER NOT NULL,
    decision TEXT CONSTRAINT listing_versions_decision_known CHECK (decision IN ('approved', 'rejected')),
    decided_by BLOB REFERENCES users (id),
    decided_at INTEGER,
    decision_reason TEXT,
    PRIMARY KEY (listing_id, version),
    CONSTRAINT listing_versions_two_people CHECK (decision IS NULL OR decision <> 'approved' OR decided_by <> author_id),
    CONSTRAINT listing_versions_price_is_its_parts CHECK (
        price_fen = farmer_pay_fen + quality_bonus_fen + coop_fee_fen + packing_fen + freight_fen
            + inspection_fen + collective_fund_fen + loss_reserve_fen + platform_cost_fen
    )
) STRICT;
CREATE INDEX listing_versions_author ON listing_versions (author_id);
CREATE INDEX listing_versions_decided_by ON listing_versions (decided_by);
CREATE INDEX listing_versions_template ON listing_versions (template_id);

CREATE TABLE listing_version_photos (
    listing_id BLOB NOT NULL REFERENCES listings (id),
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    photo_id BLOB NOT NULL REFERENCES photos (id),
    PRIMARY KEY (listing_id, version, position)
) STRICT;
CREATE INDEX listing_version_photos_photo ON listing_version_photos (photo_id);

INSERT INTO listing_versions (
    listing_id, version, author_id, created_at, title, category, unit_label, net_weight_g, sale_kind, price_fen,
    farmer_pay_fen, quality_bonus_fen, coop_fee_fen, packing_fen, freight_fen, inspection_fen, collective_fund_fen,
    loss_reserve_fen, platform_cost_fen
)
SELECT id, 1, author_id, created_at, title, category, unit_label, net_weight_g, 'goods', price_fen,
    farmer_pay_fen, quality_bonus_fen, coop_fee_fen, packing_fen, freight_fen, inspection_fen, collective_fund_fen,
    loss_reserve_fen, platform_cost_fen
FROM listings;
INSERT INTO listing_version_photos (listing_id, version, position, photo_id)
SELECT listing_id, 1, position, photo_id FROM listing_photos;

ALTER TABLE order_lines ADD COLUMN listing_version INTEGER NOT NULL DEFAULT 1;
