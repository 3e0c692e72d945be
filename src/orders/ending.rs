//! Use cases of giving prepaid money back: within seven days whole, later with interest; always in money.

use super::interest::interest;
use super::prepaid::{self, Ending, Fault, RateKind};
use super::rules::{Command, OrderState, decide};
use super::service::{self, Moved};
use super::store::Order;
use super::store_prepaid::{self, OrderEnd};
use super::types::OrderError;
use super::{pay, preorder};
use crate::db::Conn;
use crate::kernel::{Act, Day, Money, Role};
use crate::ledger::{self, Account, AccountKind, Draft, LedgerError, TransactionKind};
use crate::payments::{self, PaymentState, RefundCause};

/// What goes back of an order that is paid and not sent.
#[derive(Debug, Clone)]
pub struct Reckoning {
    pub paid_fen: Money,
    pub delivered_fen: Money,
    pub interest_fen: Money,
    /// `None` for goods that were not prepaid: their whole price goes back.
    pub ending: Option<Ending>,
    /// The last day on which the buyer may think it over.
    pub think_until: Option<Day>,
}

impl Reckoning {
    /// As it was on the day on which it ended.
    pub(super) fn of(end: &OrderEnd) -> Self {
        Self {
            paid_fen: end.paid_fen,
            delivered_fen: end.delivered_fen,
            interest_fen: end.interest_fen,
            ending: Some(Ending::Ended(end.fault)),
            think_until: None,
        }
    }

    fn cause(&self) -> RefundCause {
        match self.ending {
            None => RefundCause::Cancelled,
            Some(Ending::CoolOff) => RefundCause::CoolOff,
            Some(Ending::Ended(_)) => RefundCause::Ended,
        }
    }

    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        match self.ending {
            Some(Ending::Ended(fault)) => Some(fault),
            _ => None,
        }
    }

    /// The rate at which its interest was reckoned.
    #[must_use]
    pub fn rate(&self) -> Option<RateKind> {
        self.fault().map(Fault::rate)
    }
}

/// When the money of an order came that is held for it.
fn paid_parts(conn: &mut Conn, order: &Order) -> Result<Vec<(Money, Day)>, OrderError> {
    let mut first = None;
    let mut balance = None;
    for payment in payments::list_of_checkout(conn, order.checkout_id)? {
        let Some(at) = payment.completed_at.filter(|_| payment.state == PaymentState::Succeeded) else { continue };
        match payment.balance_of_order_id {
            None => first = first.into_iter().chain([at]).min(),
            Some(id) if id.uuid() == order.id.uuid() => balance = balance.into_iter().chain([at]).min(),
            Some(_) => {}
        }
    }
    let balance_fen = order.balance_fen()?;
    let parts = [first.map(|at| (order.first_fen(), at.day())), balance.map(|at| (balance_fen, at.day()))];
    Ok(parts.into_iter().flatten().collect())
}

/// What goes back if somebody in a role ends the order today.
///
/// # Errors
/// Those of the database.
pub fn reckon(conn: &mut Conn, order: &Order, role: Role, today: Day) -> Result<Reckoning, OrderError> {
    let parts = paid_parts(conn, order)?;
    let days = parts.iter().map(|(_, day)| *day);
    let deliver_on: Option<Day> = order.deliver_on.as_ref().and_then(|day| day.parse().ok());
    let mut reckoning = Reckoning {
        paid_fen: pay::held_fen(conn, order)?,
        // An order leaves whole: of what is not sent nothing was delivered.
        delivered_fen: Money::ZERO,
        interest_fen: Money::ZERO,
        ending: None,
        think_until: None,
    };
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Ok(reckoning) };
    if !prepaid::is_prepaid(order.deposit_fen.is_some(), first, deliver_on) {
        return Ok(reckoning);
    }
    let ending = prepaid::ending(role, today, last, deliver_on);
    (reckoning.ending, reckoning.think_until) = (Some(ending), Some(prepaid::think_until(last)));
    if let Ending::Ended(fault) = ending {
        let rates = store_prepaid::list_rates_of(conn, fault.rate())?;
        reckoning.interest_fen = interest(&parts, &rates, today).map_err(LedgerError::from)?;
    }
    Ok(reckoning)
}

/// Ends a paid order that is not sent: goods back on sale, money back to the buyer, with what is owed on it. The
/// caller has locked the checkout.
pub(super) fn end(conn: &mut Conn, act: &Act, order: &Order, reason: Option<&str>) -> Result<(), OrderError> {
    let reckoning = reckon(conn, order, act.role, act.at.day())?;
    let cause = reckoning.cause();
    end_as(conn, act, order, reason, (reckoning, cause))
}

