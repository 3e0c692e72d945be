//! Use cases of listings.

use super::fairness;
use super::filing::{self, Words};
use super::rules::{Command, decide};
use super::store::{self, ForSale, Listing};
use super::types::{ListingError, ListingId, ListingState, NewListing};
use crate::db::Conn;
use crate::households;
use crate::kernel::{Act, Invalid, Quantity, Role, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::photos;

/// Writes a draft for a household of the coordinator's scope.
///
/// # Errors
/// [`ListingError::Household`], [`ListingError::Invalid`] for unknown photos.
pub fn draft(conn: &mut Conn, act: &Act, by: UserId, scope: &Scope, new: &NewListing) -> Result<Listing, ListingError> {
    let household = households::load_in_scope(conn, scope, new.household_id).map_err(|error| match error {
        households::HouseholdError::NotFound => {
            ListingError::Invalid("/household_id", Invalid::new("unknown_household"))
        }
        other => other.into(),
    })?;
    for photo_id in &new.photo_ids {
        if !photos::exists(conn, *photo_id)? {
            return Err(ListingError::Invalid("/photo_ids", Invalid::new("unknown_photo")));
        }
    }
    let price_fen = new.price.sum().map_err(|invalid| ListingError::Invalid("/price", invalid))?;
    let (id, search_no) = store::insert(conn, act, by, &household.village_code, new, price_fen)?;
    let words = Words { title: &new.title, category: &new.category, unit_label: &new.unit_label };
    filing::file(conn, search_no, &words, household.id, &household.village_code)?;
    let change = Change::new(Subject::Listing, id, "draft").states(None, ListingState::Draft.as_str());
    log::append(conn, act, &change)?;
    load(conn, id)
}

/// # Errors
/// [`ListingError::NotFound`].
pub fn load(conn: &mut Conn, id: ListingId) -> Result<Listing, ListingError> {
    store::find(conn, id)?.ok_or(ListingError::NotFound)
}

/// Carries out a command of somebody who was found to be allowed it at this place. Repeating it
/// changes nothing.
///
/// # Errors
/// [`ListingError::WrongState`], [`ListingError::SamePerson`] for an author's own approval.
pub fn change_state(
    conn: &mut Conn,
    act: &Act,
    id: ListingId,
    command: Command,
    reason: Option<&str>,
) -> Result<Listing, ListingError> {
    let listing = load(conn, id)?;
    if act.role == Role::Approver && matches!(command, Command::Approve) && act.user_id == Some(listing.author_id) {
        return Err(ListingError::SamePerson);
    }
    let next = decide(listing.state, command).map_err(ListingError::WrongState)?;
    if next == listing.state {
        return Ok(listing);
    }
    let reject_reason = reason.filter(|_| command == Command::Reject);
    if !store::update_state(conn, id, (listing.state, next), reject_reason, act.at)? {
        return Err(ListingError::WrongState(load(conn, id)?.state));
    }
    if next == ListingState::Live {
        fairness::place_new(conn, act, &listing)?;
    }
    let change = Change::new(Subject::Listing, id, command.as_str())
        .states(listing.state.as_str(), next.as_str())
        .because(reason);
    log::append(conn, act, &change)?;
    load(conn, id)
}

/// Listings that are to be ordered from, locked until the transaction ends.
///
/// # Errors
/// Those of the database.
pub fn load_for_sale(conn: &mut Conn, ids: &[ListingId]) -> Result<Vec<ForSale>, ListingError> {
    Ok(store::lock_for_sale(conn, ids)?)
}

/// Puts units of an order that will not be delivered back on sale.
///
/// # Errors
/// [`ListingError::NotFound`] if there is no such listing with that much sold.
pub fn return_stock(conn: &mut Conn, listing_id: ListingId, quantity: Quantity) -> Result<(), ListingError> {
    if store::return_stock(conn, listing_id, quantity)? { Ok(()) } else { Err(ListingError::NotFound) }
}
