//! Use cases of listings.

use super::conditions::{self, Occasion, Step};
use super::content::{Content, NewListing, check_against};
use super::rules::{Command, Outcome, outcome};
use super::store::{self, FIRST_VERSION, ForSale, Listing};
use super::store_versions;
use super::types::{Decision, ListingError, ListingId, ListingState};
use super::versions;
use crate::db::{Conn, search};
use crate::households::{self, HouseholdId};
use crate::kernel::{Act, Invalid, Money, Quantity, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::{photos, regions, templates};

/// Writes a draft for a household of the coordinator's scope.
///
/// # Errors
/// [`ListingError::Household`], [`ListingError::Template`], [`ListingError::Invalid`] for unknown photos and
/// for what differs from the template.
pub fn draft(conn: &mut Conn, act: &Act, by: UserId, scope: &Scope, new: &NewListing) -> Result<Listing, ListingError> {
    let household = households::load_in_scope(conn, scope, new.household_id).map_err(|error| match error {
        households::HouseholdError::NotFound => {
            ListingError::Invalid("/household_id", Invalid::new("unknown_household"))
        }
        other => other.into(),
    })?;
    let price_fen = check_content(conn, &household.village_code, None, &new.content)?;
    let id = store::insert(conn, act, by, &household.village_code, new, price_fen)?;
    store_versions::insert(conn, act, by, (id, FIRST_VERSION), (&new.content, price_fen))?;
    let listing = load(conn, id)?;
    file_words(conn, &listing)?;
    let change = Change::new(Subject::Listing, id, "draft").states(None, ListingState::Draft.as_str());
    log::append(conn, act, &change)?;
    Ok(listing)
}

/// Checks new content against what is known of the world, and gives its price. A template that it rested
/// on before may have been retired since.
pub(super) fn check_content(
    conn: &mut Conn,
    village: &RegionCode,
    old: Option<&Content>,
    content: &Content,
) -> Result<Money, ListingError> {
    let refused = |(pointer, invalid)| ListingError::Invalid(pointer, invalid);
    if let Some(id) = content.template_id {
        let template = match old.is_some_and(|old| old.template_id == content.template_id) {
            true => templates::find(conn, id)?,
            false => Some(templates::load_for_listing(conn, village, id)?),
        };
        template.map_or(Ok(()), |template| check_against(&template, content)).map_err(refused)?;
    }
    for photo_id in &content.photo_ids {
        if !photos::exists(conn, *photo_id)? {
            return Err(ListingError::Invalid("/photo_ids", Invalid::new("unknown_photo")));
        }
    }
    content.price.sum().map_err(|invalid| ListingError::Invalid("/price", invalid))
}

/// Files a listing under the words of what is in force, after that has changed.
pub(super) fn file(conn: &mut Conn, _: &Act, step: &Step<'_>) -> Result<(), ListingError> {
    let is_new = match step.occasion {
        Occasion::Edit => step.listing.pending_version.is_none(),
        Occasion::Command(command) => command == Command::Approve,
    };
    if is_new { file_words(conn, step.listing) } else { Ok(()) }
}

fn file_words(conn: &mut Conn, listing: &Listing) -> Result<(), ListingError> {
    let words = words_of_all(conn, listing.household_id, &listing.village_code)?;
    let search_no = store::find_search_no(conn, listing.id)?;
    search::file_listing(conn, search_no, &[listing.title.as_str(), &listing.unit_label, &words].join(" "))?;
    Ok(())
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

pub(super) fn lock(conn: &mut Conn, id: ListingId) -> Result<Listing, ListingError> {
    store::lock(conn, id)?.ok_or(ListingError::NotFound)
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
    Ok(listing)
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
    Ok(store::lock_for_sale(conn, ids)?)
}

/// Puts units of an order that will not be delivered back on sale.
///
/// # Errors
/// [`ListingError::NotFound`] if there is no such listing with that much sold.
pub fn return_stock(conn: &mut Conn, listing_id: ListingId, quantity: Quantity) -> Result<(), ListingError> {
    if store::return_stock(conn, listing_id, quantity)? { Ok(()) } else { Err(ListingError::NotFound) }
}
