DROP TABLE bank_results;
DROP TABLE bank_file_rows;
DROP TABLE bank_files;
