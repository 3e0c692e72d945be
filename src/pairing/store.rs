//! Queries of pairings.

use diesel::prelude::*;

use super::{PairingId, PairingState};
use crate::db::schema::pairings;
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::households::HouseholdId;
use crate::kernel::{Cursor, Instant, Page, RegionCode, Scope, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = pairings)]
#[diesel(treat_none_as_default_value = false)]
pub struct Pairing {
    pub id: PairingId,
    pub buyer_id: UserId,
    pub household_id: HouseholdId,
    pub village_code: RegionCode,
    pub state: PairingState,
    pub message: Option<String>,
    pub requested_at: Instant,
    pub accepted_at: Option<Instant>,
    pub ended_at: Option<Instant>,
}

pub fn insert(conn: &mut Conn, pairing: &Pairing) -> DbResult<()> {
    diesel::insert_into(pairings::table).values(pairing).execute(conn)?;
    Ok(())
}

/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: PairingId) -> DbResult<Option<Pairing>> {
    Ok(pairings::table.find(id).select(Pairing::as_select()).first(conn).optional()?)
}

/// Moves a pairing from one state to another; false if it was no longer in the first.
pub fn update_state(
    conn: &mut Conn,
    id: PairingId,
    (from, to): (PairingState, PairingState),
    at: Instant,
) -> DbResult<bool> {
    let row = pairings::table.find(id).filter(pairings::state.eq(from));
    let moved = match to {
        PairingState::Active => {
            diesel::update(row).set((pairings::state.eq(to), pairings::accepted_at.eq(at))).execute(conn)?
        }
        _ => diesel::update(row).set((pairings::state.eq(to), pairings::ended_at.eq(at))).execute(conn)?,
    };
    Ok(moved == 1)
}

/// The active ties between any of the buyers and any of the households.
///
/// # Errors
/// Those of the database.
pub fn list_active(
    conn: &mut Conn,
    buyers: &[UserId],
    households: &[HouseholdId],
) -> DbResult<Vec<(UserId, HouseholdId, PairingId)>> {
    Ok(pairings::table
        .filter(pairings::state.eq(PairingState::Active))
        .filter(pairings::buyer_id.eq_any(buyers))
        .filter(pairings::household_id.eq_any(households))
        .select((pairings::buyer_id, pairings::household_id, pairings::id))
        .load(conn)?)
}

/// All ties of a buyer, newest first.
///
/// # Errors
/// Those of the database.
pub fn list_all_of_buyer(conn: &mut Conn, buyer_id: UserId) -> DbResult<Vec<Pairing>> {
    Ok(pairings::table
        .filter(pairings::buyer_id.eq(buyer_id))
        .order((pairings::requested_at.desc(), pairings::id.desc()))
        .select(Pairing::as_select())
        .load(conn)?)
}

pub fn erase_messages(conn: &mut Conn, buyer_id: UserId) -> DbResult<()> {
    diesel::update(pairings::table.filter(pairings::buyer_id.eq(buyer_id)))
        .set(pairings::message.eq(None::<String>))
        .execute(conn)?;
    Ok(())
}

pub fn list_of_buyer(
    conn: &mut Conn,
    buyer_id: UserId,
    state: Option<PairingState>,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Pairing>> {
    let mut query = pairings::table
        .filter(pairings::buyer_id.eq(buyer_id))
        .order((pairings::requested_at.desc(), pairings::id.desc()))
        .limit(limit + 1)
        .select(Pairing::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(pairings::state.eq(state));
    }
    let rows = older_than!(query, pairings::requested_at, pairings::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Pairing| Cursor::at(last.requested_at, last.id)))
}

pub fn list_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    state: Option<PairingState>,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Pairing>> {
    let load = |region: &RegionCode| {
        let mut query = pairings::table
            .filter(lies_in!(pairings::village_code, region))
            .order((pairings::requested_at.desc(), pairings::id.desc()))
            .limit(limit + 1)
            .select(Pairing::as_select())
            .into_boxed();
        if let Some(state) = state {
            query = query.filter(pairings::state.eq(state));
        }
        Ok(older_than!(query, pairings::requested_at, pairings::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Pairing| Cursor::at(last.requested_at, last.id))
}
