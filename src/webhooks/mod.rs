//! Telling other programs what happens: signed as Standard Webhooks says, tried again until it arrives.
//!
//! What always holds: a message is a row of the transaction that causes it, so it is told of what happened
//! and of nothing else, at least once, with one id; it holds no personal data; it goes to public addresses
//! over TLS only, or where the operator allows, and follows nobody elsewhere. Tables: `webhooks`,
//! `webhook_messages`.

mod deliver;
pub mod http;
mod rules;
mod service;
mod store;

pub use deliver::deliver;
pub use service::{finish, publish, tidy};
pub use store::{Message, Webhook};

use crate::db::DbError;
use crate::kernel::{Id, Invalid, text_enum};
use crate::regions::RegionError;
use crate::secrets::SecretsError;

pub type WebhookId = Id<Webhook>;
pub type MessageId = Id<Message>;

text_enum! {
    /// What is told of.
    pub enum Event as WebhookEvent {
        /// An order is in another state.
        OrderChanged = "order.changed",
        /// A payout is in another state.
        PayoutChanged = "payout.changed",
        /// Somebody tries whether messages arrive.
        Test = "test",
    }
}

text_enum! {
    pub enum MessageState as WebhookMessageState {
        Pending = "pending",
        Delivered = "delivered",
        /// It was tried for days, or the receiver said that it is gone.
        GivenUp = "given_up",
    }
}

#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    #[error("no such webhook")]
    NotFound,
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error("not delivered: {0}")]
    NotDelivered(String),
    #[error(transparent)]
    Region(#[from] RegionError),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Db(#[from] DbError),
}
