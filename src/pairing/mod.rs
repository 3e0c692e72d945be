//! 远山结亲: a city family and a farmer household tie a bond, and buying replaces giving.
//!
//! What always holds: a buyer asks, the household's yes is recorded by a coordinator of its village,
//! either side can end it; there is at most one living tie between the two (a unique index); what is
//! ordered from the household while the tie is active belongs to it. Table: `pairings`.

pub mod http;
mod rules;
mod service;
mod store;

pub use rules::{Command, PairingState, decide};
pub use service::{change_state, end_all, request};
pub use store::{Pairing, find, list_active, list_all_of_buyer};

use crate::db::DbError;
use crate::kernel::Id;

pub type PairingId = Id<Pairing>;

#[derive(Debug, thiserror::Error)]
pub enum PairingError {
    #[error("no such pairing")]
    NotFound,
    #[error("no such household")]
    UnknownHousehold,
    #[error("there is a living tie between the two")]
    Exists,
    #[error("pairing is {0}")]
    WrongState(PairingState),
    #[error(transparent)]
    Db(#[from] DbError),
}
