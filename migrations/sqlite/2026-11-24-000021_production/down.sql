DROP TABLE producing_unit_events;
DROP TABLE producing_units;
DROP TABLE capacities;
DROP TABLE surveys;
DROP TABLE household_categories;
DROP INDEX households_payee;
ALTER TABLE households DROP COLUMN payee_person_id;
ALTER TABLE households DROP COLUMN credit_code;
ALTER TABLE households DROP COLUMN seller_type;
