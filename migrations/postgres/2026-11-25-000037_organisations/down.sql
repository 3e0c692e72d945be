ALTER TABLE payments DROP COLUMN credited_fen;
DROP TABLE invoices;
DROP TABLE organisation_orders;
DROP TABLE left_alone;
DROP TABLE organisation_contracts;
DROP TABLE organisation_members;
DROP TABLE organisations;
