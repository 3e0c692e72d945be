//! Recomputes what must hold of payouts.

use diesel::prelude::*;
use std::collections::HashMap;

use super::PayoutState;
use super::store::Payout;
use crate::db::schema::{ledger_accounts, ledger_postings, ledger_transactions, payouts};
use crate::db::{Conn, DbError, DbResult, sum_i64};
use crate::kernel::{Any, Id};
use crate::ledger::{AccountKind, Finding, LedgerError, TransactionKind};

/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> Result<Vec<Finding>, LedgerError> {
    Ok(amounts(conn)?)
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
