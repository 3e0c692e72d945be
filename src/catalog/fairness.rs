//! Use cases of the order of the shop: found anew once a day, and for what goes live meanwhile.

use std::time::Duration;

use super::conditions::{Occasion, Step};
use super::exposure::{SALES_COUNT_DAYS, exposure, turn};
use super::rules::Command;
use super::store_exposure::{self, Placed};
use super::types::{ListingId, ListingState};
use crate::db::{Conn, DbResult};
use crate::kernel::{Act, Instant};

fn sales_count_from(at: Instant) -> Instant {
    at.minus(Duration::from_secs(u64::try_from(SALES_COUNT_DAYS).unwrap_or_default() * 24 * 3600))
}

/// Finds the places of all live listings for the day.
///
/// # Errors
/// Those of the database.
pub fn order_anew(conn: &mut Conn, act: &Act) -> DbResult<()> {
    let day = act.at.day();
    let sales = store_exposure::sales_since(conn, sales_count_from(act.at), None)?;
    let listings = store_exposure::list_placed(conn)?;
    let mut moved: Vec<(ListingId, i64)> = Vec::new();
    for of_one in listings.chunk_by(|a: &Placed, b: &Placed| a.household_id == b.household_id) {
        let household_id = of_one[0].household_id;
        let sold_fen = sales.get(&household_id).copied().unwrap_or(0);
        let count = i64::try_from(of_one.len()).unwrap_or(i64::MAX);
        for (rank, listing) in (0_i64..).zip(of_one) {
            let place = exposure(sold_fen, turn(day, rank, count), day, household_id);
            if place != listing.exposure {
                moved.push((listing.id, place));
            }
        }
    }
    store_exposure::place(conn, &moved)
}

/// Finds the place of a listing that goes live: behind the others of its household until the next day.
///
/// # Errors
/// Those of the database.
pub fn after_a_change(conn: &mut Conn, act: &Act, step: &Step<'_>) -> DbResult<()> {
    let listing = step.listing;
    let goes_live = matches!(step.occasion, Occasion::Command(Command::Approve | Command::Resume));
    if !goes_live || listing.state != ListingState::Live {
        return Ok(());
    }
    let household_id = listing.household_id;
    let sales = store_exposure::sales_since(conn, sales_count_from(act.at), Some(household_id))?;
    let turn = store_exposure::count_others(conn, household_id, listing.id)?;
    let sold_fen = sales.get(&household_id).copied().unwrap_or(0);
    store_exposure::place(conn, &[(listing.id, exposure(sold_fen, turn, act.at.day(), household_id))])
}
