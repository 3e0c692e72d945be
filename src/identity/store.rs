//! Queries of people and grants.

use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

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
    /// `None` once the account was deleted.
    pub phone: Option<Phone>,
}

impl Person {
    #[must_use]
    pub fn phone_masked(&self) -> Option<String> {
        self.phone.as_ref().map(Phone::masked)
    }
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
    let phone = match sealed.is_empty() {
        true => None,
        false => Some(Phone::parse(&secrets.open(&phone_context(id), &sealed)?)?),
    };
    Ok(Some(Person { id, display_name, phone }))
}

/// What people are called.
///
/// # Errors
/// Those of the database.
pub fn names(conn: &mut Conn, ids: &[UserId]) -> DbResult<HashMap<UserId, String>> {
    let rows: Vec<(UserId, String)> =
        users::table.filter(users::id.eq_any(ids)).select((users::id, users::display_name)).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Which of these people have not deleted their account. On PostgreSQL nobody deletes one of them until the
/// transaction ends.
///
/// # Errors
/// Those of the database.
pub fn list_living(conn: &mut Conn, ids: &[UserId]) -> DbResult<HashSet<UserId>> {
    let living = users::table.filter(users::id.eq_any(ids)).filter(users::erased_at.is_null()).select(users::id);
    let rows: Vec<UserId> = match conn {
        Conn::Pg(conn) => living.for_key_share().load(conn)?,
        Conn::Sqlite(conn) => living.load(conn)?,
    };
    Ok(rows.into_iter().collect())
}

/// The digest under which somebody's number is found; `None` if there is nobody.
///
/// # Errors
/// Those of the database.
pub fn find_phone_index(conn: &mut Conn, id: UserId) -> DbResult<Option<Vec<u8>>> {
    Ok(users::table.find(id).filter(users::erased_at.is_null()).select(users::phone_index).first(conn).optional()?)
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
