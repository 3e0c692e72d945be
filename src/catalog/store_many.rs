//! Queries of many listings at once.

use diesel::prelude::*;
use std::collections::HashMap;

use super::types::{ListingId, ListingState};
use crate::db::schema::listings;
use crate::db::{Conn, DbResult};
use crate::households::HouseholdId;

/// What these households offer, or are about to, by household, title and unit.
///
/// # Errors
/// Those of the database.
pub fn list_offered(
    conn: &mut Conn,
    households: &[HouseholdId],
) -> DbResult<HashMap<(HouseholdId, String, String), ListingId>> {
    let rows: Vec<(HouseholdId, String, String, ListingId)> = listings::table
        .filter(listings::household_id.eq_any(households))
        .filter(listings::state.ne(ListingState::Closed))
        .order(listings::id)
        .select((listings::household_id, listings::title, listings::unit_label, listings::id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(household, title, unit, id)| ((household, title, unit), id)).collect())
}
