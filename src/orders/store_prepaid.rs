//! Queries of pre-orders, of published rates, and of how prepaid orders ended.

use diesel::prelude::*;

use super::interest::Rate;
use super::prepaid::{Fault, RateKind};
use super::rules::OrderState;
use super::types::OrderId;
use crate::catalog::ListingId;
use crate::db::schema::{interest_rates, order_ends, order_lines, orders};
use crate::db::{Conn, DbResult, native};
use crate::kernel::{Any, Day, Id, Instant, Money, UserId};

/// The orders of a good whose deposit is paid and whose day does not stand yet, in the order of their ids.
pub fn list_to_call_in(conn: &mut Conn, listing_id: ListingId) -> DbResult<Vec<OrderId>> {
    let of_good = order_lines::table.filter(order_lines::listing_id.eq(listing_id)).select(order_lines::order_id);
    Ok(orders::table
        .filter(orders::id.eq_any(of_good))
        .filter(orders::state.eq(OrderState::DepositPaid))
        .order(orders::id)
        .select(orders::id)
        .load(conn)?)
}

/// Sets the days of an order whose balance is due; false if it is not.
pub fn set_days(conn: &mut Conn, id: OrderId, deliver_on: Day, balance_due_at: Instant) -> DbResult<bool> {
    let row = orders::table.find(id).filter(orders::state.eq(OrderState::BalanceDue));
    let days = (orders::deliver_on.eq(deliver_on.to_string()), orders::balance_due_at.eq(balance_due_at));
    Ok(diesel::update(row).set(days).execute(conn)? == 1)
}

/// A published rate, from its day on.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = interest_rates)]
pub struct InterestRate {
    pub kind: RateKind,
    /// `2026-09-21`, the first day on which it counts.
    pub effective_on: String,
    /// By the year, in millionths.
    pub ppm: i64,
    /// Who published it, and where.
    pub source: String,
    pub added_by: UserId,
    pub added_at: Instant,
}

/// Adds a rate; false if one of its kind and day stands already.
pub fn insert_rate(conn: &mut Conn, rate: &InterestRate) -> DbResult<bool> {
    let rows =
        native!(conn, diesel::insert_into(interest_rates::table).values(rate).on_conflict_do_nothing().execute(conn))?;
    Ok(rows == 1)
}

/// # Errors
/// Those of the database.
pub fn find_rate(conn: &mut Conn, kind: RateKind, effective_on: Day) -> DbResult<Option<InterestRate>> {
    let row = interest_rates::table.find((kind, effective_on.to_string()));
    Ok(row.select(InterestRate::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn list_rates(conn: &mut Conn) -> DbResult<Vec<InterestRate>> {
    Ok(interest_rates::table
        .order((interest_rates::effective_on.desc(), interest_rates::kind))
        .select(InterestRate::as_select())
        .load(conn)?)
}

/// The rates of a kind, the oldest first.
pub fn list_rates_of(conn: &mut Conn, kind: RateKind) -> DbResult<Vec<Rate>> {
    let rows: Vec<(String, i64)> = interest_rates::table
        .filter(interest_rates::kind.eq(kind))
        .order(interest_rates::effective_on)
        .select((interest_rates::effective_on, interest_rates::ppm))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(from, ppm)| Some(Rate { from: from.parse().ok()?, ppm })).collect())
}

/// How a prepaid order ended.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = order_ends)]
pub struct OrderEnd {
    pub order_id: OrderId,
    /// The cause of the refund of its interest.
    pub id: Id<Any>,
    pub fault: Fault,
    pub paid_fen: Money,
    pub delivered_fen: Money,
    pub interest_fen: Money,
    pub ended_at: Instant,
}

pub fn insert_end(conn: &mut Conn, end: &OrderEnd) -> DbResult<()> {
    diesel::insert_into(order_ends::table).values(end).execute(conn)?;
    Ok(())
}

/// Whether this is the cause of a refund of interest.
pub fn is_interest(conn: &mut Conn, cause_id: Id<Any>) -> DbResult<bool> {
    Ok(diesel::select(diesel::dsl::exists(order_ends::table.filter(order_ends::id.eq(cause_id)))).get_result(conn)?)
}

/// # Errors
/// Those of the database.
pub fn find_end(conn: &mut Conn, id: OrderId) -> DbResult<Option<OrderEnd>> {
    Ok(order_ends::table.find(id).select(OrderEnd::as_select()).first(conn).optional()?)
}
