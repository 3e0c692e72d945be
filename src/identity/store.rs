//! Queries of people.

use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::IdentityError;
use super::types::{Email, Phone};
use crate::db::schema::users;
use crate::db::{Conn, DbResult, older_than};
use crate::kernel::{Cursor, Instant, Page, UserId};
use crate::secrets::Secrets;

/// What deals with a person may show.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub display_name: String,
    /// `None` once the account was deleted.
    pub phone: Option<Phone>,
    pub email: Option<Email>,
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

/// What a sealed mail address is bound to.
pub fn email_context(id: UserId) -> String {
    format!("users.email:{id}")
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
    let row: Option<(String, Vec<u8>, Option<Vec<u8>>)> = users::table
        .find(id)
        .select((users::display_name, users::phone_sealed, users::email_sealed))
        .first(conn)
        .optional()
        .map_err(crate::db::DbError::from)?;
    let Some((display_name, phone, email)) = row else { return Ok(None) };
    let phone = match phone.is_empty() {
        true => None,
        false => Some(Phone::parse(&secrets.open(&phone_context(id), &phone)?)?),
    };
    let email = email.map(|email| secrets.open(&email_context(id), &email)).transpose()?;
    Ok(Some(Person { id, display_name, phone, email: email.map(|email| Email::parse(&email)).transpose()? }))
}

/// The name of somebody whose account is open.
pub fn find_open_account(conn: &mut Conn, id: UserId) -> DbResult<Option<String>> {
    Ok(users::table.find(id).filter(users::erased_at.is_null()).select(users::display_name).first(conn).optional()?)
}

/// Names of many people at once.
///
/// # Errors
/// Those of the database.
pub fn names(conn: &mut Conn, ids: impl IntoIterator<Item = UserId>) -> DbResult<HashMap<UserId, String>> {
    let ids: BTreeSet<UserId> = ids.into_iter().collect();
    let rows: Vec<(UserId, String)> =
        users::table.filter(users::id.eq_any(ids)).select((users::id, users::display_name)).load(conn)?;
    Ok(rows.into_iter().collect())
}

pub fn find_password_hash(conn: &mut Conn, id: UserId) -> DbResult<Option<String>> {
    Ok(users::table.find(id).filter(users::erased_at.is_null()).select(users::password_hash).first(conn).optional()?)
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

pub fn update_name(conn: &mut Conn, id: UserId, name: &str) -> DbResult<()> {
    diesel::update(users::table.find(id)).set(users::display_name.eq(name)).execute(conn)?;
    Ok(())
}

pub fn update_email(conn: &mut Conn, id: UserId, sealed: Option<Vec<u8>>) -> DbResult<()> {
    diesel::update(users::table.find(id)).set(users::email_sealed.eq(sealed)).execute(conn)?;
    Ok(())
}

pub fn update_password(conn: &mut Conn, id: UserId, hash: &str) -> DbResult<()> {
    diesel::update(users::table.find(id)).set(users::password_hash.eq(hash)).execute(conn)?;
    Ok(())
}

pub fn update_phone(conn: &mut Conn, id: UserId, sealed: Vec<u8>, index: Vec<u8>) -> DbResult<()> {
    let changes = (users::phone_sealed.eq(sealed), users::phone_index.eq(index));
    diesel::update(users::table.find(id)).set(changes).execute(conn)?;
    Ok(())
}

/// Some of these people whose name holds `words`, newest first.
pub fn list(
    conn: &mut Conn,
    ids: BTreeSet<UserId>,
    words: Option<&str>,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<UserId>> {
    let mut query = users::table
        .filter(users::id.eq_any(ids))
        .order((users::created_at.desc(), users::id.desc()))
        .limit(limit + 1)
        .select((users::id, users::created_at))
        .into_boxed();
    if let Some(words) = words {
        let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        query = query.filter(users::display_name.like(format!("%{escaped}%")).escape('\\'));
    }
    let rows: Vec<(UserId, Instant)> = older_than!(query, users::created_at, users::id, after).load(conn)?;
    let page = Page::cut(rows, limit, |(id, created_at)| Cursor::at(*created_at, *id));
    Ok(page.map(|(id, _)| id))
}
