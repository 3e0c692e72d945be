-- What a household is to be paid for one order: approved by one person, sent by another. The code is
-- printed on the slip and opens the public receipt.

CREATE TABLE payouts (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL CONSTRAINT payouts_code_unique UNIQUE,
    order_id BLOB NOT NULL REFERENCES orders (id),
    household_id BLOB NOT NULL REFERENCES households (id),
    village_code TEXT NOT NULL REFERENCES regions (code),
    state TEXT NOT NULL CONSTRAINT payouts_state_known CHECK (state IN ('due', 'approved', 'sent', 'confirmed', 'bounced')),
    amount_fen INTEGER NOT NULL CONSTRAINT payouts_amount_positive CHECK (amount_fen > 0),
    due_at INTEGER NOT NULL,
    approved_by BLOB REFERENCES users (id),
    approved_at INTEGER,
    sent_by BLOB REFERENCES users (id),
    sent_at INTEGER,
    bank_reference TEXT,
    confirmed_at INTEGER,
    attempt INTEGER NOT NULL,
    CONSTRAINT payouts_once UNIQUE (order_id, household_id),
    CONSTRAINT payouts_two_people CHECK (approved_by IS NULL OR sent_by IS NULL OR approved_by <> sent_by)
) STRICT;
CREATE INDEX payouts_village ON payouts (village_code, due_at DESC, id DESC);
CREATE INDEX payouts_village_state ON payouts (village_code, state, due_at DESC, id DESC);
CREATE INDEX payouts_household ON payouts (household_id);
CREATE INDEX payouts_approved_by ON payouts (approved_by);
CREATE INDEX payouts_sent_by ON payouts (sent_by);
