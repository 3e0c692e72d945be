//! Use cases of listings.

use super::conditions::{self, Occasion, Step};
use super::promise;
use super::rules::{Command, Outcome, outcome};
use super::store::{self, Listing};
use super::store_for_sale::{self, ForSale};
use super::types::{Decision, ListingError, ListingId, ListingState};
use super::{store_versions, store_weights, versions};
use crate::db::{Conn, DbResult};
use crate::inbox::{self, Kind, Told};
use crate::kernel::{Act, Quantity, Role};
use crate::log::{self, Change, Subject};

/// # Errors
/// [`ListingError::NotFound`].
pub fn load(conn: &mut Conn, id: ListingId) -> Result<Listing, ListingError> {
    store::find(conn, id)?.ok_or(ListingError::NotFound)
}

pub(super) fn lock(conn: &mut Conn, id: ListingId) -> Result<Listing, ListingError> {
    store::lock(conn, id)?.ok_or(ListingError::NotFound)
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
    let listing = lock(conn, id)?;
    if command == Command::Approve {
        versions::check_is_another(conn, act, &listing)?;
    }
    let outcome = outcome(listing.state, listing.pending_version.is_some(), command);
    let outcome = outcome.map_err(ListingError::WrongState)?;
    if outcome == Outcome::Nothing {
        return Ok(listing);
    }
    let number = if matches!(outcome, Outcome::Decide(_)) { listing.newest_version() } else { listing.version };
    let version = store_versions::find(conn, id, number)?.ok_or(ListingError::NotFound)?;
    let step = |listing| Step { occasion: Occasion::Command(command), listing, content: &version.content, reason };
    conditions::before(conn, act, &step(&listing))?;
    match outcome {
        Outcome::Nothing => {}
        Outcome::Move(next) => go_to(conn, act, &listing, (command, next), reason)?,
        Outcome::Decide(decision) => versions::decide(conn, act, &listing, &version, decision, reason)?,
    }
    let listing = load(conn, id)?;
    conditions::after(conn, act, &step(&listing))?;
    tell(conn, act, &listing, command)?;
    Ok(listing)
}

/// Who is told of what was done with a listing: those who decide, and those who asked for it.
pub(super) fn tell(conn: &mut Conn, act: &Act, listing: &Listing, command: Command) -> DbResult<()> {
    let (role, kind) = match command {
        Command::Submit => (Role::Approver, Kind::ListingSubmitted),
        Command::Approve => (Role::Coordinator, Kind::ListingApproved),
        Command::Reject => (Role::Coordinator, Kind::ListingRejected),
        Command::Pause | Command::Resume | Command::Close => return Ok(()),
    };
    inbox::tell(conn, act, &[Told::role(role, &listing.village_code, kind, listing.id).called(&listing.title)])
}

/// Moves a listing to another state. What is decided of a draft is decided of its version too; with a
/// closed listing nothing waits any more.
fn go_to(
    conn: &mut Conn,
    act: &Act,
    listing: &Listing,
    (command, next): (Command, ListingState),
    reason: Option<&str>,
) -> Result<(), ListingError> {
    promise::follow(conn, act, listing, next)?;
    let reject_reason = reason.filter(|_| command == Command::Reject);
    if !store::update_state(conn, listing.id, (listing.state, next), reject_reason, act.at)? {
        return Err(ListingError::WrongState(load(conn, listing.id)?.state));
    }
    let version = (listing.id, listing.version);
    match command {
        Command::Approve => store_versions::decide(conn, act, version, Decision::Approved, reason)?,
        Command::Reject => store_versions::decide(conn, act, version, Decision::Rejected, reason)?,
        Command::Close if listing.pending_version.is_some() => {
            store_versions::set_pending(conn, listing, None)?;
        }
        Command::Close | Command::Submit | Command::Pause | Command::Resume => {}
    }
    let change = Change::new(Subject::Listing, listing.id, command.as_str())
        .states(listing.state.as_str(), next.as_str())
        .because(reason);
    Ok(log::append(conn, act, &change)?)
}

/// Listings that are to be ordered from, locked until the transaction ends.
///
/// # Errors
/// Those of the database.
pub fn load_for_sale(conn: &mut Conn, ids: &[ListingId]) -> Result<Vec<ForSale>, ListingError> {
    let listings = store_for_sale::lock_for_sale(conn, ids)?;
    Ok(with_terms(conn, ids, listings)?)
}

/// The same as they stand, for a quote.
///
/// # Errors
/// Those of the database.
pub fn list_for_sale(conn: &mut Conn, ids: &[ListingId]) -> DbResult<Vec<ForSale>> {
    let listings = store_for_sale::list_for_sale(conn, ids)?;
    with_terms(conn, ids, listings)
}

fn with_terms(conn: &mut Conn, ids: &[ListingId], mut listings: Vec<ForSale>) -> DbResult<Vec<ForSale>> {
    let estimates = store_weights::list_estimates(conn, ids)?;
    let deposits = store_for_sale::list_deposits(conn, ids)?;
    for listing in &mut listings {
        listing.deposit_percent = deposits.get(&listing.id).copied();
        listing.estimated_g = estimates.get(&listing.id).copied();
    }
    Ok(listings)
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
