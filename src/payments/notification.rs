//! What a provider tells, once its signature was checked.

use serde::{Deserialize, Serialize};

use super::{PaymentId, RefundId};
use crate::kernel::Money;

/// Something that happened at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    PaymentSucceeded { payment_id: PaymentId, gateway_transaction_id: String, amount_fen: Money },
    RefundSucceeded { refund_id: RefundId, gateway_refund_id: String, amount_fen: Money },
}

/// An event whose signature holds; only the adapters of providers make one.
#[derive(Debug, Clone)]
pub struct Notification(Event);

impl Notification {
    pub(super) fn verified(event: Event) -> Self {
        Self(event)
    }

    #[must_use]
    pub fn event(&self) -> &Event {
        &self.0
    }
}
