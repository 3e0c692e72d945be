//! Reviews: what buyers say of what they had.
//!
//! What always holds: a review is of one line of an order that was received, by its buyer, once; nobody who
//! coordinates a village reviews its goods; it is edited for a week by its author, answered by the village,
//! and removed by an approver alone, with a reason that everybody reads. Table: `reviews`.

pub mod http;
mod rules;
mod service;
mod store;
mod view;

pub use service::{Words, remove, reply, write};
pub use store::Review;

use crate::kernel::{Id, Instant, Invalid};
use crate::orders::OrderError;

pub type ReviewId = Id<Review>;

#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    #[error("no such review")]
    NotFound,
    #[error("whoever coordinates the village does not review its goods")]
    OwnVillage,
    #[error("the line has its review")]
    Exists,
    #[error("it could be edited until {0}")]
    Closed(Instant),
    #[error("the review was removed")]
    Removed,
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Identity(#[from] crate::identity::IdentityError),
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}
