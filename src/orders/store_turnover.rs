//! What households have sold.

use diesel::prelude::*;
use std::collections::HashMap;

use super::rules::OrderState;
use crate::db::schema::{order_lines, orders};
use crate::db::{Conn, DbResult, sum_i64};
use crate::households::HouseholdId;
use crate::kernel::{Instant, Money};

/// What the lines of orders come to that were placed since a moment, are paid and were not paid back.
///
/// # Errors
/// Those of the database.
pub fn turnover(conn: &mut Conn, ids: &[HouseholdId], since: Instant) -> DbResult<HashMap<HouseholdId, Money>> {
    let paid: Vec<OrderState> = OrderState::ALL.iter().copied().filter(|state| state.is_paid()).collect();
    let sums: Vec<(HouseholdId, i64)> = order_lines::table
        .inner_join(orders::table)
        .filter(order_lines::household_id.eq_any(ids))
        .filter(orders::placed_at.ge(since))
        .filter(orders::state.eq_any(paid))
        .group_by(order_lines::household_id)
        .select((order_lines::household_id, sum_i64(order_lines::total_fen)))
        .load(conn)?;
    sums.into_iter().map(|(id, fen)| Ok((id, Money::from_fen(fen)?))).collect()
}
