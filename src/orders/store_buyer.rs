//! Queries of all that one buyer has ordered.

use diesel::prelude::*;

use super::rules::OrderState;
use super::store::{Checkout, Order, Shipment};
use super::types::OrderId;
use crate::db::schema::{checkouts, orders, shipments};
use crate::db::{Conn, DbResult};
use crate::kernel::UserId;

/// # Errors
/// Those of the database.
pub fn list_all_of_buyer(conn: &mut Conn, buyer_id: UserId) -> DbResult<Vec<Order>> {
    Ok(orders::table
        .filter(orders::buyer_id.eq(buyer_id))
        .order((orders::placed_at.desc(), orders::id.desc()))
        .select(Order::as_select())
        .load(conn)?)
}

/// # Errors
/// Those of the database.
pub fn list_checkouts_of_buyer(conn: &mut Conn, buyer_id: UserId) -> DbResult<Vec<Checkout>> {
    Ok(checkouts::table
        .filter(checkouts::buyer_id.eq(buyer_id))
        .order((checkouts::created_at.desc(), checkouts::id.desc()))
        .select(Checkout::as_select())
        .load(conn)?)
}

/// # Errors
/// Those of the database.
pub fn list_shipments(conn: &mut Conn, ids: &[OrderId]) -> DbResult<Vec<Shipment>> {
    Ok(shipments::table.filter(shipments::order_id.eq_any(ids)).select(Shipment::as_select()).load(conn)?)
}

/// The numbers of orders of which something is still expected.
///
/// # Errors
/// Those of the database.
pub fn list_open_numbers(conn: &mut Conn, buyer_id: UserId) -> DbResult<Vec<String>> {
    let over = OrderState::ALL.iter().filter(|state| state.is_over());
    Ok(orders::table
        .filter(orders::buyer_id.eq(buyer_id))
        .filter(orders::state.ne_all(over))
        .order(orders::number)
        .select(orders::number)
        .load(conn)?)
}

/// Forgets where a buyer's parcels went; the region stays, as the trade's.
///
/// # Errors
/// Those of the database.
pub fn erase_addresses(conn: &mut Conn, buyer_id: UserId) -> DbResult<()> {
    diesel::update(checkouts::table.filter(checkouts::buyer_id.eq(buyer_id)))
        .set((checkouts::address_sealed.eq(Vec::new()), checkouts::gift_message_sealed.eq(Vec::new())))
        .execute(conn)?;
    Ok(())
}
