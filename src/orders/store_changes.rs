//! Queries of changes that a buyer is asked about, and the rows that an accepted one moves.

use diesel::prelude::*;

use super::store::{Line, Order};
use super::types::OrderId;
use crate::catalog::{ForSale, ListingId};
use crate::db::schema::{checkouts, order_changes, order_lines, orders};
use crate::db::{Conn, DbResult};
use crate::kernel::{Act, Id, Instant, Money, UserId, text_enum};

pub type ChangeId = Id<Change>;

text_enum! {
    pub enum ChangeState {
        Open = "open",
        Accepted = "accepted",
        Declined = "declined",
        /// Something else was asked instead.
        Withdrawn = "withdrawn",
    }
}

/// A line that is to come as another listing.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = order_changes)]
#[diesel(treat_none_as_default_value = false)]
pub struct Change {
    pub id: ChangeId,
    pub order_id: OrderId,
    pub line_no: i64,
    pub state: ChangeState,
    pub reason: String,
    pub from_listing_id: ListingId,
    pub from_total_fen: Money,
    pub to_listing_id: ListingId,
    pub to_version: i64,
    pub to_total_fen: Money,
    pub proposed_by: UserId,
    pub proposed_at: Instant,
    pub decided_at: Option<Instant>,
}

pub fn insert(conn: &mut Conn, change: &Change) -> DbResult<()> {
    diesel::insert_into(order_changes::table).values(change).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: ChangeId) -> DbResult<Option<Change>> {
    Ok(order_changes::table.find(id).select(Change::as_select()).first(conn).optional()?)
}

pub fn find_open(conn: &mut Conn, order_id: OrderId) -> DbResult<Option<Change>> {
    Ok(order_changes::table
        .filter(order_changes::order_id.eq(order_id))
        .filter(order_changes::state.eq(ChangeState::Open))
        .select(Change::as_select())
        .first(conn)
        .optional()?)
}

/// # Errors
/// Those of the database.
pub fn list_of_order(conn: &mut Conn, order_id: OrderId) -> DbResult<Vec<Change>> {
    Ok(order_changes::table
        .filter(order_changes::order_id.eq(order_id))
        .order((order_changes::proposed_at.desc(), order_changes::id.desc()))
        .limit(20)
        .select(Change::as_select())
        .load(conn)?)
}

/// Decides what is open; false if it is not.
pub fn decide(conn: &mut Conn, act: &Act, id: ChangeId, to: ChangeState) -> DbResult<bool> {
    let row = order_changes::table.find(id).filter(order_changes::state.eq(ChangeState::Open));
    let decided = (order_changes::state.eq(to), order_changes::decided_at.eq(act.at));
    Ok(diesel::update(row).set(decided).execute(conn)? == 1)
}

/// Puts other goods in the place of a line; false if it is another by now, or was supplied. A pairing is with
/// its household, and stays with it.
pub fn replace_line(conn: &mut Conn, line: &Line, to: &ForSale, total_fen: Money) -> DbResult<bool> {
    let pairing_id = line.pairing_id.filter(|_| line.household_id == to.household_id);
    let row = order_lines::table
        .find((line.order_id, line.line_no))
        .filter(order_lines::listing_id.eq(line.listing_id))
        .filter(order_lines::allocated.eq(0));
    let price = &to.price;
    let goods = (
        order_lines::listing_id.eq(to.id),
        order_lines::listing_version.eq(to.version),
        order_lines::household_id.eq(to.household_id),
        order_lines::pairing_id.eq(pairing_id),
        order_lines::title.eq(&to.title),
        order_lines::unit_label.eq(&to.unit_label),
        order_lines::price_fen.eq(to.price_fen),
        order_lines::total_fen.eq(total_fen),
    );
    let parts = (
        order_lines::farmer_pay_fen.eq(price.farmer_pay_fen),
        order_lines::quality_bonus_fen.eq(price.quality_bonus_fen),
        order_lines::coop_fee_fen.eq(price.coop_fee_fen),
        order_lines::packing_fen.eq(price.packing_fen),
        order_lines::freight_fen.eq(price.freight_fen),
        order_lines::inspection_fen.eq(price.inspection_fen),
        order_lines::collective_fund_fen.eq(price.collective_fund_fen),
        order_lines::loss_reserve_fen.eq(price.loss_reserve_fen),
        order_lines::platform_cost_fen.eq(price.platform_cost_fen),
    );
    Ok(diesel::update(row).set((goods, parts)).execute(conn)? == 1)
}

/// An order is the sum of its lines, a checkout the sum of its orders: both cost so much less.
pub fn lower_totals(conn: &mut Conn, order: &Order, less_fen: Money) -> DbResult<()> {
    let less = less_fen.fen();
    diesel::update(orders::table.find(order.id)).set(orders::total_fen.eq(orders::total_fen - less)).execute(conn)?;
    diesel::update(checkouts::table.find(order.checkout_id))
        .set(checkouts::total_fen.eq(checkouts::total_fen - less))
        .execute(conn)?;
    Ok(())
}
