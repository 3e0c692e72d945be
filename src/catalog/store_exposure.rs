//! Queries of the order of the shop.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::collections::HashMap;
use std::fmt::Write;

use super::types::{ListingId, ListingState};
use crate::db::schema::{listings, order_lines, orders};
use crate::db::{Conn, DbResult, sum_i64};
use crate::households::HouseholdId;
use crate::kernel::Instant;

/// Orders that were paid and not taken back.
const SOLD: [&str; 6] = ["paid", "confirmed", "packed", "shipped", "received", "settled"];

/// What each household has sold since a moment; one alone, if it is given.
pub fn sales_since(conn: &mut Conn, since: Instant, of: Option<HouseholdId>) -> DbResult<HashMap<HouseholdId, i64>> {
    let sales = order_lines::table
        .inner_join(orders::table)
        .filter(orders::state.eq_any(SOLD))
        .filter(orders::placed_at.ge(since))
        .group_by(order_lines::household_id)
        .select((order_lines::household_id, sum_i64(order_lines::total_fen)));
    let sums: Vec<(HouseholdId, i64)> = match of {
        Some(household_id) => sales.filter(order_lines::household_id.eq(household_id)).load(conn)?,
        None => sales.load(conn)?,
    };
    Ok(sums.into_iter().collect())
}

/// A live listing with its place.
#[derive(Queryable)]
pub struct Placed {
    pub id: ListingId,
    pub household_id: HouseholdId,
    pub exposure: i64,
}

/// All live listings, those of a household together, the oldest first.
pub fn list_placed(conn: &mut Conn) -> DbResult<Vec<Placed>> {
    Ok(listings::table
        .filter(listings::state.eq(ListingState::Live))
        .order((listings::household_id, listings::id))
        .select((listings::id, listings::household_id, listings::exposure))
        .load(conn)?)
}

/// How many other listings of a household are live.
pub fn count_others(conn: &mut Conn, household_id: HouseholdId, id: ListingId) -> DbResult<i64> {
    Ok(listings::table
        .filter(listings::household_id.eq(household_id))
        .filter(listings::state.eq(ListingState::Live))
        .filter(listings::id.ne(id))
        .count()
        .get_result(conn)?)
}

const CHUNK: usize = 1_000;

/// Puts listings in their places, many with each statement.
pub fn place(conn: &mut Conn, places: &[(ListingId, i64)]) -> DbResult<()> {
    for chunk in places.chunks(CHUNK) {
        let mut values = String::new();
        for (id, exposure) in chunk {
            let (comma, id) = (if values.is_empty() { "" } else { ", " }, id.uuid());
            // Ids and numbers hold nothing that would have to be quoted.
            let written = match conn {
                Conn::Sqlite(_) => write!(values, "{comma}(X'{}', {exposure})", id.simple()),
                Conn::Pg(_) => write!(values, "{comma}(uuid '{id}', {exposure})"),
            };
            written.map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
        }
        conn.batch_execute(&format!(
            "UPDATE listings SET exposure = placed.column2 FROM (VALUES {values}) AS placed WHERE listings.id = placed.column1"
        ))?;
    }
    Ok(())
}
