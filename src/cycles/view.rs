//! Cycles as they are shown.

use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use super::announce::{self, Ordered};
use super::rules::CycleState;
use super::store::{self, Cycle};
use super::{CycleError, CycleId};
use crate::catalog::{self, ListingCard, ListingId};
use crate::db::{Conn, DbResult};
use crate::households;
use crate::kernel::Instant;
use crate::regions::{self, RegionRef};

/// Goods in a cycle.
#[derive(Serialize, ToSchema)]
struct CycleListingOut {
    listing: ListingCard,
    /// Units that are sold in the cycle at most.
    cap: i64,
    /// Units that can still be had in it; the stock may be less.
    left: i64,
}

/// A village's round of ordering.
#[derive(Serialize, ToSchema)]
#[schema(as = Cycle)]
pub(super) struct CycleOut {
    id: CycleId,
    village: RegionRef,
    title: String,
    /// At the moment of the answer.
    state: CycleState,
    opens_at: Instant,
    /// The first moment at which nothing is sold any more.
    closes_at: Instant,
    /// Until when the households say what they bring.
    #[schema(format = Date)]
    report_by: String,
    #[schema(format = Date)]
    intake_on: String,
    #[schema(format = Date)]
    dispatch_on: String,
    /// The day that buyers are promised.
    #[schema(format = Date)]
    arrival_on: String,
    listings: Vec<CycleListingOut>,
}

/// Cycles with their goods, in their order.
pub(super) fn show(conn: &mut Conn, cycles: Vec<Cycle>, at: Instant) -> DbResult<Vec<CycleOut>> {
    let ids: Vec<CycleId> = cycles.iter().map(|cycle| cycle.id).collect();
    let rows = store::list_listings(conn, &ids)?;
    let listing_ids: Vec<ListingId> = rows.iter().map(|row| row.listing_id).collect();
    let cards = catalog::show_cards(catalog::cards_by_id(conn, &listing_ids)?);
    let cards: HashMap<ListingId, ListingCard> = cards.into_iter().map(|card| (card.id, card)).collect();
    let mut goods: HashMap<CycleId, Vec<CycleListingOut>> = HashMap::new();
    for row in rows {
        if let Some(listing) = cards.get(&row.listing_id).cloned() {
            let shown = CycleListingOut { listing, cap: row.cap, left: row.cap - row.taken };
            goods.entry(row.cycle_id).or_default().push(shown);
        }
    }
    let villages = regions::names(conn, cycles.iter().map(|cycle| &cycle.village_code))?;
    let show = |cycle: Cycle| CycleOut {
        state: cycle.state_at(at),
        village: villages[&cycle.village_code].clone(),
        listings: goods.remove(&cycle.id).unwrap_or_default(),
        id: cycle.id,
        title: cycle.title,
        opens_at: cycle.opens_at,
        closes_at: cycle.closes_at,
        report_by: cycle.report_by,
        intake_on: cycle.intake_on,
        dispatch_on: cycle.dispatch_on,
        arrival_on: cycle.arrival_on,
    };
    Ok(cycles.into_iter().map(show).collect())
}

/// What to read out, with the households' aliases as their village knows them.
pub(super) fn announcement(conn: &mut Conn, cycle: &Cycle) -> Result<String, CycleError> {
    let rows = store::list_listings(conn, &[cycle.id])?;
    let listing_ids: Vec<ListingId> = rows.iter().map(|row| row.listing_id).collect();
    let cards = catalog::cards_by_id(conn, &listing_ids)?;
    let names = households::refs_for_staff(conn, cards.iter().map(|card| card.household_id))?;
    let units: HashMap<ListingId, i64> = rows.iter().map(|row| (row.listing_id, row.taken)).collect();
    let ordered = cards.into_iter().map(|card| Ordered {
        household: names.get(&card.household_id).and_then(|name| name.alias.clone()).unwrap_or_default(),
        units: units.get(&card.id).copied().unwrap_or_default(),
        title: card.title,
        unit_label: card.unit_label,
    });
    let ordered: Vec<Ordered> = ordered.collect();
    let village = regions::names(conn, [&cycle.village_code])?;
    Ok(announce::text(cycle, &village[&cycle.village_code].name, &ordered))
}
