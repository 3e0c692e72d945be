//! Queries of how much of a listing is for sale, for the promise of its household.

use diesel::prelude::*;

use super::types::{ListingId, ListingState};
use crate::db::schema::listings;
use crate::db::{Conn, DbResult};
use crate::households::HouseholdId;
use crate::production::{Place, Season};
use crate::templates::TemplateId;

/// How much of a listing is for sale and of what it is.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = listings)]
pub struct Shelf {
    pub id: ListingId,
    pub household_id: HouseholdId,
    pub state: ListingState,
    pub title: String,
    pub template_id: Option<TemplateId>,
    pub season: Option<Season>,
    pub stock_available: i64,
}

/// A listing, locked until the transaction ends.
pub fn lock(conn: &mut Conn, id: ListingId) -> DbResult<Option<Shelf>> {
    if let Conn::Pg(conn) = conn {
        let row = listings::table.filter(listings::id.eq(id)).select(listings::id).for_no_key_update();
        row.first::<ListingId>(conn).optional()?;
    }
    Ok(listings::table.filter(listings::id.eq(id)).select(Shelf::as_select()).first(conn).optional()?)
}

/// What is for sale within a promise, locked in the order of the ids until the transaction ends; given
/// newest first.
pub fn lock_live(conn: &mut Conn, place: &Place) -> DbResult<Vec<Shelf>> {
    let live = listings::table
        .filter(listings::household_id.eq(place.household_id))
        .filter(listings::template_id.eq(place.template_id))
        .filter(listings::season.eq(&place.season))
        .filter(listings::state.eq(ListingState::Live));
    if let Conn::Pg(conn) = conn {
        let rows = live.order(listings::id).select(listings::id).for_no_key_update();
        rows.load::<ListingId>(conn)?;
    }
    Ok(live.order(listings::id.desc()).select(Shelf::as_select()).load(conn)?)
}

/// The season in which it is promised, once and for all.
pub fn put_season(conn: &mut Conn, id: ListingId, season: &Season) -> DbResult<()> {
    let without = listings::table.filter(listings::id.eq(id)).filter(listings::season.is_null());
    diesel::update(without).set(listings::season.eq(season)).execute(conn)?;
    Ok(())
}

/// Puts `units` more on sale, or fewer if negative; false if `available` are for sale no longer.
pub fn change_stock(conn: &mut Conn, id: ListingId, available: i64, units: i64) -> DbResult<bool> {
    let row = listings::table.filter(listings::id.eq(id)).filter(listings::stock_available.eq(available));
    let set = (
        listings::stock_available.eq(listings::stock_available + units),
        listings::stock_total.eq(listings::stock_total + units),
    );
    Ok(diesel::update(row).set(set).execute(conn)? == 1)
}
