//! From the delivered order to the household's money.
//!
//! What always holds: an order is settled once, after its claim window, by one balanced transaction;
//! each household in it gets one payout with a slip that anybody can look up; a payout is approved
//! by one person and sent by another. Table: `payouts`. Read `rules.rs` for the states and the
//! split.

mod correction;
pub mod http;
mod http_weights;
mod rules;
mod service;
mod store;
mod verify;
mod view;

pub use correction::correct;
pub use rules::{Command, PayoutState};
pub use service::{advance, load, receive, settle, settle_when_due};
pub use store::{Payout, find_by_code, list_of_order, list_of_orders};
pub use verify::verify;
pub use view::{PayoutOut, show as show_payouts};

use crate::kernel::Id;
use crate::ledger::LedgerError;
use crate::orders::OrderError;

pub type PayoutId = Id<Payout>;

#[derive(Debug, thiserror::Error)]
pub enum SettlementError {
    #[error("no such payout")]
    NotFound,
    #[error("payout is {0}")]
    WrongState(PayoutState),
    #[error("another person has to do this")]
    SamePerson,
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}
