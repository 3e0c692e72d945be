//! Queries of listings as orders need them.

use diesel::prelude::*;
use std::collections::HashMap;

use super::store::{PriceRow, price_columns, price_of};
use super::types::{ListingId, ListingState, PriceComposition};
use crate::db::schema::{listing_versions, listings};
use crate::db::{Conn, DbResult};
use crate::households::HouseholdId;
use crate::kernel::{Grams, Money, RegionCode};

/// What placing an order needs to know of a listing.
#[derive(Debug, Clone)]
pub struct ForSale {
    pub id: ListingId,
    pub household_id: HouseholdId,
    pub village_code: RegionCode,
    pub state: ListingState,
    pub title: String,
    pub unit_label: String,
    pub price_fen: Money,
    pub price: PriceComposition,
    pub stock_available: i64,
    /// The version that is in force.
    pub version: i64,
    /// Of one sales unit, as it weighs in a parcel.
    pub net_weight_g: Option<Grams>,
    /// Of what is settled by weight: what a piece is thought to weigh.
    pub estimated_g: Option<i64>,
    /// Of a pre-order: what is paid at once.
    pub deposit_percent: Option<i64>,
}

/// The listings, locked in the order of their ids until the transaction ends.
pub fn lock_for_sale(conn: &mut Conn, ids: &[ListingId]) -> DbResult<Vec<ForSale>> {
    for_sale(conn, ids, true)
}

/// The same as they stand, for what only looks.
pub fn list_for_sale(conn: &mut Conn, ids: &[ListingId]) -> DbResult<Vec<ForSale>> {
    for_sale(conn, ids, false)
}

fn for_sale(conn: &mut Conn, ids: &[ListingId], is_locked: bool) -> DbResult<Vec<ForSale>> {
    type Head = (ListingId, HouseholdId, RegionCode, ListingState, String, String, Money, i64, i64, Option<Grams>);
    type Row = (Head, PriceRow);
    let query = listings::table.filter(listings::id.eq_any(ids)).order(listings::id).select((
        (
            listings::id,
            listings::household_id,
            listings::village_code,
            listings::state,
            listings::title,
            listings::unit_label,
            listings::price_fen,
            listings::stock_available,
            listings::version,
            listings::net_weight_g,
        ),
        price_columns!(listings),
    ));
    let rows: Vec<Row> = match conn {
        Conn::Pg(conn) if is_locked => query.for_no_key_update().load(conn)?,
        conn => query.load(conn)?,
    };
    let read = |(head, price): Row| {
        let (
            id,
            household_id,
            village_code,
            state,
            title,
            unit_label,
            price_fen,
            stock_available,
            version,
            net_weight_g,
        ) = head;
        ForSale {
            id,
            household_id,
            village_code,
            state,
            title,
            unit_label,
            price_fen,
            price: price_of(price),
            stock_available,
            version,
            net_weight_g,
            estimated_g: None,
            deposit_percent: None,
        }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// What the versions in force ask as a deposit, in percent; of goods that ask none, nothing.
///
/// # Errors
/// Those of the database.
pub fn list_deposits(conn: &mut Conn, ids: &[ListingId]) -> DbResult<HashMap<ListingId, i64>> {
    let rows: Vec<(ListingId, Option<i64>)> = listing_versions::table
        .inner_join(listings::table)
        .filter(listings::id.eq_any(ids))
        .filter(listing_versions::version.eq(listings::version))
        .filter(listing_versions::deposit_percent.is_not_null())
        .select((listings::id, listing_versions::deposit_percent))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, percent)| Some((id, percent?))).collect())
}
