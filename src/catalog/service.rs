//! Use cases of listings.

use super::promise;
use super::rules::{Command, decide};
use super::store::{self, ForSale, Listing};
use super::types::{ListingError, ListingId, ListingState, NewListing};
use crate::db::{Conn, search};
use crate::households::{self, HouseholdId};
use crate::kernel::{Act, Invalid, Quantity, RegionCode, Role, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::{photos, regions};

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
    let words = words_of_all(conn, household.id, &household.village_code)?;
    search::file_listing(conn, search_no, &[new.title.as_str(), &new.unit_label, &words].join(" "))?;
    let change = Change::new(Subject::Listing, id, "draft").states(None, ListingState::Draft.as_str());
    log::append(conn, act, &change)?;
    load(conn, id)
}

/// What all listings of a household are found by: its village, and its alias while that is public.
fn words_of_all(conn: &mut Conn, id: HouseholdId, village_code: &RegionCode) -> Result<String, ListingError> {
    let village = regions::names(conn, [village_code])?.remove(village_code);
    let village = village.map(|village| village.name).unwrap_or_default();
    let alias = households::refs(conn, [id])?.remove(&id).and_then(|household| household.alias);
    Ok([village, alias.unwrap_or_default()].join(" "))
}

/// Files the listings of a household anew, after its alias or the consent to it has changed.
///
/// # Errors
/// [`ListingError::Household`].
pub fn reindex(conn: &mut Conn, id: HouseholdId) -> Result<(), ListingError> {
    let household = households::find(conn, id)?.ok_or(households::HouseholdError::NotFound)?;
    let words = words_of_all(conn, id, &household.village_code)?;
    for (search_no, title, unit_label) in store::list_filed(conn, id)? {
        search::file_listing(conn, search_no, &[&title, &unit_label, &words].map(String::as_str).join(" "))?;
    }
    Ok(())
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
/// [`ListingError::WrongState`], [`ListingError::SamePerson`] for an author's own approval, those of the
/// promise for what would come on sale.
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
    promise::follow(conn, act, &listing, next)?;
    let reject_reason = reason.filter(|_| command == Command::Reject);
    if !store::update_state(conn, id, (listing.state, next), reject_reason, act.at)? {
        return Err(ListingError::WrongState(load(conn, id)?.state));
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
    if !store::return_stock(conn, listing_id, quantity)? {
        return Err(ListingError::NotFound);
    }
    promise::returned(conn, listing_id, quantity)
}
