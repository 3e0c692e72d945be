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

DROP INDEX refunds_order;
ALTER TABLE refunds DROP CONSTRAINT refunds_once_a_cause;
ALTER TABLE refunds DROP COLUMN cause_id;
ALTER TABLE refunds DROP COLUMN cause;
ALTER TABLE refunds ADD CONSTRAINT refunds_one_an_order UNIQUE (order_id);

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
