-- Money in, mirrored from the licensed payment party: at most one living payment a checkout, at most
-- one refund an order.

CREATE TABLE payments (
    id uuid NOT NULL PRIMARY KEY,
    checkout_id uuid NOT NULL REFERENCES checkouts (id),
    provider text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CONSTRAINT payments_state_known CHECK (state IN ('pending', 'succeeded', 'failed')),
    amount_fen bigint NOT NULL CONSTRAINT payments_amount_positive CHECK (amount_fen > 0),
    gateway_transaction_id text COLLATE "C" CONSTRAINT payments_gateway_transaction_unique UNIQUE,
    created_at timestamptz NOT NULL,
    completed_at timestamptz,
    CONSTRAINT payments_success_names_its_transaction CHECK (state <> 'succeeded' OR gateway_transaction_id IS NOT NULL)
);
CREATE UNIQUE INDEX payments_one_living ON payments (checkout_id) WHERE state IN ('pending', 'succeeded');

CREATE TABLE refunds (
    id uuid NOT NULL PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments (id),
    order_id uuid NOT NULL CONSTRAINT refunds_one_an_order UNIQUE REFERENCES orders (id),
    state text COLLATE "C" NOT NULL CONSTRAINT refunds_state_known CHECK (state IN ('pending', 'succeeded')),
    amount_fen bigint NOT NULL CONSTRAINT refunds_amount_positive CHECK (amount_fen > 0),
    gateway_refund_id text COLLATE "C" CONSTRAINT refunds_gateway_refund_unique UNIQUE,
    created_at timestamptz NOT NULL,
    completed_at timestamptz
);
CREATE INDEX refunds_payment ON refunds (payment_id);
