//! The books: double entry, append-only, balanced.
//!
//! What always holds: a transaction's debits equal its credits; every command is posted at most
//! once (its key is unique); nothing is changed or removed, a mistake is taken back by
//! [`reverse`]; no account is overdrawn. The rules are checked here before writing, and again by
//! CHECKs, unique indexes and triggers. docs/ledger.md tells the accounts and flows. Tables:
//! `ledger_accounts`, `ledger_transactions`, `ledger_postings`.

mod report;
mod rules;
mod store;
mod types;
mod verify;

pub use report::{
    Dimension, Figures, ReportRow, TransactionRow, figures_of, list_of_order, standing_settlement, summarize,
};
pub use rules::{Draft, check_balanced};
pub use types::{Account, AccountKind, LedgerError, Posting, Side, Transaction, TransactionId, TransactionKind};
pub use verify::{Finding, verify};

use crate::db::Conn;
use crate::kernel::Act;

/// Writes a transaction. Posting the same command again changes nothing.
///
/// # Errors
/// [`LedgerError::Unbalanced`], [`LedgerError::Overdrawn`].
pub fn post(conn: &mut Conn, act: &Act, draft: &Draft) -> Result<(), LedgerError> {
    check_balanced(draft.postings())?;
    if store::is_posted(conn, draft.command_key())? {
        return Ok(());
    }
    store::insert(conn, act, draft)
}

/// Takes a transaction back by its mirror image; taking it back again changes nothing.
///
/// # Errors
/// [`LedgerError::NotFound`], [`LedgerError::Overdrawn`].
pub fn reverse(conn: &mut Conn, act: &Act, id: TransactionId) -> Result<(), LedgerError> {
    let original = store::load(conn, id)?;
    post(conn, act, &Draft::reversal_of(&original)?)
}

/// What is owed to, or held by, an account: credits less debits for all but providers.
///
/// # Errors
/// Those of the database.
pub fn balance_fen(conn: &mut Conn, account: &Account) -> Result<i64, LedgerError> {
    Ok(store::balance_fen(conn, account)?)
}
