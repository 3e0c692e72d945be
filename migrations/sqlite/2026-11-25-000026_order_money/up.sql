-- What the way from order to payout needs of tables that stand: order cycles, freight, deposits and
-- balances, final weights, refunds in parts, and the accounts and transactions of what is charged, owed and spent.

CREATE TABLE order_cycles (
    id BLOB NOT NULL PRIMARY KEY,
    village_code TEXT NOT NULL REFERENCES regions (code),
    title TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT order_cycles_state_known CHECK (state IN ('planned', 'open', 'closed', 'done', 'cancelled')),
    opens_at INTEGER NOT NULL,
    closes_at INTEGER NOT NULL,
    report_by TEXT NOT NULL,
    intake_on TEXT NOT NULL,
    dispatch_on TEXT NOT NULL,
    arrival_on TEXT NOT NULL,
    created_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    CONSTRAINT order_cycles_dates_in_order CHECK (
        opens_at < closes_at AND report_by <= intake_on AND intake_on <= dispatch_on AND dispatch_on <= arrival_on
    )
) STRICT;
CREATE INDEX order_cycles_village ON order_cycles (village_code, opens_at DESC, id DESC);
CREATE INDEX order_cycles_created_by ON order_cycles (created_by);

ALTER TABLE orders DROP CONSTRAINT orders_state_known;
ALTER TABLE orders ADD CONSTRAINT orders_state_known CHECK (state IN (
    'placed', 'deposit_paid', 'balance_due', 'paid', 'confirmed', 'packed', 'shipped', 'received', 'settled', 'expired',
    'cancelled', 'refunded'
));
ALTER TABLE orders ADD COLUMN freight_fen INTEGER NOT NULL DEFAULT 0 CONSTRAINT orders_freight_not_negative CHECK (freight_fen >= 0);
ALTER TABLE orders ADD COLUMN deposit_fen INTEGER CONSTRAINT orders_deposit_is_a_part CHECK (deposit_fen > 0 AND deposit_fen < total_fen);
ALTER TABLE orders ADD COLUMN cycle_id BLOB REFERENCES order_cycles (id);
ALTER TABLE orders ADD COLUMN balance_due_at INTEGER;
ALTER TABLE orders ADD COLUMN deliver_on TEXT;
CREATE INDEX orders_cycle ON orders (cycle_id);

ALTER TABLE order_lines ADD COLUMN estimated_g INTEGER CONSTRAINT order_lines_estimated_positive CHECK (estimated_g > 0);
ALTER TABLE order_lines ADD COLUMN final_g INTEGER CONSTRAINT order_lines_final_positive CHECK (final_g > 0);
ALTER TABLE order_lines ADD COLUMN final_total_fen INTEGER CONSTRAINT order_lines_final_total_not_negative CHECK (final_total_fen >= 0);

ALTER TABLE payments DROP CONSTRAINT payments_state_known;
ALTER TABLE payments ADD CONSTRAINT payments_state_known CHECK (state IN ('pending', 'succeeded', 'failed', 'closed'));
ALTER TABLE payments ADD COLUMN balance_of_order_id BLOB REFERENCES orders (id);
DROP INDEX payments_one_living;
CREATE UNIQUE INDEX payments_one_living ON payments (checkout_id)
    WHERE balance_of_order_id IS NULL AND state IN ('pending', 'succeeded');
CREATE UNIQUE INDEX payments_one_living_balance ON payments (balance_of_order_id)
    WHERE balance_of_order_id IS NOT NULL AND state IN ('pending', 'succeeded');
CREATE INDEX payments_balance_of_order ON payments (balance_of_order_id);

-- One refund a payment for each cause: a cancelled order, a claim, a weight that was less.
ALTER TABLE refunds RENAME TO refunds_old;
DROP INDEX refunds_payment;
CREATE TABLE refunds (
    id BLOB NOT NULL PRIMARY KEY,
    payment_id BLOB NOT NULL REFERENCES payments (id),
    order_id BLOB NOT NULL REFERENCES orders (id),
    cause TEXT NOT NULL CONSTRAINT refunds_cause_known CHECK (cause IN (
        'cancelled', 'too_late', 'cool_off', 'ended', 'shortage', 'weight', 'claim'
    )),
    cause_id BLOB NOT NULL,
    state TEXT NOT NULL CONSTRAINT refunds_state_known CHECK (state IN ('pending', 'succeeded')),
    amount_fen INTEGER NOT NULL CONSTRAINT refunds_amount_positive CHECK (amount_fen > 0),
    gateway_refund_id TEXT CONSTRAINT refunds_gateway_refund_unique UNIQUE,
    created_at INTEGER NOT NULL,
    completed_at INTEGER,
    CONSTRAINT refunds_once_a_cause UNIQUE (cause, cause_id, payment_id)
) STRICT;
INSERT INTO refunds (id, payment_id, order_id, cause, cause_id, state, amount_fen, gateway_refund_id, created_at, completed_at)
SELECT id, payment_id, order_id, 'cancelled', order_id, state, amount_fen, gateway_refund_id, created_at, completed_at FROM refunds_old;
DROP TABLE refunds_old;
CREATE INDEX refunds_payment ON refunds (payment_id);
CREATE INDEX refunds_order ON refunds (order_id);

ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_known;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_known CHECK (kind IN (
    'provider', 'receivable', 'buyer_hold', 'refund_payable', 'farmer_payable', 'payout', 'coop_fee', 'packing', 'freight',
    'inspection', 'collective_fund', 'loss_reserve', 'platform_cost', 'late_interest'
));
ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_never_overdrawn;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_never_overdrawn CHECK (
    CASE WHEN kind IN ('provider', 'receivable') THEN debit_fen >= credit_fen ELSE credit_fen >= debit_fen END
);
ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_kind_known;
ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_transactions_kind_known CHECK (kind IN (
    'payment', 'refund_owed', 'refund_paid', 'settlement', 'payout_sent', 'payout_confirmed', 'payout_bounced', 'reversal',
    'charged', 'correction', 'receivable_offset', 'disbursed', 'interest_owed', 'invoiced', 'invoice_paid', 'late_interest'
));
