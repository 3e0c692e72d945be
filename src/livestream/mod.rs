//! Livestreams of a village, kept as links: when, where, who, which goods.
//!
//! What always holds: a link is checked by its form and never fetched; the goods of a stream come
//! from one village; the code of a stream leads to its goods and travels with the buyer into the
//! order, so that an auditor sees what a stream sold. Tables: `streams`, `stream_listings`.

pub mod http;
mod link;
mod rules;
mod service;
mod store;

pub use link::{Link, Platform};
pub use rules::{ATTRIBUTION, Command, StreamState, counts_for, decide};
pub use service::{NewStream, change_state, schedule};
pub use store::{Stream, find_by_code, list_by_code, list_listing_ids, titles};

use crate::catalog::ListingError;
use crate::db::DbError;
use crate::kernel::{Id, Invalid};

pub type StreamId = Id<Stream>;

#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    #[error("no such stream")]
    NotFound,
    #[error("the goods' village is outside the scope")]
    OutOfScope,
    #[error("stream is {0}")]
    WrongState(StreamState),
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error(transparent)]
    Listing(#[from] ListingError),
    #[error(transparent)]
    Db(#[from] DbError),
}
