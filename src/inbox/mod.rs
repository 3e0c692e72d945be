//! What people are told: their own orders and ties to the one who bought, what waits to those who act for a place.
//!
//! What always holds: a message is a row of the transaction that causes it, so it tells of what happened and of
//! nothing else; it holds no personal data; nobody is told of what they did themselves. What cannot wait also goes
//! to the phone, unless its owner wants none. Tables: `inbox_messages`, `inbox_marks`, `inbox_silences`.

pub mod http;
mod outside;
mod service;
mod store;

pub use outside::deliver;
pub use service::{Told, forget, tell, tidy};
pub use store::{Message, list_all_of as list_of_person};

use crate::db::DbError;
use crate::identity::IdentityError;
use crate::kernel::{Id, Role, text_enum};
use crate::notifier::NotifierError;

pub type MessageId = Id<Message>;

text_enum! {
    /// Whose messages: one's own, or those of a role.
    pub enum Mailbox as InboxBox {
        Own = "own",
        Coordinator = "coordinator",
        Approver = "approver",
    }
}

impl Mailbox {
    /// The role to which the messages of a box go.
    #[must_use]
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::Own => None,
            Self::Coordinator => Some(Role::Coordinator),
            Self::Approver => Some(Role::Approver),
        }
    }
}

text_enum! {
    /// What a message tells. Its first word says what `thing_id` is, and where it is read: `buyer` and `pairing`
    /// are for buyers, the others for the desk.
    pub enum Kind as InboxKind {
        OrderPaid = "buyer.order_paid",
        OrderDepositPaid = "buyer.order_deposit_paid",
        OrderBalanceDue = "buyer.order_balance_due",
        OrderConfirmed = "buyer.order_confirmed",
        OrderShipped = "buyer.order_shipped",
        OrderReceived = "buyer.order_received",
        OrderSettled = "buyer.order_settled",
        OrderExpired = "buyer.order_expired",
        OrderCancelled = "buyer.order_cancelled",
        OrderRefunded = "buyer.order_refunded",
        ClaimRefunded = "buyer.claim_refunded",
        ClaimResent = "buyer.claim_resent",
        ClaimRejected = "buyer.claim_rejected",
        ReviewAnswered = "buyer.review_answered",
        PairingAccepted = "pairing.accepted",
        PairingDeclined = "pairing.declined",
        PairingEnded = "pairing.ended",
        NewOrder = "order.paid",
        OrderTakenBack = "order.cancelled",
        PairingRequested = "tie.requested",
        ClaimOpened = "claim.opened",
        ClaimEscalated = "claim.escalated",
        ReviewWritten = "review.written",
        TransferRecorded = "transfer.recorded",
        ListingSubmitted = "listing.submitted",
        ListingApproved = "listing.approved",
        ListingRejected = "listing.rejected",
        PayoutDue = "payout.due",
        PayoutApproved = "payout.approved",
        PayoutBounced = "payout.bounced",
    }
}

impl Kind {
    /// Whether it cannot wait until somebody looks: a sum to be paid, a parcel on its way, money that comes back.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        matches!(
            self,
            Self::OrderBalanceDue
                | Self::OrderShipped
                | Self::OrderCancelled
                | Self::OrderRefunded
                | Self::ClaimRefunded
                | Self::ClaimResent
                | Self::ClaimRejected
        )
    }
}

#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Notifier(#[from] NotifierError),
    #[error(transparent)]
    Db(#[from] DbError),
}
