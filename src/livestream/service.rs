//! Use cases of streams.

use super::rules::{Command, decide};
use super::store::{self, Stream};
use super::{Link, Platform, StreamError, StreamId, StreamState};
use crate::catalog::{self, ListingId};
use crate::db::Conn;
use crate::kernel::{Act, Instant, Invalid, Scope, UserId};
use crate::log::{self, Change, Subject};

/// A stream that a coordinator announces, checked.
#[derive(Debug, Clone)]
pub struct NewStream {
    pub title: String,
    pub platform: Platform,
    pub url: Link,
    pub host_name: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub listing_ids: Vec<ListingId>,
}

/// Characters of a stream's code: short enough to say aloud, long enough for a million streams.
const CODE_LENGTH: usize = 8;

/// Announces a stream with goods of one village in the coordinator's scope.
///
/// # Errors
/// [`StreamError::Invalid`] for unknown goods or goods of several villages,
/// [`StreamError::OutOfScope`].
pub fn schedule(conn: &mut Conn, act: &Act, by: UserId, scope: &Scope, new: &NewStream) -> Result<Stream, StreamError> {
    let refuse = |code| StreamError::Invalid("/listing_ids", Invalid::new(code));
    let goods = catalog::cards_by_id(conn, &new.listing_ids)?;
    // What nobody has approved yet is not to be seen, here either.
    if goods.len() != new.listing_ids.len() || goods.iter().any(|good| good.published_at.is_none()) {
        return Err(refuse("unknown_listing"));
    }
    let village_code = goods.first().map(|good| good.village_code.clone()).ok_or_else(|| refuse("lines_required"))?;
    if goods.iter().any(|good| good.village_code != village_code) {
        return Err(refuse("listing_of_other_village"));
    }
    if !scope.covers(&village_code) {
        return Err(StreamError::OutOfScope);
    }
    let stream = Stream {
        id: act.new_id(),
        code: act.ids.new_code(CODE_LENGTH),
        village_code,
        operator_id: by,
        state: StreamState::Scheduled,
        title: new.title.clone(),
        platform: new.platform,
        url: new.url.to_string(),
        host_name: new.host_name.clone(),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        started_at: None,
        ended_at: None,
        replay_url: None,
        created_at: act.at,
    };
    store::insert(conn, &stream, &new.listing_ids)?;
    let change = Change::new(Subject::Stream, stream.id, "schedule").states(None, stream.state.as_str());
    log::append(conn, act, &change)?;
    Ok(stream)
}

/// Starts, ends or cancels a stream of the scope. Repeating it changes nothing.
///
/// # Errors
/// [`StreamError::WrongState`], [`StreamError::OutOfScope`], `invalid_link` for the replay.
pub fn change_state(
    conn: &mut Conn,
    act: &Act,
    scope: &Scope,
    id: StreamId,
    command: Command,
    replay_url: Option<&str>,
) -> Result<Stream, StreamError> {
    let stream = store::find(conn, id)?.ok_or(StreamError::NotFound)?;
    if !scope.covers(&stream.village_code) {
        return Err(StreamError::OutOfScope);
    }
    let replay = replay_url.map(|url| Link::parse(url, stream.platform)).transpose();
    let replay = replay.map_err(|invalid| StreamError::Invalid("/replay_url", invalid))?;
    let next = decide(stream.state, command).map_err(StreamError::WrongState)?;
    if next == stream.state {
        return Ok(stream);
    }
    let replay = replay.as_ref().map(Link::as_str);
    if !store::update_state(conn, id, (stream.state, next), replay, act.at)? {
        return Err(StreamError::WrongState(stream.state));
    }
    let change = Change::new(Subject::Stream, id, command.as_str()).states(stream.state.as_str(), next.as_str());
    log::append(conn, act, &change)?;
    store::find(conn, id)?.ok_or(StreamError::NotFound)
}
