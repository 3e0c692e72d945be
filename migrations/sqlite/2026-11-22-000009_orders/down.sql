DROP TABLE shipments;
DROP TABLE order_counters;
DROP TABLE order_lines;
DROP TABLE orders;
DROP TABLE checkouts;
