//! What money means for orders: paying, paying too late, not paying, paying back.

use std::collections::BTreeSet;
use std::time::Duration;

use super::rules::{Command, OrderState};
use super::store::{self, Checkout, Order};
use super::types::{CheckoutId, CheckoutState, OrderError};
use super::{ending, service, store_terms, terms};
use crate::context::Context;
use crate::db::Conn;
use crate::gateways::{Event, Notification, Providers};
use crate::jobs::{self, Job, JobKind};
use crate::kernel::{Act, Any, Id, Instant, Money, UserId};
use crate::ledger::{self, Account, AccountKind, Draft, TransactionKind};
use crate::log::{self, Change, Subject};
use crate::payments::{self, Asked, Completion, Payment, PaymentState, Provider, RefundCause, RefundState};

/// How long a checkout is kept whose transfer was recorded and waits to be confirmed.
pub(super) const TO_CONFIRM: Duration = Duration::from_secs(24 * 3600);

/// Begins to pay one's own checkout.
///
/// # Errors
/// [`OrderError::CheckoutExpired`], also when nobody has noticed yet; [`OrderError::CheckoutClosed`].
pub fn start(
    conn: &mut Conn,
    act: &Act,
    providers: &Providers,
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
            let orders = store::list_of_checkout(conn, id)?;
            let asked = ask(&checkout, &orders, providers, provider)?;
            let until = asked.expires_at;
            let payment = payments::start(conn, act, providers, provider, asked)?;
            if checkout.state == CheckoutState::Open && checkout.expires_at < until {
                store::update_expiry(conn, id, until)?;
            }
            Ok(payment)
        }
    }
}

/// What a checkout asks at first. A transfer takes days, and goes to one village.
fn ask(checkout: &Checkout, orders: &[Order], providers: &Providers, provider: Provider) -> Result<Asked, OrderError> {
    let villages: BTreeSet<_> = orders.iter().map(|order| &order.village_code).collect();
    let longest = checkout.created_at.plus(providers.offline_time);
    Ok(Asked {
        checkout_id: checkout.id.any(),
        balance_of_order_id: None,
        amount_fen: Money::sum(orders.iter().map(Order::first_fen)).map_err(ledger::LedgerError::from)?,
        expires_at: if provider == Provider::Offline { checkout.expires_at.max(longest) } else { checkout.expires_at },
        village_code: villages.first().filter(|_| villages.len() == 1).map(|code| (*code).clone()),
        memo: orders.iter().map(|order| order.number.as_str()).collect::<Vec<_>>().join(" "),
    })
}

impl Order {
    /// What is asked for it by itself, apart from what its checkout asked at first; its number is the memo.
    pub(super) fn asks(&self, amount_fen: Money, expires_at: Instant) -> Asked {
        Asked {
            checkout_id: self.checkout_id.any(),
            balance_of_order_id: Some(self.id.any()),
            amount_fen,
            expires_at,
            village_code: Some(self.village_code.clone()),
            memo: self.number.clone(),
        }
    }
}

/// Does what of a job of payments leaves the process, and takes in what is told there.
///
/// # Errors
/// Those of [`payments::go_outside`] and of [`notified`].
pub fn go_outside(context: &Context, job: &Job) -> Result<(), OrderError> {
    if let Some(notification) = payments::go_outside(context, job)? {
        let act = context.system_act();
        context.db.write_blocking(|conn| notified(conn, &act, &notification))?;
    }
    Ok(())
}

