-- Product templates: what a good is, how it is counted, when it is in season, what may be promised of it.
-- They are never changed, only replaced, so what rests on one stays what it was. Listings keep every
-- version of their content, and an order line the version that it was placed on.

CREATE TABLE product_templates (
    id uuid NOT NULL PRIMARY KEY,
    region_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    product text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL CONSTRAINT product_templates_category_known CHECK (category IN (
        'eggs', 'poultry', 'pork', 'meat', 'fish', 'vegetables', 'fruit', 'tea', 'grain', 'honey', 'preserved', 'other'
    )),
    class text COLLATE "C" NOT NULL CONSTRAINT product_templates_class_known CHECK (class IN ('primary', 'prepackaged', 'processed')),
    unit_label text COLLATE "C" NOT NULL,
    base text COLLATE "C" NOT NULL CONSTRAINT product_templates_base_known CHECK (base IN ('gram', 'piece')),
    pack_quantity bigint NOT NULL CONSTRAINT product_templates_pack_positive CHECK (pack_quantity > 0),
    weight_min_g bigint CONSTRAINT product_templates_weight_positive CHECK (weight_min_g > 0),
    weight_max_g bigint,
    catch_weight boolean NOT NULL,
    season_from text COLLATE "C",
    season_until text COLLATE "C",
    min_age_days bigint CONSTRAINT product_templates_age_positive CHECK (min_age_days > 0),
    shelf_life_days bigint CONSTRAINT product_templates_shelf_life_positive CHECK (shelf_life_days > 0),
    claim_window_h bigint NOT NULL CONSTRAINT product_templates_claim_window_positive CHECK (claim_window_h > 0),
    cost_floor_fen bigint CONSTRAINT product_templates_cost_floor_positive CHECK (cost_floor_fen > 0),
    capacity_unit text COLLATE "C" CONSTRAINT product_templates_capacity_unit_known CHECK (capacity_unit IN ('animal', 'tree', 'hive', 'mu')),
    yield_limit bigint CONSTRAINT product_templates_yield_positive CHECK (yield_limit > 0),
    returns_rule text COLLATE "C" NOT NULL CONSTRAINT product_templates_returns_known CHECK (returns_rule IN ('perishable', 'seven_days')),
    standard text COLLATE "C",
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    replaces_id uuid REFERENCES product_templates (id),
    retired_at timestamptz,
    CONSTRAINT product_templates_weight_band CHECK (weight_max_g >= weight_min_g AND (weight_min_g IS NULL) = (weight_max_g IS NULL)),
    CONSTRAINT product_templates_season_whole CHECK ((season_from IS NULL) = (season_until IS NULL)),
    CONSTRAINT product_templates_yield_has_unit CHECK ((capacity_unit IS NULL) = (yield_limit IS NULL))
);
CREATE INDEX product_templates_region ON product_templates (region_code, created_at DESC, id DESC);
CREATE INDEX product_templates_created_by ON product_templates (created_by);
CREATE INDEX product_templates_replaces ON product_templates (replaces_id);

CREATE TABLE template_papers (
    template_id uuid NOT NULL REFERENCES product_templates (id),
    kind text COLLATE "C" NOT NULL,
    PRIMARY KEY (template_id, kind)
);

ALTER TABLE listings ADD COLUMN template_id uuid REFERENCES product_templates (id);
ALTER TABLE listings ADD COLUMN sale_kind text COLLATE "C" NOT NULL DEFAULT 'goods' CONSTRAINT listings_sale_kind_known CHECK (sale_kind IN ('goods', 'pre_order', 'raising_service'));
ALTER TABLE listings ADD COLUMN season text COLLATE "C";
ALTER TABLE listings ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE listings ADD COLUMN pending_version bigint;
CREATE INDEX listings_template ON listings (template_id);

CREATE TABLE listing_versions (
    listing_id uuid NOT NULL REFERENCES listings (id),
    version bigint NOT NULL CONSTRAINT listing_versions_counted CHECK (version > 0),
    author_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    template_id uuid REFERENCES product_templates (id),
    title text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL,
    unit_label text COLLATE "C" NOT NULL,
    net_weight_g bigint,
    sale_kind text COLLATE "C" NOT NULL CONSTRAINT listing_versions_sale_kind_known CHECK (sale_kind IN ('goods', 'pre_order', 'raising_service')),
    description text COLLATE "C",
    origin text COLLATE "C",
    label_ingredients text COLLATE "C",
    label_producer text COLLATE "C",
    label_storage text COLLATE "C",
    premium_reason text COLLATE "C",
    price_fen bigint NOT NULL,
    farmer_pay_fen bigint NOT NULL,
    quality_bonus_fen bigint NOT NULL,
    coop_fee_fen bigint NOT NULL,
    packing_fen bigint NOT NULL,
    freight_fen bigint NOT NULL,
    inspection_fen bigint NOT NULL,
    collective_fund_fen bigint NOT NULL,
    loss_reserve_fen bigint NOT NULL,
    platform_cost_fen bigint NOT NULL,
    decision text COLLATE "C" CONSTRAINT listing_versions_decision_known CHECK (decision IN ('approved', 'rejected')),
    decided_by uuid REFERENCES users (id),
    decided_at timestamptz,
    decision_reason text COLLATE "C",
    PRIMARY KEY (listing_id, version),
    CONSTRAINT listing_versions_two_people CHECK (decision IS NULL OR decision <> 'approved' OR decided_by <> author_id),
    CONSTRAINT listing_versions_price_is_its_parts CHECK (
        price_fen = farmer_pay_fen + quality_bonus_fen + coop_fee_fen + packing_fen + freight_fen
            + inspection_fen + collective_fund_fen + loss_reserve_fen + platform_cost_fen
    )
);
CREATE INDEX listing_versions_author ON listing_versions (author_id);
CREATE INDEX listing_versions_decided_by ON listing_versions (decided_by);
CREATE INDEX listing_versions_template ON listing_versions (template_id);

CREATE TABLE listing_version_photos (
    listing_id uuid NOT NULL REFERENCES listings (id),
    version bigint NOT NULL,
    position bigint NOT NULL,
    photo_id uuid NOT NULL REFERENCES photos (id),
    PRIMARY KEY (listing_id, version, position)
);
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

ALTER TABLE order_lines ADD COLUMN listing_version bigint NOT NULL DEFAULT 1;
