//! Recomputes what must hold of orders.

use diesel::prelude::*;

use super::rules::OrderState;
use super::store::{LineWeight, Order};
use super::types::{CheckoutId, OrderId};
use super::weights::final_total;
use crate::catalog::{ListingId, PriceRow, price_columns};
use crate::cycles;
use crate::db::schema::{checkouts, listing_versions, listings, order_counters, order_lines, orders, refunds};
use crate::db::{Conn, DbResult, sum_i64};
use crate::kernel::{Any, Id, Money};
use crate::ledger::{self, Account, AccountKind, Finding, LedgerError};
use crate::payments::RefundCause;

/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> Result<Vec<Finding>, LedgerError> {
    let mut findings = stock(conn)?;
    findings.extend(caps(conn)?);
    findings.extend(totals(conn)?);
    findings.extend(versions(conn)?);
    findings.extend(weights(conn)?);
    findings.extend(numbers(conn)?);
    findings.extend(holds(conn)?);
    Ok(findings)
}

/// What is off the shelf is in orders that stand.
fn stock(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    let given_up = [OrderState::Expired, OrderState::Cancelled, OrderState::Refunded];
    let sold: Vec<(ListingId, i64)> = order_lines::table
        .inner_join(orders::table)
        .filter(orders::state.ne_all(given_up))
        .group_by(order_lines::listing_id)
        .select((order_lines::listing_id, sum_i64(order_lines::quantity)))
        .load(conn)?;
    let sold: std::collections::HashMap<_, _> = sold.into_iter().collect();
    let shelf: Vec<(ListingId, i64, i64)> =
        listings::table.select((listings::id, listings::stock_total, listings::stock_available)).load(conn)?;
    let differs = |(id, total, available): (ListingId, i64, i64)| {
        let sold = sold.get(&id).copied().unwrap_or_default();
        (total - available != sold).then(|| format!("listing {id}: {total} − {available} ≠ {sold} sold"))
    };
    Ok(shelf.into_iter().filter_map(differs).collect())
}

/// What is taken in a cycle is in orders of it that stand.
fn caps(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    let given_up = [OrderState::Expired, OrderState::Cancelled, OrderState::Refunded];
    let sold: Vec<(Option<Id<Any>>, ListingId, i64)> = order_lines::table
        .inner_join(orders::table)
        .filter(orders::cycle_id.is_not_null())
        .filter(orders::state.ne_all(given_up))
        .group_by((orders::cycle_id, order_lines::listing_id))
        .select((orders::cycle_id, order_lines::listing_id, sum_i64(order_lines::quantity)))
        .load(conn)?;
    let mut sold: std::collections::HashMap<_, _> =
        sold.into_iter().filter_map(|(cycle, listing, units)| Some(((cycle?.uuid(), listing), units))).collect();
    let mut findings = Vec::new();
    for (cycle_id, listing_id, taken) in cycles::list_taken(conn)? {
        let sold = sold.remove(&(cycle_id.uuid(), listing_id)).unwrap_or_default();
        if taken != sold {
            findings.push(format!("listing {listing_id} in cycle {cycle_id}: {taken} taken, {sold} sold"));
        }
    }
    findings
        .extend(sold.into_keys().map(|(cycle, listing)| format!("listing {listing} does not stand in cycle {cycle}")));
    Ok(findings)
}

/// An order is the sum of its lines, a checkout the sum of its orders; none is empty.
fn totals(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    let of_orders: Vec<(OrderId, Money, i64)> = orders::table
        .left_join(order_lines::table)
        .group_by((orders::id, orders::total_fen, orders::freight_fen))
        .select((
            orders::id,
            orders::total_fen - orders::freight_fen,
            sum_i64(order_lines::total_fen.assume_not_null()),
        ))
        .load(conn)?;
    let of_checkouts: Vec<(CheckoutId, Money, i64)> = checkouts::table
        .left_join(orders::table)
        .group_by((checkouts::id, checkouts::total_fen))
        .select((checkouts::id, checkouts::total_fen, sum_i64(orders::total_fen.assume_not_null())))
        .load(conn)?;
    let order = of_orders.into_iter().filter(|(_, total, sum)| total.fen() != *sum);
    let checkout = of_checkouts.into_iter().filter(|(_, total, sum)| total.fen() != *sum);
    Ok(order
        .map(|(id, total, sum)| format!("order {id}: total {total}, but lines sum to {sum} fen"))
        .chain(checkout.map(|(id, total, sum)| format!("checkout {id}: total {total}, but orders sum to {sum} fen")))
        .collect())
}

