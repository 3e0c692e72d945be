-- A checkout is what a buyer pays at once; it holds one order per village, because a village sends one
-- parcel. Lines keep the price composition on which they were placed. Order numbers count without
-- gaps from one row a day, taken in the transaction that writes the order.

CREATE TABLE checkouts (
    id uuid NOT NULL PRIMARY KEY,
    buyer_id uuid NOT NULL REFERENCES users (id),
    state text COLLATE "C" NOT NULL CONSTRAINT checkouts_state_known CHECK (state IN ('open', 'paid', 'expired', 'cancelled')),
    total_fen bigint NOT NULL CONSTRAINT checkouts_total_positive CHECK (total_fen > 0),
    address_sealed bytea NOT NULL,
    region_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX checkouts_buyer ON checkouts (buyer_id);
CREATE INDEX checkouts_region ON checkouts (region_code);

CREATE TABLE orders (
    id uuid NOT NULL PRIMARY KEY,
    number text COLLATE "C" NOT NULL CONSTRAINT orders_number_unique UNIQUE,
    checkout_id uuid NOT NULL REFERENCES checkouts (id),
    buyer_id uuid NOT NULL REFERENCES users (id),
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    stream_id uuid REFERENCES streams (id),
    state text COLLATE "C" NOT NULL CONSTRAINT orders_state_known CHECK (state IN (
        'placed', 'paid', 'confirmed', 'packed', 'shipped', 'received', 'settled', 'expired', 'cancelled', 'refunded'
    )),
    total_fen bigint NOT NULL CONSTRAINT orders_total_positive CHECK (total_fen > 0),
    rule_version text COLLATE "C" NOT NULL,
    placed_at timestamptz NOT NULL
);
CREATE INDEX orders_checkout ON orders (checkout_id);
CREATE INDEX orders_buyer ON orders (buyer_id, placed_at DESC, id DESC);
CREATE INDEX orders_village ON orders (village_code, placed_at DESC, id DESC);
CREATE INDEX orders_village_state ON orders (village_code, state, placed_at DESC, id DESC);
CREATE INDEX orders_placed ON orders (placed_at DESC, id DESC);
CREATE INDEX orders_stream ON orders (stream_id);

CREATE TABLE order_lines (
    order_id uuid NOT NULL REFERENCES orders (id),
    line_no bigint NOT NULL,
    listing_id uuid NOT NULL REFERENCES listings (id),
    household_id uuid NOT NULL REFERENCES households (id),
    pairing_id uuid REFERENCES pairings (id),
    title text COLLATE "C" NOT NULL,
    unit_label text COLLATE "C" NOT NULL,
    quantity bigint NOT NULL CONSTRAINT order_lines_quantity_positive CHECK (quantity > 0),
    price_fen bigint NOT NULL,
    farmer_pay_fen bigint NOT NULL CONSTRAINT order_lines_farmer_pay_not_negative CHECK (farmer_pay_fen >= 0),
    quality_bonus_fen bigint NOT NULL CONSTRAINT order_lines_quality_bonus_not_negative CHECK (quality_bonus_fen >= 0),
    coop_fee_fen bigint NOT NULL CONSTRAINT order_lines_coop_fee_not_negative CHECK (coop_fee_fen >= 0),
    packing_fen bigint NOT NULL CONSTRAINT order_lines_packing_not_negative CHECK (packing_fen >= 0),
    freight_fen bigint NOT NULL CONSTRAINT order_lines_freight_not_negative CHECK (freight_fen >= 0),
    inspection_fen bigint NOT NULL CONSTRAINT order_lines_inspection_not_negative CHECK (inspection_fen >= 0),
    collective_fund_fen bigint NOT NULL CONSTRAINT order_lines_collective_fund_not_negative CHECK (collective_fund_fen >= 0),
    loss_reserve_fen bigint NOT NULL CONSTRAINT order_lines_loss_reserve_not_negative CHECK (loss_reserve_fen >= 0),
    platform_cost_fen bigint NOT NULL CONSTRAINT order_lines_platform_cost_not_negative CHECK (platform_cost_fen >= 0),
    total_fen bigint NOT NULL CONSTRAINT order_lines_total_is_price_by_quantity CHECK (total_fen = price_fen * quantity),
    PRIMARY KEY (order_id, line_no),
    CONSTRAINT order_lines_price_is_its_parts CHECK (
        price_fen = farmer_pay_fen + quality_bonus_fen + coop_fee_fen + packing_fen + freight_fen
            + inspection_fen + collective_fund_fen + loss_reserve_fen + platform_cost_fen
    )
);
CREATE INDEX order_lines_listing ON order_lines (listing_id);
CREATE INDEX order_lines_household ON order_lines (household_id);
CREATE INDEX order_lines_pairing ON order_lines (pairing_id);

CREATE TABLE order_counters (
    day text COLLATE "C" NOT NULL PRIMARY KEY,
    last bigint NOT NULL
);

CREATE TABLE shipments (
    order_id uuid NOT NULL PRIMARY KEY REFERENCES orders (id),
    carrier text COLLATE "C" NOT NULL,
    tracking_number text COLLATE "C" NOT NULL,
    shipped_at timestamptz NOT NULL
);
