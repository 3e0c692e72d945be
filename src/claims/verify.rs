//! Recomputes what must hold of claims.

use diesel::prelude::*;
use std::collections::HashMap;

use super::store::{Charge, Claim};
use super::types::ClaimId;
use crate::db::schema::{claim_charges, claims, order_lines, refunds};
use crate::db::{Conn, DbResult, sum_i64};
use crate::kernel::{Any, Id};
use crate::ledger::Finding;
use crate::orders::OrderId;
use crate::payments::RefundCause;

/// What was granted is what was charged and paid back, and no more than the line cost.
///
/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    let granted: Vec<Claim> = claims::table.select(Claim::as_select()).load(conn)?;
    let charges: Vec<Charge> = claim_charges::table.select(Charge::as_select()).load(conn)?;
    let refunded: Vec<(Id<Any>, i64)> = refunds::table
        .filter(refunds::cause.eq(RefundCause::Claim))
        .group_by(refunds::cause_id)
        .select((refunds::cause_id, sum_i64(refunds::amount_fen)))
        .load(conn)?;
    let refunded: HashMap<Id<Any>, i64> = refunded.into_iter().collect();
    let mut charged: HashMap<ClaimId, i64> = HashMap::new();
    let mut findings = Vec::new();
    for charge in &charges {
        *charged.entry(charge.claim_id).or_default() += charge.amount_fen.fen();
        let back = refunded.get(&charge.id.any()).copied().unwrap_or_default();
        if back != charge.amount_fen.fen() {
            findings.push(format!("claim {}: {} charged, {back} fen paid back", charge.claim_id, charge.amount_fen));
        }
    }
    let mut of_lines: HashMap<(OrderId, i64), i64> = HashMap::new();
    for claim in &granted {
        *of_lines.entry((claim.order_id, claim.line_no)).or_default() += claim.granted_fen.fen();
        let charged = charged.get(&claim.id).copied().unwrap_or_default();
        if charged != claim.granted_fen.fen() {
            findings.push(format!("claim {}: {} granted, {charged} fen charged", claim.id, claim.granted_fen));
        }
    }
    for ((order_id, line_no), sum) in of_lines {
        let total: Option<i64> =
            order_lines::table.find((order_id, line_no)).select(order_lines::total_fen).first(conn).optional()?;
        if total.is_none_or(|total| sum > total) {
            findings.push(format!("order {order_id}, line {line_no}: claims granted {sum} fen, more than it cost"));
        }
    }
    Ok(findings)
}
