//! What is paid after the goods: a transfer that is expected for as long as it takes, and becomes less when a
//! part of it need not be paid any more.

use super::service::{open_refund, record_refund, record_start};
use super::store::{self, Payment, Refund};
use super::store_transfers as transfers;
use super::{Asked, PaymentError, PaymentId, PaymentState, Provider, RefundCause, RefundState, TransferState};
use crate::db::{Conn, DbResult};
use crate::kernel::{Act, Any, Day, Id, Money};

impl Payment {
    /// What is to come, or has come: its amount less what need not be paid any more.
    ///
    /// # Errors
    /// [`PaymentError::Mismatch`], which a CHECK keeps from being.
    pub fn due_fen(&self) -> Result<Money, PaymentError> {
        self.amount_fen.checked_sub(self.credited_fen).map_err(|_| PaymentError::Mismatch)
    }
}

/// Expects a transfer beside whatever was paid for the order before; the caller has locked the checkout.
///
/// # Errors
/// [`PaymentError::ProviderUnavailable`] without a village, those of the database.
pub fn expect(conn: &mut Conn, act: &Act, asked: Asked) -> Result<Payment, PaymentError> {
    record_start(conn, act, Provider::Offline, asked)
}

/// How a credit of an invoice was taken in.
#[derive(Debug)]
pub enum Credit {
    /// It was given before.
    Known,
    /// So much less is to be paid.
    Less(Refund),
    /// The money has come, or somebody says so: it goes back as other money does.
    GoesBack,
}

/// A part of an invoice need not be paid. The same cause is credited once.
///
/// # Errors
/// [`PaymentError::RefundTooLarge`] if more would be credited than is to be paid.
pub fn credit(
    conn: &mut Conn,
    act: &Act,
    id: PaymentId,
    order_id: Id<Any>,
    (cause, cause_id): (RefundCause, Id<Any>),
    amount_fen: Money,
) -> Result<Credit, PaymentError> {
    let known = store::list_refunds_of_order(conn, order_id)?;
    if known.iter().any(|refund| (refund.cause, refund.cause_id) == (cause, cause_id)) {
        return Ok(Credit::Known);
    }
    let payment = store::find(conn, id)?.ok_or(PaymentError::NotFound)?;
    let transfer = transfers::find_of_payment(conn, id)?.ok_or(PaymentError::NotFound)?;
    if payment.state == PaymentState::Succeeded {
        return Ok(Credit::GoesBack);
    }
    if transfer.state == TransferState::Recorded {
        open_refund(conn, act, &payment, order_id, (cause, cause_id), amount_fen)?;
        return Ok(Credit::GoesBack);
    }
    let left = payment.due_fen()?.checked_sub(amount_fen).map_err(|_| PaymentError::RefundTooLarge)?;
    if !store::credit(conn, &payment, amount_fen)? || !transfers::expect_less(conn, &transfer, left)? {
        return Err(PaymentError::WrongState(transfer.state));
    }
    let refund = Refund {
        state: RefundState::Succeeded,
        gateway_refund_id: Some(format!("credited-{cause}-{cause_id}")),
        completed_at: Some(act.at),
        ..Refund::owed(act, id, order_id, (cause, cause_id), amount_fen)
    };
    record_refund(conn, act, &refund, "credit")?;
    if left == Money::ZERO {
        super::give_up(conn, act, &payment)?;
    }
    Ok(Credit::Less(refund))
}

/// The day on which the transfer of a payment stands on the bank's statement.
///
/// # Errors
/// Those of the database.
pub fn paid_on(conn: &mut Conn, id: PaymentId) -> DbResult<Option<Day>> {
    let transfer = transfers::find_of_payment(conn, id)?;
    Ok(transfer.and_then(|transfer| transfer.happened_on).and_then(|day| day.parse().ok()))
}
