//! A file for the bank in the first village: payouts approved together, sent by another person, and one of
//! them came back.

use std::collections::BTreeSet;
use std::error::Error;

use super::accounts::People;
use super::village::Village;
use crate::context::Context;
use crate::db::Conn;
use crate::households::{self, Alteration, BankAccount, Basis, Correction, HouseholdError, HouseholdId, Medium};
use crate::kernel::{Act, Role, Scope, UserId};
use crate::settlement::{self, Outcome, Payout, PayoutState, SettlementError, Told};

/// Payouts of the file.
const PAYOUTS: usize = 3;

pub fn create(context: &Context, people: &People, villages: &[Village]) -> Result<(), Box<dyn Error>> {
    let village = villages.first().ok_or("no village")?;
    let (coordinator, approver) =
        (people.holder(Role::Coordinator, &village.code), people.holder(Role::Approver, &village.code));
    let scope = Scope::new(vec![village.code.clone()]);
    let (sends, approves) = (context.act(coordinator, Role::Coordinator), context.act(approver, Role::Approver));
    let list = |state| context.db.read_blocking(|conn| settlement::list_payouts(conn, &scope, Some(state), 50, None));
    let mut payouts: Vec<Payout> = list(PayoutState::Due)?.data;
    payouts.extend(list(PayoutState::Approved)?.data);
    payouts.truncate(PAYOUTS);
    if payouts.is_empty() {
        return Ok(());
    }
    let households: BTreeSet<HouseholdId> = payouts.iter().map(|payout| payout.household_id).collect();
    for (number, id) in (1..).zip(households) {
        let account = BankAccount::parse(&format!("62284800000000{number:05}"))?;
        context.db.write_blocking(|conn| name_payee(conn, context, &sends, (coordinator, &scope), id, &account))?;
    }
    let ids: Vec<_> = payouts.iter().map(|payout| payout.id).collect();
    let due = payouts.iter().filter(|payout| payout.state == PayoutState::Due);
    let due: Vec<_> = due.map(|payout| payout.id).collect();
    context.db.write_blocking(|conn| {
        settlement::approve_all(conn, &approves, &due)?;
        let file = settlement::send_bank_file(conn, &sends, &village.code, Some(&ids))?;
        let told: Vec<Told> = (2..).zip(&payouts).map(|(row_no, payout)| answer(row_no, payout)).collect();
        settlement::take_in_bank_results(conn, &sends, &file, &file.sha256, &told)?;
        Ok::<_, SettlementError>(())
    })?;
    Ok(())
}

/// The first came back.
fn answer(row_no: i64, payout: &Payout) -> Told {
    let is_first = row_no == 2;
    Told {
        row_no,
        code: payout.code.clone(),
        amount_fen: payout.amount_fen,
        outcome: if is_first { Outcome::Bounced } else { Outcome::Confirmed },
        bank_reference: Some(format!("DEMO-BANK-{row_no}")),
        reason: is_first.then(|| "演示：户名不符".to_owned()),
    }
}

/// The head of the household is paid, by an invented account.
fn name_payee(
    conn: &mut Conn,
    context: &Context,
    act: &Act,
    (by, scope): (UserId, &Scope),
    id: HouseholdId,
    account: &BankAccount,
) -> Result<(), HouseholdError> {
    let head = households::list_people(conn, &context.secrets, id)?[0].id;
    let correction = Correction {
        bank_account: Some(Some(account.clone())),
        agreement: Some(Basis { medium: Medium::Tap, evidence_id: None, guardian_id: None }),
        ..Correction::default()
    };
    households::correct_person(conn, act, &context.secrets, (by, scope), (id, head), &correction)?;
    let pays = Alteration { payee_person_id: Some(Some(head)), ..Alteration::default() };
    households::change(conn, act, by, scope, id, &pays)?;
    Ok(())
}
