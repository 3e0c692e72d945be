//! Recomputes what must hold of payouts.

use diesel::prelude::*;
use std::collections::HashMap;

use super::store::Payout;
use super::store_bank::{self, BankFile};
use super::{PayoutState, bank};
use crate::db::schema::{bank_files, ledger_accounts, ledger_postings, ledger_transactions, payouts};
use crate::db::{Conn, DbError, DbResult, sum_i64};
use crate::kernel::{Any, Id};
use crate::ledger::{AccountKind, Finding, LedgerError, TransactionKind};

/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> Result<Vec<Finding>, LedgerError> {
    let mut findings = amounts(conn)?;
    findings.extend(bank_files(conn)?);
    Ok(findings)
}

/// A payout that is to be sent is what the books owe its household of the order.
fn amounts(conn: &mut Conn) -> Result<Vec<Finding>, DbError> {
    let moves = [TransactionKind::PayoutSent, TransactionKind::PayoutConfirmed, TransactionKind::PayoutBounced];
    let sums: Vec<(Option<Id<Any>>, String, i64, i64)> = ledger_transactions::table
        .inner_join(ledger_postings::table.inner_join(ledger_accounts::table))
        .filter(ledger_accounts::kind.eq(AccountKind::FarmerPayable))
        .filter(ledger_transactions::kind.ne_all(moves))
        .group_by((ledger_transactions::order_id, ledger_accounts::owner))
        .select((
            ledger_transactions::order_id,
            ledger_accounts::owner,
            sum_i64(ledger_postings::debit_fen),
            sum_i64(ledger_postings::credit_fen),
        ))
        .load(conn)?;
    let owed: HashMap<(Option<Id<Any>>, String), i64> =
        sums.into_iter().map(|(order, owner, debit, credit)| ((order, owner), credit - debit)).collect();
    let open = [PayoutState::Due, PayoutState::Approved, PayoutState::Bounced];
    let rows: DbResult<Vec<Payout>> =
        Ok(payouts::table.filter(payouts::state.eq_any(open)).select(Payout::as_select()).load(conn)?);
    let differs = |payout: Payout| {
        let key = (Some(payout.order_id.any()), payout.household_id.to_string());
        let owed = owed.get(&key).copied().unwrap_or_default();
        (owed != payout.amount_fen.fen())
            .then(|| format!("payout {}: {} fen, but {owed} are owed", payout.id, payout.amount_fen.fen()))
    };
    Ok(rows?.into_iter().filter_map(differs).collect())
}

/// A bank file is what its rows are, and its number, codes and amounts give its digest.
fn bank_files(conn: &mut Conn) -> Result<Vec<Finding>, DbError> {
    let files: DbResult<Vec<BankFile>> = Ok(bank_files::table.select(BankFile::as_select()).load(conn)?);
    let mut findings = Vec::new();
    for file in files? {
        let rows = store_bank::list_rows(conn, file.id)?;
        let total: i64 = rows.iter().map(|row| row.amount_fen.fen()).sum();
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let is_whole = (count, total) == (file.payouts_count, file.total_fen.fen());
        if !is_whole || bank::digest(&file.number, &rows) != file.sha256 {
            findings.push(format!("bank file {}: is not what its rows are", file.number));
        }
    }
    Ok(findings)
}
