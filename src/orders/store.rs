//! Queries of orders: reading them, moving them from state to state.

use diesel::prelude::*;

use super::rules::OrderState;
use super::types::{CheckoutId, CheckoutState, OrderId};
use crate::catalog::{ListingId, PriceComposition, PriceRow, price_columns, price_of};
use crate::db::schema::{checkouts, order_lines, orders, shipments};
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::households::HouseholdId;
use crate::kernel::{Any, Cursor, Id, Instant, Money, Page, Quantity, RegionCode, Scope, UserId};
use crate::livestream::StreamId;
use crate::pairing::PairingId;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = checkouts)]
#[diesel(treat_none_as_default_value = false)]
pub struct Checkout {
    pub id: CheckoutId,
    pub buyer_id: UserId,
    pub state: CheckoutState,
    pub total_fen: Money,
    pub address_sealed: Vec<u8>,
    pub region_code: RegionCode,
    pub created_at: Instant,
    pub expires_at: Instant,
    /// Which rule about fresh goods was acknowledged, by whom and when; all or none.
    pub perishable_rule: Option<String>,
    pub perishable_by: Option<UserId>,
    pub perishable_at: Option<Instant>,
    pub is_gift: bool,
    /// Empty where there is none.
    pub gift_message_sealed: Vec<u8>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = orders)]
#[diesel(treat_none_as_default_value = false)]
pub struct Order {
    pub id: OrderId,
    pub number: String,
    pub checkout_id: CheckoutId,
    pub buyer_id: UserId,
    pub village_code: RegionCode,
    pub stream_id: Option<StreamId>,
    pub state: OrderState,
    pub total_fen: Money,
    pub rule_version: String,
    pub placed_at: Instant,
    /// What the parcel costs beyond the freight that is in the prices.
    pub freight_fen: Money,
    /// What a pre-order asks at first; the rest is due when its date stands.
    pub deposit_fen: Option<Money>,
    pub cycle_id: Option<Id<Any>>,
    pub balance_due_at: Option<Instant>,
    /// The day that was promised.
    pub deliver_on: Option<String>,
}

impl Order {
    /// What the checkout asks for it at first.
    #[must_use]
    pub fn first_fen(&self) -> Money {
        self.deposit_fen.unwrap_or(self.total_fen)
    }

    /// What was paid for it, as far as its state tells: of an order that is over, nothing.
    #[must_use]
    pub fn paid_fen(&self) -> Money {
        match self.state {
            OrderState::DepositPaid | OrderState::BalanceDue => self.first_fen(),
            state if state.is_paid() => self.total_fen,
            _ => Money::ZERO,
        }
    }
}

/// A line with the price composition on which it was placed.
#[derive(Debug, Clone)]
pub struct Line {
    pub order_id: OrderId,
    pub line_no: i64,
    pub listing_id: ListingId,
    pub listing_version: i64,
    pub household_id: HouseholdId,
    pub pairing_id: Option<PairingId>,
    pub title: String,
    pub unit_label: String,
    pub quantity: Quantity,
    pub price_fen: Money,
    pub price: PriceComposition,
    pub total_fen: Money,
    /// What it weighs, where that decides what it costs.
    pub weight: LineWeight,
}

/// The weight of a line that is settled by weight; of others nothing stands in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Queryable)]
pub struct LineWeight {
    /// What its pieces were thought to weigh together when they were ordered.
    pub estimated_g: Option<i64>,
    /// What they weighed when they were packed.
    pub final_g: Option<i64>,
    /// What the line costs by that.
    pub final_total_fen: Option<Money>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = shipments)]
pub struct Shipment {
    pub order_id: OrderId,
    pub carrier: String,
    pub tracking_number: String,
    pub shipped_at: Instant,
}

/// Lines that fulfil a condition, by order and number.
macro_rules! lines_where {
    ($conn:expr, $condition:expr) => {{
        type Row = (
            (OrderId, i64, ListingId, HouseholdId, Option<PairingId>, String, String, Quantity, Money, Money),
            i64,
            PriceRow,
            LineWeight,
        );
        let rows: Vec<Row> = order_lines::table
            .filter($condition)
            .order((order_lines::order_id, order_lines::line_no))
            .select((
                (
                    order_lines::order_id,
                    order_lines::line_no,
                    order_lines::listing_id,
                    order_lines::household_id,
                    order_lines::pairing_id,
                    order_lines::title,
                    order_lines::unit_label,
                    order_lines::quantity,
                    order_lines::price_fen,
                    order_lines::total_fen,
                ),
                order_lines::listing_version,
                price_columns!(order_lines),
                (order_lines::estimated_g, order_lines::final_g, order_lines::final_total_fen),
            ))
            .load($conn)?;
        let read = |(head, listing_version, price, weight): Row| {
            let (
                order_id,
                line_no,
                listing_id,
                household_id,
                pairing_id,
                title,
                unit_label,
                quantity,
                price_fen,
                total_fen,
            ) = head;
            let price = price_of(price);
            Line {
                order_id,
                line_no,
                listing_id,
                listing_version,
                household_id,
                pairing_id,
                title,
                unit_label,
                quantity,
                price_fen,
                price,
                total_fen,
                weight,
            }
        };
        Ok(rows.into_iter().map(read).collect())
    }};
}

