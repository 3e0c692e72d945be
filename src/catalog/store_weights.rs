//! Goods that are ordered by the piece and settled by weight.

use diesel::prelude::*;
use std::collections::HashMap;

use super::ListingId;
use crate::db::schema::{listing_versions, listings, product_templates};
use crate::db::{Conn, DbResult};

/// The band of weight of one piece, in grams: the lightest and the heaviest.
pub type WeightBand = (i64, i64);

/// What a piece of each of these listings is thought to weigh, where that is settled by weight: what the
/// listing says, else the middle of its template's band.
pub fn list_estimates(conn: &mut Conn, ids: &[ListingId]) -> DbResult<HashMap<ListingId, i64>> {
    type Row = (ListingId, Option<i64>, Option<i64>, Option<i64>);
    let rows: Vec<Row> = listings::table
        .inner_join(product_templates::table)
        .filter(listings::id.eq_any(ids))
        .filter(product_templates::catch_weight.eq(true))
        .select((
            listings::id,
            listings::net_weight_g,
            product_templates::weight_min_g,
            product_templates::weight_max_g,
        ))
        .load(conn)?;
    let estimate = |(id, net, min, max): Row| Some((id, net.or_else(|| Some((min? + max?) / 2))?));
    Ok(rows.into_iter().filter_map(estimate).collect())
}

/// The band of a version of a listing that is settled by weight. A template never changes, so the band is
/// that of the day on which the line was placed.
///
/// # Errors
/// Those of the database.
pub fn find_weight_band(conn: &mut Conn, listing_id: ListingId, version: i64) -> DbResult<Option<WeightBand>> {
    let band: Option<(Option<i64>, Option<i64>)> = listing_versions::table
        .inner_join(product_templates::table)
        .filter(listing_versions::listing_id.eq(listing_id))
        .filter(listing_versions::version.eq(version))
        .filter(product_templates::catch_weight.eq(true))
        .select((product_templates::weight_min_g, product_templates::weight_max_g))
        .first(conn)
        .optional()?;
    Ok(band.and_then(|(min, max)| Some((min?, max?))))
}
