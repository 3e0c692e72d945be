//! Use cases of cycles.

use std::collections::HashMap;

use super::rules::{CycleState, Standing, Times, standing};
use super::store::{self, Cycle};
use super::{CycleError, CycleId};
use crate::catalog::{self, ListingId, ListingState};
use crate::db::{Conn, DbResult};
use crate::kernel::{Act, Instant, Invalid, Quantity, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::regions;

/// A cycle that a coordinator plans, checked.
#[derive(Debug, Clone)]
pub struct NewCycle {
    pub village_code: RegionCode,
    pub title: String,
    pub times: Times,
}

/// Plans a cycle of a village in the coordinator's scope; it opens by itself.
///
/// # Errors
/// [`CycleError::OutOfScope`], `cycle_times_not_in_order`, those of the village.
pub fn open(conn: &mut Conn, act: &Act, by: UserId, scope: &Scope, new: &NewCycle) -> Result<Cycle, CycleError> {
    regions::load_village(conn, &new.village_code)?;
    if !scope.covers(&new.village_code) {
        return Err(CycleError::OutOfScope);
    }
    let times = &new.times;
    times.check(act.at).map_err(|(pointer, invalid)| CycleError::Invalid(pointer, invalid))?;
    let cycle = Cycle {
        id: act.new_id(),
        village_code: new.village_code.clone(),
        title: new.title.clone(),
        state: CycleState::Planned,
        opens_at: times.opens_at,
        closes_at: times.closes_at,
        report_by: times.report_by.to_string(),
        intake_on: times.intake_on.to_string(),
        dispatch_on: times.dispatch_on.to_string(),
        arrival_on: times.arrival_on.to_string(),
        created_by: by,
        created_at: act.at,
    };
    store::insert(conn, &cycle)?;
    let change = Change::new(Subject::Cycle, cycle.id, "plan").states(None, cycle.state.as_str());
    log::append(conn, act, &change)?;
    Ok(cycle)
}

/// The cycle, if its village lies in the scope.
///
/// # Errors
/// [`CycleError::NotFound`], [`CycleError::OutOfScope`].
pub fn load_in_scope(conn: &mut Conn, scope: &Scope, id: CycleId) -> Result<Cycle, CycleError> {
    let cycle = store::find(conn, id)?.ok_or(CycleError::NotFound)?;
    if scope.covers(&cycle.village_code) { Ok(cycle) } else { Err(CycleError::OutOfScope) }
}

/// Puts goods of the village into a cycle, or gives them another cap there. From then on they are sold only
/// while it is open.
///
/// # Errors
/// [`CycleError::WrongState`] once it is closed; `unknown_listing`, `listing_of_other_village`,
/// `listing_in_other_cycle`, `cap_below_taken`.
pub fn add_listing(
    conn: &mut Conn,
    act: &Act,
    scope: &Scope,
    id: CycleId,
    (listing_id, cap): (ListingId, Quantity),
) -> Result<Cycle, CycleError> {
    let refuse = |code| CycleError::Invalid("/listing_id", Invalid::new(code));
    let cycle = load_in_scope(conn, scope, id)?;
    // Locked, so that its cycles and what is ordered of it do not change meanwhile.
    let listing = catalog::load_for_sale(conn, &[listing_id])?.pop().ok_or_else(|| refuse("unknown_listing"))?;
    if matches!(listing.state, ListingState::Draft | ListingState::InReview | ListingState::Rejected) {
        return Err(refuse("unknown_listing"));
    }
    if listing.village_code != cycle.village_code {
        return Err(refuse("listing_of_other_village"));
    }
    let state = cycle.state_at(act.at);
    if !matches!(state, CycleState::Planned | CycleState::Open) {
        return Err(CycleError::WrongState(state));
    }
    if store::overlaps(conn, &cycle, listing_id)? {
        return Err(refuse("listing_in_other_cycle"));
    }
    if !store::put_listing(conn, id, listing_id, cap.get())? {
        return Err(CycleError::Invalid("/cap", Invalid::new("cap_below_taken")));
    }
    log::append(conn, act, &Change::new(Subject::Cycle, id, "add_listing"))?;
    Ok(cycle)
}

/// Calls a cycle off. Orders that stand in it are cancelled one by one before, each with its money back;
/// repeating it changes nothing.
///
/// # Errors
/// [`CycleError::HasOrders`], [`CycleError::WrongState`] once it is done.
pub fn cancel(conn: &mut Conn, act: &Act, scope: &Scope, id: CycleId, reason: &str) -> Result<Cycle, CycleError> {
    let goods: Vec<ListingId> = store::list_listings(conn, &[id])?.iter().map(|row| row.listing_id).collect();
    // Whoever orders of them locks them too: nobody does from here on.
    catalog::load_for_sale(conn, &goods)?;
    let cycle = load_in_scope(conn, scope, id)?;
    let state = cycle.state_at(act.at);
    match state {
        CycleState::Cancelled => return Ok(cycle),
        CycleState::Done => return Err(CycleError::WrongState(state)),
        CycleState::Planned | CycleState::Open | CycleState::Closed => {}
    }
    if !store::cancel(conn, id)? {
        return Err(CycleError::HasOrders);
    }
    let change = Change::new(Subject::Cycle, id, "cancel")
        .states(state.as_str(), CycleState::Cancelled.as_str())
        .because(Some(reason));
    log::append(conn, act, &change)?;
    store::find(conn, id)?.ok_or(CycleError::NotFound)
}

/// How these listings stand that are sold in cycles.
///
/// # Errors
/// Those of the database.
pub fn standings(conn: &mut Conn, ids: &[ListingId], at: Instant) -> DbResult<HashMap<ListingId, Standing>> {
    let entries = store::list_entries(conn, ids, at)?;
    Ok(entries.into_iter().filter_map(|(id, entries)| Some((id, standing(&entries)?))).collect())
}