/// Nobody is to pay a checkout any more.
pub(super) fn close_payments(conn: &mut Conn, act: &Act, id: CheckoutId) -> Result<(), OrderError> {
    for payment in payments::list_of_checkout(conn, id)? {
        if payment.state == PaymentState::Pending && payment.balance_of_order_id.is_none() {
            payments::give_up(conn, act, &payment)?;
        }
    }
    Ok(())
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
        Event::PaymentFailed { payment_id } => Ok(payments::fail(conn, act, Id::from_uuid(payment_id.uuid()))?),
        Event::RefundSucceeded { .. } => match payments::complete_refund(conn, act, notification)? {
            Some(refund) => {
                let order = service::load(conn, Id::from_uuid(refund.order_id.uuid()))?;
                let payment = payments::find(conn, refund.payment_id)?.ok_or(OrderError::NotFound)?;
                let draft = Draft::new(TransactionKind::RefundPaid, refund.id, &order.village_code)
                    .of_order(order.id, order.stream_id)
                    .debit(Account::new(AccountKind::RefundPayable, order.id), refund.amount_fen)
                    .credit(ending::source_of_refund(conn, &order, &refund, payment.provider)?, refund.amount_fen);
                ledger::post(conn, act, &draft)?;
                paid_back(conn, act, &order)
            }
            None => Ok(()),
        },
    }
}

/// An order that was given up is refunded when all of its money is back; one that goes on, goes on.
pub(super) fn paid_back(conn: &mut Conn, act: &Act, order: &Order) -> Result<(), OrderError> {
    let refunds = payments::list_refunds_of_order(conn, order.id)?;
    let is_over = matches!(order.state, OrderState::Cancelled | OrderState::Expired);
    if is_over && refunds.iter().all(|refund| refund.state == RefundState::Succeeded) {
        service::transition(conn, act, order, Command::Refund, None)?;
    }
    Ok(())
}

/// Money came in: it is held for each order; orders that were given up meanwhile are paid back.
fn paid(conn: &mut Conn, act: &Act, payment: &Payment) -> Result<(), OrderError> {
    let checkout_id: CheckoutId = Id::from_uuid(payment.checkout_id.uuid());
    let checkout = store::lock_checkout(conn, checkout_id)?.ok_or(OrderError::NotFound)?;
    let orders = store::list_of_checkout(conn, checkout.id)?;
    if let Some(order_id) = payment.balance_of_order_id {
        let order = orders.into_iter().find(|order| order.id.uuid() == order_id.uuid()).ok_or(OrderError::NotFound)?;
        if let Some(invoice) = store_terms::find(conn, order.id)? {
            return terms::paid(conn, act, payment, (&order, invoice));
        }
        hold(conn, act, payment, &order, payment.amount_fen)?;
        return match order.state {
            OrderState::BalanceDue if payment.amount_fen == order.balance_fen()? => {
                service::transition(conn, act, &order, Command::Pay, None).map(|_| ())
            }
            _ => refund(conn, act, &order, (RefundCause::TooLate, payment.id.any()), payment.amount_fen),
        };
    }
    let in_time = store::update_checkout_state(conn, checkout.id, CheckoutState::Open, CheckoutState::Paid)?;
    if in_time {
        log_checkout(conn, act, &checkout, CheckoutState::Paid)?;
        close_payments(conn, act, checkout.id)?;
    }
    for order in orders {
        hold(conn, act, payment, &order, order.first_fen())?;
        if in_time {
            let command = if order.deposit_fen.is_some() { Command::PayDeposit } else { Command::Pay };
            service::transition(conn, act, &order, command, None)?;
        } else {
            // A cause of its own, for of one checkout two payments may come too late; each is taken in once.
            refund(conn, act, &order, (RefundCause::TooLate, act.new_id()), order.first_fen())?;
        }
    }
    Ok(())
}

fn hold(conn: &mut Conn, act: &Act, payment: &Payment, order: &Order, amount_fen: Money) -> Result<(), OrderError> {
    let draft = Draft::new(TransactionKind::Payment, payment.id, &order.village_code)
        .part(order.id)
        .of_order(order.id, order.stream_id)
        .debit(Account::new(AccountKind::Provider, payment.provider), amount_fen)
        .credit(Account::new(AccountKind::BuyerHold, order.id), amount_fen);
    Ok(ledger::post(conn, act, &draft)?)
}

