-- Pre-orders that ask a deposit, and what prepaid money is owed beyond itself when it goes back.

ALTER TABLE listing_versions ADD COLUMN deposit_percent INTEGER CONSTRAINT listing_versions_deposit_of_pre_order CHECK (
    deposit_percent IS NULL OR (deposit_percent BETWEEN 1 AND 99 AND sale_kind = 'pre_order')
);

-- A rate counts from its day until the next one of its kind; rates are added and never changed.
CREATE TABLE interest_rates (
    kind TEXT NOT NULL CONSTRAINT interest_rates_kind_known CHECK (kind IN ('lpr_1y', 'deposit')),
    effective_on TEXT NOT NULL,
    ppm INTEGER NOT NULL CONSTRAINT interest_rates_plausible CHECK (ppm BETWEEN 0 AND 500000),
    source TEXT NOT NULL,
    added_by BLOB NOT NULL REFERENCES users (id),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (kind, effective_on)
) STRICT;
CREATE INDEX interest_rates_day ON interest_rates (effective_on DESC, kind);
CREATE INDEX interest_rates_added_by ON interest_rates (added_by);

-- How a prepaid order ended, as it was reckoned that day.
CREATE TABLE order_ends (
    order_id BLOB NOT NULL PRIMARY KEY REFERENCES orders (id),
    id BLOB NOT NULL CONSTRAINT order_ends_id_unique UNIQUE,
    fault TEXT NOT NULL CONSTRAINT order_ends_fault_known CHECK (fault IN ('seller', 'buyer')),
    paid_fen INTEGER NOT NULL,
    delivered_fen INTEGER NOT NULL,
    interest_fen INTEGER NOT NULL CONSTRAINT order_ends_interest_not_negative CHECK (interest_fen >= 0),
    ended_at INTEGER NOT NULL,
    CONSTRAINT order_ends_delivered_is_a_part CHECK (delivered_fen BETWEEN 0 AND paid_fen)
) STRICT;

-- A line that is to come from another household or as other goods; the buyer is asked one thing at a time.
CREATE TABLE order_changes (
    id BLOB NOT NULL PRIMARY KEY,
    order_id BLOB NOT NULL REFERENCES orders (id),
    line_no INTEGER NOT NULL,
    state TEXT NOT NULL CONSTRAINT order_changes_state_known CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
    reason TEXT NOT NULL,
    from_listing_id BLOB NOT NULL REFERENCES listings (id),
    from_total_fen INTEGER NOT NULL,
    to_listing_id BLOB NOT NULL REFERENCES listings (id),
    to_version INTEGER NOT NULL,
    to_total_fen INTEGER NOT NULL,
    proposed_by BLOB NOT NULL REFERENCES users (id),
    proposed_at INTEGER NOT NULL,
    decided_at INTEGER,
    CONSTRAINT order_changes_cost_no_more CHECK (to_total_fen <= from_total_fen),
    CONSTRAINT order_changes_decided_when CHECK ((state = 'open') = (decided_at IS NULL))
) STRICT;
CREATE INDEX order_changes_order ON order_changes (order_id, proposed_at DESC, id DESC);
CREATE UNIQUE INDEX order_changes_one_open ON order_changes (order_id) WHERE state = 'open';
CREATE INDEX order_changes_from ON order_changes (from_listing_id);
CREATE INDEX order_changes_to ON order_changes (to_listing_id);
CREATE INDEX order_changes_proposed_by ON order_changes (proposed_by);
