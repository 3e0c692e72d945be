//! Queries of sessions and their refresh tokens.

use diesel::prelude::*;

use super::sessions::SessionId;
use crate::db::schema::{refresh_tokens, sessions, users};
use crate::db::{Conn, DbResult};
use crate::kernel::{Instant, UserId};

/// Where somebody is signed in.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
#[diesel(treat_none_as_default_value = false)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    /// What its owner knows it by: Chrome, Android.
    pub device: String,
    pub began_at: Instant,
    pub last_used_at: Instant,
    /// When a second factor was shown; staff act only with one.
    pub second_factor_at: Option<Instant>,
}

pub fn insert(conn: &mut Conn, session: &Session) -> DbResult<()> {
    diesel::insert_into(sessions::table).values(session).execute(conn)?;
    Ok(())
}

/// The session, unless it has ended. A log-in that overtakes the deletion of its account opens nothing.
pub fn find_open(conn: &mut Conn, id: SessionId) -> DbResult<Option<Session>> {
    Ok(sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(id))
        .filter(sessions::ended_at.is_null())
        .filter(users::erased_at.is_null())
        .select(Session::as_select())
        .first(conn)
        .optional()?)
}

/// Where somebody is signed in, last used first.
pub fn list_open(conn: &mut Conn, user_id: UserId) -> DbResult<Vec<Session>> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::ended_at.is_null())
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .select(Session::as_select())
        .load(conn)?)
}

pub fn update_used(conn: &mut Conn, id: SessionId, at: Instant) -> DbResult<()> {
    diesel::update(sessions::table.find(id)).set(sessions::last_used_at.eq(at)).execute(conn)?;
    Ok(())
}

pub fn update_second_factor(conn: &mut Conn, id: SessionId, at: Instant) -> DbResult<()> {
    diesel::update(sessions::table.find(id)).set(sessions::second_factor_at.eq(at)).execute(conn)?;
    Ok(())
}

/// Ends a session and takes its tokens away; false if it had ended.
pub fn end(conn: &mut Conn, id: SessionId, at: Instant, reason: &str) -> DbResult<bool> {
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::session_id.eq(id))).execute(conn)?;
    let open = sessions::table.find(id).filter(sessions::ended_at.is_null());
    Ok(diesel::update(open).set((sessions::ended_at.eq(at), sessions::end_reason.eq(reason))).execute(conn)? == 1)
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = refresh_tokens)]
#[diesel(treat_none_as_default_value = false)]
pub struct RefreshRow {
    pub token_hash: Vec<u8>,
    pub session_id: SessionId,
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

/// Clears away tokens that have run out, and sessions that have ended, or rested, since before a moment.
pub fn delete_over(conn: &mut Conn, at: Instant, before: Instant) -> DbResult<()> {
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::expires_at.le(at))).execute(conn)?;
    let with_tokens = refresh_tokens::table.select(refresh_tokens::session_id);
    let over = sessions::table.filter(sessions::last_used_at.lt(before)).filter(sessions::id.ne_all(with_tokens));
    diesel::delete(over).execute(conn)?;
    Ok(())
}