/// Owes the buyer a part of what is held for an order, and asks the provider to pay it back. The same cause
/// is refunded once; the caller has locked the checkout.
///
/// # Errors
/// [`payments::PaymentError::RefundTooLarge`], those of the ledger and of the database.
pub fn refund(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    (cause, cause_id): (RefundCause, Id<Any>),
    amount_fen: Money,
) -> Result<(), OrderError> {
    let draft = Draft::new(TransactionKind::RefundOwed, order.id, &order.village_code)
        .part(format_args!("{cause}:{cause_id}"))
        .of_order(order.id, order.stream_id)
        .debit(Account::new(AccountKind::BuyerHold, order.id), amount_fen)
        .credit(Account::new(AccountKind::RefundPayable, order.id), amount_fen);
    ledger::post(conn, act, &draft)?;
    if terms::credit(conn, act, order, (cause, cause_id), amount_fen)? {
        return Ok(());
    }
    Ok(payments::open_refunds(conn, act, order.checkout_id.any(), order.id.any(), (cause, cause_id), amount_fen)?)
}

/// Owes the buyer a part of an order that is settled, which the given accounts bear, and asks the provider to
/// pay it back. The same cause is refunded once; the caller has locked the checkout.
///
/// # Errors
/// [`payments::PaymentError::RefundTooLarge`], those of the ledger and of the database.
pub fn refund_charged(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    (cause, cause_id): (RefundCause, Id<Any>),
    bearers: &[(Account, Money)],
) -> Result<(), OrderError> {
    let amount_fen = Money::sum(bearers.iter().map(|(_, amount)| *amount)).map_err(ledger::LedgerError::from)?;
    let draft = Draft::new(TransactionKind::Charged, order.id, &order.village_code)
        .part(format_args!("{cause}:{cause_id}"))
        .of_order(order.id, order.stream_id)
        .credit(Account::new(AccountKind::RefundPayable, order.id), amount_fen);
    let draft = bearers.iter().fold(draft, |draft, (account, amount)| draft.debit(account.clone(), *amount));
    ledger::post(conn, act, &draft)?;
    Ok(payments::open_refunds(conn, act, order.checkout_id.any(), order.id.any(), (cause, cause_id), amount_fen)?)
}

/// What is held for an order now: paid, and neither settled nor owed back.
///
/// # Errors
/// Those of the database.
pub fn held_fen(conn: &mut Conn, order: &Order) -> Result<Money, OrderError> {
    let held = ledger::balance_fen(conn, &Account::new(AccountKind::BuyerHold, order.id))?;
    Ok(Money::from_fen(held).map_err(ledger::LedgerError::from)?)
}

/// Ends a checkout that was not paid in time; does nothing if it was paid or taken back.
///
/// # Errors
/// Those of the database.
pub fn expire(conn: &mut Conn, act: &Act, id: CheckoutId) -> Result<(), OrderError> {
    let open = store::lock_checkout(conn, id)?.filter(|checkout| checkout.state == CheckoutState::Open);
    let Some(checkout) = open else { return Ok(()) };
    if let Some(later) = later_end(conn, act, &checkout)? {
        return Ok(jobs::enqueue(conn, act, JobKind::ExpireCheckout, id, later)?);
    }
    store::update_checkout_state(conn, id, CheckoutState::Open, CheckoutState::Expired)?;
    log_checkout(conn, act, &checkout, CheckoutState::Expired)?;
    close_payments(conn, act, id)?;
    let orders = store::list_of_checkout(conn, id)?;
    for order in &orders {
        service::transition(conn, act, order, Command::Expire, None)?;
    }
    service::return_stock(conn, &orders)
}

/// When a checkout ends whose end was put off: it waits for a transfer, or for the second person to confirm one.
fn later_end(conn: &mut Conn, act: &Act, checkout: &Checkout) -> Result<Option<Instant>, OrderError> {
    if checkout.expires_at > act.at {
        return Ok(Some(checkout.expires_at));
    }
    for payment in payments::list_of_checkout(conn, checkout.id)? {
        if payment.state == PaymentState::Pending && payments::is_recorded(conn, payment.id)? {
            return Ok(Some(act.at.plus(TO_CONFIRM)));
        }
    }
    Ok(None)
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
