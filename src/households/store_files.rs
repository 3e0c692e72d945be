//! Queries of evidence files and of pictures of people.

use diesel::prelude::*;

use super::types::{Field, Purpose};
use super::{EvidenceId, HouseholdId, PersonId, PictureId};
use crate::db::schema::{consents, evidence_files, household_people, household_photos};
use crate::db::{Conn, DbResult};
use crate::kernel::{Instant, UserId};

/// A file that shows a consent.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = evidence_files)]
pub struct Evidence {
    pub id: EvidenceId,
    pub household_id: HouseholdId,
    pub media_type: String,
    pub size_bytes: i64,
    pub sha256: Vec<u8>,
    pub uploaded_by: UserId,
    pub created_at: Instant,
}

pub fn insert_evidence(conn: &mut Conn, evidence: &Evidence) -> DbResult<()> {
    diesel::insert_into(evidence_files::table).values(evidence).execute(conn)?;
    Ok(())
}

pub fn find_evidence(conn: &mut Conn, id: EvidenceId) -> DbResult<Option<Evidence>> {
    Ok(evidence_files::table.find(id).select(Evidence::as_select()).first(conn).optional()?)
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = household_photos)]
#[diesel(treat_none_as_default_value = false)]
pub struct NewPicture {
    pub id: PictureId,
    pub household_id: HouseholdId,
    pub person_id: PersonId,
    pub sha256: Vec<u8>,
    pub width: i64,
    pub height: i64,
    pub uploaded_by: UserId,
    pub created_at: Instant,
    pub placeholder: Option<Vec<u8>>,
}

pub fn insert_picture(conn: &mut Conn, picture: &NewPicture) -> DbResult<()> {
    diesel::insert_into(household_photos::table).values(picture).execute(conn)?;
    Ok(())
}

/// A picture of somebody, with what says whether the public may see it.
#[derive(Debug, Clone, Queryable)]
pub struct Picture {
    pub id: PictureId,
    pub household_id: HouseholdId,
    pub person_id: PersonId,
    pub width: i64,
    pub height: i64,
    pub placeholder: Option<Vec<u8>>,
    pub is_minor: bool,
    /// Of the consent in force.
    pub agreed_at: Option<Instant>,
    pub guardian_id: Option<PersonId>,
}

impl Picture {
    /// Whether the person agrees now that it is shown, and for a minor a guardian does.
    pub const fn is_public(&self) -> bool {
        self.agreed_at.is_some() && (!self.is_minor || self.guardian_id.is_some())
    }
}

#[diesel::dsl::auto_type]
fn pictures() -> _ {
    let purpose: Purpose = Purpose::Publication;
    let field: Field = Field::Photo;
    household_photos::table.inner_join(household_people::table).left_join(
        consents::table.on(consents::person_id
            .eq(household_photos::person_id)
            .and(consents::purpose.eq(purpose))
            .and(consents::field.eq(field))
            .and(consents::withdrawn_at.is_null())),
    )
}

#[diesel::dsl::auto_type]
fn picture() -> _ {
    (
        household_photos::id,
        household_photos::household_id,
        household_photos::person_id,
        household_photos::width,
        household_photos::height,
        household_photos::placeholder,
        household_people::is_minor,
        consents::granted_at.nullable(),
        consents::guardian_id.nullable(),
    )
}

/// A picture of the household that was not removed.
pub fn find_picture(conn: &mut Conn, household_id: HouseholdId, id: PictureId) -> DbResult<Option<Picture>> {
    Ok(pictures()
        .filter(household_photos::id.eq(id))
        .filter(household_photos::household_id.eq(household_id))
        .filter(household_photos::removed_at.is_null())
        .select(picture())
        .first(conn)
        .optional()?)
}

/// The pictures of households, oldest first.
pub fn list_pictures(conn: &mut Conn, ids: &[HouseholdId]) -> DbResult<Vec<Picture>> {
    Ok(pictures()
        .filter(household_photos::household_id.eq_any(ids))
        .filter(household_photos::removed_at.is_null())
        .order((household_photos::created_at, household_photos::id))
        .select(picture())
        .load(conn)?)
}

/// Takes a picture away; false if it was gone.
pub fn remove_picture(conn: &mut Conn, id: PictureId, at: Instant) -> DbResult<bool> {
    let row = household_photos::table.find(id).filter(household_photos::removed_at.is_null());
    Ok(diesel::update(row).set(household_photos::removed_at.eq(at)).execute(conn)? == 1)
}

/// Pictures of one person that were not removed.
pub fn list_pictures_of(conn: &mut Conn, person_id: PersonId) -> DbResult<Vec<PictureId>> {
    Ok(household_photos::table
        .filter(household_photos::person_id.eq(person_id))
        .filter(household_photos::removed_at.is_null())
        .order((household_photos::created_at, household_photos::id))
        .select(household_photos::id)
        .load(conn)?)
}
