//! Queries of uploads.

use diesel::prelude::*;

use super::UploadId;
use crate::db::schema::uploads;
use crate::db::{Conn, DbResult};
use crate::kernel::{Instant, UserId};

/// A file that comes in in pieces.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = uploads)]
pub struct Upload {
    pub id: UploadId,
    pub owner_id: UserId,
    pub size_bytes: i64,
    pub received_bytes: i64,
    pub created_at: Instant,
    pub expires_at: Instant,
}

pub fn insert(conn: &mut Conn, upload: &Upload) -> DbResult<()> {
    diesel::insert_into(uploads::table).values(upload).execute(conn)?;
    Ok(())
}

/// An upload of this person that is still open.
pub fn find_open(conn: &mut Conn, id: UploadId, owner: UserId, at: Instant) -> DbResult<Option<Upload>> {
    Ok(uploads::table
        .find(id)
        .filter(uploads::owner_id.eq(owner))
        .filter(uploads::expires_at.gt(at))
        .select(Upload::as_select())
        .first(conn)
        .optional()?)
}

pub fn count_open(conn: &mut Conn, owner: UserId, at: Instant) -> DbResult<i64> {
    let open = uploads::table.filter(uploads::owner_id.eq(owner)).filter(uploads::expires_at.gt(at));
    Ok(open.count().get_result(conn)?)
}

/// Notes what has come in; false if meanwhile another piece came, or the upload is over.
pub fn advance(conn: &mut Conn, id: UploadId, (from, to): (i64, i64), at: Instant) -> DbResult<bool> {
    let row = uploads::table
        .find(id)
        .filter(uploads::received_bytes.eq(from))
        .filter(uploads::size_bytes.ge(to))
        .filter(uploads::expires_at.gt(at));
    Ok(diesel::update(row).set(uploads::received_bytes.eq(to)).execute(conn)? == 1)
}

/// Ends an upload; false if it was over.
pub fn end(conn: &mut Conn, id: UploadId, at: Instant) -> DbResult<bool> {
    let row = uploads::table.find(id).filter(uploads::expires_at.gt(at));
    Ok(diesel::update(row).set(uploads::expires_at.eq(at)).execute(conn)? == 1)
}

pub fn delete(conn: &mut Conn, id: UploadId) -> DbResult<()> {
    diesel::delete(uploads::table.find(id)).execute(conn)?;
    Ok(())
}
