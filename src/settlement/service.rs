//! Use cases of settling and paying out.

use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

use super::rules::{self, Command, PayoutState, Refusal, Split};
use super::store::{self, Payout};
use super::{PayoutId, SettlementError};
use crate::claims;
use crate::db::Conn;
use crate::harvest;
use crate::inbox::{self, Kind, Told};
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Money, Role};
use crate::ledger::{self, Account, AccountKind, Draft, TransactionKind};
use crate::log::{self, Change, Subject};
use crate::orders::{self, Moved, Order, OrderError, OrderState};
use crate::payments;
use crate::webhooks;

/// Characters of a slip's code: 60 bits, so that none can be guessed.
const SLIP_CODE_LENGTH: usize = 12;

/// The buyer has the parcel. The order settles when the claim window is over: without one, at once.
///
/// # Errors
/// [`OrderError::WrongState`].
pub fn receive(conn: &mut Conn, act: &Act, order: &Order, claim_window: Duration) -> Result<(), SettlementError> {
    // Without a claim window it was settled when it was received; saying so again changes nothing.
    let said_before = order.state == OrderState::Settled;
    if said_before || orders::transition(conn, act, order, orders::Command::Receive, None)? == Moved::Unchanged {
        return Ok(());
    }
    if claim_window.is_zero() {
        let received = orders::load(conn, order.id)?;
        return unless_it_waits(settle(conn, &act.by_system(), &received));
    }
    let settles_at = claims::settles_at(conn, order.id, claim_window)?;
    Ok(jobs::enqueue(conn, act, JobKind::SettleOrder, order.id, settles_at)?)
}

/// A coordinator or the job asks to settle: refused while goods can still be claimed.
///
/// # Errors
/// [`OrderError::ClaimWindowOpen`], [`OrderError::WrongState`].
pub fn settle_when_due(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    claim_window: Duration,
) -> Result<(), SettlementError> {
    if order.state == OrderState::Received {
        let until = claims::settles_at(conn, order.id, claim_window)?;
        if act.at < until {
            return Err(OrderError::ClaimWindowOpen(until).into());
        }
    }
    settle(conn, act, order)
}

/// The job: an order whose goods can still be claimed has another job at that time; one with an undecided claim,
/// or with an invoice that is not paid, waits, and the decision or the money orders another job.
///
/// # Errors
/// As [`settle`].
pub fn settle_by_job(conn: &mut Conn, act: &Act, order: &Order, claim_window: Duration) -> Result<(), SettlementError> {
    match settle_when_due(conn, act, order, claim_window) {
        Err(SettlementError::Order(OrderError::ClaimWindowOpen(until))) => {
            Ok(jobs::enqueue(conn, act, JobKind::SettleOrder, order.id, until)?)
        }
        settled => unless_it_waits(settled),
    }
}

fn unless_it_waits(settled: Result<(), SettlementError>) -> Result<(), SettlementError> {
    match settled {
        Err(SettlementError::ClaimOpen | SettlementError::InvoiceOpen) => Ok(()),
        settled => settled,
    }
}

/// Splits what is held for a received order onto everybody who has a part in its price, and makes a
/// payout for each household. What claims took is deducted from who bears it; beyond that part it stands as
/// what they owe. Settling again changes nothing.
///
/// # Errors
/// [`SettlementError::ClaimOpen`], [`SettlementError::InvoiceOpen`], [`OrderError::WrongState`], those of the ledger.
pub fn settle(conn: &mut Conn, act: &Act, order: &Order) -> Result<(), SettlementError> {
    let order = &orders::lock(conn, order.id)?;
    if claims::has_open(conn, order.id)? {
        return Err(SettlementError::ClaimOpen);
    }
    if order.state == OrderState::Received && orders::is_owed(conn, order)? {
        return Err(SettlementError::InvoiceOpen);
    }
    if orders::transition(conn, act, order, orders::Command::Settle, None)? == Moved::Unchanged {
        return Ok(());
    }
    let Shares { split, owed } = shares_of(conn, order)?;
    let held_fen = orders::held_fen(conn, order)?;
    let draft = Draft::new(TransactionKind::Settlement, order.id, &order.village_code)
        .of_order(order.id, order.stream_id)
        .debit(Account::new(AccountKind::BuyerHold, order.id), held_fen);
    let draft = owed.into_iter().fold(draft, |draft, (account, amount)| draft.debit(account, amount));
    let draft = split.credits.into_iter().fold(draft, |draft, (account, amount)| draft.credit(account, amount));
    ledger::post(conn, act, &draft)?;
    for (household_id, amount_fen) in split.households {
        let payout = Payout {
            id: act.new_id(),
            code: act.ids.new_code(SLIP_CODE_LENGTH),
            order_id: order.id,
            household_id,
            village_code: order.village_code.clone(),
            state: PayoutState::Due,
            amount_fen,
            due_at: act.at,
            approved_by: None,
            approved_at: None,
            sent_by: None,
            sent_at: None,
            bank_reference: None,
            confirmed_at: None,
            attempt: 0,
        };
        store::insert(conn, &payout)?;
        let change = Change::new(Subject::Payout, payout.id, "settle").states(None, payout.state.as_str());
        log::append(conn, act, &change)?;
        tell(conn, act, &payout)?;
    }
    Ok(())
}

/// Who has which part of an order, and who owes what claims took beyond their part.
pub(super) struct Shares {
    pub split: Split,
    pub owed: BTreeMap<Account, Money>,
}

