//! Queries of second factors, recovery codes and one-time codes.

use diesel::prelude::*;

use super::codes::Purpose;
use crate::db::schema::{one_time_codes, recovery_codes, second_factors};
use crate::db::{Conn, DbResult, native};
use crate::kernel::{Id, Instant, UserId};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = second_factors)]
#[diesel(treat_none_as_default_value = false)]
pub struct FactorRow {
    pub user_id: UserId,
    /// The app that counts.
    pub secret_sealed: Option<Vec<u8>>,
    /// The app that is being set up.
    pub pending_sealed: Option<Vec<u8>>,
    pub created_at: Instant,
    pub confirmed_at: Option<Instant>,
    pub last_step: Option<i64>,
}

pub fn is_confirmed(conn: &mut Conn, user_id: UserId) -> DbResult<bool> {
    let confirmed = second_factors::table.find(user_id).filter(second_factors::confirmed_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(confirmed)).get_result(conn)?)
}

pub fn find(conn: &mut Conn, user_id: UserId) -> DbResult<Option<FactorRow>> {
    Ok(second_factors::table.find(user_id).select(FactorRow::as_select()).first(conn).optional()?)
}

/// Puts a factor in the place of the one there is.
pub fn replace(conn: &mut Conn, row: &FactorRow) -> DbResult<()> {
    delete(conn, row.user_id)?;
    diesel::insert_into(second_factors::table).values(row).execute(conn)?;
    Ok(())
}

/// Uses a step up; false if it, or a later one, was used before.
pub fn use_step(conn: &mut Conn, user_id: UserId, step: i64) -> DbResult<bool> {
    let unused = second_factors::table
        .find(user_id)
        .filter(second_factors::last_step.is_null().or(second_factors::last_step.lt(step)));
    Ok(diesel::update(unused).set(second_factors::last_step.eq(step)).execute(conn)? == 1)
}

pub fn delete(conn: &mut Conn, user_id: UserId) -> DbResult<()> {
    diesel::delete(second_factors::table.find(user_id)).execute(conn)?;
    Ok(())
}

/// Puts recovery codes in the place of those there are.
pub fn replace_recovery(conn: &mut Conn, user_id: UserId, hashes: &[Vec<u8>]) -> DbResult<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user_id))).execute(conn)?;
    let rows: Vec<_> =
        hashes.iter().map(|hash| (recovery_codes::user_id.eq(user_id), recovery_codes::code_hash.eq(hash))).collect();
    native!(conn, diesel::insert_into(recovery_codes::table).values(&rows).execute(conn))?;
    Ok(())
}

/// Uses a recovery code up; false if there is none such, or it was used.
pub fn use_recovery(conn: &mut Conn, user_id: UserId, hash: &[u8], at: Instant) -> DbResult<bool> {
    let unused = recovery_codes::table.find((user_id, hash)).filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(unused).set(recovery_codes::used_at.eq(at)).execute(conn)? == 1)
}

pub fn count_recovery(conn: &mut Conn, user_id: UserId) -> DbResult<i64> {
    let left = recovery_codes::table.filter(recovery_codes::user_id.eq(user_id));
    Ok(left.filter(recovery_codes::used_at.is_null()).count().get_result(conn)?)
}

/// A code on its way to somebody: one a person and purpose.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = one_time_codes)]
#[diesel(treat_none_as_default_value = false)]
pub struct CodeRow {
    pub id: Id<CodeRow>,
    pub user_id: UserId,
    pub purpose: Purpose,
    pub code_hash: Vec<u8>,
    pub phone_sealed: Option<Vec<u8>>,
    pub tries: i64,
    pub created_at: Instant,
    pub expires_at: Instant,
}

pub fn replace_code(conn: &mut Conn, row: &CodeRow) -> DbResult<()> {
    delete_code(conn, row.user_id, row.purpose)?;
    diesel::insert_into(one_time_codes::table).values(row).execute(conn)?;
    Ok(())
}

pub fn find_code(conn: &mut Conn, user_id: UserId, purpose: Purpose) -> DbResult<Option<CodeRow>> {
    Ok(one_time_codes::table
        .filter(one_time_codes::user_id.eq(user_id))
        .filter(one_time_codes::purpose.eq(purpose))
        .select(CodeRow::as_select())
        .first(conn)
        .optional()?)
}

/// Counts a try and gives the code as it was; `None` when there is none. The row stays locked, so that
/// tries at once are counted one after the other.
pub fn try_code(conn: &mut Conn, user_id: UserId, purpose: Purpose) -> DbResult<Option<CodeRow>> {
    let row =
        one_time_codes::table.filter(one_time_codes::user_id.eq(user_id)).filter(one_time_codes::purpose.eq(purpose));
    diesel::update(row).set(one_time_codes::tries.eq(one_time_codes::tries + 1)).execute(conn)?;
    Ok(row.select(CodeRow::as_select()).first(conn).optional()?)
}

pub fn delete_code(conn: &mut Conn, user_id: UserId, purpose: Purpose) -> DbResult<()> {
    let row =
        one_time_codes::table.filter(one_time_codes::user_id.eq(user_id)).filter(one_time_codes::purpose.eq(purpose));
    diesel::delete(row).execute(conn)?;
    Ok(())
}

pub fn delete_expired(conn: &mut Conn, at: Instant) -> DbResult<()> {
    diesel::delete(one_time_codes::table.filter(one_time_codes::expires_at.le(at))).execute(conn)?;
    Ok(())
}

/// All that shows who somebody is, besides the password.
pub fn delete_all(conn: &mut Conn, user_id: UserId) -> DbResult<()> {
    delete(conn, user_id)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user_id))).execute(conn)?;
    diesel::delete(one_time_codes::table.filter(one_time_codes::user_id.eq(user_id))).execute(conn)?;
    Ok(())
}