/// # Errors
/// Those of the database.
pub fn find_checkout(conn: &mut Conn, id: CheckoutId) -> DbResult<Option<Checkout>> {
    Ok(checkouts::table.find(id).select(Checkout::as_select()).first(conn).optional()?)
}

/// The checkout, locked until the transaction ends: paying, cancelling and expiring meet here.
pub fn lock_checkout(conn: &mut Conn, id: CheckoutId) -> DbResult<Option<Checkout>> {
    let query = checkouts::table.find(id).select(Checkout::as_select());
    Ok(match conn {
        Conn::Pg(conn) => {
            checkouts::table.find(id).select(Checkout::as_select()).for_no_key_update().first(conn).optional()?
        }
        Conn::Sqlite(_) => query.first(conn).optional()?,
    })
}

/// Gives an open checkout more time.
pub fn update_expiry(conn: &mut Conn, id: CheckoutId, until: Instant) -> DbResult<()> {
    let open = checkouts::table.find(id).filter(checkouts::state.eq(CheckoutState::Open));
    diesel::update(open.filter(checkouts::expires_at.lt(until))).set(checkouts::expires_at.eq(until)).execute(conn)?;
    Ok(())
}

/// Moves a checkout from one state to another; false if it was no longer in the first.
pub fn update_checkout_state(
    conn: &mut Conn,
    id: CheckoutId,
    from: CheckoutState,
    to: CheckoutState,
) -> DbResult<bool> {
    let row = checkouts::table.find(id).filter(checkouts::state.eq(from));
    Ok(diesel::update(row).set(checkouts::state.eq(to)).execute(conn)? == 1)
}

/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: OrderId) -> DbResult<Option<Order>> {
    Ok(orders::table.find(id).select(Order::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn list_of_checkout(conn: &mut Conn, id: CheckoutId) -> DbResult<Vec<Order>> {
    Ok(orders::table
        .filter(orders::checkout_id.eq(id))
        .order((orders::number, orders::id))
        .select(Order::as_select())
        .load(conn)?)
}

/// Moves an order from one state to another; false if it was no longer in the first.
pub fn update_state(conn: &mut Conn, id: OrderId, from: OrderState, to: OrderState) -> DbResult<bool> {
    let row = orders::table.find(id).filter(orders::state.eq(from));
    Ok(diesel::update(row).set(orders::state.eq(to)).execute(conn)? == 1)
}

/// The lines of many orders, in order.
///
/// # Errors
/// Those of the database.
pub fn list_lines(conn: &mut Conn, ids: &[OrderId]) -> DbResult<Vec<Line>> {
    lines_where!(conn, order_lines::order_id.eq_any(ids))
}

/// What was bought within pairings, in order.
///
/// # Errors
/// Those of the database.
pub fn list_lines_of_pairings(conn: &mut Conn, ids: &[PairingId]) -> DbResult<Vec<Line>> {
    lines_where!(conn, order_lines::pairing_id.eq_any(ids))
}

/// # Errors
/// Those of the database.
pub fn list_by_id(conn: &mut Conn, ids: &[OrderId]) -> DbResult<Vec<Order>> {
    Ok(orders::table.filter(orders::id.eq_any(ids)).order(orders::id).select(Order::as_select()).load(conn)?)
}

/// # Errors
/// Those of the database.
pub fn find_shipment(conn: &mut Conn, id: OrderId) -> DbResult<Option<Shipment>> {
    Ok(shipments::table.find(id).select(Shipment::as_select()).first(conn).optional()?)
}

pub fn insert_shipment(conn: &mut Conn, shipment: &Shipment) -> DbResult<()> {
    diesel::insert_into(shipments::table).values(shipment).execute(conn)?;
    Ok(())
}

pub fn list_of_buyer(
    conn: &mut Conn,
    buyer_id: UserId,
    state: Option<OrderState>,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Order>> {
    let mut query = orders::table
        .filter(orders::buyer_id.eq(buyer_id))
        .order((orders::placed_at.desc(), orders::id.desc()))
        .limit(limit + 1)
        .select(Order::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(orders::state.eq(state));
    }
    let rows = older_than!(query, orders::placed_at, orders::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Order| Cursor::at(last.placed_at, last.id)))
}

/// Which orders of a scope.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScopeFilter {
    pub state: Option<OrderState>,
    pub stream_id: Option<StreamId>,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
}

/// Orders of a scope, newest first.
///
/// # Errors
/// Those of the database.
pub fn list_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    filter: ScopeFilter,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Order>> {
    let load = |region: &RegionCode| {
        let mut query = orders::table
            .filter(lies_in!(orders::village_code, region))
            .order((orders::placed_at.desc(), orders::id.desc()))
            .limit(limit + 1)
            .select(Order::as_select())
            .into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(orders::state.eq(state));
        }
        if let Some(stream_id) = filter.stream_id {
            query = query.filter(orders::stream_id.eq(stream_id));
        }
        if let Some(from) = filter.from {
            query = query.filter(orders::placed_at.ge(from));
        }
        if let Some(until) = filter.until {
            query = query.filter(orders::placed_at.lt(until));
        }
        Ok(older_than!(query, orders::placed_at, orders::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Order| Cursor::at(last.placed_at, last.id))
}
