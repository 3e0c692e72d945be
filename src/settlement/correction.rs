//! A weight that was wrong and is found after the settlement: the settlement is taken back and made anew, and
//! all that hangs on it follows.
//!
//! No account is overdrawn on the way: what was paid out or spent meanwhile stands as owed by its owner before
//! the settlement is taken back, and what the new split gives them is kept back from that at once. What is
//! left is a receivable that everybody sees.

use std::collections::BTreeMap;

use super::SettlementError;
use super::rules::{self, PayoutState, Split};
use super::service::{Shares, shares_of};
use super::store::{self, Payout};
use crate::db::Conn;
use crate::kernel::{Act, Any, Id, Money};
use crate::ledger::{self, Account, AccountKind, Draft, LedgerError, TransactionKind, TransactionRow};
use crate::log::{self, Change, Subject};
use crate::orders::{self, Moved, Order, OrderError, Weighed};

/// Puts weights right. The same weights again change nothing.
///
/// # Errors
/// [`OrderError::WrongState`] unless it is settled, [`OrderError::Weight`], those of the ledger.
pub fn correct(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    found: &[Weighed],
    reason: &str,
) -> Result<(), SettlementError> {
    if orders::correct_weights(conn, act, order, found, reason)? == Moved::Unchanged {
        return Ok(());
    }
    let id: Id<Any> = act.new_id();
    let rows = ledger::list_of_order(conn, order.id)?;
    let standing = ledger::standing_settlement(&rows).ok_or(LedgerError::NotFound)?;
    let Shares { split, owed: charged } = shares_of(conn, order)?;
    let payouts = store::list_of_order(conn, order.id)?;
    let owed = owed(conn, rows.iter().filter(|row| row.transaction_id == standing), &payouts)?;

    post(
        conn,
        act,
        order,
        owed.iter().fold(offset(id, order, "lent"), |draft, (account, amount)| {
            draft.debit(receivable(account), *amount).credit(account.clone(), *amount)
        }),
    )?;
    ledger::reverse(conn, act, standing)?;
    let sum = Money::sum(split.credits.values().copied()).map_err(LedgerError::from)?;
    let beyond = Money::sum(charged.values().copied()).map_err(LedgerError::from)?;
    let draft = Draft::new(TransactionKind::Correction, id, &order.village_code)
        .debit(Account::new(AccountKind::BuyerHold, order.id), sum.checked_sub(beyond).map_err(LedgerError::from)?);
    let draft = charged.into_iter().fold(draft, |draft, (account, amount)| draft.debit(account, amount));
    let credits = split.credits.iter();
    post(conn, act, order, credits.fold(draft, |draft, (account, amount)| draft.credit(account.clone(), *amount)))?;
    post(
        conn,
        act,
        order,
        owed.iter().fold(offset(id, order, "kept"), |draft, (account, amount)| {
            let kept = (*amount).min(split.credits.get(account).copied().unwrap_or_default());
            draft.debit(account.clone(), kept).credit(receivable(account), kept)
        }),
    )?;
    orders::refund_less(conn, act, order)?;
    follow(conn, act, &split, payouts, reason)
}

fn receivable(account: &Account) -> Account {
    Account::new(AccountKind::Receivable, &account.owner)
}

fn offset(id: Id<Any>, order: &Order, part: &str) -> Draft {
    Draft::new(TransactionKind::ReceivableOffset, id, &order.village_code).part(part)
}

/// Nothing to post is nothing.
fn post(conn: &mut Conn, act: &Act, order: &Order, draft: Draft) -> Result<(), SettlementError> {
    if draft.postings().is_empty() {
        return Ok(());
    }
    Ok(ledger::post(conn, act, &draft.of_order(order.id, order.stream_id))?)
}

/// What the accounts of a settlement no longer have of it: of a household, what was sent of this order, and
/// nothing of what it has to get for others; of the village's accounts, what was spent.
fn owed<'a>(
    conn: &mut Conn,
    rows: impl Iterator<Item = &'a TransactionRow>,
    payouts: &[Payout],
) -> Result<BTreeMap<Account, Money>, SettlementError> {
    let mut owed = BTreeMap::new();
    for row in rows.filter(|row| row.credit_fen > 0) {
        let account = Account::new(row.account, &row.owner);
        let missing = if row.account == AccountKind::FarmerPayable {
            let is_gone = |payout: &Payout| matches!(payout.state, PayoutState::Sent | PayoutState::Confirmed);
            let payout = payouts.iter().find(|payout| payout.household_id.to_string() == row.owner);
            payout.filter(|payout| is_gone(payout)).map_or(0, |_| row.credit_fen)
        } else {
            row.credit_fen - ledger::balance_fen(conn, &account)?.min(row.credit_fen)
        };
        if missing > 0 {
            owed.insert(account, Money::from_fen(missing).map_err(LedgerError::from)?);
        }
    }
    Ok(owed)
}

/// Payouts that were not sent pay what the household has to get now, once somebody approves that.
fn follow(
    conn: &mut Conn,
    act: &Act,
    split: &Split,
    payouts: Vec<Payout>,
    reason: &str,
) -> Result<(), SettlementError> {
    for payout in payouts {
        let Some(amount_fen) = split.households.get(&payout.household_id).copied() else {
            return Err(
                OrderError::Weight("/lines".into(), crate::kernel::Invalid::new("final_weight_out_of_band")).into()
            );
        };
        let Some(moved) = rules::amended(&payout, amount_fen) else { continue };
        if !store::update(conn, &payout, &moved)? {
            return Err(SettlementError::WrongState(payout.state));
        }
        let change = Change::new(Subject::Payout, payout.id, "correct")
            .states(payout.state.as_str(), moved.state.as_str())
            .because(Some(reason));
        log::append(conn, act, &change)?;
    }
    Ok(())
}
