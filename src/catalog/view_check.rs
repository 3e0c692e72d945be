//! The price card of a listing, as anybody sees it.

use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use super::store_check;
use super::types::ListingId;
use crate::db::{Conn, DbResult};
use crate::kernel::Money;
use crate::prices::{self, Per, PriceReference, Verdict};

/// What a price was held against when it was let through.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PriceCard)]
pub struct PriceCardOut {
    /// The median of such goods; what it is the price of stands in `per`.
    reference_median_fen: Money,
    per: Per,
    source: String,
    #[schema(format = Date)]
    source_date: String,
    /// The price in percent of the median.
    ratio_percent: i64,
}

/// The cards of what is in force, and the verdicts, which are for staff.
pub fn cards(conn: &mut Conn, ids: &[ListingId]) -> DbResult<HashMap<ListingId, (Verdict, Option<PriceCardOut>)>> {
    let verdicts = store_check::list_in_force(conn, ids)?;
    let references: Vec<_> = verdicts.values().filter_map(|row| row.reference_id).collect();
    let references: HashMap<_, PriceReference> =
        prices::list_by_id(conn, &references)?.into_iter().map(|reference| (reference.id, reference)).collect();
    let card = |row: &store_check::PriceVerdict| {
        let reference = references.get(&row.reference_id?)?;
        Some(PriceCardOut {
            reference_median_fen: row.median_fen?,
            per: reference.per,
            source: reference.source.clone(),
            source_date: reference.source_date.clone(),
            ratio_percent: row.ratio_percent?,
        })
    };
    Ok(verdicts.into_iter().map(|(id, row)| (id, (row.verdict, card(&row)))).collect())
}
