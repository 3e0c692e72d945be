//! Who is told when an order is in another state.

use super::rules::OrderState;
use super::store::Order;
use crate::db::{Conn, DbResult};
use crate::inbox::{self, Kind, Told};
use crate::kernel::{Act, Role};

/// Tells the buyer, and the village's coordinators of what they have to do.
pub(super) fn tell(conn: &mut Conn, act: &Act, order: &Order, next: OrderState) -> DbResult<()> {
    let of_buyer = to_buyer(next).map(|kind| Told::person(order.buyer_id, kind, order.id));
    let of_staff = to_coordinators(next).map(|kind| Told::role(Role::Coordinator, &order.village_code, kind, order.id));
    let told = of_buyer.into_iter().chain(of_staff);
    let told: Vec<Told<'_>> = told.map(|it| it.called(&order.number).amount(order.total_fen)).collect();
    inbox::tell(conn, act, &told)
}

const fn to_buyer(next: OrderState) -> Option<Kind> {
    match next {
        OrderState::DepositPaid => Some(Kind::OrderDepositPaid),
        OrderState::BalanceDue => Some(Kind::OrderBalanceDue),
        OrderState::Paid => Some(Kind::OrderPaid),
        OrderState::Confirmed => Some(Kind::OrderConfirmed),
        OrderState::Shipped => Some(Kind::OrderShipped),
        OrderState::Received => Some(Kind::OrderReceived),
        OrderState::Settled => Some(Kind::OrderSettled),
        OrderState::Expired => Some(Kind::OrderExpired),
        OrderState::Cancelled => Some(Kind::OrderCancelled),
        OrderState::Refunded => Some(Kind::OrderRefunded),
        OrderState::Placed | OrderState::Packed => None,
    }
}

const fn to_coordinators(next: OrderState) -> Option<Kind> {
    match next {
        OrderState::Paid | OrderState::DepositPaid => Some(Kind::NewOrder),
        OrderState::Cancelled => Some(Kind::OrderTakenBack),
        _ => None,
    }
}
