//! Queries of allocations.

use diesel::prelude::*;

use super::turns::Reason;
use super::types::{AllocationId, BatchId};
use crate::db::schema::{allocations, orders};
use crate::db::{Conn, DbResult, lies_in, native, newest_in_scope, older_than, sum_i64};
use crate::households::HouseholdId;
use crate::kernel::{Cursor, Instant, Page, RegionCode, Scope, UserId};
use crate::orders::{OrderId, OrderState};
use crate::production::Season;
use crate::templates::TemplateId;

/// Units of a batch that go to a line of an order.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = allocations)]
#[diesel(treat_none_as_default_value = false)]
pub struct Allocation {
    pub id: AllocationId,
    pub order_id: OrderId,
    pub line_no: i64,
    pub batch_id: BatchId,
    pub household_id: HouseholdId,
    pub village_code: RegionCode,
    pub template_id: TemplateId,
    pub season: Season,
    /// In sales units.
    pub quantity: i64,
    pub reason: Reason,
    pub rule_version: String,
    pub allocated_by: Option<UserId>,
    pub allocated_at: Instant,
    /// When its order was given up.
    pub released_at: Option<Instant>,
}

pub fn insert(conn: &mut Conn, row: &Allocation) -> DbResult<()> {
    native!(conn, diesel::insert_into(allocations::table).values(row).execute(conn))?;
    Ok(())
}

/// What supplies an order now.
pub fn list_of_order(conn: &mut Conn, id: OrderId) -> DbResult<Vec<Allocation>> {
    Ok(allocations::table
        .filter(allocations::order_id.eq(id))
        .filter(allocations::released_at.is_null())
        .order((allocations::line_no, allocations::id))
        .select(Allocation::as_select())
        .load(conn)?)
}

/// Says that a batch no longer supplies an order; false if it was said before.
pub fn release(conn: &mut Conn, id: AllocationId, at: Instant) -> DbResult<bool> {
    let row = allocations::table.filter(allocations::id.eq(id)).filter(allocations::released_at.is_null());
    Ok(diesel::update(row).set(allocations::released_at.eq(at)).execute(conn)? == 1)
}

/// Orders of a village that were given up and still have goods.
pub fn list_given_up(conn: &mut Conn, village: &RegionCode) -> DbResult<Vec<OrderId>> {
    let over = [OrderState::Cancelled, OrderState::Expired, OrderState::Refunded];
    Ok(allocations::table
        .inner_join(orders::table)
        .filter(allocations::village_code.eq(village))
        .filter(allocations::released_at.is_null())
        .filter(orders::state.eq_any(over))
        .select(allocations::order_id)
        .distinct()
        .order(allocations::order_id)
        .load(conn)?)
}

/// What households have supplied of a good in a season.
pub fn list_sold(
    conn: &mut Conn,
    ids: &[HouseholdId],
    template_id: TemplateId,
    season: &Season,
) -> DbResult<Vec<(HouseholdId, i64)>> {
    Ok(allocations::table
        .filter(allocations::household_id.eq_any(ids))
        .filter(allocations::template_id.eq(template_id))
        .filter(allocations::season.eq(season))
        .filter(allocations::released_at.is_null())
        .group_by(allocations::household_id)
        .select((allocations::household_id, sum_i64(allocations::quantity)))
        .load(conn)?)
}

pub fn list_in_scope(conn: &mut Conn, scope: &Scope, limit: i64, after: Option<Cursor>) -> DbResult<Page<Allocation>> {
    let load = |region: &RegionCode| {
        let query = allocations::table
            .filter(lies_in!(allocations::village_code, region))
            .order((allocations::allocated_at.desc(), allocations::id.desc()))
            .limit(limit + 1)
            .select(Allocation::as_select())
            .into_boxed();
        Ok(older_than!(query, allocations::allocated_at, allocations::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Allocation| Cursor::at(last.allocated_at, last.id))
}
