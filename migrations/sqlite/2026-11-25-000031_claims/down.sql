DROP TABLE reviews;
DROP TABLE claim_charges;
DROP TABLE claim_photos;
DROP TABLE claims;
