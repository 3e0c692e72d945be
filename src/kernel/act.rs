//! Who does something, in which role, and when.

use std::sync::Arc;

use super::{Id, IdSource, Instant, text_enum};

/// A person with an account; what is known of people is in the `identity` domain.
pub enum User {}
pub type UserId = Id<User>;

text_enum! {
    /// In which role somebody acts. All but `buyer` and `system` are granted for a region.
    pub enum Role {
        Buyer = "buyer",
        Coordinator = "coordinator",
        Approver = "approver",
        Auditor = "auditor",
        Administrator = "administrator",
        /// A job, a payment provider's notification.
        System = "system",
    }
}

/// The circumstances of a change: they go into the log, and make rules independent of any clock.
#[derive(Clone)]
pub struct Act {
    pub at: Instant,
    pub user_id: Option<UserId>,
    pub role: Role,
    pub ids: Arc<IdSource>,
}

impl Act {
    #[must_use]
    pub fn new_id<T>(&self) -> Id<T> {
        self.ids.new_id(self.at)
    }

    /// The same moment, but done by the program itself.
    #[must_use]
    pub fn by_system(&self) -> Self {
        Self { user_id: None, role: Role::System, ..self.clone() }
    }
}
