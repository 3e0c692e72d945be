DROP TABLE order_line_papers;
ALTER TABLE order_lines DROP CONSTRAINT order_lines_allocated_in_bounds;
ALTER TABLE order_lines DROP COLUMN allocated;
DROP TABLE allocations;
DROP TABLE batches;
DROP TABLE intake_photos;
DROP TABLE intakes;
DROP TABLE supply_reports;
