-- Several ways to pay: what the buyer is shown, transfers that two people confirm. A payment that was given up may
-- still succeed, and is then paid back; so of one checkout only one may be pending, but several succeed.

ALTER TABLE payments ADD CONSTRAINT payments_provider_known CHECK (provider IN ('sandbox', 'offline', 'wechat', 'alipay'));
ALTER TABLE payments ADD COLUMN qr_text text COLLATE "C";
ALTER TABLE payments ADD COLUMN pay_url text COLLATE "C";
ALTER TABLE payments ADD COLUMN expires_at timestamptz;
DROP INDEX payments_one_living;
CREATE UNIQUE INDEX payments_one_pending ON payments (checkout_id) WHERE balance_of_order_id IS NULL AND state = 'pending';
CREATE INDEX payments_checkout ON payments (checkout_id, created_at, id);
DROP INDEX payments_one_living_balance;
CREATE UNIQUE INDEX payments_one_pending_balance ON payments (balance_of_order_id)
    WHERE balance_of_order_id IS NOT NULL AND state = 'pending';

CREATE TABLE transfers (
    id uuid NOT NULL PRIMARY KEY,
    direction text COLLATE "C" NOT NULL CONSTRAINT transfers_direction_known CHECK (direction IN ('in', 'out')),
    payment_id uuid NOT NULL REFERENCES payments (id),
    refund_id uuid REFERENCES refunds (id),
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    memo text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CONSTRAINT transfers_state_known CHECK (state IN ('expected', 'recorded', 'confirmed', 'closed')),
    amount_fen bigint NOT NULL CONSTRAINT transfers_amount_positive CHECK (amount_fen > 0),
    method text COLLATE "C" CONSTRAINT transfers_method_known CHECK (method IN ('bank', 'cash')),
    reference text COLLATE "C",
    happened_on text COLLATE "C",
    recorded_by uuid REFERENCES users (id),
    recorded_at timestamptz,
    confirmed_by uuid REFERENCES users (id),
    confirmed_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT transfers_two_people CHECK (confirmed_by <> recorded_by),
    CONSTRAINT transfers_recorded_whole CHECK (
        state IN ('expected', 'closed') OR (method IS NOT NULL AND reference IS NOT NULL AND happened_on IS NOT NULL
            AND recorded_by IS NOT NULL AND recorded_at IS NOT NULL)
    ),
    CONSTRAINT transfers_confirmed_by_somebody CHECK ((state = 'confirmed') = (confirmed_by IS NOT NULL)),
    CONSTRAINT transfers_refund_goes_out CHECK ((direction = 'out') = (refund_id IS NOT NULL))
);
CREATE UNIQUE INDEX transfers_in_once ON transfers (payment_id) WHERE direction = 'in';
CREATE UNIQUE INDEX transfers_out_once ON transfers (refund_id);
-- One entry of the bank's statement pays one thing.
CREATE UNIQUE INDEX transfers_reference_once ON transfers (direction, method, reference);
CREATE INDEX transfers_payment ON transfers (payment_id);
CREATE INDEX transfers_village ON transfers (village_code, created_at DESC, id DESC);
CREATE INDEX transfers_recorded_by ON transfers (recorded_by);
CREATE INDEX transfers_confirmed_by ON transfers (confirmed_by);
