//! Queries of streams.

use diesel::prelude::*;
use std::collections::HashMap;

use super::{Platform, StreamId, StreamState};
use crate::catalog::ListingId;
use crate::db::schema::{stream_listings, streams};
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::kernel::{Cursor, Instant, Page, RegionCode, Scope, UserId, is_code};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = streams)]
#[diesel(treat_none_as_default_value = false)]
pub struct Stream {
    pub id: StreamId,
    pub code: String,
    pub village_code: RegionCode,
    pub operator_id: UserId,
    pub state: StreamState,
    pub title: String,
    pub platform: Platform,
    pub url: String,
    pub host_name: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub started_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    pub replay_url: Option<String>,
    pub created_at: Instant,
}

pub fn insert(conn: &mut Conn, stream: &Stream, listing_ids: &[ListingId]) -> DbResult<()> {
    diesel::insert_into(streams::table).values(stream).execute(conn)?;
    for (position, listing_id) in (0_i64..).zip(listing_ids) {
        diesel::insert_into(stream_listings::table)
            .values((
                stream_listings::stream_id.eq(stream.id),
                stream_listings::position.eq(position),
                stream_listings::listing_id.eq(listing_id),
            ))
            .execute(conn)?;
    }
    Ok(())
}

pub fn find(conn: &mut Conn, id: StreamId) -> DbResult<Option<Stream>> {
    Ok(streams::table.find(id).select(Stream::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn find_by_code(conn: &mut Conn, code: &str) -> DbResult<Option<Stream>> {
    if !is_code(code) {
        return Ok(None);
    }
    Ok(streams::table.filter(streams::code.eq(code)).select(Stream::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn list_by_code(conn: &mut Conn, codes: &[String]) -> DbResult<Vec<Stream>> {
    let codes = codes.iter().filter(|code| is_code(code));
    Ok(streams::table.filter(streams::code.eq_any(codes)).select(Stream::as_select()).load(conn)?)
}

/// Codes and titles of streams, for what mentions them.
///
/// # Errors
/// Those of the database.
pub fn titles(conn: &mut Conn, ids: &[StreamId]) -> DbResult<HashMap<StreamId, (String, String)>> {
    let rows: Vec<(StreamId, String, String)> = streams::table
        .filter(streams::id.eq_any(ids))
        .select((streams::id, streams::code, streams::title))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, code, title)| (id, (code, title))).collect())
}

/// The goods of streams, in the order in which the coordinator listed them.
///
/// # Errors
/// Those of the database.
pub fn list_listing_ids(conn: &mut Conn, ids: &[StreamId]) -> DbResult<HashMap<StreamId, Vec<ListingId>>> {
    let rows: Vec<(StreamId, ListingId)> = stream_listings::table
        .filter(stream_listings::stream_id.eq_any(ids))
        .order((stream_listings::stream_id, stream_listings::position))
        .select((stream_listings::stream_id, stream_listings::listing_id))
        .load(conn)?;
    let mut listings: HashMap<StreamId, Vec<ListingId>> = HashMap::new();
    for (stream_id, listing_id) in rows {
        listings.entry(stream_id).or_default().push(listing_id);
    }
    Ok(listings)
}

/// Moves a stream from one state to another; false if it was no longer in the first.
pub fn update_state(
    conn: &mut Conn,
    id: StreamId,
    (from, to): (StreamState, StreamState),
    replay_url: Option<&str>,
    at: Instant,
) -> DbResult<bool> {
    let row = streams::table.find(id).filter(streams::state.eq(from));
    let moved = match to {
        StreamState::Live => {
            diesel::update(row).set((streams::state.eq(to), streams::started_at.eq(at))).execute(conn)?
        }
        _ => diesel::update(row)
            .set((streams::state.eq(to), streams::ended_at.eq(at), streams::replay_url.eq(replay_url)))
            .execute(conn)?,
    };
    Ok(moved == 1)
}

pub fn list(conn: &mut Conn, states: &[StreamState], limit: i64, after: Option<Cursor>) -> DbResult<Page<Stream>> {
    let query = streams::table
        .filter(streams::state.eq_any(states))
        .order((streams::starts_at.desc(), streams::id.desc()))
        .limit(limit + 1)
        .select(Stream::as_select())
        .into_boxed();
    let rows = older_than!(query, streams::starts_at, streams::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Stream| Cursor::at(last.starts_at, last.id)))
}

pub fn list_in_scope(conn: &mut Conn, scope: &Scope, limit: i64, after: Option<Cursor>) -> DbResult<Page<Stream>> {
    let load = |region: &RegionCode| {
        let query = streams::table
            .filter(lies_in!(streams::village_code, region))
            .order((streams::starts_at.desc(), streams::id.desc()))
            .limit(limit + 1)
            .select(Stream::as_select())
            .into_boxed();
        Ok(older_than!(query, streams::starts_at, streams::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Stream| Cursor::at(last.starts_at, last.id))
}
