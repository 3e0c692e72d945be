//! From the delivered order to the household's money.
//!
//! What always holds: an order is settled once, after its claim window, by one balanced transaction;
//! each household in it gets one payout with a slip that anybody can look up; a payout is approved
//! by one person and sent by another, alone or in a file for the bank, which is never changed. Tables:
//! `payouts`, `bank_files`, `bank_file_rows`, `bank_results`. Read `rules.rs` for the states and the
//! split.

mod bank;
mod bank_rules;
mod correction;
pub mod http;
mod http_bank;
mod http_weights;
mod rules;
mod service;
mod store;
mod store_bank;
mod verify;
mod view;

pub use bank::{approve_all, send as send_bank_file, take_in as take_in_bank_results};
pub use bank_rules::{Outcome, Told};
pub use correction::correct;
pub use rules::{Command, PayoutState};
pub use service::{advance, load, receive, settle, settle_by_job, settle_when_due};
pub use store::{Payout, find_by_code, list_in_scope as list_payouts, list_of_order, list_of_orders};
pub use store_bank::{BankFile, list_rows as list_bank_file_rows};
pub use verify::verify;
pub use view::{PayoutOut, show as show_payouts};

use crate::claims::ClaimError;
use crate::harvest::HarvestError;
use crate::households::HouseholdError;
use crate::kernel::{Id, Invalid};
use crate::ledger::LedgerError;
use crate::orders::OrderError;

pub type PayoutId = Id<Payout>;
pub type BankFileId = Id<BankFile>;

#[derive(Debug, thiserror::Error)]
pub enum SettlementError {
    #[error("no such payout")]
    NotFound,
    #[error("payout is {0}")]
    WrongState(PayoutState),
    #[error("another person has to do this")]
    SamePerson,
    #[error("a claim on the order waits for its decision")]
    ClaimOpen,
    #[error("the organisation has not paid")]
    InvoiceOpen,
    #[error(transparent)]
    Claim(#[from] ClaimError),
    #[error("{} places are not acceptable", .0.len())]
    Refused(Vec<(String, Invalid)>),
    #[error(transparent)]
    Household(#[from] HouseholdError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Harvest(#[from] HarvestError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}
