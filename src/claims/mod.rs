//! Claims: what a buyer says is wrong with what came, and what becomes of it.
//!
//! What always holds: a claim is opened within the window of its goods, by the order's buyer or their helper,
//! on a line of an order that was received; never more is granted on a line than the line cost; what is
//! granted is paid back once and borne by one account; an order with an undecided claim does not settle.
//! Tables: `claims`, `claim_photos`, `claim_charges`. Read `rules.rs` for the proposal and the states.

mod charge;
pub mod http;
mod rules;
mod service;
mod store;
mod types;
mod verify;
mod view;

pub use rules::{Bearer, ClaimKind, ClaimState, ClaimUnit, Verdict};
pub use service::{NewClaim, Ruling, decide, escalate, open, settles_at};
pub use store::{Charge, Claim, has_open, list_charges, list_of_buyer as list_all_of_buyer};
pub use types::{ClaimError, ClaimId};
pub use verify::verify;
