//! Queries of what throttles guessing.

use diesel::prelude::*;

use crate::db::schema::throttles;
use crate::db::{Conn, DbResult, native};
use crate::kernel::Instant;

/// Counts one more, from the beginning if the last one is older than `since`; gives how many there are
/// now, and until when there was to wait before. The row stays locked, so that attempts at once are
/// counted one after the other.
pub fn count(conn: &mut Conn, key: &[u8], at: Instant, since: Instant) -> DbResult<(i64, Instant)> {
    diesel::delete(throttles::table.find(key).filter(throttles::last_failure_at.lt(since))).execute(conn)?;
    let row = (
        throttles::throttle_key.eq(key),
        throttles::failures.eq(1_i64),
        throttles::last_failure_at.eq(at),
        throttles::blocked_until.eq(at),
    );
    let counted = native!(
        conn,
        diesel::insert_into(throttles::table)
            .values(row)
            .on_conflict(throttles::throttle_key)
            .do_update()
            .set((throttles::failures.eq(throttles::failures + 1), throttles::last_failure_at.eq(at)))
            .returning((throttles::failures, throttles::blocked_until))
            .get_result(conn)
    )?;
    Ok(counted)
}

/// One less, and nothing to wait for.
pub fn uncount(conn: &mut Conn, key: &[u8]) -> DbResult<()> {
    let changes =
        (throttles::failures.eq(throttles::failures - 1), throttles::blocked_until.eq(throttles::last_failure_at));
    diesel::update(throttles::table.find(key)).set(changes).execute(conn)?;
    Ok(())
}

pub fn block(conn: &mut Conn, key: &[u8], until: Instant) -> DbResult<()> {
    diesel::update(throttles::table.find(key)).set(throttles::blocked_until.eq(until)).execute(conn)?;
    Ok(())
}

pub fn delete(conn: &mut Conn, key: &[u8]) -> DbResult<()> {
    diesel::delete(throttles::table.find(key)).execute(conn)?;
    Ok(())
}

pub fn delete_older(conn: &mut Conn, than: Instant) -> DbResult<()> {
    diesel::delete(throttles::table.filter(throttles::last_failure_at.lt(than))).execute(conn)?;
    Ok(())
}
