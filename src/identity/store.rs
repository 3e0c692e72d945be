//! Queries of people and grants.

use diesel::prelude::*;

use super::IdentityError;
use super::types::{Grant, Phone};
use crate::db::schema::{grants, users};
use crate::db::{Conn, DbResult};
use crate::kernel::{Id, Instant, RegionCode, Role, UserId};
use crate::secrets::Secrets;

/// What deals with a person may show.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub display_name: String,
    pub phone: Phone,
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub struct UserRow<'a> {
    pub id: UserId,
    pub phone_sealed: Vec<u8>,
    pub phone_index: Vec<u8>,
    pub display_name: &'a str,
    pub password_hash: &'a str,
    pub created_at: Instant,
}

pub fn insert_user(conn: &mut Conn, row: &UserRow<'_>) -> DbResult<()> {
    diesel::insert_into(users::table).values(row).execute(conn)?;
    Ok(())
}

/// What a sealed phone number is bound to.
pub fn phone_context(id: UserId) -> String {
    format!("users.phone:{id}")
}

pub fn find_user_by_phone(conn: &mut Conn, phone_index: &[u8]) -> DbResult<Option<(UserId, String)>> {
    Ok(users::table
        .filter(users::phone_index.eq(phone_index))
        .select((users::id, users::password_hash))
        .first(conn)
        .optional()?)
}

/// # Errors
/// Those of the database, and [`IdentityError::Secrets`] for a number sealed with another key.
pub fn find_person(conn: &mut Conn, secrets: &Secrets, id: UserId) -> Result<Option<Person>, IdentityError> {
    let row: Option<(String, Vec<u8>)> = users::table
        .find(id)
        .select((users::display_name, users::phone_sealed))
        .first(conn)
        .optional()
        .map_err(crate::db::DbError::from)?;
    let Some((display_name, sealed)) = row else { return Ok(None) };
    let phone = Phone::parse(&secrets.open(&phone_context(id), &sealed)?)?;
    Ok(Some(Person { id, display_name, phone }))
}

pub fn insert_grant(
    conn: &mut Conn,
    id: Id<Grant>,
    user_id: UserId,
    grant: &Grant,
    by: Option<UserId>,
    at: Instant,
) -> DbResult<()> {
    diesel::insert_into(grants::table)
        .values((
            grants::id.eq(id),
            grants::user_id.eq(user_id),
            grants::role.eq(grant.role),
            grants::region_code.eq(&grant.region_code),
            grants::valid_from.eq(at),
            grants::granted_by.eq(by),
            grants::granted_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn list_grants(conn: &mut Conn, user_id: UserId, at: Instant) -> DbResult<Vec<Grant>> {
    let rows: Vec<(Role, RegionCode)> = grants::table
        .filter(grants::user_id.eq(user_id))
        .filter(grants::revoked_at.is_null())
        .filter(grants::valid_from.le(at))
        .filter(grants::valid_until.is_null().or(grants::valid_until.gt(at)))
        .order((grants::role, grants::region_code))
        .select((grants::role, grants::region_code))
        .load(conn)?;
    Ok(rows.into_iter().map(|(role, region_code)| Grant { role, region_code }).collect())
}
