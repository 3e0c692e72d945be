DROP TABLE invitations;
DROP TABLE one_time_codes;
DROP TABLE throttles;
DROP TABLE recovery_codes;
DROP TABLE second_factors;

DROP INDEX refresh_tokens_session;
DROP INDEX refresh_tokens_expires;
DELETE FROM refresh_tokens t USING sessions s WHERE s.id = t.session_id AND s.ended_at IS NOT NULL;
ALTER TABLE refresh_tokens DROP CONSTRAINT refresh_tokens_session_id_fkey;
ALTER TABLE refresh_tokens ADD COLUMN user_id uuid REFERENCES users (id);
UPDATE refresh_tokens t SET user_id = s.user_id FROM sessions s WHERE s.id = t.session_id;
ALTER TABLE refresh_tokens ALTER COLUMN user_id SET NOT NULL;
ALTER TABLE refresh_tokens RENAME COLUMN session_id TO family_id;
DROP TABLE sessions;
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);

DROP INDEX grants_once;
DROP INDEX grants_user;
DELETE FROM grants WHERE revoked_at IS NOT NULL;
ALTER TABLE grants DROP CONSTRAINT grants_end_after_they_begin;
ALTER TABLE grants DROP COLUMN revoked_by;
ALTER TABLE grants DROP COLUMN revoked_at;
ALTER TABLE grants DROP COLUMN valid_until;
ALTER TABLE grants DROP COLUMN valid_from;
ALTER TABLE grants ADD CONSTRAINT grants_once UNIQUE (user_id, role, region_code);

ALTER TABLE users DROP COLUMN erased_at;
ALTER TABLE users DROP COLUMN email_sealed;
