//! How listings keep within what their household can give.
//!
//! What is live and available, and what is sold, is promised in the season of the listing (see
//! `production`). Who publishes, resumes or adds stock promises in the same transaction, who takes off
//! sale lets go. Locks are taken in one order: listings, then the capacity.

use super::store::Listing;
use super::store_promise::{self, Shelf};
use super::types::{ListingError, ListingId, ListingState};
use crate::db::Conn;
use crate::kernel::{Act, Quantity, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::production::{self, NewSurvey, Place, ProductionError, Recorded, Season, SurveyNote};
use crate::templates;

/// Sales units that a lower limit has taken off a listing.
#[derive(Debug, Clone)]
pub struct Cut {
    pub listing_id: ListingId,
    pub title: String,
    pub units: i64,
}

/// A promise of a household, and how many base units one sales unit of it is.
struct Promise {
    place: Place,
    pack: i64,
}

/// Nothing for a listing whose good is not surveyed.
fn promise_of(conn: &mut Conn, shelf: &Shelf) -> Result<Option<Promise>, ListingError> {
    let Some((template_id, season)) = shelf.template_id.zip(shelf.season.clone()) else { return Ok(None) };
    let template = templates::find(conn, template_id)?.filter(|template| template.yield_limit.is_some());
    let place = |_: &_| Place { household_id: shelf.household_id, template_id, season };
    Ok(template.as_ref().map(|template| Promise { place: place(template), pack: template.pack_quantity }))
}

impl Promise {
    fn base_units(&self, units: i64) -> Result<i64, ListingError> {
        units.checked_mul(self.pack).ok_or(ListingError::PromiseLimit { left: 0 })
    }

    fn reserve(&self, conn: &mut Conn, units: i64) -> Result<(), ListingError> {
        production::reserve(conn, &self.place, self.base_units(units)?).map_err(|error| match error {
            ProductionError::PromiseLimit { left } => ListingError::PromiseLimit { left: left / self.pack },
            other => other.into(),
        })
    }

    fn release(&self, conn: &mut Conn, units: i64) -> Result<(), ListingError> {
        Ok(production::release(conn, &self.place, self.base_units(units)?)?)
    }
}

fn lock(conn: &mut Conn, listing_id: ListingId) -> Result<Shelf, ListingError> {
    store_promise::lock(conn, listing_id)?.ok_or(ListingError::NotFound)
}

/// Promises what comes on sale with a change of state, or lets go what leaves it. Call it before the
/// state moves; the guard there holds that it was this one.
pub fn follow(conn: &mut Conn, act: &Act, listing: &Listing, next: ListingState) -> Result<(), ListingError> {
    let (is_live, will_be_live) = (listing.state == ListingState::Live, next == ListingState::Live);
    if is_live == will_be_live {
        return Ok(());
    }
    if will_be_live {
        store_promise::put_season(conn, listing.id, &Season::of(act.at.day()))?;
    }
    let shelf = lock(conn, listing.id)?;
    match promise_of(conn, &shelf)? {
        Some(promise) if will_be_live => promise.reserve(conn, shelf.stock_available),
        Some(promise) => promise.release(conn, shelf.stock_available),
        None => Ok(()),
    }
}

/// Sees to what came back of a cancelled order: of a listing that is not for sale it is promised no
/// longer, and neither is it while more is promised than there is.
pub fn returned(conn: &mut Conn, listing_id: ListingId, quantity: Quantity) -> Result<(), ListingError> {
    let shelf = lock(conn, listing_id)?;
    let Some(promise) = promise_of(conn, &shelf)? else { return Ok(()) };
    if shelf.state != ListingState::Live {
        return promise.release(conn, quantity.get());
    }
    take_off(conn, &shelf, &promise, quantity.get()).map(|_| ())
}

/// Takes off sale what is promised too much, at most so many units; gives how many.
fn take_off(conn: &mut Conn, shelf: &Shelf, promise: &Promise, at_most: i64) -> Result<i64, ListingError> {
    let units = production::excess(conn, &promise.place, promise.pack, at_most.min(shelf.stock_available))?;
    if units > 0 {
        if !store_promise::change_stock(conn, shelf.id, shelf.stock_available, -units)? {
            return Err(ListingError::WrongState(shelf.state));
        }
        promise.release(conn, units)?;
    }
    Ok(units)
}

/// Takes a survey. What is promised above its limit is taken off the live listings, newest first.
///
/// # Errors
/// Those of [`production::record`].
pub fn take_survey(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    new: &NewSurvey,
) -> Result<(Recorded, Vec<Cut>), ListingError> {
    let place = Place { household_id: new.household_id, template_id: new.template_id, season: new.season.clone() };
    store_promise::lock_live(conn, &place)?;
    let mut taken = production::record(conn, act, by, scope, new)?;
    let promise = Promise { place, pack: taken.pack_quantity };
    let mut cuts = Vec::new();
    // Again: with the limit written, no other can go live that would not be seen here.
    for shelf in store_promise::lock_live(conn, &promise.place)? {
        let units = take_off(conn, &shelf, &promise, shelf.stock_available)?;
        if units > 0 {
            log_stock(conn, act, shelf.id, "cut_stock", (shelf.stock_available, shelf.stock_available - units))?;
            cuts.push(Cut { listing_id: shelf.id, title: shelf.title, units });
        }
    }
    if !cuts.is_empty() {
        taken.notes.push(SurveyNote::StockCut);
        taken.capacity = production::find_capacity(conn, &promise.place)?.unwrap_or(taken.capacity);
    }
    Ok((taken, cuts))
}

/// Sets how many units are for sale, and promises what that is more. `seen` is what the caller took to be
/// for sale.
///
/// # Errors
/// [`ListingError::NotFound`] also outside the scope, [`ListingError::WrongState`] once closed,
/// [`ListingError::StockChanged`], and those of the promise.
pub fn set_stock(
    conn: &mut Conn,
    act: &Act,
    scope: &Scope,
    id: ListingId,
    (available, seen): (i64, Option<i64>),
) -> Result<(), ListingError> {
    let found = super::service::load(conn, id)?;
    if !scope.covers(&found.village_code) {
        return Err(ListingError::NotFound);
    }
    let shelf = lock(conn, id)?;
    if shelf.state == ListingState::Closed {
        return Err(ListingError::WrongState(shelf.state));
    }
    let before = shelf.stock_available;
    if seen.is_some_and(|seen| seen != before) {
        return Err(ListingError::StockChanged { available: before });
    }
    let more = available - before;
    if more == 0 {
        return Ok(());
    }
    if shelf.state == ListingState::Live
        && let Some(promise) = promise_of(conn, &shelf)?
    {
        if more > 0 { promise.reserve(conn, more)? } else { promise.release(conn, -more)? }
    }
    if !store_promise::change_stock(conn, id, before, more)? {
        return Err(ListingError::StockChanged { available: lock(conn, id)?.stock_available });
    }
    log_stock(conn, act, id, "change_stock", (before, available))
}

fn log_stock(
    conn: &mut Conn,
    act: &Act,
    id: ListingId,
    action: &str,
    (before, after): (i64, i64),
) -> Result<(), ListingError> {
    let numbers = format!("{before} → {after}");
    Ok(log::append(conn, act, &Change::new(Subject::Listing, id, action).because(Some(&numbers)))?)
}
