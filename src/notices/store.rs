//! Queries of messages.

use diesel::prelude::*;

use crate::db::schema::notices;
use crate::db::{Conn, DbResult};
use crate::kernel::{Id, Instant};
use crate::notifier::Channel;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = notices)]
pub struct Notice {
    pub id: Id<Notice>,
    pub channel: Channel,
    pub message_sealed: Vec<u8>,
    pub created_at: Instant,
}

pub fn insert(conn: &mut Conn, notice: &Notice) -> DbResult<()> {
    diesel::insert_into(notices::table).values(notice).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: Id<Notice>) -> DbResult<Option<Notice>> {
    Ok(notices::table.find(id).select(Notice::as_select()).first(conn).optional()?)
}

pub fn delete(conn: &mut Conn, id: Id<Notice>) -> DbResult<()> {
    diesel::delete(notices::table.find(id)).execute(conn)?;
    Ok(())
}
