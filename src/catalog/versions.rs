//! Use cases of the versions of a listing: written by coordinators, decided by approvers.

use std::collections::HashSet;

use super::conditions::{self, Occasion, Step};
use super::content::{Edit, NewListing, check_published};
use super::drafts::{self, Known};
use super::rules::{Command, Editing, editing};
use super::service::{self, load, lock};
use super::store::Listing;
use super::store_versions::{self, Authorship, Version};
use super::types::{Decision, ListingError, ListingId};
use crate::db::Conn;
use crate::households::HouseholdId;
use crate::kernel::{Act, Quantity, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::templates;

/// Writes new content, made from the version that the author has read. Repeating it changes nothing.
///
/// # Errors
/// [`ListingError::VersionConflict`] if another version is the newest; [`ListingError::WrongState`] while
/// an approver reads it, and once it is closed; as [`drafts::draft`].
pub fn edit(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    (id, read): (ListingId, i64),
    edit: &Edit,
) -> Result<Listing, ListingError> {
    let listing = lock(conn, id)?;
    let newest = load_version(conn, id, listing.newest_version())?;
    let template = edit.template_id.flatten().map(|id| templates::find(conn, id)).transpose()?.flatten();
    if read != newest.version {
        let was_sent_again = match store_versions::find(conn, id, read)? {
            Some(old) => newest.author_id == by && edit.apply(&old.content, template.as_ref()) == newest.content,
            None => false,
        };
        return if was_sent_again { Ok(listing) } else { Err(conflict(newest)) };
    }
    let content = edit.apply(&newest.content, template.as_ref());
    if content == newest.content {
        return Ok(listing);
    }
    let editing = editing(listing.state).map_err(ListingError::WrongState)?;
    let known = Known::load(conn, std::iter::once(&content))?;
    let price_fen = known.check(&listing.village_code, Some(&newest.content), &content)?;
    if editing == Editing::Waits {
        let fixed = check_published(&newest.content, &content);
        fixed.map_err(|(pointer, invalid)| ListingError::Invalid(pointer, invalid))?;
    }
    let step = |listing| Step { occasion: Occasion::Edit, listing, content: &content, reason: None };
    conditions::before(conn, act, &step(&listing))?;
    let number = store_versions::next_number(conn, id)?;
    store_versions::insert(conn, act, by, &[((id, number), (&content, price_fen))])?;
    let written = match editing {
        Editing::AtOnce => store_versions::put_in_force(conn, &listing, number, (&content, price_fen))?,
        Editing::Waits => store_versions::set_pending(conn, &listing, Some(number))?,
    };
    if !written {
        return Err(ListingError::WrongState(load(conn, id)?.state));
    }
    let state = listing.state.as_str();
    log::append(conn, act, &Change::new(Subject::Listing, id, "edit").states(state, state))?;
    let listing = load(conn, id)?;
    conditions::after(conn, act, &step(&listing))?;
    if editing == Editing::Waits {
        service::tell(conn, act, &listing, Command::Submit)?;
    }
    Ok(listing)
}

fn conflict(newest: Version) -> ListingError {
    ListingError::VersionConflict { version: newest.version, content: Box::new(newest.content) }
}

fn load_version(conn: &mut Conn, id: ListingId, version: i64) -> Result<Version, ListingError> {
    store_versions::find(conn, id, version)?.ok_or(ListingError::NotFound)
}

/// Carries out a decision on the version that the approver has read; without one, on what is there.
///
/// # Errors
/// [`ListingError::VersionConflict`] if another version is the newest by now; as [`service::change_state`].
pub fn decide_read(
    conn: &mut Conn,
    act: &Act,
    id: ListingId,
    (command, read): (Command, Option<i64>),
    reason: Option<&str>,
) -> Result<Listing, ListingError> {
    let listing = lock(conn, id)?;
    if let Some(read) = read.filter(|read| *read != listing.newest_version()) {
        let was_decided = store_versions::find(conn, id, read)?.and_then(|version| version.decision);
        let repeated = match command {
            Command::Approve => was_decided == Some(Decision::Approved),
            _ => was_decided == Some(Decision::Rejected),
        };
        let newest = load_version(conn, id, listing.newest_version())?;
        return if repeated { Ok(listing) } else { Err(conflict(newest)) };
    }
    service::change_state(conn, act, id, command, reason)
}

/// Puts the version that waits in force, or drops it.
pub(super) fn decide(
    conn: &mut Conn,
    act: &Act,
    listing: &Listing,
    version: &Version,
    decision: Decision,
    reason: Option<&str>,
) -> Result<(), ListingError> {
    let content = &version.content;
    let done = match decision {
        Decision::Approved => {
            let price_fen = content.price.sum().map_err(|invalid| ListingError::Invalid("/price", invalid))?;
            store_versions::put_in_force(conn, listing, version.version, (content, price_fen))?
        }
        Decision::Rejected => store_versions::set_pending(conn, listing, None)?,
    };
    if !done {
        return Err(ListingError::WrongState(load(conn, listing.id)?.state));
    }
    store_versions::decide(conn, act, (listing.id, version.version), decision, reason)?;
    let (action, state) = match decision {
        Decision::Approved => ("approve_version", listing.state.as_str()),
        Decision::Rejected => ("reject_version", listing.state.as_str()),
    };
    let change = Change::new(Subject::Listing, listing.id, action).states(state, state).because(reason);
    Ok(log::append(conn, act, &change)?)
}

/// Whoever approves has written nothing of what is approved.
pub(super) fn check_is_another(conn: &mut Conn, act: &Act, listing: &Listing) -> Result<(), ListingError> {
    let versions = store_versions::list_authors(conn, &[listing.id])?;
    let is_author = act.user_id.is_some_and(|user_id| authors_to_approve(listing, &versions).contains(&user_id));
    if is_author { Err(ListingError::SamePerson) } else { Ok(()) }
}

/// Who wrote what is to be approved: before the first approval every version, since each was made from
/// the one before; later the versions that wait on top of what is in force.
pub(super) fn authors_to_approve(listing: &Listing, versions: &[Authorship]) -> HashSet<UserId> {
    let is_open =
        |it: &&Authorship| listing.published_at.is_none() || (it.version > listing.version && it.decision.is_none());
    let own = versions.iter().filter(|it| it.listing_id == listing.id);
    own.filter(is_open).map(|it| it.author_id).collect()
}

/// Begins a draft for a household of the coordinator's scope with what another listing says.
///
/// # Errors
/// [`ListingError::NotFound`] if it was never published; as [`drafts::draft`].
pub fn copy(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    (id, household_id, stock): (ListingId, HouseholdId, Quantity),
) -> Result<Listing, ListingError> {
    let source = load(conn, id)?;
    if source.published_at.is_none() {
        return Err(ListingError::NotFound);
    }
    let mut content = load_version(conn, id, source.version)?.content.for_another_household();
    let household = crate::households::find(conn, household_id)?;
    if let (Some(template), Some(household)) = (content.template_id, household) {
        // A standard of another region, or one that is out of use, does not come along.
        if templates::load_for_listing(conn, &household.village_code, template).is_err() {
            content.template_id = None;
        }
    }
    drafts::draft(conn, act, by, scope, &NewListing { household_id, season: None, stock, content })
}
