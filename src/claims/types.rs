//! What can be refused about claims.

use super::rules::ClaimState;
use super::store::Claim;
use crate::kernel::{Id, Instant, Invalid};
use crate::ledger::LedgerError;
use crate::notices::NoticeError;
use crate::orders::OrderError;

pub type ClaimId = Id<Claim>;

#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    #[error("no such claim")]
    NotFound,
    #[error("claim is {0}")]
    WrongState(ClaimState),
    #[error("the goods could be claimed until {0}")]
    WindowClosed(Instant),
    #[error("a claim on this line waits for its decision")]
    Open,
    #[error("who claims does not decide")]
    SamePerson,
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Notice(#[from] NoticeError),
    #[error(transparent)]
    Identity(#[from] crate::identity::IdentityError),
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}
