-- What households offer. The price is the sum of its parts and the stock never goes below zero,
-- whatever the program does. `search_no` is the key under which the search terms are filed.

CREATE TABLE listings (
    search_no INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL CONSTRAINT listings_id_unique UNIQUE,
    household_id BLOB NOT NULL REFERENCES households (id),
    village_code TEXT NOT NULL REFERENCES regions (code),
    state TEXT NOT NULL CONSTRAINT listings_state_known CHECK (state IN ('draft', 'in_review', 'rejected', 'live', 'paused', 'closed')),
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    unit_label TEXT NOT NULL,
    net_weight_g INTEGER CONSTRAINT listings_net_weight_positive CHECK (net_weight_g > 0),
    price_fen INTEGER NOT NULL CONSTRAINT listings_price_positive CHECK (price_fen > 0),
    farmer_pay_fen INTEGER NOT NULL CONSTRAINT listings_farmer_pay_not_negative CHECK (farmer_pay_fen >= 0),
    quality_bonus_fen INTEGER NOT NULL CONSTRAINT listings_quality_bonus_not_negative CHECK (quality_bonus_fen >= 0),
    coop_fee_fen INTEGER NOT NULL CONSTRAINT listings_coop_fee_not_negative CHECK (coop_fee_fen >= 0),
    packing_fen INTEGER NOT NULL CONSTRAINT listings_packing_not_negative CHECK (packing_fen >= 0),
    freight_fen INTEGER NOT NULL CONSTRAINT listings_freight_not_negative CHECK (freight_fen >= 0),
    inspection_fen INTEGER NOT NULL CONSTRAINT listings_inspection_not_negative CHECK (inspection_fen >= 0),
    collective_fund_fen INTEGER NOT NULL CONSTRAINT listings_collective_fund_not_negative CHECK (collective_fund_fen >= 0),
    loss_reserve_fen INTEGER NOT NULL CONSTRAINT listings_loss_reserve_not_negative CHECK (loss_reserve_fen >= 0),
    platform_cost_fen INTEGER NOT NULL CONSTRAINT listings_platform_cost_not_negative CHECK (platform_cost_fen >= 0),
    stock_total INTEGER NOT NULL,
    stock_available INTEGER NOT NULL,
    author_id BLOB NOT NULL REFERENCES users (id),
    reject_reason TEXT,
    created_at INTEGER NOT NULL,
    published_at INTEGER,
    CONSTRAINT listings_stock_in_bounds CHECK (stock_available >= 0 AND stock_available <= stock_total),
    CONSTRAINT listings_live_is_published CHECK (state <> 'live' OR published_at IS NOT NULL),
    CONSTRAINT listings_price_is_its_parts CHECK (
        price_fen = farmer_pay_fen + quality_bonus_fen + coop_fee_fen + packing_fen + freight_fen
            + inspection_fen + collective_fund_fen + loss_reserve_fen + platform_cost_fen
    )
) STRICT;
CREATE INDEX listings_newest ON listings (state, published_at DESC, id DESC);
CREATE INDEX listings_price ON listings (state, price_fen, id);
CREATE INDEX listings_village ON listings (village_code, state, published_at DESC, id DESC);
CREATE INDEX listings_category ON listings (category, state, published_at DESC, id DESC);
CREATE INDEX listings_household ON listings (household_id, state, published_at DESC, id DESC);
CREATE INDEX listings_desk ON listings (village_code, created_at DESC, id DESC);
CREATE INDEX listings_author ON listings (author_id);

CREATE TABLE listing_photos (
    listing_id BLOB NOT NULL REFERENCES listings (id),
    position INTEGER NOT NULL,
    photo_id BLOB NOT NULL REFERENCES photos (id),
    PRIMARY KEY (listing_id, position)
) STRICT;
CREATE INDEX listing_photos_photo ON listing_photos (photo_id);

CREATE VIRTUAL TABLE listing_terms USING fts5 (
    terms, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);
