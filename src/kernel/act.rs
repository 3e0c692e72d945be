//! Who does something, in which role, and when.

use std::sync::Arc;

use super::{Id, IdSource, Instant, text_enum};

/// A person with an account; what is known of people is in the `identity` domain.
pub enum User {}
pub type UserId = Id<User>;

text_enum! {
    /// In which role somebody acts. From coordinator to administrator they are granted for a region.
    pub enum Role {
        Buyer = "buyer",
        /// A buyer who acts for an elder of the family.
        Helper = "helper",
        Coordinator = "coordinator",
        Approver = "approver",
        Auditor = "auditor",
        Administrator = "administrator",
        /// A job, a payment provider's notification.
        System = "system",
    }
}

impl Role {
    /// Whether the role is given to somebody for a region, by somebody.
    #[must_use]
    pub const fn is_granted(self) -> bool {
        matches!(self, Self::Coordinator | Self::Approver | Self::Auditor | Self::Administrator)
    }
}

/// Who acts, as the log keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    pub user_id: Option<UserId>,
    pub role: Role,
    /// The elder, where a family helper acts.
    pub on_behalf_of: Option<UserId>,
}

/// From where on a price is remarkable, in percent of what it is held against.
#[derive(Debug, Clone, Copy)]
pub struct PriceThresholds {
    /// Of the median: the coordinator says why.
    pub warn_percent: i64,
    /// Of the median: the approver says why.
    pub stop_percent: i64,
    /// Of what it costs to raise: cheaper is too good to be true.
    pub floor_percent: i64,
}

impl Default for PriceThresholds {
    fn default() -> Self {
        Self { warn_percent: 150, stop_percent: 180, floor_percent: 80 }
    }
}

/// The circumstances of a change: they go into the log, and make rules independent of any clock.
#[derive(Clone)]
pub struct Act {
    pub at: Instant,
    pub user_id: Option<UserId>,
    pub role: Role,
    pub on_behalf_of: Option<UserId>,
    pub ids: Arc<IdSource>,
    /// Those of the installation in which it is done.
    pub price: PriceThresholds,
}

impl Act {
    #[must_use]
    pub fn new_id<T>(&self) -> Id<T> {
        self.ids.new_id(self.at)
    }

    #[must_use]
    pub const fn actor(&self) -> Actor {
        Actor { user_id: self.user_id, role: self.role, on_behalf_of: self.on_behalf_of }
    }

    /// The same moment, but done by the program itself.
    #[must_use]
    pub fn by_system(&self) -> Self {
        Self { user_id: None, role: Role::System, on_behalf_of: None, ..self.clone() }
    }
}
