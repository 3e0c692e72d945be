DROP TABLE papers;
DROP TABLE price_verdicts;
DROP TABLE price_references;
