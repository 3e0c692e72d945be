//! What else has a say when a listing is submitted, approved, changed or taken off sale: one line for each.

use super::check;
use super::content::Content;
use super::rules::Command;
use super::store::Listing;
use super::types::ListingError;
use crate::db::Conn;
use crate::kernel::Act;
use crate::{households, templates};

/// What is about to be done with a listing, or was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Its content was written anew.
    Edit,
    Command(Command),
}

/// A step of a listing, with the content that it is about: after an edit the new content, for a decision
/// the version that is decided on, else what is in force.
pub struct Step<'a> {
    pub occasion: Occasion,
    pub listing: &'a Listing,
    pub content: &'a Content,
    /// Why, in the words of whoever does it.
    pub reason: Option<&'a str>,
}

/// Everything that has to hold before a step; the listing is locked and as it was.
///
/// # Errors
/// The first refusal.
pub fn before(conn: &mut Conn, act: &Act, step: &Step<'_>) -> Result<(), ListingError> {
    household_agrees(conn, step)?;
    template_is_in_use(conn, act, step)?;
    check::papers_and_price(conn, act, step)?;
    Ok(())
}

/// Everything that follows from a step in the same transaction; the listing is as it is now.
///
/// # Errors
/// What undoes the step.
pub fn after(conn: &mut Conn, act: &Act, step: &Step<'_>) -> Result<(), ListingError> {
    super::filing::after_a_change(conn, act, step)?;
    super::fairness::after_a_change(conn, act, step)?;
    Ok(())
}

/// Whoever has taken back that the public reads of them is not brought into the shop again.
fn household_agrees(conn: &mut Conn, step: &Step<'_>) -> Result<(), ListingError> {
    let comes_in = matches!(step.occasion, Occasion::Command(Command::Submit | Command::Approve | Command::Resume));
    let household_id = step.listing.household_id;
    if comes_in && households::list_withdrawn(conn, &[household_id])?.contains(&household_id) {
        return Err(ListingError::ConsentWithdrawn);
    }
    Ok(())
}

/// What was not published yet rests on a standard that is in use.
fn template_is_in_use(conn: &mut Conn, _: &Act, step: &Step<'_>) -> Result<(), ListingError> {
    let is_first = matches!(step.occasion, Occasion::Command(Command::Submit | Command::Approve))
        && step.listing.published_at.is_none();
    match step.content.template_id.filter(|_| is_first) {
        Some(id) => {
            templates::load_for_listing(conn, &step.listing.village_code, id)?;
            Ok(())
        }
        None => Ok(()),
    }
}