/// A line costs what the version that it names says.
fn versions(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    type Said = Option<(Money, PriceRow)>;
    type Line = (OrderId, i64, i64, (Money, PriceRow), Said);
    let version = listing_versions::listing_id
        .eq(order_lines::listing_id)
        .and(listing_versions::version.eq(order_lines::listing_version));
    let lines: Vec<Line> = order_lines::table
        .left_join(listing_versions::table.on(version))
        .select((
            order_lines::order_id,
            order_lines::line_no,
            order_lines::listing_version,
            (order_lines::price_fen, price_columns!(order_lines)),
            (listing_versions::price_fen, price_columns!(listing_versions)).nullable(),
        ))
        .load(conn)?;
    let wrong = lines.into_iter().filter(|(.., price, said)| said.as_ref() != Some(price));
    Ok(wrong
        .map(|(id, line, version, ..)| format!("order {id}, line {line}: does not cost what version {version} says"))
        .collect())
}

/// What was weighed costs what its weight says.
fn weights(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    type Row = (OrderId, i64, Money, LineWeight);
    let rows: Vec<Row> = order_lines::table
        .filter(order_lines::final_g.is_not_null().or(order_lines::final_total_fen.is_not_null()))
        .select((
            order_lines::order_id,
            order_lines::line_no,
            order_lines::total_fen,
            (order_lines::estimated_g, order_lines::final_g, order_lines::final_total_fen),
        ))
        .load(conn)?;
    let wrong = rows.into_iter().filter(|(.., total, weight)| {
        let said = weight.estimated_g.zip(weight.final_g);
        let expected = said.and_then(|(estimated, found)| final_total(*total, estimated, found).ok());
        expected.is_none() || expected != weight.final_total_fen
    });
    Ok(wrong.map(|(id, line, ..)| format!("order {id}, line {line}: does not cost what its weight says")).collect())
}

/// Every number that was taken is on an order.
fn numbers(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    let taken: i64 = order_counters::table.select(sum_i64(order_counters::last)).first(conn)?;
    let used: i64 = orders::table.count().get_result(conn)?;
    Ok(if taken == used { Vec::new() } else { vec![format!("{taken} order numbers taken, {used} orders")] })
}

/// Held for an order is what was paid and not paid back, until it is settled or over.
fn holds(conn: &mut Conn) -> Result<Vec<Finding>, LedgerError> {
    let rows: Vec<Order> = orders::table.select(Order::as_select()).load(conn).map_err(crate::db::DbError::from)?;
    // What came too late went back as a whole, and what other goods cost less is no part of the total any more;
    // the order's state does not tell of it.
    let refunds: Vec<(OrderId, i64)> = refunds::table
        .filter(refunds::cause.ne_all([RefundCause::TooLate, RefundCause::Shortage]))
        .group_by(refunds::order_id)
        .select((refunds::order_id, sum_i64(refunds::amount_fen)))
        .load(conn)
        .map_err(crate::db::DbError::from)?;
    let refunds: std::collections::HashMap<_, _> = refunds.into_iter().collect();
    let mut findings = Vec::new();
    for order in rows {
        let held = ledger::balance_fen(conn, &Account::new(AccountKind::BuyerHold, order.id))?;
        let refunded = refunds.get(&order.id).copied().unwrap_or_default();
        let paid = order.paid_fen().fen();
        let expected = if order.state == OrderState::Settled || paid == 0 { 0 } else { paid - refunded };
        if held != expected {
            findings.push(format!("order {} is {}: {held} fen held instead of {expected}", order.id, order.state));
        }
    }
    Ok(findings)
}
