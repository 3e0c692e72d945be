DROP TABLE order_changes;
DROP TABLE order_ends;
DROP TABLE interest_rates;
ALTER TABLE listing_versions DROP COLUMN deposit_percent;
