//! Recomputes what is promised from what is for sale and sold.

use diesel::prelude::*;
use std::collections::BTreeMap;

use super::store::Capacity;
use super::types::{Place, Season};
use crate::db::schema::{capacities, listings, product_templates};
use crate::db::{Conn, DbResult};
use crate::households::HouseholdId;
use crate::ledger::Finding;
use crate::templates::TemplateId;

#[derive(Debug, Clone, Copy, Default)]
struct Promised {
    all: i64,
    sold: i64,
}

type Row = (HouseholdId, TemplateId, Option<Season>, String, i64, i64, i64);

/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    let mut promised = promised(conn)?;
    let rows: Vec<Capacity> = capacities::table
        .order((capacities::household_id, capacities::template_id, capacities::season))
        .select(Capacity::as_select())
        .load(conn)?;
    let mut findings = Vec::new();
    for row in rows {
        let place = Place { household_id: row.household_id, template_id: row.template_id, season: row.season };
        let Promised { all, sold } = promised.remove(&place).unwrap_or_default();
        let name = format!("capacity of {} in {} of template {}", place.household_id, place.season, place.template_id);
        if row.promised_quantity != all {
            findings.push(format!("{name}: {} promised ≠ {all} for sale and sold", row.promised_quantity));
        }
        if row.promised_quantity > row.limit_quantity.max(sold) {
            let (promised, limit) = (row.promised_quantity, row.limit_quantity);
            findings.push(format!("{name}: {promised} promised > {limit}, of which {sold} are sold"));
        }
    }
    let unsurveyed = promised.into_iter().filter(|(_, promised)| promised.all > 0);
    findings.extend(unsurveyed.map(|(place, _)| {
        format!(
            "household {} sells of template {} in {} without a survey",
            place.household_id, place.template_id, place.season
        )
    }));
    Ok(findings)
}

/// What is for sale and sold, in base units.
fn promised(conn: &mut Conn) -> DbResult<BTreeMap<Place, Promised>> {
    let rows: Vec<Row> = listings::table
        .inner_join(product_templates::table)
        .filter(product_templates::yield_limit.is_not_null())
        .filter(listings::published_at.is_not_null())
        .select((
            listings::household_id,
            product_templates::id,
            listings::season,
            listings::state,
            listings::stock_total,
            listings::stock_available,
            product_templates::pack_quantity,
        ))
        .load(conn)?;
    let mut promised: BTreeMap<Place, Promised> = BTreeMap::new();
    for (household_id, template_id, season, state, total, available, pack) in rows {
        let Some(season) = season else { continue };
        let of = promised.entry(Place { household_id, template_id, season }).or_default();
        let sold = (total - available) * pack;
        of.sold += sold;
        of.all += if state == "live" { total * pack } else { sold };
    }
    Ok(promised)
}
