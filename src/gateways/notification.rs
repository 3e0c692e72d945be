//! What a provider tells, once its signature was checked.

use serde::{Deserialize, Serialize};

use crate::kernel::{Any, Id, Money, UserId};

/// Something that happened at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    PaymentSucceeded { payment_id: Id<Any>, gateway_transaction_id: String, amount_fen: Money },
    PaymentFailed { payment_id: Id<Any> },
    RefundSucceeded { refund_id: Id<Any>, gateway_refund_id: String, amount_fen: Money },
}

/// An event whose source was checked; only gateways, and two people together, make one.
#[derive(Debug, Clone)]
pub struct Notification(Event);

impl Notification {
    pub(super) fn verified(event: Event) -> Self {
        Self(event)
    }

    /// What one person wrote down of the bank's statement and another found there, too.
    #[must_use]
    pub fn confirmed(event: Event, recorded_by: UserId, confirmed_by: UserId) -> Option<Self> {
        (recorded_by != confirmed_by).then_some(Self(event))
    }

    #[must_use]
    pub fn event(&self) -> &Event {
        &self.0
    }
}
