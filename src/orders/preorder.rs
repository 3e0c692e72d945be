//! Use cases of pre-orders: calling in, paying the balance, and what becomes of balances that nobody pays.

use std::time::Duration;

use super::prepaid::RateKind;
use super::rules::{Command, OrderState};
use super::store::Order;
use super::store_prepaid::{self, InterestRate};
use super::types::{OrderError, OrderId};
use super::{ending, pay, service};
use crate::catalog::{self, ListingId};
use crate::db::Conn;
use crate::gateways::Providers;
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Day, Instant, Invalid, Money, Scope, UserId};
use crate::ledger::LedgerError;
use crate::log::{self, Change, Subject};
use crate::payments::{self, Payment, PaymentState, Provider, RefundCause};

/// What buyers have at least to pay a balance.
const TIME_TO_PAY: Duration = Duration::from_secs(24 * 3600);

/// When goods that were ordered ahead come, and until when the rest of their price is to be paid.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    pub deliver_on: Day,
    pub balance_due_at: Instant,
}

impl Days {
    /// # Errors
    /// `balance_due_too_soon`, `deliver_before_balance`.
    pub fn check(&self, now: Instant) -> Result<(), (&'static str, Invalid)> {
        if self.balance_due_at < now.plus(TIME_TO_PAY) {
            return Err(("/balance_due_at", Invalid::new("balance_due_too_soon")));
        }
        let is_in_order = self.balance_due_at.day() <= self.deliver_on;
        if is_in_order { Ok(()) } else { Err(("/deliver_on", Invalid::new("deliver_before_balance"))) }
    }
}

/// The date of a good stands: every order of it whose deposit is paid now owes its balance. Gives how many;
/// repeating it calls in those that have come since.
///
/// # Errors
/// [`OrderError::NotFound`] outside of the scope; as [`Days::check`].
pub fn call_in(
    conn: &mut Conn,
    act: &Act,
    scope: &Scope,
    listing_id: ListingId,
    days: Days,
) -> Result<usize, OrderError> {
    let listing = catalog::load(conn, listing_id)?;
    if !scope.covers(&listing.village_code) {
        return Err(OrderError::NotFound);
    }
    days.check(act.at).map_err(|(pointer, invalid)| OrderError::Invalid(pointer, invalid))?;
    let mut called = 0;
    for id in store_prepaid::list_to_call_in(conn, listing_id)? {
        let order = service::lock(conn, id)?;
        // It may have been given up before the lock was ours.
        if order.state != OrderState::DepositPaid {
            continue;
        }
        service::transition(conn, act, &order, Command::CallIn, None)?;
        if !store_prepaid::set_days(conn, id, days.deliver_on, days.balance_due_at)? {
            return Err(OrderError::WrongState(service::load(conn, id)?.state));
        }
        jobs::enqueue(conn, act, JobKind::LapseBalance, id, days.balance_due_at)?;
        called += 1;
    }
    Ok(called)
}

impl Order {
    /// What is paid once the date stands; of an order without a deposit, nothing.
    ///
    /// # Errors
    /// None: a deposit is a part of the total.
    pub fn balance_fen(&self) -> Result<Money, OrderError> {
        Ok(self.total_fen.checked_sub(self.first_fen()).map_err(LedgerError::from)?)
    }
}

/// Begins to pay the balance of one's own order.
///
/// # Errors
/// [`OrderError::WrongState`] while none is due; [`OrderError::CheckoutExpired`] once its time is over.
pub fn start_balance(
    conn: &mut Conn,
    act: &Act,
    providers: &Providers,
    buyer_id: UserId,
    id: OrderId,
    provider: Provider,
) -> Result<Payment, OrderError> {
    let order = service::lock(conn, id)?;
    if order.buyer_id != buyer_id {
        return Err(OrderError::NotFound);
    }
    let Some(due_at) = order.balance_due_at.filter(|_| order.deposit_fen.is_some()) else {
        return Err(OrderError::WrongState(order.state));
    };
    if order.state != OrderState::BalanceDue {
        // Paid before; what it costs may be less by now.
        let payments = list_balance_payments(conn, &order)?;
        let paid = payments.into_iter().rev().find(|payment| payment.state == PaymentState::Succeeded);
        return paid.filter(|_| order.state.is_paid()).ok_or(OrderError::WrongState(order.state));
    }
    if due_at <= act.at {
        return Err(OrderError::CheckoutExpired);
    }
    let asked = order.asks(order.balance_fen()?, due_at);
    Ok(payments::start(conn, act, providers, provider, asked)?)
}

/// The payments of an order's balance, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn list_balance_payments(conn: &mut Conn, order: &Order) -> Result<Vec<Payment>, OrderError> {
    // What is paid after acceptance is a payment of its order, too, but no balance.
    if order.deposit_fen.is_none() {
        return Ok(Vec::new());
    }
    let mut payments = payments::list_of_checkout(conn, order.checkout_id)?;
    payments.retain(|payment| payment.balance_of_order_id.is_some_and(|id| id.uuid() == order.id.uuid()));
    Ok(payments)
}

/// Nobody is to pay the balance of an order any more.
pub(super) fn close_balance(conn: &mut Conn, act: &Act, order: &Order) -> Result<(), OrderError> {
    for payment in list_balance_payments(conn, order)? {
        if payment.state == PaymentState::Pending {
            payments::give_up(conn, act, &payment)?;
        }
    }
    Ok(())
}

/// Cancels an order whose balance was not paid in time: its goods go back on sale, its deposit to the buyer.
/// Does nothing if it was paid or given up.
///
/// # Errors
/// Those of the database.
pub fn lapse(conn: &mut Conn, act: &Act, id: OrderId) -> Result<(), OrderError> {
    let order = service::lock(conn, id)?;
    let Some(due_at) = order.balance_due_at.filter(|_| order.state == OrderState::BalanceDue) else { return Ok(()) };
    if due_at > act.at {
        return Ok(jobs::enqueue(conn, act, JobKind::LapseBalance, id, due_at)?);
    }
    for payment in list_balance_payments(conn, &order)? {
        // Somebody says that the money has come; the second person is waited for.
        if payment.state == PaymentState::Pending && payments::is_recorded(conn, payment.id)? {
            return Ok(jobs::enqueue(conn, act, JobKind::LapseBalance, id, act.at.plus(pay::TO_CONFIRM))?);
        }
    }
    let held_fen = pay::held_fen(conn, &order)?;
    ending::give_up(conn, act, &order, None, (RefundCause::Cancelled, held_fen)).map(|_| ())
}

/// Adds a rate that was published. Adding the same again changes nothing; another of its kind and day is refused.
///
/// # Errors
/// `rate_stands`.
pub fn add_rate(
    conn: &mut Conn,
    act: &Act,
    (kind, effective_on): (RateKind, Day),
    (ppm, source): (i64, &str),
    by: UserId,
) -> Result<(), OrderError> {
    let rate = InterestRate {
        kind,
        effective_on: effective_on.to_string(),
        ppm,
        source: source.to_owned(),
        added_by: by,
        added_at: act.at,
    };
    if !store_prepaid::insert_rate(conn, &rate)? {
        let same = store_prepaid::find_rate(conn, kind, effective_on)?.is_some_and(|known| known.ppm == ppm);
        return if same { Ok(()) } else { Err(OrderError::Invalid("/effective_on", Invalid::new("rate_stands"))) };
    }
    let change = Change::new(Subject::User, by, "add_interest_rate").because(Some(source));
    Ok(log::append(conn, act, &change)?)
}
