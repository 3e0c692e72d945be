//! The address book: where somebody has parcels sent, sealed; and a pasted line taken apart.
//!
//! What always holds: at most 20 addresses a person, one of them the one that is offered first; recipient,
//! number and door are read by their owner and by the helper who acts for them alone; what a checkout was
//! placed with is its own copy. Nothing of it is a step of anything, so the log keeps nothing of it. Table:
//! `addresses`. Read `rules.rs` for pasting, `places.rs` for how a county is found in a line.

pub mod http;
mod places;
mod rules;
mod service;
mod store;

pub use service::{Door, Entry, add, forget, list_opened};
pub use store::AddressRow;

use crate::db::DbError;
use crate::kernel::{Id, Invalid};
use crate::regions::RegionError;
use crate::secrets::SecretsError;

pub type AddressId = Id<AddressRow>;

#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    #[error("no such address")]
    NotFound,
    #[error("an address book holds {} addresses", service::ADDRESSES_MAX)]
    Full,
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error(transparent)]
    Region(#[from] RegionError),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Db(#[from] DbError),
}
