-- What a buyer says is wrong with what came, what was decided of it and who bears it; and what buyers say
-- of what they had.

CREATE TABLE claims (
    id BLOB NOT NULL PRIMARY KEY,
    order_id BLOB NOT NULL REFERENCES orders (id),
    line_no INTEGER NOT NULL,
    village_code TEXT NOT NULL REFERENCES regions (code),
    buyer_id BLOB NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL CONSTRAINT claims_kind_known CHECK (kind IN ('damaged', 'short', 'not_as_described', 'spoiled', 'late')),
    unit TEXT NOT NULL CONSTRAINT claims_unit_known CHECK (unit IN ('unit', 'piece')),
    quantity INTEGER NOT NULL CONSTRAINT claims_quantity_positive CHECK (quantity > 0),
    words TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT claims_state_known CHECK (state IN ('opened', 'accepted', 'rejected', 'escalated', 'resolved')),
    proposed_fen INTEGER NOT NULL CONSTRAINT claims_proposed_not_negative CHECK (proposed_fen >= 0),
    granted_fen INTEGER NOT NULL CONSTRAINT claims_granted_not_negative CHECK (granted_fen >= 0),
    verdict TEXT CONSTRAINT claims_verdict_known CHECK (verdict IN ('refund', 'resend', 'reject')),
    borne_by TEXT NOT NULL CONSTRAINT claims_bearer_known CHECK (borne_by IN ('loss_reserve', 'household', 'freight', 'packing')),
    reason TEXT,
    decided_by BLOB REFERENCES users (id),
    decided_at INTEGER,
    appeal TEXT,
    escalated_at INTEGER,
    opened_at INTEGER NOT NULL,
    CONSTRAINT claims_decided_by_somebody CHECK (state = 'opened' OR (verdict IS NOT NULL AND decided_by IS NOT NULL AND decided_at IS NOT NULL)),
    CONSTRAINT claims_escalated_with_words CHECK (state NOT IN ('escalated', 'resolved') OR (appeal IS NOT NULL AND escalated_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX claims_one_open ON claims (order_id, line_no) WHERE state IN ('opened', 'escalated');
CREATE INDEX claims_order ON claims (order_id, line_no);
CREATE INDEX claims_village ON claims (village_code, opened_at DESC, id DESC);
CREATE INDEX claims_buyer ON claims (buyer_id, opened_at DESC, id DESC);
CREATE INDEX claims_decided_by ON claims (decided_by);

CREATE TABLE claim_photos (
    claim_id BLOB NOT NULL REFERENCES claims (id),
    position INTEGER NOT NULL,
    photo_id BLOB NOT NULL REFERENCES photos (id),
    PRIMARY KEY (claim_id, position)
) STRICT;
CREATE INDEX claim_photos_photo ON claim_photos (photo_id);

-- What was granted, each time once, and the account that bears it.
CREATE TABLE claim_charges (
    id BLOB NOT NULL PRIMARY KEY,
    claim_id BLOB NOT NULL REFERENCES claims (id),
    order_id BLOB NOT NULL REFERENCES orders (id),
    account_kind TEXT NOT NULL CONSTRAINT claim_charges_account_known CHECK (account_kind IN ('loss_reserve', 'farmer_payable', 'freight', 'packing')),
    owner TEXT NOT NULL,
    amount_fen INTEGER NOT NULL CONSTRAINT claim_charges_amount_positive CHECK (amount_fen > 0),
    charged_at INTEGER NOT NULL
) STRICT;
CREATE INDEX claim_charges_claim ON claim_charges (claim_id);
CREATE INDEX claim_charges_order ON claim_charges (order_id);

CREATE TABLE reviews (
    id BLOB NOT NULL PRIMARY KEY,
    order_id BLOB NOT NULL REFERENCES orders (id),
    line_no INTEGER NOT NULL,
    listing_id BLOB NOT NULL REFERENCES listings (id),
    village_code TEXT NOT NULL REFERENCES regions (code),
    buyer_id BLOB NOT NULL REFERENCES users (id),
    stars INTEGER NOT NULL CONSTRAINT reviews_stars_one_to_five CHECK (stars BETWEEN 1 AND 5),
    words TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    edited_at INTEGER,
    reply TEXT,
    replied_by BLOB REFERENCES users (id),
    replied_at INTEGER,
    removed_reason TEXT,
    removed_by BLOB REFERENCES users (id),
    removed_at INTEGER,
    CONSTRAINT reviews_one_a_line UNIQUE (order_id, line_no),
    CONSTRAINT reviews_replied_by_somebody CHECK ((reply IS NULL) = (replied_by IS NULL)),
    CONSTRAINT reviews_removed_with_reason CHECK ((removed_reason IS NULL) = (removed_by IS NULL) AND (removed_by IS NULL) = (removed_at IS NULL))
) STRICT;
CREATE INDEX reviews_listing ON reviews (listing_id, written_at DESC, id DESC);
CREATE INDEX reviews_village ON reviews (village_code, written_at DESC, id DESC);
CREATE INDEX reviews_buyer ON reviews (buyer_id);
CREATE INDEX reviews_replied_by ON reviews (replied_by);
CREATE INDEX reviews_removed_by ON reviews (removed_by);
