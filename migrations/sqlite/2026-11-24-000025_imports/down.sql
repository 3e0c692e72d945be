DROP INDEX households_alias;
DROP TABLE import_findings;
DROP TABLE imports;
