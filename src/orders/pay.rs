//! What money means for orders: paying, paying too late, not paying, paying back.

use super::rules::Command;
use super::service;
use super::store::{self, Checkout, Order};
use super::types::{CheckoutId, CheckoutState, OrderError};
use crate::context::Settings;
use crate::db::Conn;
use crate::kernel::{Act, Id, UserId};
use crate::ledger::{self, Account, AccountKind, Draft, TransactionKind};
use crate::log::{self, Change, Subject};
use crate::payments::{self, Completion, Event, Notification, Payment, PaymentState, Provider};

/// Begins to pay one's own checkout.
///
/// # Errors
/// [`OrderError::CheckoutExpired`], also when nobody has noticed yet; [`OrderError::CheckoutClosed`].
pub fn start(
    conn: &mut Conn,
    act: &Act,
    settings: &Settings,
    buyer_id: UserId,
    id: CheckoutId,
    provider: Provider,
) -> Result<Payment, OrderError> {
    let checkout = store::lock_checkout(conn, id)?.filter(|checkout| checkout.buyer_id == buyer_id);
    let checkout = checkout.ok_or(OrderError::NotFound)?;
    match checkout.state {
        CheckoutState::Open if checkout.expires_at <= act.at => Err(OrderError::CheckoutExpired),
        CheckoutState::Expired => Err(OrderError::CheckoutExpired),
        CheckoutState::Cancelled => Err(OrderError::CheckoutClosed(checkout.state)),
        CheckoutState::Open | CheckoutState::Paid => {
            Ok(payments::start(conn, act, settings, id, provider, checkout.total_fen)?)
        }
    }
}

/// Takes in what a provider tells: the one way in which payments and refunds complete. Telling it
/// again changes nothing.
///
/// # Errors
/// Those of [`payments::complete`] and of the ledger.
pub fn notified(conn: &mut Conn, act: &Act, notification: &Notification) -> Result<(), OrderError> {
    match notification.event() {
        Event::PaymentSucceeded { .. } => match payments::complete(conn, act, notification)? {
            Completion::First(payment) => paid(conn, act, &payment),
            Completion::Repeated => Ok(()),
        },
        Event::RefundSucceeded { .. } => match payments::complete_refund(conn, act, notification)? {
            Some(refund) => {
                let order = service::load(conn, Id::from_uuid(refund.order_id.uuid()))?;
                let payment = payments::find(conn, refund.payment_id)?.ok_or(OrderError::NotFound)?;
                let draft = Draft::new(TransactionKind::RefundPaid, order.id, &order.village_code)
                    .of_order(order.id, order.stream_id)
                    .debit(Account::new(AccountKind::RefundPayable, order.id), refund.amount_fen)
                    .credit(Account::new(AccountKind::Provider, payment.provider), refund.amount_fen);
                ledger::post(conn, act, &draft)?;
                service::transition(conn, act, &order, Command::Refund, None)?;
                Ok(())
            }
            None => Ok(()),
        },
    }
}

/// Money came in: it is held for each order; orders that were given up meanwhile are paid back.
fn paid(conn: &mut Conn, act: &Act, payment: &Payment) -> Result<(), OrderError> {
    let checkout_id: CheckoutId = Id::from_uuid(payment.checkout_id.uuid());
    let checkout = store::lock_checkout(conn, checkout_id)?.ok_or(OrderError::NotFound)?;
    let in_time = store::update_checkout_state(conn, checkout.id, CheckoutState::Open, CheckoutState::Paid)?;
    if in_time {
        log_checkout(conn, act, &checkout, CheckoutState::Paid)?;
    }
    for order in store::list_of_checkout(conn, checkout.id)? {
        let draft = Draft::new(TransactionKind::Payment, order.id, &order.village_code)
            .of_order(order.id, order.stream_id)
            .debit(Account::new(AccountKind::Provider, payment.provider), order.total_fen)
            .credit(Account::new(AccountKind::BuyerHold, order.id), order.total_fen);
        ledger::post(conn, act, &draft)?;
        if in_time {
            service::transition(conn, act, &order, Command::Pay, None)?;
        } else {
            refund(conn, act, &order)?;
        }
    }
    Ok(())
}

/// Owes the buyer what is held for an order, and asks the provider to pay it back.
///
/// # Errors
/// Those of the ledger and of the database.
pub fn refund(conn: &mut Conn, act: &Act, order: &Order) -> Result<(), OrderError> {
    let payments = payments::list_of_checkout(conn, order.checkout_id)?;
    let payment = payments.into_iter().find(|payment| payment.state == PaymentState::Succeeded);
    let payment = payment.ok_or(payments::PaymentError::NotFound)?;
    let draft = Draft::new(TransactionKind::RefundOwed, order.id, &order.village_code)
        .of_order(order.id, order.stream_id)
        .debit(Account::new(AccountKind::BuyerHold, order.id), order.total_fen)
        .credit(Account::new(AccountKind::RefundPayable, order.id), order.total_fen);
    ledger::post(conn, act, &draft)?;
    Ok(payments::open_refund(conn, act, &payment, order.id, order.total_fen)?)
}

/// Ends a checkout that was not paid in time; does nothing if it was paid or taken back.
///
/// # Errors
/// Those of the database.
pub fn expire(conn: &mut Conn, act: &Act, id: CheckoutId) -> Result<(), OrderError> {
    let open = store::lock_checkout(conn, id)?.filter(|checkout| checkout.state == CheckoutState::Open);
    let Some(checkout) = open else { return Ok(()) };
    store::update_checkout_state(conn, id, CheckoutState::Open, CheckoutState::Expired)?;
    log_checkout(conn, act, &checkout, CheckoutState::Expired)?;
    let orders = store::list_of_checkout(conn, id)?;
    for order in &orders {
        service::transition(conn, act, order, Command::Expire, None)?;
    }
    service::return_stock(conn, &orders)
}

/// The end of an open checkout, in the log.
pub(super) fn log_checkout(
    conn: &mut Conn,
    act: &Act,
    checkout: &Checkout,
    to: CheckoutState,
) -> Result<(), OrderError> {
    let change =
        Change::new(Subject::Checkout, checkout.id, to.as_str()).states(CheckoutState::Open.as_str(), to.as_str());
    Ok(log::append(conn, act, &change)?)
}
