-- Goods that are sold in an order cycle, each with how much of it at most and how much of that is taken.

CREATE TABLE cycle_listings (
    cycle_id BLOB NOT NULL REFERENCES order_cycles (id),
    listing_id BLOB NOT NULL REFERENCES listings (id),
    cap INTEGER NOT NULL CONSTRAINT cycle_listings_cap_positive CHECK (cap > 0),
    taken INTEGER NOT NULL,
    PRIMARY KEY (cycle_id, listing_id),
    CONSTRAINT cycle_listings_within_cap CHECK (taken BETWEEN 0 AND cap)
) STRICT;
CREATE INDEX cycle_listings_listing ON cycle_listings (listing_id);
CREATE INDEX order_cycles_newest ON order_cycles (opens_at DESC, id DESC);
