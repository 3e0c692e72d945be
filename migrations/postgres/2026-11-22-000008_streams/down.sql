DROP TABLE stream_listings;
DROP TABLE streams;
