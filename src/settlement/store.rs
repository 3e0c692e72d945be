//! Queries of payouts.

use diesel::prelude::*;

use super::{PayoutId, PayoutState};
use crate::db::schema::payouts;
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::households::HouseholdId;
use crate::kernel::{Cursor, Instant, Money, Page, RegionCode, Scope, UserId, is_code};
use crate::orders::OrderId;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = payouts)]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub struct Payout {
    pub id: PayoutId,
    pub code: String,
    pub order_id: OrderId,
    pub household_id: HouseholdId,
    pub village_code: RegionCode,
    pub state: PayoutState,
    pub amount_fen: Money,
    pub due_at: Instant,
    pub approved_by: Option<UserId>,
    pub approved_at: Option<Instant>,
    pub sent_by: Option<UserId>,
    pub sent_at: Option<Instant>,
    pub bank_reference: Option<String>,
    pub confirmed_at: Option<Instant>,
    /// How often the money was sent; a bounced payout is sent again.
    pub attempt: i64,
}

pub fn insert(conn: &mut Conn, payout: &Payout) -> DbResult<()> {
    diesel::insert_into(payouts::table).values(payout).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: PayoutId) -> DbResult<Option<Payout>> {
    Ok(payouts::table.find(id).select(Payout::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn find_by_code(conn: &mut Conn, code: &str) -> DbResult<Option<Payout>> {
    if !is_code(code) {
        return Ok(None);
    }
    Ok(payouts::table.filter(payouts::code.eq(code)).select(Payout::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn list_of_order(conn: &mut Conn, id: OrderId) -> DbResult<Vec<Payout>> {
    list_of_orders(conn, &[id])
}

/// # Errors
/// Those of the database.
pub fn list_of_orders(conn: &mut Conn, ids: &[OrderId]) -> DbResult<Vec<Payout>> {
    Ok(payouts::table
        .filter(payouts::order_id.eq_any(ids))
        .order((payouts::due_at, payouts::id))
        .select(Payout::as_select())
        .load(conn)?)
}

/// Writes a payout that moved on; false if it was no longer as it was read.
pub fn update(conn: &mut Conn, before: &Payout, payout: &Payout) -> DbResult<bool> {
    let row = payouts::table
        .find(before.id)
        .filter(payouts::state.eq(before.state))
        .filter(payouts::attempt.eq(before.attempt));
    Ok(diesel::update(row).set(payout).execute(conn)? == 1)
}

/// The payouts of a scope, newest first.
///
/// # Errors
/// Those of the database.
pub fn list_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    state: Option<PayoutState>,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Payout>> {
    let load = |region: &RegionCode| {
        let mut query = payouts::table
            .filter(lies_in!(payouts::village_code, region))
            .order((payouts::due_at.desc(), payouts::id.desc()))
            .limit(limit + 1)
            .select(Payout::as_select())
            .into_boxed();
        if let Some(state) = state {
            query = query.filter(payouts::state.eq(state));
        }
        Ok(older_than!(query, payouts::due_at, payouts::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Payout| Cursor::at(last.due_at, last.id))
}
