//! Use cases of payments. What a payment means for orders is for `orders` to say.

use std::time::Duration;

use super::store::{self, Payment, Refund};
use super::{PaymentError, PaymentId, PaymentState, Provider, RefundCause, RefundId, RefundState, transfers};
use crate::db::Conn;
use crate::gateways::{Charge, Event, GatewayError, Letter, Notification, Providers, Return};
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Any, Id, Instant, Money, RegionCode};
use crate::log::{self, Change, Subject};

/// How long a notification may take before its provider is asked.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// What is to be paid.
#[derive(Debug, Clone)]
pub struct Asked {
    pub checkout_id: Id<Any>,
    pub balance_of_order_id: Option<Id<Any>>,
    pub amount_fen: Money,
    /// From then on it is too late.
    pub expires_at: Instant,
    /// Whose staff find a transfer at the bank; none if it is of several villages, which no transfer can be.
    pub village_code: Option<RegionCode>,
    /// What stands on a transfer.
    pub memo: String,
}

impl Payment {
    /// As its gateway is told of it.
    #[must_use]
    pub fn charge(&self) -> Charge {
        Charge {
            payment_id: self.id.any(),
            amount_fen: self.amount_fen,
            created_at: self.created_at,
            expires_at: self.expires_at.unwrap_or(self.created_at),
        }
    }
}

impl Refund {
    /// As its gateway is told of it.
    #[must_use]
    pub fn back(&self, payment: &Payment) -> Return {
        Return {
            refund_id: self.id.any(),
            payment_id: payment.id.any(),
            amount_fen: self.amount_fen,
            paid_fen: payment.amount_fen,
        }
    }
}

/// Begins to pay what a checkout asks at first, or the balance of one of its orders; the caller has locked the
/// checkout. While a payment by the same provider is under way, or any is done, beginning again gives that one;
/// what is under way elsewhere is given up.
///
/// # Errors
/// [`PaymentError::ProviderUnavailable`].
pub fn start(
    conn: &mut Conn,
    act: &Act,
    providers: &Providers,
    provider: Provider,
    asked: Asked,
) -> Result<Payment, PaymentError> {
    if !providers.offers(provider) || (provider == Provider::Offline && asked.village_code.is_none()) {
        return Err(PaymentError::ProviderUnavailable);
    }
    let mut known = store::list_of_checkout(conn, asked.checkout_id)?;
    known.retain(|payment| payment.balance_of_order_id == asked.balance_of_order_id);
    // What succeeded for another amount went back: less was owed by then.
    let is_it = |payment: &&Payment| payment.state == PaymentState::Succeeded && payment.amount_fen == asked.amount_fen;
    if let Some(paid) = known.iter().find(is_it) {
        return Ok(paid.clone());
    }
    for payment in known.into_iter().filter(|payment| payment.state == PaymentState::Pending) {
        if payment.provider == provider {
            return Ok(payment);
        }
        give_up(conn, act, &payment)?;
    }
    let payment = record_start(conn, act, provider, asked)?;
    let id = payment.id;
    match provider {
        Provider::Offline => {}
        Provider::Sandbox => {
            let faults = providers.faults;
            jobs::enqueue(conn, act, JobKind::SandboxPay, id, act.at.plus(faults.delay()))?;
            if faults.lose > 0 {
                jobs::enqueue(conn, act, JobKind::QueryPayment, id, act.at.plus(PATIENCE))?;
            }
        }
        Provider::Wechat | Provider::Alipay => {
            jobs::enqueue(conn, act, JobKind::StartPayment, id, act.at)?;
            jobs::enqueue(conn, act, JobKind::QueryPayment, id, act.at.plus(PATIENCE))?;
        }
    }
    Ok(payment)
}

/// A payment that is under way; by transfer, also what is expected at the bank.
pub(super) fn record_start(
    conn: &mut Conn,
    act: &Act,
    provider: Provider,
    asked: Asked,
) -> Result<Payment, PaymentError> {
    let payment = Payment {
        id: act.new_id(),
        checkout_id: asked.checkout_id,
        provider,
        state: PaymentState::Pending,
        amount_fen: asked.amount_fen,
        gateway_transaction_id: None,
        created_at: act.at,
        completed_at: None,
        balance_of_order_id: asked.balance_of_order_id,
        qr_text: None,
        pay_url: None,
        expires_at: Some(asked.expires_at),
        credited_fen: Money::ZERO,
    };
    store::insert(conn, &payment)?;
    let change = Change::new(Subject::Payment, payment.id, "start").states(None, payment.state.as_str());
    log::append(conn, act, &change)?;
    if provider == Provider::Offline {
        let village = asked.village_code.ok_or(PaymentError::ProviderUnavailable)?;
        transfers::expect_in(conn, act, &payment, village, asked.memo)?;
    }
    Ok(payment)
}

