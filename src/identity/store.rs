//! Queries of people, grants and sessions.

use diesel::prelude::*;

use super::IdentityError;
use super::types::{Grant, Phone};
use crate::db::schema::{grants, refresh_tokens, users};
use crate::db::{Conn, DbResult};
use crate::kernel::{Id, Instant, RegionCode, Role, UserId};
use crate::secrets::Secrets;

/// One log-in and all the tokens that followed from it.
pub enum Family {}

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
            grants::granted_by.eq(by),
            grants::granted_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn list_grants(conn: &mut Conn, user_id: UserId) -> DbResult<Vec<Grant>> {
    let rows: Vec<(Role, RegionCode)> = grants::table
        .filter(grants::user_id.eq(user_id))
        .order((grants::role, grants::region_code))
        .select((grants::role, grants::region_code))
        .load(conn)?;
    Ok(rows.into_iter().map(|(role, region_code)| Grant { role, region_code }).collect())
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = refresh_tokens)]
#[diesel(treat_none_as_default_value = false)]
pub struct RefreshRow {
    pub token_hash: Vec<u8>,
    pub family_id: Id<Family>,
    pub user_id: UserId,
    pub issued_at: Instant,
    pub expires_at: Instant,
    pub used_at: Option<Instant>,
}

pub fn insert_refresh(conn: &mut Conn, row: &RefreshRow) -> DbResult<()> {
    diesel::insert_into(refresh_tokens::table).values(row).execute(conn)?;
    Ok(())
}

pub fn find_refresh(conn: &mut Conn, token_hash: &[u8]) -> DbResult<Option<RefreshRow>> {
    Ok(refresh_tokens::table.find(token_hash).select(RefreshRow::as_select()).first(conn).optional()?)
}

/// Uses a token up; false if it was used already.
pub fn use_refresh(conn: &mut Conn, token_hash: &[u8], at: Instant) -> DbResult<bool> {
    let unused = refresh_tokens::table.find(token_hash).filter(refresh_tokens::used_at.is_null());
    Ok(diesel::update(unused).set(refresh_tokens::used_at.eq(at)).execute(conn)? == 1)
}

/// Ends a log-in: none of its tokens is good any more.
pub fn delete_family(conn: &mut Conn, family_id: Id<Family>) -> DbResult<()> {
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::family_id.eq(family_id))).execute(conn)?;
    Ok(())
}
