//! Interest on what goes back: a provider gives back no more than it was given, so the village transfers it, and
//! two people say so.

use super::service::record_refund;
use super::store::{self, Refund};
use super::{PaymentError, PaymentState, RefundCause, transfers};
use crate::db::Conn;
use crate::kernel::{Act, Any, Id, Money, RegionCode};

/// What is owed beside the principal, and what stands on the transfer.
#[derive(Debug, Clone)]
pub struct Interest {
    pub checkout_id: Id<Any>,
    pub order_id: Id<Any>,
    pub cause_id: Id<Any>,
    pub amount_fen: Money,
    pub village_code: RegionCode,
    pub memo: String,
}

/// Waits for a transfer of interest to the buyer; the caller has locked the checkout, and expects each cause once.
///
/// # Errors
/// [`PaymentError::NotFound`] if nothing was paid on which there could be interest.
pub fn expect_interest(conn: &mut Conn, act: &Act, owed: Interest) -> Result<(), PaymentError> {
    let payments = store::list_of_checkout(conn, owed.checkout_id)?;
    let paid = payments.into_iter().find(|payment| payment.state == PaymentState::Succeeded);
    let paid = paid.ok_or(PaymentError::NotFound)?;
    // The principal has the order for its cause, the interest how it ended.
    let cause = (RefundCause::Ended, owed.cause_id);
    let refund = Refund::owed(act, paid.id, owed.order_id, cause, owed.amount_fen);
    record_refund(conn, act, &refund, "open")?;
    transfers::expect_beside(conn, act, &refund, (owed.village_code, owed.memo))
}
