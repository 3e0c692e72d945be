//! Order cycles: a village's round, in which its goods are ordered until a time, brought in, sent and arrive.
//!
//! What always holds: a cycle is open from its first moment until just before its last, told from its times
//! wherever it is asked for, so no job has to run for it; goods stand in at most one cycle at a time; of each
//! no more is taken than its cap. Tables: `order_cycles` (its `state` holds only whether it was cancelled),
//! `cycle_listings`.

mod announce;
pub mod http;
mod rules;
mod service;
mod store;
mod view;

pub use rules::{CycleState, Standing, Times};
pub use service::{NewCycle, add_listing, cancel, open, standings};
pub use store::{Cycle, Take, give_back, list_taken, take};

use crate::catalog::ListingError;
use crate::db::DbError;
use crate::kernel::{Id, Invalid};
use crate::regions::RegionError;

pub type CycleId = Id<Cycle>;

#[derive(Debug, thiserror::Error)]
pub enum CycleError {
    #[error("no such cycle")]
    NotFound,
    #[error("the village is outside the scope")]
    OutOfScope,
    #[error("cycle is {0}")]
    WrongState(CycleState),
    #[error("orders stand in the cycle")]
    HasOrders,
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error(transparent)]
    Region(#[from] RegionError),
    #[error(transparent)]
    Listing(#[from] ListingError),
    #[error(transparent)]
    Db(#[from] DbError),
}
