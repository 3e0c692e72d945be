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
    let mut turnover: HashMap<HouseholdId, Money> = HashMap::new();
    macro_rules! add_lines {
        ($condition:expr, $amount:expr) => {{
            let sums: Vec<(HouseholdId, i64)> = order_lines::table
                .inner_join(orders::table)
                .filter(order_lines::household_id.eq_any(ids))
                .filter(orders::placed_at.ge(since))
                .filter(orders::state.eq_any(&paid))
                .filter($condition)
                .group_by(order_lines::household_id)
                .select((order_lines::household_id, sum_i64($amount)))
                .load(conn)?;
            for (id, fen) in sums {
                let sum = turnover.entry(id).or_default();
                *sum = sum.checked_add(Money::from_fen(fen)?)?;
            }
        }};
    }
    add_lines!(order_lines::final_total_fen.is_null(), order_lines::total_fen);
    // What was weighed counts by its weight.
    add_lines!(order_lines::final_total_fen.is_not_null(), order_lines::final_total_fen.assume_not_null());
    Ok(turnover)
}
