//! Recomputes from the postings what must hold of the books.

use diesel::prelude::*;

use crate::db::schema::{ledger_accounts, ledger_postings, ledger_transactions};
use crate::db::{Conn, DbResult, sum_i64};
use crate::kernel::Id;

use super::store::AccountRow;
use super::types::TransactionId;

/// Something that does not hold, in words for the person who runs `yuanshan verify`.
pub type Finding = String;

/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    let mut findings = unbalanced_transactions(conn)?;
    findings.extend(accounts_that_differ(conn)?);
    Ok(findings)
}

fn unbalanced_transactions(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    let sums: Vec<(TransactionId, Option<i64>, i64, i64)> = ledger_transactions::table
        .left_join(ledger_postings::table)
        .group_by(ledger_transactions::id)
        .select((
            ledger_transactions::id,
            diesel::dsl::max(ledger_postings::line_no.nullable()),
            sum_i64(ledger_postings::debit_fen.assume_not_null()),
            sum_i64(ledger_postings::credit_fen.assume_not_null()),
        ))
        .load(conn)?;
    let unbalanced = sums.into_iter().filter(|(_, lines, debit, credit)| lines.is_none() || debit != credit);
    Ok(unbalanced.map(|(id, _, debit, credit)| format!("transaction {id}: debits {debit}, credits {credit}")).collect())
}

/// An account's running totals are the sums of its postings.
fn accounts_that_differ(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    type Row = (Id<AccountRow>, i64, i64, i64, i64);
    let rows: Vec<Row> = ledger_accounts::table
        .left_join(ledger_postings::table)
        .group_by((ledger_accounts::id, ledger_accounts::debit_fen, ledger_accounts::credit_fen))
        .select((
            ledger_accounts::id,
            ledger_accounts::debit_fen,
            ledger_accounts::credit_fen,
            sum_i64(ledger_postings::debit_fen.assume_not_null()),
            sum_i64(ledger_postings::credit_fen.assume_not_null()),
        ))
        .load(conn)?;
    let differing = rows.into_iter().filter(|(_, debit, credit, debits, credits)| debit != debits || credit != credits);
    Ok(differing
        .map(|(id, debit, credit, debits, credits)| {
            format!("account {id}: totals {debit}/{credit}, but postings sum to {debits}/{credits}")
        })
        .collect())
}
