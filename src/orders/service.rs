//! Use cases of one order on its way: confirming, packing, shipping, receiving, cancelling.

use serde_json::json;
use std::collections::HashMap;

use super::rules::{Command, OrderState, decide};
use super::store::{self, Checkout, Order, Shipment};
use super::types::{CheckoutState, OrderError, OrderId};
use super::{dispatch, ending, pay, telling, terms};
use crate::catalog::{self, ListingId};
use crate::cycles::{self, CycleId};
use crate::db::Conn;
use crate::kernel::{Act, Id, Instant, Invalid, Role, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::papers::NewPaper;
use crate::privacy::{self, Access, ThingKind};
use crate::webhooks;

/// # Errors
/// [`OrderError::NotFound`].
pub fn load(conn: &mut Conn, id: OrderId) -> Result<Order, OrderError> {
    store::find(conn, id)?.ok_or(OrderError::NotFound)
}

/// The order with its checkout, locked until the transaction ends: what moves its money meets here.
///
/// # Errors
/// [`OrderError::NotFound`].
pub fn lock(conn: &mut Conn, id: OrderId) -> Result<Order, OrderError> {
    let order = load(conn, id)?;
    store::lock_checkout(conn, order.checkout_id)?.ok_or(OrderError::NotFound)?;
    // What happened before the lock was ours counts.
    load(conn, id)
}

/// When the buyer had the parcel.
///
/// # Errors
/// [`OrderError::NotFound`] before.
pub fn received_at(conn: &mut Conn, id: OrderId) -> Result<Instant, OrderError> {
    let entries = log::list_entries(conn, Subject::Order, id)?;
    let received =
        entries.into_iter().rev().find(|entry| entry.to_state.as_deref() == Some(OrderState::Received.as_str()));
    Ok(received.ok_or(OrderError::NotFound)?.at)
}

/// The order, for its buyer alone.
///
/// # Errors
/// [`OrderError::NotFound`] for anybody else's: that it exists is private.
pub fn load_own(conn: &mut Conn, buyer_id: UserId, id: OrderId) -> Result<Order, OrderError> {
    let order = load(conn, id)?;
    if order.buyer_id == buyer_id { Ok(order) } else { Err(OrderError::NotFound) }
}

/// The order, if its village lies in the scope.
///
/// # Errors
/// [`OrderError::NotFound`] for any other: that it exists is private.
pub fn load_in_scope(conn: &mut Conn, scope: &Scope, id: OrderId) -> Result<Order, OrderError> {
    let order = load(conn, id)?;
    if scope.covers(&order.village_code) { Ok(order) } else { Err(OrderError::NotFound) }
}

/// The checkout of an order whose parcel is packed, sent or may come back, with its address; that
/// somebody reads it is written down for the buyer.
///
/// # Errors
/// [`OrderError::WrongState`] where there is no parcel.
pub fn unmask_address(conn: &mut Conn, act: &Act, order: &Order, reason: &str) -> Result<Checkout, OrderError> {
    if !order.state.has_parcel() {
        return Err(OrderError::WrongState(order.state));
    }
    let access = Access {
        subject: privacy::Subject::User(order.buyer_id),
        village_code: Some(&order.village_code),
        fields: &["recipient", "phone", "address"],
        thing_kind: ThingKind::Order,
        thing_id: order.id.uuid(),
        reason,
    };
    privacy::record(conn, act, &access)?;
    store::find_checkout(conn, order.checkout_id)?.ok_or(OrderError::NotFound)
}

/// Moves an order along its states, guarded by the statement itself, with an entry in the log.
/// Repeating a command changes nothing.
///
/// # Errors
/// [`OrderError::WrongState`].
pub fn transition(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    command: Command,
    reason: Option<&str>,
) -> Result<Moved, OrderError> {
    let next = decide(order.state, command, act.role).map_err(OrderError::WrongState)?;
    if next == order.state {
        return Ok(Moved::Unchanged);
    }
    if !store::update_state(conn, order.id, order.state, next)? {
        return Err(OrderError::WrongState(load(conn, order.id)?.state));
    }
    let change = Change::new(Subject::Order, order.id, command.as_str())
        .states(order.state.as_str(), next.as_str())
        .because(reason);
    log::append(conn, act, &change)?;
    if command == Command::Receive {
        terms::accepted(conn, act, order)?;
    }
    let told = json!({ "order_id": order.id, "number": order.number, "state": next, "total_fen": order.total_fen });
    webhooks::publish(conn, act, webhooks::Event::OrderChanged, &order.village_code, &told)?;
    telling::tell(conn, act, order, next)?;
    Ok(Moved::Changed)
}

/// Whether a command did something or had been carried out before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    Changed,
    Unchanged,
}

