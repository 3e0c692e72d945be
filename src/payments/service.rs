//! Use cases of payments. What a payment means for orders is for `orders` to say.

use std::time::Duration;

use super::notification::{Event, Notification};
use super::store::{self, Payment, Refund};
use super::{PaymentError, PaymentState, Provider, RefundCause, RefundId, RefundState, sandbox};
use crate::context::Settings;
use crate::db::Conn;
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Any, Id, Money};
use crate::log::{self, Change, Subject};
use crate::secrets::Secrets;

/// How long the sandbox takes, like a person at a gateway's page, but quicker.
const SANDBOX_DELAY: Duration = Duration::from_millis(200);

/// Begins to pay what a checkout asks at first, or the balance of one of its orders. While a payment for the same is under way or done, beginning again gives that one.
///
/// # Errors
/// [`PaymentError::ProviderUnavailable`].
pub fn start(
    conn: &mut Conn,
    act: &Act,
    settings: &Settings,
    checkout_id: Id<Any>,
    balance_of_order_id: Option<Id<Any>>,
    provider: Provider,
    amount_fen: Money,
) -> Result<Payment, PaymentError> {
    let Provider::Sandbox = provider;
    if !settings.demonstration {
        return Err(PaymentError::ProviderUnavailable);
    }
    let same = |payment: &Payment| payment.balance_of_order_id == balance_of_order_id && payment.state.is_living();
    if let Some(payment) = store::list_of_checkout(conn, checkout_id)?.into_iter().find(same) {
        return Ok(payment);
    }
    let payment = Payment {
        id: act.new_id(),
        checkout_id,
        provider,
        state: PaymentState::Pending,
        amount_fen,
        gateway_transaction_id: None,
        created_at: act.at,
        completed_at: None,
        balance_of_order_id,
    };
    store::insert(conn, &payment)?;
    let change = Change::new(Subject::Payment, payment.id, "start").states(None, payment.state.as_str());
    log::append(conn, act, &change)?;
    jobs::enqueue(conn, act, JobKind::SandboxPay, payment.id, act.at.plus(SANDBOX_DELAY))?;
    Ok(payment)
}

/// Reads a notification as it came from outside.
///
/// # Errors
/// [`PaymentError::InvalidSignature`], [`PaymentError::ProviderUnavailable`].
pub fn read(
    settings: &Settings,
    secrets: &Secrets,
    provider: Provider,
    signature: &str,
    body: &[u8],
) -> Result<Notification, PaymentError> {
    match provider {
        Provider::Sandbox if settings.demonstration => sandbox::verify(secrets, signature, body),
        Provider::Sandbox => Err(PaymentError::ProviderUnavailable),
    }
}

/// What a notification of success changed.
#[derive(Debug)]
pub enum Completion {
    /// The payment succeeded just now.
    First(Payment),
    /// It had succeeded before: nothing changed.
    Repeated,
}

/// Records that a payment has succeeded.
///
/// # Errors
/// [`PaymentError::NotFound`], [`PaymentError::Mismatch`] for another amount or another
/// transaction of the gateway.
pub fn complete(conn: &mut Conn, act: &Act, notification: &Notification) -> Result<Completion, PaymentError> {
    let Event::PaymentSucceeded { payment_id, gateway_transaction_id, amount_fen } = notification.event() else {
        return Err(PaymentError::Mismatch);
    };
    let payment = store::find(conn, *payment_id)?.ok_or(PaymentError::NotFound)?;
    if payment.amount_fen != *amount_fen {
        return Err(PaymentError::Mismatch);
    }
    if store::mark_succeeded(conn, payment.id, gateway_transaction_id, act.at)? {
        let change = Change::new(Subject::Payment, payment.id, "succeed")
            .states(payment.state.as_str(), PaymentState::Succeeded.as_str());
        log::append(conn, act, &change)?;
        return Ok(Completion::First(payment));
    }
    let recorded = store::find(conn, payment.id)?.and_then(|payment| payment.gateway_transaction_id);
    if recorded.as_deref() == Some(gateway_transaction_id) {
        Ok(Completion::Repeated)
    } else {
        Err(PaymentError::Mismatch)
    }
}

