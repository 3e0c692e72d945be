//! Recomputes that nobody gives more than was accepted, nor more than a survey ever allowed, and that no line
//! gets more than was ordered.

use diesel::prelude::*;
use std::collections::HashMap;

use super::store::{Batch, Intake};
use super::store_allocations::Allocation;
use super::types::{BatchId, IntakeId};
use crate::db::schema::{allocations, batches, intakes, order_lines};
use crate::db::{Conn, DbResult};
use crate::ledger::Finding;
use crate::orders::OrderId;
use crate::production::{self, Place};
use crate::templates;

/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    let rows: Vec<Allocation> = allocations::table
        .filter(allocations::released_at.is_null())
        .order(allocations::id)
        .select(Allocation::as_select())
        .load(conn)?;
    let mut findings = of_batches(conn, &rows)?;
    findings.extend(of_lines(conn, &rows)?);
    findings.extend(of_capacities(conn, &rows)?);
    Ok(findings)
}

fn of_batches(conn: &mut Conn, rows: &[Allocation]) -> DbResult<Vec<Finding>> {
    let mut given: HashMap<BatchId, i64> = HashMap::new();
    rows.iter().for_each(|row| *given.entry(row.batch_id).or_default() += row.quantity);
    let accepted: Vec<(IntakeId, i64)> = intakes::table
        .select(Intake::as_select())
        .load(conn)?
        .into_iter()
        .map(|it: Intake| (it.id, it.accepted_quantity))
        .collect();
    let accepted: HashMap<_, _> = accepted.into_iter().collect();
    let stored: Vec<Batch> = batches::table.order(batches::id).select(Batch::as_select()).load(conn)?;
    let mut findings = Vec::new();
    for batch in stored {
        let Some(intake) = batch.intake_id else { continue };
        let given = given.get(&batch.id).copied().unwrap_or_default();
        if batch.units - batch.remaining != given {
            findings.push(format!("batch {}: {} − {} ≠ {given} allocated", batch.id, batch.units, batch.remaining));
        }
        if accepted.get(&intake) != Some(&batch.quantity) {
            findings.push(format!("batch {}: {} are not what its intake accepted", batch.id, batch.quantity));
        }
    }
    Ok(findings)
}

fn of_lines(conn: &mut Conn, rows: &[Allocation]) -> DbResult<Vec<Finding>> {
    let mut given: HashMap<(OrderId, i64), i64> = HashMap::new();
    rows.iter().for_each(|row| *given.entry((row.order_id, row.line_no)).or_default() += row.quantity);
    let said: Vec<(OrderId, i64, i64, i64)> = order_lines::table
        .order((order_lines::order_id, order_lines::line_no))
        .select((order_lines::order_id, order_lines::line_no, order_lines::quantity, order_lines::allocated))
        .load(conn)?;
    let wrong = said.into_iter().filter_map(|(id, line, quantity, allocated)| {
        let given = given.get(&(id, line)).copied().unwrap_or_default();
        let is_wrong = given != allocated || given > quantity;
        is_wrong.then(|| format!("order {id}, line {line}: {given} allocated, {allocated} said, {quantity} ordered"))
    });
    Ok(wrong.collect())
}

/// A later survey may find less; what was supplied by then stays.
fn of_capacities(conn: &mut Conn, rows: &[Allocation]) -> DbResult<Vec<Finding>> {
    let mut given: HashMap<Place, i64> = HashMap::new();
    for row in rows {
        let place = Place { household_id: row.household_id, template_id: row.template_id, season: row.season.clone() };
        *given.entry(place).or_default() += row.quantity;
    }
    let mut findings = Vec::new();
    for (place, units) in given {
        let Some(template) = templates::find(conn, place.template_id)? else { continue };
        if template.yield_limit.is_none() {
            continue;
        }
        let most = production::highest_limit(conn, &place, &template)?;
        if units * template.pack_quantity > most {
            findings.push(format!(
                "household {} supplies {units} of template {}, above {most}",
                place.household_id, place.template_id
            ));
        }
    }
    findings.sort();
    Ok(findings)
}
