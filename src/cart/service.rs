//! Use cases of the cart.

use std::collections::{BTreeSet, HashSet};

use super::CartError;
use super::rules::{self, Choice, LINES_MAX, MergeNote, Standing};
use super::store::{self, CartLine};
use crate::catalog::ListingId;
use crate::db::{Conn, DbResult};
use crate::kernel::{Act, Quantity, UserId};

/// Chooses so many units of a listing. Of what is not offered nothing new is put in; of what lies there already
/// the quantity may change.
///
/// # Errors
/// [`CartError::UnknownListing`], [`CartError::NotForSale`], [`CartError::Full`].
pub fn put(conn: &mut Conn, act: &Act, owner: UserId, choice: &Choice) -> Result<(), CartError> {
    store::lock_owner(conn, owner)?;
    let id = choice.listing_id;
    let lines = store::list_of_owner(conn, owner)?;
    let held = lines.iter().find(|line| line.listing_id == id);
    let facts = store::list_facts(conn, &[id])?;
    let standing = rules::standing(facts.get(&id));
    let Some(facts) = facts.get(&id).filter(|_| standing != Standing::Unknown) else {
        return Err(CartError::UnknownListing);
    };
    if held.is_none() {
        if standing == Standing::Closed {
            return Err(CartError::NotForSale(facts.state));
        }
        if lines.len() >= LINES_MAX {
            return Err(CartError::Full);
        }
    }
    let line = CartLine {
        user_id: owner,
        listing_id: id,
        quantity: choice.quantity,
        seen_version: rules::seen(choice.seen_version, facts),
        added_at: act.at,
    };
    Ok(store::put(conn, &line)?)
}

/// Takes a listing out of a cart, if it lies there.
///
/// # Errors
/// Those of the database.
pub fn remove(conn: &mut Conn, owner: UserId, id: ListingId) -> DbResult<()> {
    store::lock_owner(conn, owner)?;
    store::delete(conn, owner, id)
}

/// Brings what lies on a phone into the cart, and tells what is not as it was asked.
///
/// # Errors
/// Those of the database.
pub fn merge(
    conn: &mut Conn,
    act: &Act,
    owner: UserId,
    phone: &[(ListingId, Quantity, Option<i64>)],
) -> DbResult<Vec<(ListingId, MergeNote)>> {
    store::lock_owner(conn, owner)?;
    let held = store::list_of_owner(conn, owner)?.into_iter();
    let held: Vec<Choice> = held
        .map(|line| Choice {
            listing_id: line.listing_id,
            quantity: line.quantity,
            seen_version: Some(line.seen_version),
        })
        .collect();
    let phone: Vec<Choice> = phone
        .iter()
        .map(|(listing_id, quantity, seen_version)| Choice {
            listing_id: *listing_id,
            quantity: *quantity,
            seen_version: *seen_version,
        })
        .collect();
    let ids: Vec<ListingId> = phone.iter().map(|choice| choice.listing_id).collect();
    let facts = store::list_facts(conn, &ids)?;
    let merged = rules::merge(&held, &phone, &facts);
    for (listing_id, quantity, seen_version) in merged.lines {
        store::put(conn, &CartLine { user_id: owner, listing_id, quantity, seen_version, added_at: act.at })?;
    }
    Ok(merged.notes)
}

/// Takes what was ordered out of the carts of those who ordered it. Most carts of a batch hold nothing of it.
///
/// # Errors
/// Those of the database.
pub fn take_out(conn: &mut Conn, ordered: &HashSet<(UserId, ListingId)>) -> DbResult<()> {
    let owners: Vec<UserId> = ordered.iter().map(|(owner, _)| *owner).collect::<BTreeSet<_>>().into_iter().collect();
    let ids: Vec<ListingId> = ordered.iter().map(|(_, id)| *id).collect::<BTreeSet<_>>().into_iter().collect();
    for (owner, id) in store::list_chosen(conn, &owners, &ids)? {
        if ordered.contains(&(owner, id)) {
            store::delete(conn, owner, id)?;
        }
    }
    Ok(())
}

/// Empties the cart of somebody whose account is deleted.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, owner: UserId) -> DbResult<()> {
    store::delete_all(conn, owner)
}
