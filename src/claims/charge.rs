//! What is granted goes back to the buyer, and stands against the account that bears it.

use super::rules::Bearer;
use super::store::{self, Charge, Claim};
use super::types::ClaimError;
use crate::db::Conn;
use crate::kernel::{Act, Money};
use crate::ledger::{self, Account, AccountKind};
use crate::orders::{self, Line, Order, OrderState};
use crate::payments::RefundCause;

/// Pays a part of a line back: from what is held for the order, or, when it is settled, from who bears it.
/// The caller has locked the order.
pub fn grant(
    conn: &mut Conn,
    act: &Act,
    claim: &Claim,
    (order, line): (&Order, &Line),
    amount_fen: Money,
) -> Result<(), ClaimError> {
    if amount_fen.is_zero() {
        return Ok(());
    }
    let account = bearer(claim.borne_by, order, line);
    let charge = Charge {
        id: act.new_id(),
        claim_id: claim.id,
        order_id: order.id,
        account_kind: account.kind,
        owner: account.owner.clone(),
        amount_fen,
        charged_at: act.at,
    };
    store::insert_charge(conn, &charge)?;
    let cause = (RefundCause::Claim, charge.id.any());
    if order.state == OrderState::Settled {
        let bearers = after_settlement(conn, account, amount_fen)?;
        return Ok(orders::refund_charged(conn, act, order, cause, &bearers)?);
    }
    // The settlement takes it from who bears it.
    Ok(orders::refund(conn, act, order, cause, amount_fen)?)
}

fn bearer(by: Bearer, order: &Order, line: &Line) -> Account {
    match by {
        Bearer::Household => Account::new(by.account(), line.household_id),
        Bearer::LossReserve | Bearer::Freight | Bearer::Packing => Account::new(by.account(), &order.village_code),
    }
}

/// An account of the village pays as far as it reaches; what a household has is promised to its payouts, so
/// its part stands as what it owes.
fn after_settlement(conn: &mut Conn, account: Account, amount: Money) -> Result<[(Account, Money); 2], ClaimError> {
    let reaches = match account.kind {
        AccountKind::FarmerPayable => 0,
        _ => ledger::balance_fen(conn, &account)?.clamp(0, amount.fen()),
    };
    let covered = Money::from_fen(reaches).map_err(ledger::LedgerError::from)?;
    let owed = amount.checked_sub(covered).map_err(ledger::LedgerError::from)?;
    let receivable = Account::new(AccountKind::Receivable, &account.owner);
    Ok([(account, covered), (receivable, owed)])
}
