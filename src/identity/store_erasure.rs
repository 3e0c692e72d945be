//! Queries of all that is kept of one account, and those that erase it.

use diesel::prelude::*;

use super::types::ERASED_NAME;
use crate::db::schema::{grants, one_time_codes, recovery_codes, second_factors, sessions, users};
use crate::db::{Conn, DbResult};
use crate::kernel::{Instant, RegionCode, Role, UserId};

/// An account as it is stored.
#[derive(Queryable)]
pub struct AccountRow {
    pub display_name: String,
    pub phone_sealed: Vec<u8>,
    pub email_sealed: Option<Vec<u8>>,
    pub created_at: Instant,
}

pub fn find_account(conn: &mut Conn, id: UserId) -> DbResult<Option<AccountRow>> {
    Ok(users::table
        .find(id)
        .select((users::display_name, users::phone_sealed, users::email_sealed, users::created_at))
        .first(conn)
        .optional()?)
}

/// Locks an account against everything that is about to belong to it, until the transaction ends; false if it
/// was deleted. SQLite has one writer anyway.
pub fn lock(conn: &mut Conn, id: UserId) -> DbResult<bool> {
    let living = users::table.find(id).filter(users::erased_at.is_null()).select(users::id);
    let found: Option<UserId> = match conn {
        Conn::Pg(conn) => living.for_update().first(conn).optional()?,
        Conn::Sqlite(conn) => living.first(conn).optional()?,
    };
    Ok(found.is_some())
}

/// Keeps administrators from leaving until the transaction ends. SQLite has one writer anyway.
pub fn lock_administrators(conn: &mut Conn) -> DbResult<()> {
    if let Conn::Pg(conn) = conn {
        let standing = grants::table.filter(grants::role.eq(Role::Administrator)).filter(grants::revoked_at.is_null());
        standing.order(grants::id).select(grants::user_id).for_no_key_update().load::<UserId>(conn)?;
    }
    Ok(())
}

/// Who is an administrator at a moment.
pub fn list_administrators(conn: &mut Conn, at: Instant) -> DbResult<Vec<UserId>> {
    Ok(grants::table
        .filter(grants::role.eq(Role::Administrator))
        .filter(grants::revoked_at.is_null())
        .filter(grants::valid_from.le(at))
        .filter(grants::valid_until.is_null().or(grants::valid_until.gt(at)))
        .select(grants::user_id)
        .load(conn)?)
}

/// When a second factor was set up and confirmed.
pub fn find_second_factor(conn: &mut Conn, id: UserId) -> DbResult<Option<(Instant, Option<Instant>)>> {
    let times = (second_factors::created_at, second_factors::confirmed_at);
    Ok(second_factors::table.find(id).select(times).first(conn).optional()?)
}

/// From when, until when, since when known, when taken back.
pub type GrantTimes = (Instant, Option<Instant>, Instant, Option<Instant>);

/// All that was ever entrusted to somebody.
pub fn list_grants(conn: &mut Conn, id: UserId) -> DbResult<Vec<(Role, RegionCode, GrantTimes)>> {
    Ok(grants::table
        .filter(grants::user_id.eq(id))
        .order((grants::granted_at, grants::id))
        .select((
            grants::role,
            grants::region_code,
            (grants::valid_from, grants::valid_until, grants::granted_at, grants::revoked_at),
        ))
        .load(conn)?)
}

/// A session as its owner may read it, also when it has ended.
#[derive(Queryable)]
pub struct SessionRow {
    pub device: String,
    pub began_at: Instant,
    pub last_used_at: Instant,
    pub second_factor_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    pub end_reason: Option<String>,
}

pub fn list_sessions(conn: &mut Conn, id: UserId) -> DbResult<Vec<SessionRow>> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(id))
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .select((
            sessions::device,
            sessions::began_at,
            sessions::last_used_at,
            sessions::second_factor_at,
            sessions::ended_at,
            sessions::end_reason,
        ))
        .load(conn)?)
}

/// Takes back what is entrusted to somebody; gives what it was.
pub fn revoke_grants(conn: &mut Conn, id: UserId, at: Instant) -> DbResult<Vec<(Role, RegionCode)>> {
    let standing = grants::table.filter(grants::user_id.eq(id)).filter(grants::revoked_at.is_null());
    let held = standing.order(grants::id).select((grants::role, grants::region_code)).load(conn)?;
    diesel::update(standing).set((grants::revoked_at.eq(at), grants::revoked_by.eq(id))).execute(conn)?;
    Ok(held)
}

/// Empties everything that says who somebody was. The row stays: orders and the log point to it.
pub fn erase(conn: &mut Conn, id: UserId, phone_index: Vec<u8>, at: Instant) -> DbResult<()> {
    diesel::delete(second_factors::table.find(id)).execute(conn)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(id))).execute(conn)?;
    diesel::delete(one_time_codes::table.filter(one_time_codes::user_id.eq(id))).execute(conn)?;
    diesel::update(sessions::table.filter(sessions::user_id.eq(id))).set(sessions::device.eq("")).execute(conn)?;
    diesel::update(users::table.find(id))
        .set((
            users::display_name.eq(ERASED_NAME),
            users::phone_sealed.eq(Vec::new()),
            users::phone_index.eq(phone_index),
            users::email_sealed.eq(None::<Vec<u8>>),
            users::password_hash.eq("!"),
            users::erased_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}