/// Nobody is to pay it any more: another payment goes on, or the checkout is over. If money comes all the same,
/// it is taken in.
///
/// # Errors
/// Those of the database.
pub fn give_up(conn: &mut Conn, act: &Act, payment: &Payment) -> Result<(), PaymentError> {
    if !store::end_pending(conn, payment.id, PaymentState::Closed)? {
        return Ok(());
    }
    let change = Change::new(Subject::Payment, payment.id, "close")
        .states(PaymentState::Pending.as_str(), PaymentState::Closed.as_str());
    log::append(conn, act, &change)?;
    match payment.provider {
        Provider::Offline => transfers::close_of(conn, act, payment.id),
        _ => Ok(jobs::enqueue(conn, act, JobKind::ClosePayment, payment.id, act.at)?),
    }
}

/// The provider says that it did not succeed; the buyer may pay again. Telling it again changes nothing.
///
/// # Errors
/// Those of the database.
pub fn fail(conn: &mut Conn, act: &Act, id: PaymentId) -> Result<(), PaymentError> {
    if store::end_pending(conn, id, PaymentState::Failed)? {
        let change = Change::new(Subject::Payment, id, "fail")
            .states(PaymentState::Pending.as_str(), PaymentState::Failed.as_str());
        log::append(conn, act, &change)?;
    }
    Ok(())
}

/// The provider that holds most of a checkout's money.
///
/// # Errors
/// Those of the database.
pub fn holder<T>(conn: &mut Conn, checkout_id: Id<T>) -> Result<Option<Provider>, PaymentError> {
    let mut best = None;
    for payment in store::list_of_checkout(conn, checkout_id)? {
        if payment.state == PaymentState::Succeeded {
            let left = payment.amount_fen.fen() - store::refunded_fen(conn, payment.id)?;
            best = best.max(Some((left, payment.provider)));
        }
    }
    Ok(best.map(|(_, provider)| provider))
}

/// Reads a notification as it came from outside: what it says, and what its sender wants to hear.
///
/// # Errors
/// [`PaymentError::InvalidSignature`], [`PaymentError::ProviderUnavailable`].
pub fn read(
    providers: &Providers,
    provider: Provider,
    letter: Letter<'_>,
) -> Result<(Option<Notification>, &'static str), PaymentError> {
    let gateway = providers.gateway(provider).ok_or(PaymentError::ProviderUnavailable)?;
    match gateway.read(letter) {
        Ok(told) => Ok((told, gateway.thanks())),
        Err(GatewayError::Signature) => Err(PaymentError::InvalidSignature),
        Err(error) => Err(error.into()),
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
    let payment = store::find(conn, Id::from_uuid(payment_id.uuid()))?.ok_or(PaymentError::NotFound)?;
    if payment.due_fen()? != *amount_fen {
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
/// hold enough, what came last first. The caller has locked the checkout. Opening the same again changes nothing.
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
    let mut paid: Vec<&Payment> =
        payments.iter().filter(|payment| payment.state == PaymentState::Succeeded).filter(of_order).collect();
    // What came last goes back first: it may be what came too late.
    paid.sort_by_key(|payment| std::cmp::Reverse((payment.completed_at, payment.id)));
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

pub(super) fn open_refund(
    conn: &mut Conn,
    act: &Act,
    payment: &Payment,
    order_id: Id<Any>,
    (cause, cause_id): (RefundCause, Id<Any>),
    amount_fen: Money,
) -> Result<(), PaymentError> {
    let refund = Refund::owed(act, payment.id, order_id, (cause, cause_id), amount_fen);
    record_refund(conn, act, &refund, "open")?;
    match payment.provider {
        Provider::Offline => transfers::expect_out(conn, act, &refund),
        Provider::Sandbox => {
            let delay = Duration::from_millis(200);
            Ok(jobs::enqueue(conn, act, JobKind::SandboxRefund, refund.id, act.at.plus(delay))?)
        }
        Provider::Wechat | Provider::Alipay => Ok(jobs::enqueue(conn, act, JobKind::RefundPayment, refund.id, act.at)?),
    }
}

impl Refund {
    /// One that is owed from now on.
    pub(super) fn owed(
        act: &Act,
        payment_id: PaymentId,
        order_id: Id<Any>,
        (cause, cause_id): (RefundCause, Id<Any>),
        amount_fen: Money,
    ) -> Self {
        Self {
            id: act.new_id(),
            payment_id,
            order_id,
            cause,
            cause_id,
            state: RefundState::Pending,
            amount_fen,
            gateway_refund_id: None,
            created_at: act.at,
            completed_at: None,
        }
    }
}

/// Writes a refund, with its entry in the log.
pub(super) fn record_refund(conn: &mut Conn, act: &Act, refund: &Refund, action: &str) -> Result<(), PaymentError> {
    store::insert_refund(conn, refund)?;
    let change = Change::new(Subject::Refund, refund.id, action).states(None, refund.state.as_str());
    Ok(log::append(conn, act, &change)?)
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
    let refund = load_refund(conn, Id::from_uuid(refund_id.uuid()))?;
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