/// Asks the providers to pay a part of an order's money back: from the payments of its checkout that still
/// hold enough, the newest first. The caller has locked the checkout. Opening the same again changes nothing.
///
/// # Errors
/// [`PaymentError::RefundTooLarge`] if less than that was paid and not yet paid back.
pub fn open_refunds(
    conn: &mut Conn,
    act: &Act,
    checkout_id: Id<Any>,
    order_id: Id<Any>,
    (cause, cause_id): (RefundCause, Id<Any>),
    amount_fen: Money,
) -> Result<(), PaymentError> {
    let known = store::list_refunds_of_order(conn, order_id)?;
    if known.iter().any(|refund| (refund.cause, refund.cause_id) == (cause, cause_id)) {
        return Ok(());
    }
    let payments = store::list_of_checkout(conn, checkout_id)?;
    let of_order = |payment: &&Payment| payment.balance_of_order_id.is_none_or(|id| id == order_id);
    let paid = payments.iter().rev().filter(|payment| payment.state == PaymentState::Succeeded).filter(of_order);
    let mut left = amount_fen.fen();
    for payment in paid {
        let room = payment.amount_fen.fen() - store::refunded_fen(conn, payment.id)?;
        let part = left.min(room);
        if part > 0 {
            let amount_fen = Money::from_fen(part).map_err(|_| PaymentError::RefundTooLarge)?;
            open_refund(conn, act, payment, order_id, (cause, cause_id), amount_fen)?;
            left -= part;
        }
    }
    if left > 0 { Err(PaymentError::RefundTooLarge) } else { Ok(()) }
}

fn open_refund(
    conn: &mut Conn,
    act: &Act,
    payment: &Payment,
    order_id: Id<Any>,
    (cause, cause_id): (RefundCause, Id<Any>),
    amount_fen: Money,
) -> Result<(), PaymentError> {
    let refund = Refund {
        id: act.new_id(),
        payment_id: payment.id,
        order_id,
        cause,
        cause_id,
        state: RefundState::Pending,
        amount_fen,
        gateway_refund_id: None,
        created_at: act.at,
        completed_at: None,
    };
    store::insert_refund(conn, &refund)?;
    let change = Change::new(Subject::Refund, refund.id, "open").states(None, refund.state.as_str());
    log::append(conn, act, &change)?;
    let Provider::Sandbox = payment.provider;
    jobs::enqueue(conn, act, JobKind::SandboxRefund, refund.id, act.at.plus(SANDBOX_DELAY))?;
    Ok(())
}

/// Records that a refund has succeeded; `None` if it had before.
///
/// # Errors
/// [`PaymentError::NotFound`], [`PaymentError::Mismatch`].
pub fn complete_refund(
    conn: &mut Conn,
    act: &Act,
    notification: &Notification,
) -> Result<Option<Refund>, PaymentError> {
    let Event::RefundSucceeded { refund_id, gateway_refund_id, amount_fen } = notification.event() else {
        return Err(PaymentError::Mismatch);
    };
    let refund = load_refund(conn, *refund_id)?;
    if refund.amount_fen != *amount_fen {
        return Err(PaymentError::Mismatch);
    }
    if store::mark_refunded(conn, refund.id, gateway_refund_id, act.at)? {
        let change = Change::new(Subject::Refund, refund.id, "succeed")
            .states(refund.state.as_str(), RefundState::Succeeded.as_str());
        log::append(conn, act, &change)?;
        return Ok(Some(refund));
    }
    if refund.gateway_refund_id.as_deref() == Some(gateway_refund_id) { Ok(None) } else { Err(PaymentError::Mismatch) }
}

/// # Errors
/// [`PaymentError::NotFound`].
pub fn load_refund(conn: &mut Conn, id: RefundId) -> Result<Refund, PaymentError> {
    store::find_refund(conn, id)?.ok_or(PaymentError::NotFound)
}
