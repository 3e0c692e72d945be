DROP TABLE refresh_tokens;
DROP TABLE grants;
DROP TABLE users;
