//! Use cases of transfers: what one person records, another confirms.

use super::rules::{Command, Refusal, TransferState, decide};
use super::store::{Payment, Refund};
use super::store_transfers::{self as store, Direction, Method, Transfer, TransferId};
use super::{PaymentError, PaymentId};
use crate::db::{Conn, DbResult};
use crate::gateways::{Event, Notification};
use crate::inbox::{self, Kind, Told};
use crate::kernel::{Act, Day, Money, RegionCode, Role, UserId};
use crate::log::{self, Change, Subject};

/// What somebody found at the bank, or has in cash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    pub amount_fen: Money,
    pub method: Method,
    pub reference: String,
    pub happened_on: Day,
}

/// A buyer is going to transfer.
pub fn expect_in(
    conn: &mut Conn,
    act: &Act,
    payment: &Payment,
    village_code: RegionCode,
    memo: String,
) -> Result<(), PaymentError> {
    expect(conn, act, blank(act, Direction::In, payment.id, village_code, memo, payment.amount_fen))
}

/// A buyer is to have money back that came by transfer.
pub fn expect_out(conn: &mut Conn, act: &Act, refund: &Refund) -> Result<(), PaymentError> {
    let came = store::find_of_payment(conn, refund.payment_id)?.ok_or(PaymentError::NotFound)?;
    let out = blank(act, Direction::Out, refund.payment_id, came.village_code, came.memo, refund.amount_fen);
    expect(conn, act, Transfer { refund_id: Some(refund.id), ..out })
}

/// The village is to pay a buyer what no provider can.
pub fn expect_beside(
    conn: &mut Conn,
    act: &Act,
    refund: &Refund,
    (village_code, memo): (RegionCode, String),
) -> Result<(), PaymentError> {
    let out = blank(act, Direction::Out, refund.payment_id, village_code, memo, refund.amount_fen);
    expect(conn, act, Transfer { refund_id: Some(refund.id), ..out })
}

fn blank(
    act: &Act,
    direction: Direction,
    payment_id: PaymentId,
    village_code: RegionCode,
    memo: String,
    amount_fen: Money,
) -> Transfer {
    Transfer {
        id: act.new_id(),
        direction,
        payment_id,
        refund_id: None,
        village_code,
        memo,
        state: TransferState::Expected,
        amount_fen,
        method: None,
        reference: None,
        happened_on: None,
        recorded_by: None,
        recorded_at: None,
        confirmed_by: None,
        confirmed_at: None,
        created_at: act.at,
    }
}

fn expect(conn: &mut Conn, act: &Act, transfer: Transfer) -> Result<(), PaymentError> {
    store::insert(conn, &transfer)?;
    let change = Change::new(Subject::Transfer, transfer.id, "expect").states(None, transfer.state.as_str());
    Ok(log::append(conn, act, &change)?)
}

/// The payment was given up: its transfer is not waited for, unless somebody says that it has come.
pub fn close_of(conn: &mut Conn, act: &Act, payment_id: PaymentId) -> Result<(), PaymentError> {
    match store::find_of_payment(conn, payment_id)? {
        Some(before) if before.state == TransferState::Expected => {
            let moved = Transfer { state: TransferState::Closed, ..before.clone() };
            write(conn, act, &before, moved, "close", None).map(|_| ())
        }
        _ => Ok(()),
    }
}

/// Whether somebody says that the transfer of a payment has come, and nobody has confirmed it yet.
///
/// # Errors
/// Those of the database.
pub fn is_recorded(conn: &mut Conn, payment_id: PaymentId) -> DbResult<bool> {
    let transfer = store::find_of_payment(conn, payment_id)?;
    Ok(transfer.is_some_and(|transfer| transfer.state == TransferState::Recorded))
}

/// # Errors
/// [`PaymentError::NotFound`].
pub fn load(conn: &mut Conn, id: TransferId) -> Result<Transfer, PaymentError> {
    store::find(conn, id)?.ok_or(PaymentError::NotFound)
}

