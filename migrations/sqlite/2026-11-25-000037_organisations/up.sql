-- Organisations that buy: canteens, trade unions, schools. Who orders for them, with which county they have a
-- contract, and who wants to be left alone.

CREATE TABLE organisations (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    code TEXT NOT NULL CONSTRAINT organisations_code_unique UNIQUE CONSTRAINT organisations_code_length CHECK (length(code) = 18),
    region_code TEXT NOT NULL REFERENCES regions (code),
    kind TEXT NOT NULL CONSTRAINT organisations_kind_known CHECK (kind IN (
        'canteen', 'trade_union', 'school', 'hospital', 'company', 'other'
    )),
    invoice_title TEXT NOT NULL,
    registered_by BLOB NOT NULL REFERENCES users (id),
    registered_at INTEGER NOT NULL
) STRICT;
CREATE INDEX organisations_region ON organisations (region_code);
CREATE INDEX organisations_registered_by ON organisations (registered_by);

CREATE TABLE organisation_members (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    role TEXT NOT NULL CONSTRAINT organisation_members_role_known CHECK (role IN ('manager', 'buyer')),
    state TEXT NOT NULL CONSTRAINT organisation_members_state_known CHECK (state IN ('invited', 'active', 'ended')),
    phone_sealed BLOB NOT NULL,
    phone_index BLOB NOT NULL,
    user_id BLOB REFERENCES users (id),
    invited_by BLOB NOT NULL REFERENCES users (id),
    invited_at INTEGER NOT NULL,
    accepted_at INTEGER,
    ended_at INTEGER,
    CONSTRAINT organisation_members_active_is_somebody CHECK (state <> 'active' OR user_id IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX organisation_members_once ON organisation_members (organisation_id, user_id) WHERE state = 'active';
CREATE UNIQUE INDEX organisation_members_invited_once ON organisation_members (organisation_id, phone_index) WHERE state = 'invited';
CREATE INDEX organisation_members_organisation ON organisation_members (organisation_id, invited_at DESC, id DESC);
CREATE INDEX organisation_members_phone ON organisation_members (phone_index);
CREATE INDEX organisation_members_user ON organisation_members (user_id);
CREATE INDEX organisation_members_invited_by ON organisation_members (invited_by);

CREATE TABLE organisation_contracts (
    id BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    county_code TEXT NOT NULL REFERENCES regions (code),
    state TEXT NOT NULL CONSTRAINT organisation_contracts_state_known CHECK (state IN ('requested', 'in_force', 'declined', 'ended')),
    number TEXT NOT NULL,
    pay_days INTEGER NOT NULL CONSTRAINT organisation_contracts_days_lawful CHECK (pay_days BETWEEN 1 AND 60),
    late_rate_bp INTEGER CONSTRAINT organisation_contracts_rate_positive CHECK (late_rate_bp > 0),
    limit_fen INTEGER CONSTRAINT organisation_contracts_limit_positive CHECK (limit_fen > 0),
    requested_by BLOB NOT NULL REFERENCES users (id),
    requested_at INTEGER NOT NULL,
    decided_by BLOB REFERENCES users (id),
    decided_at INTEGER,
    reason TEXT,
    CONSTRAINT organisation_contracts_two_people CHECK (decided_by <> requested_by),
    CONSTRAINT organisation_contracts_in_force_has_limit CHECK (state <> 'in_force' OR limit_fen IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX organisation_contracts_one_living ON organisation_contracts (organisation_id, county_code)
    WHERE state IN ('requested', 'in_force');
CREATE INDEX organisation_contracts_county ON organisation_contracts (county_code, requested_at DESC, id DESC);
CREATE INDEX organisation_contracts_organisation ON organisation_contracts (organisation_id);
CREATE INDEX organisation_contracts_requested_by ON organisation_contracts (requested_by);
CREATE INDEX organisation_contracts_decided_by ON organisation_contracts (decided_by);

-- Who does not want to be asked to buy by anybody; nothing else is kept of it.
CREATE TABLE left_alone (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    since INTEGER NOT NULL
) STRICT;

-- Orders that an organisation placed, and what of them is paid after acceptance.
CREATE TABLE organisation_orders (
    order_id BLOB NOT NULL PRIMARY KEY REFERENCES orders (id),
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    placed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX organisation_orders_organisation ON organisation_orders (organisation_id, placed_at DESC, order_id DESC);

CREATE TABLE invoices (
    order_id BLOB NOT NULL PRIMARY KEY REFERENCES orders (id),
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    contract_id BLOB NOT NULL REFERENCES organisation_contracts (id),
    payment_id BLOB NOT NULL REFERENCES payments (id),
    village_code TEXT NOT NULL REFERENCES regions (code),
    pay_days INTEGER NOT NULL CONSTRAINT invoices_days_lawful CHECK (pay_days BETWEEN 1 AND 60),
    late_rate_bp INTEGER CONSTRAINT invoices_rate_positive CHECK (late_rate_bp > 0),
    amount_fen INTEGER NOT NULL CONSTRAINT invoices_amount_positive CHECK (amount_fen > 0),
    issued_at INTEGER NOT NULL,
    accepted_at INTEGER,
    due_on TEXT,
    paid_at INTEGER,
    paid_on TEXT,
    interest_fen INTEGER NOT NULL CONSTRAINT invoices_interest_not_negative CHECK (interest_fen >= 0),
    interest_payment_id BLOB REFERENCES payments (id),
    interest_paid_at INTEGER,
    CONSTRAINT invoices_due_when_accepted CHECK ((accepted_at IS NULL) = (due_on IS NULL)),
    CONSTRAINT invoices_interest_when_paid CHECK (interest_fen = 0 OR (paid_at IS NOT NULL AND interest_payment_id IS NOT NULL))
) STRICT;
CREATE INDEX invoices_organisation ON invoices (organisation_id);
CREATE UNIQUE INDEX invoices_payment ON invoices (payment_id);
CREATE UNIQUE INDEX invoices_interest_payment ON invoices (interest_payment_id);
CREATE INDEX invoices_contract ON invoices (contract_id);
CREATE INDEX invoices_village ON invoices (village_code, issued_at DESC, order_id DESC);

-- What of a payment need not be paid any more: goods on an invoice that did not come, or were cancelled.
ALTER TABLE payments ADD COLUMN credited_fen INTEGER NOT NULL DEFAULT 0
    CONSTRAINT payments_credited_is_a_part CHECK (credited_fen >= 0 AND credited_fen <= amount_fen);