/// The parts of an order as its lines, suppliers, freight, weights and claims stand.
///
/// # Errors
/// Those of the database.
pub(super) fn shares_of(conn: &mut Conn, order: &Order) -> Result<Shares, SettlementError> {
    let lines = orders::list_lines(conn, &[order.id])?;
    let suppliers = harvest::suppliers(conn, order)?;
    let mut split = rules::split(&lines, &suppliers, &order.village_code)
        .and_then(|split| split.with_freight(order.freight_fen, &order.village_code))
        .map_err(ledger::LedgerError::from)?;
    let charges = claims::list_charges(conn, order.id)?;
    let charges = charges.into_iter().map(|it| (Account { kind: it.account_kind, owner: it.owner }, it.amount_fen));
    let owed = split.deduct(charges).map_err(ledger::LedgerError::from)?;
    Ok(Shares { split, owed })
}

/// # Errors
/// [`SettlementError::NotFound`].
pub fn load(conn: &mut Conn, id: PayoutId) -> Result<Payout, SettlementError> {
    store::find(conn, id)?.ok_or(SettlementError::NotFound)
}

/// Carries out a command of somebody who was found to be allowed it at this place; `detail` is the
/// bank's reference when sending, the reason when it bounced. Repeating it changes nothing.
///
/// # Errors
/// [`SettlementError::WrongState`], [`SettlementError::SamePerson`].
pub fn advance(
    conn: &mut Conn,
    act: &Act,
    id: PayoutId,
    command: Command,
    detail: Option<&str>,
) -> Result<Payout, SettlementError> {
    let payout = load(conn, id)?;
    let by = act.user_id.ok_or(SettlementError::SamePerson)?;
    let next = rules::decide(payout.state, command, payout.approved_by, by).map_err(|refusal| match refusal {
        Refusal::WrongState(state) => SettlementError::WrongState(state),
        Refusal::SamePerson => SettlementError::SamePerson,
    })?;
    if next == payout.state {
        // The same transfer told twice; another reference would be another transfer.
        let other = command == Command::Send && payout.bank_reference.as_deref() != detail;
        return if other { Err(SettlementError::WrongState(payout.state)) } else { Ok(payout) };
    }
    let mut moved = Payout { state: next, ..payout.clone() };
    match command {
        Command::Approve => {
            moved.approved_by = Some(by);
            moved.approved_at = Some(act.at);
            (moved.sent_by, moved.sent_at, moved.bank_reference) = (None, None, None);
            moved.attempt += 1;
        }
        Command::Send => {
            moved.sent_by = Some(by);
            moved.sent_at = Some(act.at);
            moved.bank_reference = detail.map(ToOwned::to_owned);
        }
        Command::Confirm => moved.confirmed_at = Some(act.at),
        Command::Bounce => {}
    }
    if !store::update(conn, &payout, &moved)? {
        return Err(SettlementError::WrongState(load(conn, id)?.state));
    }
    post(conn, act, &moved, command)?;
    let reason = detail.filter(|_| command == Command::Bounce);
    let change =
        Change::new(Subject::Payout, id, command.as_str()).states(payout.state.as_str(), next.as_str()).because(reason);
    log::append(conn, act, &change)?;
    tell(conn, act, &moved)?;
    Ok(moved)
}

fn tell(conn: &mut Conn, act: &Act, payout: &Payout) -> Result<(), SettlementError> {
    let Payout { id, order_id, state, amount_fen, .. } = payout;
    let told = json!({ "payout_id": id, "order_id": order_id, "state": state, "amount_fen": amount_fen });
    webhooks::publish(conn, act, webhooks::Event::PayoutChanged, &payout.village_code, &told)?;
    let (role, kind) = match state {
        PayoutState::Due => (Role::Approver, Kind::PayoutDue),
        PayoutState::Approved => (Role::Approver, Kind::PayoutApproved),
        PayoutState::Bounced => (Role::Coordinator, Kind::PayoutBounced),
        PayoutState::Sent | PayoutState::Confirmed => return Ok(()),
    };
    let told = Told::role(role, &payout.village_code, kind, *id).called(&payout.code).amount(*amount_fen);
    Ok(inbox::tell(conn, act, &[told])?)
}

/// What a step of a payout means for the books.
fn post(conn: &mut Conn, act: &Act, payout: &Payout, command: Command) -> Result<(), SettlementError> {
    let household = Account::new(AccountKind::FarmerPayable, payout.household_id);
    let on_its_way = Account::new(AccountKind::Payout, payout.household_id);
    let (kind, debit, credit) = match command {
        Command::Approve => return Ok(()),
        Command::Send => (TransactionKind::PayoutSent, household, on_its_way),
        Command::Confirm => {
            let order = orders::load(conn, payout.order_id)?;
            let holder = payments::holder(conn, order.checkout_id).map_err(OrderError::from)?;
            let provider = holder.ok_or(OrderError::NotFound)?;
            (TransactionKind::PayoutConfirmed, on_its_way, Account::new(AccountKind::Provider, provider))
        }
        Command::Bounce => (TransactionKind::PayoutBounced, on_its_way, household),
    };
    let order = orders::load(conn, payout.order_id)?;
    let draft = Draft::new(kind, payout.id, &payout.village_code)
        .part(payout.attempt)
        .of_order(order.id, order.stream_id)
        .debit(debit, payout.amount_fen)
        .credit(credit, payout.amount_fen);
    Ok(ledger::post(conn, act, &draft)?)
}

/// The commands that somebody may give a payout now, in the roles held at its village.
#[must_use]
pub fn actions(payout: &Payout, by: crate::kernel::UserId, holds: impl Fn(&[Role]) -> bool) -> Vec<Command> {
    let may = |command: &Command| {
        let decided = rules::decide(payout.state, *command, payout.approved_by, by);
        decided.is_ok_and(|next| next != payout.state) && holds(command.roles())
    };
    Command::ALL.iter().copied().filter(may).collect()
}
