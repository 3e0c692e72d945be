DROP TABLE transfers;
DROP INDEX payments_one_pending_balance;
CREATE UNIQUE INDEX payments_one_living_balance ON payments (balance_of_order_id)
    WHERE balance_of_order_id IS NOT NULL AND state IN ('pending', 'succeeded');
DROP INDEX payments_checkout;
DROP INDEX payments_one_pending;
CREATE UNIQUE INDEX payments_one_living ON payments (checkout_id)
    WHERE balance_of_order_id IS NULL AND state IN ('pending', 'succeeded');
ALTER TABLE payments DROP COLUMN expires_at;
ALTER TABLE payments DROP COLUMN pay_url;
ALTER TABLE payments DROP COLUMN qr_text;
ALTER TABLE payments DROP CONSTRAINT payments_provider_known;
