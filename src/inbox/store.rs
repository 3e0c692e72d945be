//! Queries of messages and of what was read.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{Kind, Mailbox, MessageId};
use crate::db::schema::{inbox_marks, inbox_messages, inbox_silences};
use crate::db::{Conn, DbResult, INSERT_CHUNK, lies_in, native, newest_in_scope, older_than};
use crate::kernel::{Any, Cursor, Id, Instant, Money, Page, RegionCode, Role, Scope, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = inbox_messages)]
#[diesel(treat_none_as_default_value = false)]
pub struct Message {
    pub id: MessageId,
    /// To whom it goes, if not to a role at a place.
    pub user_id: Option<UserId>,
    pub role: Option<Role>,
    pub region_code: Option<RegionCode>,
    pub kind: Kind,
    pub thing_id: Id<Any>,
    pub number: Option<String>,
    pub amount_fen: Option<Money>,
    pub created_at: Instant,
}

pub fn insert_all(conn: &mut Conn, messages: &[Message]) -> DbResult<()> {
    for rows in messages.chunks(INSERT_CHUNK) {
        native!(conn, diesel::insert_into(inbox_messages::table).values(rows).execute(conn))?;
    }
    Ok(())
}

pub fn find(conn: &mut Conn, id: MessageId) -> DbResult<Option<Message>> {
    Ok(inbox_messages::table.find(id).select(Message::as_select()).first(conn).optional()?)
}

pub fn list_of(conn: &mut Conn, user_id: UserId, limit: i64, after: Option<Cursor>) -> DbResult<Page<Message>> {
    let query = inbox_messages::table
        .filter(inbox_messages::user_id.eq(user_id))
        .order((inbox_messages::created_at.desc(), inbox_messages::id.desc()))
        .limit(limit + 1)
        .select(Message::as_select())
        .into_boxed();
    let rows = older_than!(query, inbox_messages::created_at, inbox_messages::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Message| Cursor::at(last.created_at, last.id)))
}

/// All that somebody was told as a person, oldest first.
///
/// # Errors
/// Those of the database.
pub fn list_all_of(conn: &mut Conn, user_id: UserId) -> DbResult<Vec<Message>> {
    Ok(inbox_messages::table
        .filter(inbox_messages::user_id.eq(user_id))
        .order((inbox_messages::created_at, inbox_messages::id))
        .select(Message::as_select())
        .load(conn)?)
}

pub fn list_of_role(
    conn: &mut Conn,
    (role, scope): (Role, &Scope),
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Message>> {
    let load = |region: &RegionCode| {
        let query = inbox_messages::table
            .filter(lies_in!(inbox_messages::region_code.assume_not_null(), region))
            .filter(inbox_messages::role.eq(role))
            .order((inbox_messages::created_at.desc(), inbox_messages::id.desc()))
            .limit(limit + 1)
            .select(Message::as_select())
            .into_boxed();
        Ok(older_than!(query, inbox_messages::created_at, inbox_messages::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Message| Cursor::at(last.created_at, last.id))
}

/// How many messages are newer than a moment, counted up to `most`.
pub fn count_newer(conn: &mut Conn, user_id: UserId, than: Instant, most: i64) -> DbResult<usize> {
    let newer = inbox_messages::table
        .filter(inbox_messages::user_id.eq(user_id))
        .filter(inbox_messages::created_at.gt(than))
        .limit(most)
        .select(inbox_messages::id);
    Ok(newer.load::<MessageId>(conn)?.len())
}

/// The same of a role's messages.
pub fn count_newer_of_role(
    conn: &mut Conn,
    (role, scope): (Role, &Scope),
    than: Instant,
    most: i64,
) -> DbResult<usize> {
    let mut count = 0;
    for region in scope.regions() {
        let newer = inbox_messages::table
            .filter(lies_in!(inbox_messages::region_code.assume_not_null(), region))
            .filter(inbox_messages::role.eq(role))
            .filter(inbox_messages::created_at.gt(than))
            .limit(most)
            .select(inbox_messages::id);
        count += newer.load::<MessageId>(conn)?.len();
    }
    Ok(count)
}

/// Up to when somebody has read a box.
pub fn find_mark(conn: &mut Conn, user_id: UserId, of: Mailbox) -> DbResult<Option<Instant>> {
    Ok(inbox_marks::table.find((user_id, of)).select(inbox_marks::read_until).first(conn).optional()?)
}

/// What was read stays read.
pub fn mark(conn: &mut Conn, user_id: UserId, of: Mailbox, until: Instant) -> DbResult<()> {
    if find_mark(conn, user_id, of)?.is_some_and(|known| known >= until) {
        return Ok(());
    }
    let row = (inbox_marks::user_id.eq(user_id), inbox_marks::box_name.eq(of), inbox_marks::read_until.eq(until));
    native!(
        conn,
        diesel::insert_into(inbox_marks::table)
            .values(row)
            .on_conflict((inbox_marks::user_id, inbox_marks::box_name))
            .do_update()
            .set(inbox_marks::read_until.eq(excluded(inbox_marks::read_until)))
            .execute(conn)
    )?;
    Ok(())
}

/// Whether somebody wants no messages on their phone.
pub fn is_silent(conn: &mut Conn, user_id: UserId) -> DbResult<bool> {
    let row: Option<UserId> =
        inbox_silences::table.find(user_id).select(inbox_silences::user_id).first(conn).optional()?;
    Ok(row.is_some())
}

pub fn silence(conn: &mut Conn, user_id: UserId, since: Instant) -> DbResult<()> {
    let row = (inbox_silences::user_id.eq(user_id), inbox_silences::since.eq(since));
    native!(conn, diesel::insert_into(inbox_silences::table).values(row).on_conflict_do_nothing().execute(conn))?;
    Ok(())
}

pub fn unsilence(conn: &mut Conn, user_id: UserId) -> DbResult<()> {
    diesel::delete(inbox_silences::table.find(user_id)).execute(conn)?;
    Ok(())
}

pub fn delete_all_of(conn: &mut Conn, user_id: UserId) -> DbResult<()> {
    diesel::delete(inbox_messages::table.filter(inbox_messages::user_id.eq(user_id))).execute(conn)?;
    diesel::delete(inbox_marks::table.filter(inbox_marks::user_id.eq(user_id))).execute(conn)?;
    diesel::delete(inbox_silences::table.find(user_id)).execute(conn)?;
    Ok(())
}

pub fn delete_older(conn: &mut Conn, than: Instant) -> DbResult<()> {
    diesel::delete(inbox_messages::table.filter(inbox_messages::created_at.lt(than))).execute(conn)?;
    Ok(())
}