/// The buyer does not want what is offered instead: the village is short of what was ordered, and all money goes
/// back. The caller has locked the checkout.
pub(super) fn end_for_shortage(conn: &mut Conn, act: &Act, order: &Order, reason: &str) -> Result<(), OrderError> {
    let reckoning = reckon(conn, order, Role::Coordinator, act.at.day())?;
    end_as(conn, act, order, Some(reason), (reckoning, RefundCause::Shortage))
}

/// Cancels an order that is not sent: its goods go back on sale, nobody is to pay more for it, and money goes back.
pub(super) fn give_up(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    reason: Option<&str>,
    (cause, back_fen): (RefundCause, Money),
) -> Result<Moved, OrderError> {
    let moved = service::transition(conn, act, order, Command::Cancel, reason)?;
    if moved == Moved::Changed {
        service::return_stock(conn, std::slice::from_ref(order))?;
        preorder::close_balance(conn, act, order)?;
        pay::refund(conn, act, order, (cause, order.id.any()), back_fen)?;
    }
    Ok(moved)
}

fn end_as(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    reason: Option<&str>,
    (reckoning, cause): (Reckoning, RefundCause),
) -> Result<(), OrderError> {
    let back_fen = prepaid::balance(reckoning.paid_fen, reckoning.delivered_fen);
    if give_up(conn, act, order, reason, (cause, back_fen))? == Moved::Unchanged {
        return Ok(());
    }
    let Some(fault) = reckoning.fault() else { return Ok(()) };
    let end = OrderEnd {
        order_id: order.id,
        id: act.new_id(),
        fault,
        paid_fen: reckoning.paid_fen,
        delivered_fen: reckoning.delivered_fen,
        interest_fen: reckoning.interest_fen,
        ended_at: act.at,
    };
    store_prepaid::insert_end(conn, &end)?;
    if end.interest_fen.is_zero() { Ok(()) } else { owe_interest(conn, act, order, &end) }
}

/// The village owes the interest and pays it itself, by transfer or in cash: a provider gives back no more than
/// it was given.
fn owe_interest(conn: &mut Conn, act: &Act, order: &Order, end: &OrderEnd) -> Result<(), OrderError> {
    let draft = Draft::new(TransactionKind::InterestOwed, end.id, &order.village_code)
        .of_order(order.id, order.stream_id)
        .debit(Account::new(AccountKind::Receivable, &order.village_code), end.interest_fen)
        .credit(Account::new(AccountKind::RefundPayable, order.id), end.interest_fen);
    ledger::post(conn, act, &draft)?;
    let owed = payments::Interest {
        checkout_id: order.checkout_id.any(),
        order_id: order.id.any(),
        cause_id: end.id,
        amount_fen: end.interest_fen,
        village_code: order.village_code.clone(),
        memo: order.number.clone(),
    };
    Ok(payments::expect_interest(conn, act, owed)?)
}

/// The buyer has thought it over: the principal goes back whole. Repeating it changes nothing.
///
/// # Errors
/// [`OrderError::CoolOffOver`] for what was not prepaid and after the seventh day; [`OrderError::WrongState`] once
/// it is packed.
pub fn cool_off(conn: &mut Conn, act: &Act, order: &Order) -> Result<(), OrderError> {
    let order = service::lock(conn, order.id)?;
    match decide(order.state, Command::Cancel, act.role).map_err(OrderError::WrongState)? {
        next if next == order.state => return Ok(()),
        // Nothing was paid that could go back.
        _ if order.state == OrderState::Placed => return Err(OrderError::WrongState(order.state)),
        _ => {}
    }
    let reckoning = reckon(conn, &order, act.role, act.at.day())?;
    let in_time = reckoning.think_until.is_some_and(|until| act.at.day() <= until);
    if in_time { end(conn, act, &order, None) } else { Err(OrderError::CoolOffOver) }
}

/// Where the money of an order's refund comes from.
pub(super) fn source_of_refund(
    conn: &mut Conn,
    order: &Order,
    refund: &payments::Refund,
    provider: payments::Provider,
) -> Result<Account, OrderError> {
    Ok(if store_prepaid::is_interest(conn, refund.cause_id)? {
        Account::new(AccountKind::Receivable, &order.village_code)
    } else {
        Account::new(AccountKind::Provider, provider)
    })
}
