-- The people of a household, who mostly have no account; what each of them agreed to, with its
-- evidence; pictures that stand on such a consent; and who looked at personal data, and why.

CREATE TABLE household_people (
    id BLOB NOT NULL PRIMARY KEY,
    household_id BLOB NOT NULL REFERENCES households (id),
    relation TEXT NOT NULL CONSTRAINT household_people_relation_known CHECK (relation IN ('head', 'spouse', 'parent', 'child', 'grandchild', 'other')),
    is_minor INTEGER NOT NULL,
    guardian_id BLOB REFERENCES household_people (id),
    name_sealed BLOB,
    phone_sealed BLOB,
    phone_index BLOB,
    id_number_sealed BLOB,
    id_number_index BLOB,
    bank_account_sealed BLOB,
    bank_account_index BLOB,
    recorded_by BLOB REFERENCES users (id),
    created_at INTEGER NOT NULL,
    erased_at INTEGER,
    CONSTRAINT household_people_guardian_is_another CHECK (guardian_id <> id)
) STRICT;
CREATE INDEX household_people_household ON household_people (household_id, created_at, id);
CREATE UNIQUE INDEX household_people_one_head ON household_people (household_id) WHERE relation = 'head' AND erased_at IS NULL;
CREATE INDEX household_people_guardian ON household_people (guardian_id);
CREATE INDEX household_people_phone ON household_people (phone_index);
CREATE UNIQUE INDEX household_people_id_number ON household_people (id_number_index);
CREATE INDEX household_people_bank_account ON household_people (bank_account_index);
CREATE INDEX household_people_recorded_by ON household_people (recorded_by);
INSERT INTO household_people (id, household_id, relation, is_minor, recorded_by, created_at)
SELECT randomblob(16), id, 'head', 0, recorded_by, created_at FROM households;

CREATE TABLE evidence_files (
    id BLOB NOT NULL PRIMARY KEY,
    household_id BLOB NOT NULL REFERENCES households (id),
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL CONSTRAINT evidence_files_size_positive CHECK (size_bytes > 0),
    sha256 BLOB NOT NULL,
    uploaded_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX evidence_files_household ON evidence_files (household_id);
CREATE INDEX evidence_files_uploaded_by ON evidence_files (uploaded_by);

CREATE TABLE consents (
    id BLOB NOT NULL PRIMARY KEY,
    household_id BLOB NOT NULL REFERENCES households (id),
    person_id BLOB NOT NULL REFERENCES household_people (id),
    purpose TEXT NOT NULL CONSTRAINT consents_purpose_known CHECK (purpose IN ('publication', 'payout', 'contact')),
    field TEXT NOT NULL CONSTRAINT consents_field_known CHECK (field IN ('alias', 'story', 'photo', 'name', 'phone', 'id_number', 'bank_account')),
    medium TEXT NOT NULL CONSTRAINT consents_medium_known CHECK (medium IN ('paper', 'voice', 'tap')),
    evidence_id BLOB REFERENCES evidence_files (id),
    guardian_id BLOB REFERENCES household_people (id),
    recorded_by BLOB NOT NULL REFERENCES users (id),
    granted_at INTEGER NOT NULL,
    withdrawn_by BLOB REFERENCES users (id),
    withdrawn_at INTEGER,
    withdrawal_reason TEXT,
    CONSTRAINT consents_paper_and_voice_have_evidence CHECK (medium = 'tap' OR evidence_id IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX consents_one_in_force ON consents (person_id, purpose, field) WHERE withdrawn_at IS NULL;
CREATE INDEX consents_household ON consents (household_id, granted_at DESC, id DESC);
CREATE INDEX consents_evidence ON consents (evidence_id);
CREATE INDEX consents_guardian ON consents (guardian_id);
CREATE INDEX consents_recorded_by ON consents (recorded_by);
CREATE INDEX consents_withdrawn_by ON consents (withdrawn_by);

CREATE TABLE household_photos (
    id BLOB NOT NULL PRIMARY KEY,
    household_id BLOB NOT NULL REFERENCES households (id),
    person_id BLOB NOT NULL REFERENCES household_people (id),
    sha256 BLOB NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    uploaded_by BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;
CREATE INDEX household_photos_household ON household_photos (household_id, created_at, id);
CREATE INDEX household_photos_person ON household_photos (person_id);
CREATE INDEX household_photos_uploaded_by ON household_photos (uploaded_by);

CREATE TABLE data_accesses (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    actor_id BLOB NOT NULL REFERENCES users (id),
    actor_role TEXT NOT NULL,
    subject_user_id BLOB REFERENCES users (id),
    subject_person_id BLOB REFERENCES household_people (id),
    village_code TEXT REFERENCES regions (code),
    fields TEXT NOT NULL,
    thing_kind TEXT NOT NULL,
    thing_id BLOB NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT data_accesses_concern_somebody CHECK (subject_user_id IS NOT NULL OR subject_person_id IS NOT NULL)
) STRICT;
CREATE INDEX data_accesses_actor ON data_accesses (actor_id);
CREATE INDEX data_accesses_user ON data_accesses (subject_user_id, seq DESC);
CREATE INDEX data_accesses_person ON data_accesses (subject_person_id, seq DESC);
CREATE INDEX data_accesses_village ON data_accesses (village_code, seq DESC);

CREATE TRIGGER data_accesses_no_update BEFORE UPDATE ON data_accesses BEGIN SELECT RAISE(ABORT, 'data_accesses is append-only'); END;
CREATE TRIGGER data_accesses_no_delete BEFORE DELETE ON data_accesses BEGIN SELECT RAISE(ABORT, 'data_accesses is append-only'); END;

-- What was filed under aliases that nobody has agreed to is filed anew.
INSERT INTO jobs (id, kind, subject_id, run_at, attempts)
SELECT randomblob(16), 'reindex_household', id, created_at, 0 FROM households;
