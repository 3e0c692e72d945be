//! The cart: what a buyer has chosen and not ordered yet, on whichever device.
//!
//! What always holds: a listing stands in a cart once, with the version that its owner saw; a cart promises
//! nothing and holds no stock; what is ordered leaves it in the transaction that orders it; what was chosen
//! for an elder is the elder's. It is a note and not a step of anything, so the log keeps nothing of it.
//! Table: `cart_lines`.

pub mod http;
mod rules;
mod service;
mod store;

pub use rules::Choice;
pub use service::{forget, put, take_out};
pub use store::{CartLine, list_of_owner as list, list_perishable};

use crate::catalog::ListingState;
use crate::db::DbError;

#[derive(Debug, thiserror::Error)]
pub enum CartError {
    #[error("no such listing")]
    UnknownListing,
    #[error("listing is {0}")]
    NotForSale(ListingState),
    #[error("a cart holds {} listings", rules::LINES_MAX)]
    Full,
    #[error(transparent)]
    Db(#[from] DbError),
}
