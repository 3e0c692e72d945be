//! Family helpers: somebody who orders and follows parcels for an elder of the family.
//!
//! What always holds: a tie begins with six digits that the elder reads out to the helper; a number is kept
//! only while its tie lives; either side ends it at once, and between two people there is one active tie, so
//! that ending it ends all of it. Whoever has no account is named like everybody else. Table: `helpers`.
//! Read `rules.rs` for the states, `access.rs` for what a helper may do.

pub mod access;
pub mod http;
mod rules;
mod service;
mod store;
mod types;

pub use rules::HelperState;
pub use service::{Acceptance, Side, accept, end, end_all, expire, invite, open_phone};
pub use store::{Tie, list_of_person};
pub use types::{HelperCode, HelperError, TieId};