/// The first of two people: this has come, or was paid back, and here it stands at the bank.
///
/// # Errors
/// [`PaymentError::Mismatch`] for another amount, be it by a fen; [`PaymentError::ReferenceTaken`],
/// [`PaymentError::WrongState`].
pub fn record(conn: &mut Conn, act: &Act, id: TransferId, found: &Recording) -> Result<Transfer, PaymentError> {
    let before = load(conn, id)?;
    let (by, next) = judge(act, &before, Command::Record)?;
    if found.amount_fen != before.amount_fen {
        return Err(PaymentError::Mismatch);
    }
    let moved = Transfer {
        state: next,
        method: Some(found.method),
        reference: Some(found.reference.clone()),
        happened_on: Some(found.happened_on.to_string()),
        recorded_by: Some(by),
        recorded_at: Some(act.at),
        ..before.clone()
    };
    if before.state == TransferState::Recorded {
        let facts = |transfer: &Transfer| (transfer.method, transfer.reference.clone(), transfer.happened_on.clone());
        let same = facts(&before) == facts(&moved);
        return if same { Ok(before) } else { Err(PaymentError::WrongState(before.state)) };
    }
    if store::is_taken(conn, &moved)? {
        return Err(PaymentError::ReferenceTaken);
    }
    let recorded = write(conn, act, &before, moved, "record", None)?;
    let to = |role| Told::role(role, &recorded.village_code, Kind::TransferRecorded, id).called(&recorded.memo);
    let told = [Role::Coordinator, Role::Approver].map(|role| to(role).amount(recorded.amount_fen));
    inbox::tell(conn, act, &told)?;
    Ok(recorded)
}

/// The second of two people found it, too. What comes of it is the notification that `orders` takes in; `None`
/// if it was confirmed before.
///
/// # Errors
/// [`PaymentError::SamePerson`], [`PaymentError::WrongState`].
pub fn confirm(conn: &mut Conn, act: &Act, id: TransferId) -> Result<(Transfer, Option<Notification>), PaymentError> {
    let before = load(conn, id)?;
    let (by, next) = judge(act, &before, Command::Confirm)?;
    if next == before.state {
        return Ok((before, None));
    }
    let recorded_by = before.recorded_by.ok_or(PaymentError::WrongState(before.state))?;
    let told = Notification::confirmed(event(&before), recorded_by, by).ok_or(PaymentError::SamePerson)?;
    let moved = Transfer { state: next, confirmed_by: Some(by), confirmed_at: Some(act.at), ..before.clone() };
    Ok((write(conn, act, &before, moved, "confirm", None)?, Some(told)))
}

fn event(transfer: &Transfer) -> Event {
    let (name, amount_fen) = (format!("offline-{}", transfer.id), transfer.amount_fen);
    match transfer.refund_id {
        None => {
            Event::PaymentSucceeded { payment_id: transfer.payment_id.any(), gateway_transaction_id: name, amount_fen }
        }
        Some(refund_id) => Event::RefundSucceeded { refund_id: refund_id.any(), gateway_refund_id: name, amount_fen },
    }
}

/// What was recorded is not so.
///
/// # Errors
/// [`PaymentError::WrongState`].
pub fn reject(conn: &mut Conn, act: &Act, id: TransferId, reason: &str) -> Result<Transfer, PaymentError> {
    let before = load(conn, id)?;
    let (_, next) = judge(act, &before, Command::Reject)?;
    if next == before.state {
        return Ok(before);
    }
    let moved = Transfer {
        state: next,
        method: None,
        reference: None,
        happened_on: None,
        recorded_by: None,
        recorded_at: None,
        ..before.clone()
    };
    write(conn, act, &before, moved, "reject", Some(reason))
}

fn judge(act: &Act, transfer: &Transfer, command: Command) -> Result<(UserId, TransferState), PaymentError> {
    let by = act.user_id.ok_or(PaymentError::SamePerson)?;
    let next = decide(transfer.state, command, transfer.recorded_by, by).map_err(|refusal| match refusal {
        Refusal::WrongState(state) => PaymentError::WrongState(state),
        Refusal::SamePerson => PaymentError::SamePerson,
    })?;
    Ok((by, next))
}

fn write(
    conn: &mut Conn,
    act: &Act,
    before: &Transfer,
    moved: Transfer,
    action: &str,
    reason: Option<&str>,
) -> Result<Transfer, PaymentError> {
    if !store::update(conn, before, &moved)? {
        return Err(PaymentError::WrongState(load(conn, before.id)?.state));
    }
    let change = Change::new(Subject::Transfer, moved.id, action)
        .states(before.state.as_str(), moved.state.as_str())
        .because(reason);
    log::append(conn, act, &change)?;
    Ok(moved)
}

/// The commands that somebody may give a transfer now.
#[must_use]
pub fn actions(transfer: &Transfer, by: UserId) -> Vec<Command> {
    let changes = |command: &Command| {
        decide(transfer.state, *command, transfer.recorded_by, by).is_ok_and(|next| next != transfer.state)
    };
    Command::ALL.iter().copied().filter(changes).collect()
}
