-- Money in, mirrored from the licensed payment party: at most one living payment a checkout, at most
-- one refund an order.

CREATE TABLE payments (
    id BLOB NOT NULL PRIMARY KEY,
    checkout_id BLOB NOT NULL REFERENCES checkouts (id),
    provider TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT payments_state_known CHECK (state IN ('pending', 'succeeded', 'failed')),
    amount_fen INTEGER NOT NULL CONSTRAINT payments_amount_positive CHECK (amount_fen > 0),
    gateway_transaction_id TEXT CONSTRAINT payments_gateway_transaction_unique UNIQUE,
    created_at INTEGER NOT NULL,
    completed_at INTEGER,
    CONSTRAINT payments_success_names_its_transaction CHECK (state <> 'succeeded' OR gateway_transaction_id IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX payments_one_living ON payments (checkout_id) WHERE state IN ('pending', 'succeeded');

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
CREATE INDEX refunds_payment ON refunds (payment_id);