/// A parcel on its way out: who carries it, and the papers that go with it.
#[derive(Debug, Clone, Default)]
pub struct Parcel {
    pub carrier: String,
    pub tracking_number: String,
    /// Each of a listing that is in it.
    pub papers: Vec<(ListingId, NewPaper)>,
}

/// Hands the parcel to a carrier, once its goods have the papers that they need. Repeating it with the same
/// number changes nothing; another number is refused.
///
/// # Errors
/// [`OrderError::WrongState`], [`OrderError::PapersMissing`].
pub fn ship(conn: &mut Conn, act: &Act, order: &Order, parcel: &Parcel) -> Result<(), OrderError> {
    match transition(conn, act, order, Command::Ship, None)? {
        Moved::Changed => {
            dispatch::keep_papers(conn, act, order, &parcel.papers)?;
            dispatch::check_papers(conn, act, order)?;
            let shipment = Shipment {
                order_id: order.id,
                carrier: parcel.carrier.clone(),
                tracking_number: parcel.tracking_number.clone(),
                shipped_at: act.at,
            };
            Ok(store::insert_shipment(conn, &shipment)?)
        }
        Moved::Unchanged => match store::find_shipment(conn, order.id)? {
            Some(known) if known.carrier == parcel.carrier && known.tracking_number == parcel.tracking_number => Ok(()),
            _ => Err(OrderError::WrongState(order.state)),
        },
    }
}

/// Takes an order back before it is sent: its goods go back on sale, its money back to the buyer, with interest
/// where it was prepaid and [`ending`] says so.
/// An unpaid checkout is taken back as a whole, because it is paid as a whole.
///
/// # Errors
/// [`OrderError::WrongState`].
pub fn cancel(conn: &mut Conn, act: &Act, order: &Order, reason: &str) -> Result<(), OrderError> {
    let checkout = store::lock_checkout(conn, order.checkout_id)?.ok_or(OrderError::NotFound)?;
    // What happened before the lock was ours counts.
    let order = load(conn, order.id)?;
    if order.state != OrderState::Placed {
        return ending::end(conn, act, &order, Some(reason));
    }
    // Only the buyer's own unpaid orders pass this: all of the checkout or none.
    let siblings = store::list_of_checkout(conn, checkout.id)?;
    for sibling in &siblings {
        transition(conn, act, sibling, Command::Cancel, Some(reason))?;
    }
    return_stock(conn, &siblings)?;
    store::update_checkout_state(conn, checkout.id, CheckoutState::Open, CheckoutState::Cancelled)?;
    pay::close_payments(conn, act, checkout.id)?;
    pay::log_checkout(conn, act, &checkout, CheckoutState::Cancelled)
}

/// Puts the goods of orders back on sale and back into their cycles, in the one order in which stock is
/// locked everywhere.
///
/// # Errors
/// Those of the database.
pub fn return_stock(conn: &mut Conn, orders: &[Order]) -> Result<(), OrderError> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let mut lines = store::list_lines(conn, &ids)?;
    lines.sort_by_key(|line| line.listing_id);
    let cycles: HashMap<OrderId, CycleId> =
        orders.iter().filter_map(|order| Some((order.id, Id::from_uuid(order.cycle_id?.uuid())))).collect();
    for line in &lines {
        catalog::return_stock(conn, line.listing_id, line.quantity)?;
    }
    for line in lines {
        let Some(cycle_id) = cycles.get(&line.order_id) else { continue };
        if !cycles::give_back(conn, (*cycle_id, line.listing_id, line.quantity.get()))? {
            return Err(OrderError::NotFound);
        }
    }
    Ok(())
}

/// What a role may do with an order now, of the things that people do.
#[must_use]
pub fn actions(order: &Order, role: Role) -> Vec<Command> {
    let changes = |command: &Command| decide(order.state, *command, role).is_ok_and(|next| next != order.state);
    Command::BY_PEOPLE.into_iter().filter(changes).collect()
}

/// # Errors
/// The pointer and reason of the first field that is not acceptable.
pub fn check_shipment(carrier: &str, tracking_number: &str) -> Result<(String, String), (&'static str, Invalid)> {
    let carrier = crate::kernel::line(carrier, 40).map_err(|invalid| ("/carrier", invalid))?;
    let number = crate::kernel::line(tracking_number, 60).map_err(|invalid| ("/tracking_number", invalid))?;
    Ok((carrier, number))
}
