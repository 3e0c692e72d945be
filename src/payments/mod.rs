//! Money in and back, mirrored from the payment party that holds it.
//!
//! What always holds: there is one way in which a payment completes, [`complete`], for callback,
//! poll and reconciliation alike, and completing it again changes nothing; a notification counts
//! only with its provider's signature and for the very amount. Tables: `payments`, `refunds`.

mod notification;
mod sandbox;
mod service;
mod store;

pub use notification::{Event, Notification};
pub use sandbox::{notify_paid, notify_refunded};
pub use service::{Completion, complete, complete_refund, load_refund, open_refunds, read, start};
pub use store::{
    Payment, Refund, find, list_of_checkout, list_of_checkouts, list_refunds, list_refunds_of_order, refunded_fen,
};

use crate::db::DbError;
use crate::kernel::{Id, text_enum};

pub type PaymentId = Id<Payment>;
pub type RefundId = Id<Refund>;

text_enum! {
    /// Who holds the money. The sandbox behaves as a gateway does, in demonstrations and tests only.
    pub enum Provider {
        Sandbox = "sandbox",
    }
}

text_enum! {
    pub enum PaymentState {
        Pending = "pending",
        Succeeded = "succeeded",
        Failed = "failed",
        /// Given up at the provider, so that nobody can pay it any more.
        Closed = "closed",
    }
}

impl PaymentState {
    /// Under way or done: there is one such payment of a checkout, and one of an order's balance.
    #[must_use]
    pub const fn is_living(self) -> bool {
        matches!(self, Self::Pending | Self::Succeeded)
    }
}

text_enum! {
    /// Why money goes back.
    pub enum RefundCause {
        Cancelled = "cancelled",
        /// The money came for an order that had been given up.
        TooLate = "too_late",
        /// Prepaid, and thought better of within seven days.
        CoolOff = "cool_off",
        /// A prepaid contract ended early.
        Ended = "ended",
        /// Less was there than was ordered.
        Shortage = "shortage",
        /// It weighed less than was paid for.
        Weight = "weight",
        Claim = "claim",
    }
}

text_enum! {
    pub enum RefundState {
        Pending = "pending",
        Succeeded = "succeeded",
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    #[error("no such payment")]
    NotFound,
    #[error("the provider is not offered here")]
    ProviderUnavailable,
    #[error("the notification is not signed by its provider")]
    InvalidSignature,
    #[error("the notification does not fit the payment")]
    Mismatch,
    #[error("more than was paid would go back")]
    RefundTooLarge,
    #[error(transparent)]
    Db(#[from] DbError),
}
