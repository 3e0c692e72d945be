-- What a buyer says is wrong with what came, what was decided of it and who bears it; and what buyers say
-- of what they had.

CREATE TABLE claims (
    id uuid NOT NULL PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    line_no bigint NOT NULL,
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    buyer_id uuid NOT NULL REFERENCES users (id),
    kind text COLLATE "C" NOT NULL CONSTRAINT claims_kind_known CHECK (kind IN ('damaged', 'short', 'not_as_described', 'spoiled', 'late')),
    unit text COLLATE "C" NOT NULL CONSTRAINT claims_unit_known CHECK (unit IN ('unit', 'piece')),
    quantity bigint NOT NULL CONSTRAINT claims_quantity_positive CHECK (quantity > 0),
    words text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CONSTRAINT claims_state_known CHECK (state IN ('opened', 'accepted', 'rejected', 'escalated', 'resolved')),
    proposed_fen bigint NOT NULL CONSTRAINT claims_proposed_not_negative CHECK (proposed_fen >= 0),
    granted_fen bigint NOT NULL CONSTRAINT claims_granted_not_negative CHECK (granted_fen >= 0),
    verdict text COLLATE "C" CONSTRAINT claims_verdict_known CHECK (verdict IN ('refund', 'resend', 'reject')),
    borne_by text COLLATE "C" NOT NULL CONSTRAINT claims_bearer_known CHECK (borne_by IN ('loss_reserve', 'household', 'freight', 'packing')),
    reason text COLLATE "C",
    decided_by uuid REFERENCES users (id),
    decided_at timestamptz,
    appeal text COLLATE "C",
    escalated_at timestamptz,
    opened_at timestamptz NOT NULL,
    CONSTRAINT claims_decided_by_somebody CHECK (state = 'opened' OR (verdict IS NOT NULL AND decided_by IS NOT NULL AND decided_at IS NOT NULL)),
    CONSTRAINT claims_escalated_with_words CHECK (state NOT IN ('escalated', 'resolved') OR (appeal IS NOT NULL AND escalated_at IS NOT NULL))
);
CREATE UNIQUE INDEX claims_one_open ON claims (order_id, line_no) WHERE state IN ('opened', 'escalated');
CREATE INDEX claims_order ON claims (order_id, line_no);
CREATE INDEX claims_village ON claims (village_code, opened_at DESC, id DESC);
CREATE INDEX claims_buyer ON claims (buyer_id, opened_at DESC, id DESC);
CREATE INDEX claims_decided_by ON claims (decided_by);

CREATE TABLE claim_photos (
    claim_id uuid NOT NULL REFERENCES claims (id),
    position bigint NOT NULL,
    photo_id uuid NOT NULL REFERENCES photos (id),
    PRIMARY KEY (claim_id, position)
);
CREATE INDEX claim_photos_photo ON claim_photos (photo_id);

-- What was granted, each time once, and the account that bears it.
CREATE TABLE claim_charges (
    id uuid NOT NULL PRIMARY KEY,
    claim_id uuid NOT NULL REFERENCES claims (id),
    order_id uuid NOT NULL REFERENCES orders (id),
    account_kind text COLLATE "C" NOT NULL CONSTRAINT claim_charges_account_known CHECK (account_kind IN ('loss_reserve', 'farmer_payable', 'freight', 'packing')),
    owner text COLLATE "C" NOT NULL,
    amount_fen bigint NOT NULL CONSTRAINT claim_charges_amount_positive CHECK (amount_fen > 0),
    charged_at timestamptz NOT NULL
);
CREATE INDEX claim_charges_claim ON claim_charges (claim_id);
CREATE INDEX claim_charges_order ON claim_charges (order_id);

CREATE TABLE reviews (
    id uuid NOT NULL PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    line_no bigint NOT NULL,
    listing_id uuid NOT NULL REFERENCES listings (id),
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    buyer_id uuid NOT NULL REFERENCES users (id),
    stars bigint NOT NULL CONSTRAINT reviews_stars_one_to_five CHECK (stars BETWEEN 1 AND 5),
    words text COLLATE "C" NOT NULL,
    written_at timestamptz NOT NULL,
    edited_at timestamptz,
    reply text COLLATE "C",
    replied_by uuid REFERENCES users (id),
    replied_at timestamptz,
    removed_reason text COLLATE "C",
    removed_by uuid REFERENCES users (id),
    removed_at timestamptz,
    CONSTRAINT reviews_one_a_line UNIQUE (order_id, line_no),
    CONSTRAINT reviews_replied_by_somebody CHECK ((reply IS NULL) = (replied_by IS NULL)),
    CONSTRAINT reviews_removed_with_reason CHECK ((removed_reason IS NULL) = (removed_by IS NULL) AND (removed_by IS NULL) = (removed_at IS NULL))
);
CREATE INDEX reviews_listing ON reviews (listing_id, written_at DESC, id DESC);
CREATE INDEX reviews_village ON reviews (village_code, written_at DESC, id DESC);
CREATE INDEX reviews_buyer ON reviews (buyer_id);
CREATE INDEX reviews_replied_by ON reviews (replied_by);
CREATE INDEX reviews_removed_by ON reviews (removed_by);
