ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_kind_known;
ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_transactions_kind_known CHECK (kind IN (
    'payment', 'refund_owed', 'refund_paid', 'settlement', 'payout_sent', 'payout_confirmed', 'payout_bounced', 'reversal'
));
ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_never_overdrawn;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_never_overdrawn CHECK (
    CASE WHEN kind = 'provider' THEN debit_fen >= credit_fen ELSE credit_fen >= debit_fen END
);
ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_known;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_known CHECK (kind IN (
    'provider', 'buyer_hold', 'refund_payable', 'farmer_payable', 'payout', 'coop_fee', 'packing', 'freight',
    'inspection', 'collective_fund', 'loss_reserve', 'platform_cost'
));

ALTER TABLE refunds RENAME TO refunds_old;
DROP INDEX refunds_payment;
DROP INDEX refunds_order;
CREATE TABLE refunds (
    id BLOB NOT NULL PRIMARY KEY,
    payment_id BLOB NOT NULL REFERENCES payments (id),
    order_id BLOB NOT NULL CONSTRAINT refunds_one_an_order UNIQUE REFERENCES orders (id),
    state TEXT NOT NULL CONSTRAINT refunds_state_known CHECK (state IN ('pending', 'succeeded')),
    amount_fen INTEGER NOT NULL CONSTRAINT refunds_amount_positive CHECK (amount_fen > 0),
    gateway_refund_id TEXT CONSTRAINT refunds_gateway_refund_unique UNIQUE,
    created_at INTEGER NOT NULL,
    completed_at INTEGER
) STRICT;
INSERT INTO refunds SELECT id, payment_id, order_id, state, amount_fen, gateway_refund_id, created_at, completed_at FROM refunds_old;
DROP TABLE refunds_old;
CREATE INDEX refunds_payment ON refunds (payment_id);

DROP INDEX payments_balance_of_order;
DROP INDEX payments_one_living_balance;
DROP INDEX payments_one_living;
ALTER TABLE payments DROP COLUMN balance_of_order_id;
CREATE UNIQUE INDEX payments_one_living ON payments (checkout_id) WHERE state IN ('pending', 'succeeded');
ALTER TABLE payments DROP CONSTRAINT payments_state_known;
ALTER TABLE payments ADD CONSTRAINT payments_state_known CHECK (state IN ('pending', 'succeeded', 'failed'));

ALTER TABLE order_lines DROP COLUMN final_total_fen;
ALTER TABLE order_lines DROP COLUMN final_g;
ALTER TABLE order_lines DROP COLUMN estimated_g;

DROP INDEX orders_cycle;
ALTER TABLE orders DROP COLUMN deliver_on;
ALTER TABLE orders DROP COLUMN balance_due_at;
ALTER TABLE orders DROP COLUMN cycle_id;
ALTER TABLE orders DROP COLUMN deposit_fen;
ALTER TABLE orders DROP COLUMN freight_fen;
ALTER TABLE orders DROP CONSTRAINT orders_state_known;
ALTER TABLE orders ADD CONSTRAINT orders_state_known CHECK (state IN (
    'placed', 'paid', 'confirmed', 'packed', 'shipped', 'received', 'settled', 'expired', 'cancelled', 'refunded'
));
DROP TABLE order_cycles;
