DROP TABLE listing_terms;
DROP TABLE listing_photos;
DROP TABLE listings;
