DROP TABLE resealings;
