//! Use cases of payments. What a payment means for orders is for `orders` to say.

use std::time::Duration;

use super::notification::{Event, Notification};
use super::store::{self, Payment, Refund};
use super::{PaymentError, PaymentState, Provider, RefundId, RefundState, sandbox};
use crate::context::Settings;
use crate::db::Conn;
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Id, Money};
use crate::log::{self, Change, Subject};
use crate::secrets::Secrets;

/// How long the sandbox takes, like a person at a gateway's page, but quicker.
const SANDBOX_DELAY: Duration = Duration::from_millis(200);

/// Begins to pay a checkout. While a payment is under way or done, beginning again gives that one.
///
/// # Errors
/// [`PaymentError::ProviderUnavailable`].
pub fn start<T>(
    conn: &mut Conn,
    act: &Act,
    settings: &Settings,
    checkout_id: Id<T>,
    provider: Provider,
    amount_fen: Money,
) -> Result<Payment, PaymentError> {
    let Provider::Sandbox = provider;
    if !settings.demonstration {
        return Err(PaymentError::ProviderUnavailable);
    }
    let living =
        store::list_of_checkout(conn, checkout_id)?.into_iter().find(|payment| payment.state != PaymentState::Failed);
    if let Some(payment) = living {
        return Ok(payment);
    }
    let payment = Payment {
        id: act.new_id(),
        checkout_id: Id::from_uuid(checkout_id.uuid()),
        provider,
        state: PaymentState::Pending,
        amount_fen,
        gateway_transaction_id: None,
        created_at: act.at,
        completed_at: None,
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

/// Asks the provider to pay an order's money back.
///
/// # Errors
/// Those of the database: a second refund of one order among them.
pub fn open_refund<T>(
    conn: &mut Conn,
    act: &Act,
    payment: &Payment,
    order_id: Id<T>,
    amount_fen: Money,
) -> Result<(), PaymentError> {
    let refund = Refund {
        id: act.new_id(),
        payment_id: payment.id,
        order_id: Id::from_uuid(order_id.uuid()),
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
