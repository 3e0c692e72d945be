//! Money in and back, mirrored from the payment party that holds it.
//!
//! What always holds: there is one way in which a payment completes, [`complete`], for callback,
//! poll and reconciliation alike, and completing it again changes nothing; a notification counts
//! only with its provider's signature and for the very amount; one payment of a checkout is pending at a time.
//! An offline payment or refund counts when one person has recorded it and another confirmed it. Tables:
//! `payments`, `refunds`, `transfers`.

pub mod http;
mod interest;
mod invoices;
mod outside;
mod rules;
mod service;
mod store;
mod store_transfers;
mod transfers;
mod view;

pub use interest::{Interest, expect_interest};
pub use invoices::{Credit, credit, expect, paid_on};
pub use outside::{ask_again, go_outside, sandbox_letters};
pub use rules::{Command as TransferCommand, TransferState};
pub use service::{
    Asked, Completion, complete, complete_refund, fail, give_up, holder, load_refund, open_refunds, read, start,
};
pub use store::{
    Payment, Refund, find, list_by_id, list_of_checkout, list_of_checkouts, list_refunds, list_refunds_of_order,
    refunded_fen,
};
pub use store_transfers::{Direction, Method, Transfer, TransferId, list_in_scope as list_transfers};
pub use transfers::{Recording, confirm as confirm_transfer, is_recorded, load as load_transfer, record, reject};
pub use view::{PayBy, PaymentOut, show as show_payment};

use crate::db::DbError;
use crate::gateways::GatewayError;
pub use crate::gateways::Provider;
use crate::kernel::{Id, text_enum};

pub type PaymentId = Id<Payment>;
pub type RefundId = Id<Refund>;

text_enum! {
    pub enum PaymentState {
        Pending = "pending",
        Succeeded = "succeeded",
        Failed = "failed",
        /// Given up; its provider is asked to close it. Money that still comes counts, and goes back.
        Closed = "closed",
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
    #[error("transfer is {0}")]
    WrongState(TransferState),
    #[error("another person has to do this")]
    SamePerson,
    #[error("the reference is of another transfer")]
    ReferenceTaken,
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    #[error("more than was paid would go back")]
    RefundTooLarge,
    #[error(transparent)]
    Db(#[from] DbError),
}
