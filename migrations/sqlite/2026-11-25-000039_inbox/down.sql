DROP TABLE inbox_silences;
DROP TABLE inbox_marks;
DROP TABLE inbox_messages;
