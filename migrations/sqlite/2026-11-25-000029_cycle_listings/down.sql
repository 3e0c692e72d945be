DROP INDEX order_cycles_newest;
DROP TABLE cycle_listings;
