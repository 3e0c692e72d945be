//! Recomputes what must hold of listings.

use diesel::prelude::*;

use super::store::{self, PriceRow, price_columns};
use super::store_versions;
use super::types::{Decision, ListingId, ListingState};
use crate::db::schema::{listing_versions, listings};
use crate::db::{Conn, DbResult};
use crate::kernel::Money;

/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> DbResult<Vec<String>> {
    let mut findings = in_force(conn)?;
    findings.extend(pending(conn)?);
    findings.extend(photos(conn)?);
    Ok(findings)
}

/// A listing says what its version in force says.
fn in_force(conn: &mut Conn) -> DbResult<Vec<String>> {
    type Said = (ListingId, String, String, String, Option<i64>, Money, PriceRow);
    macro_rules! said {
        ($table:ident) => {
            (
                listings::id,
                $table::title,
                $table::category,
                $table::unit_label,
                $table::net_weight_g,
                $table::price_fen,
                price_columns!($table),
            )
        };
    }
    let shown: Vec<Said> = listings::table.order(listings::id).select(said!(listings)).load(conn)?;
    let kept: Vec<Said> = listing_versions::table
        .inner_join(listings::table)
        .filter(listing_versions::version.eq(listings::version))
        .order(listings::id)
        .select(said!(listing_versions))
        .load(conn)?;
    let kept: std::collections::HashMap<ListingId, Said> = kept.into_iter().map(|said| (said.0, said)).collect();
    let differs = shown.into_iter().filter(|said| kept.get(&said.0) != Some(said));
    Ok(differs.map(|said| format!("listing {} does not say what its version in force says", said.0)).collect())
}

/// What waits is undecided, later than what is in force, and beside something that is or was for sale.
fn pending(conn: &mut Conn) -> DbResult<Vec<String>> {
    let rows: Vec<(ListingId, ListingState, i64, i64, Option<Decision>)> = listing_versions::table
        .inner_join(listings::table)
        .filter(listings::pending_version.eq(listing_versions::version.nullable()))
        .select((
            listings::id,
            listings::state,
            listings::version,
            listing_versions::version,
            listing_versions::decision,
        ))
        .load(conn)?;
    let waiting: i64 = listings::table.filter(listings::pending_version.is_not_null()).count().get_result(conn)?;
    let found = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let wrong = rows.into_iter().filter(|(_, state, version, waits, decision)| {
        !matches!(state, ListingState::Live | ListingState::Paused) || waits <= version || decision.is_some()
    });
    let mut findings: Vec<String> =
        wrong.map(|(id, state, _, waits, _)| format!("listing {id} is {state}: version {waits} cannot wait")).collect();
    if waiting != found {
        findings.push(format!("{waiting} versions wait, {found} of them are kept"));
    }
    Ok(findings)
}

/// The photos that are shown are those of the version in force.
fn photos(conn: &mut Conn) -> DbResult<Vec<String>> {
    let ids: Vec<ListingId> = listings::table.order(listings::id).select(listings::id).load(conn)?;
    let mut findings = Vec::new();
    for ids in ids.chunks(500) {
        let mut shown = store::list_photos(conn, ids)?;
        for (id, version) in store_versions::list_in_force(conn, ids)? {
            let ids = shown.remove(&id).unwrap_or_default().into_iter().map(|photo| photo.id);
            if !ids.eq(version.content.photo_ids) {
                findings.push(format!("listing {id} shows other photos than its version in force"));
            }
        }
    }
    Ok(findings)
}
