//! Queries of the verdicts on the prices of listings.

use diesel::prelude::*;
use std::collections::HashMap;

use super::types::ListingId;
use crate::db::schema::{listings, price_verdicts};
use crate::db::{Conn, DbResult, native};
use crate::kernel::{Instant, Money};
use crate::prices::{Assessment, PriceReferenceId, Verdict};

/// How the price of a version stood when somebody decided on it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = price_verdicts)]
#[diesel(treat_none_as_default_value = false)]
pub struct PriceVerdict {
    pub listing_id: ListingId,
    pub version: i64,
    pub verdict: Verdict,
    pub ratio_percent: Option<i64>,
    pub reference_id: Option<PriceReferenceId>,
    /// As it was then; a reference may be corrected.
    pub median_fen: Option<Money>,
    pub judged_at: Instant,
}

/// Writes the verdict down, over one that was found before.
pub fn put(conn: &mut Conn, (listing_id, version): (ListingId, i64), found: &Assessment, at: Instant) -> DbResult<()> {
    let reference = found.reference.as_ref();
    let row = PriceVerdict {
        listing_id,
        version,
        verdict: found.verdict,
        ratio_percent: found.ratio_percent,
        reference_id: reference.map(|reference| reference.id),
        median_fen: reference.map(|reference| reference.median_fen),
        judged_at: at,
    };
    diesel::delete(price_verdicts::table.find((listing_id, version))).execute(conn)?;
    native!(conn, diesel::insert_into(price_verdicts::table).values(&row).execute(conn))?;
    Ok(())
}

/// The verdicts on what is in force of listings.
pub fn list_in_force(conn: &mut Conn, ids: &[ListingId]) -> DbResult<HashMap<ListingId, PriceVerdict>> {
    let rows: Vec<PriceVerdict> = price_verdicts::table
        .inner_join(listings::table)
        .filter(listings::id.eq_any(ids))
        .filter(price_verdicts::version.eq(listings::version))
        .select(PriceVerdict::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.listing_id, row)).collect())
}
