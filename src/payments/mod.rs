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
pub use service::{Completion, complete, complete_refund, load_refund, open_refund, read, start};
pub use store::{Payment, Refund, find, list_of_checkout, list_of_checkouts, list_refunds};

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
    #[error(transparent)]
    Db(#[from] DbError),
}
