//! Use cases of paying out in bulk: approving many, a file for the bank, and what the bank says of it.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use super::bank_rules::{self, Asked, Outcome, Told, Verdict};
use super::rules::Command;
use super::store_bank::{self, BankFile, BankFileRow};
use super::{BankFileId, PayoutId, SettlementError, service};
use crate::db::Conn;
use crate::households::{self, HouseholdId};
use crate::kernel::{Act, Invalid, RegionCode};
use crate::log::{self, Change, Subject};
use crate::secrets::Secrets;

/// Payouts of one file, and of one approval.
pub const PAYOUTS_MAX: usize = 200;

/// The first of two people: these amounts are right. All of them or none.
///
/// # Errors
/// Those of [`service::advance`].
pub fn approve_all(conn: &mut Conn, act: &Act, ids: &[PayoutId]) -> Result<(), SettlementError> {
    for id in ids {
        service::advance(conn, act, *id, Command::Approve, None)?;
    }
    Ok(())
}

/// Sends approved payouts of one village as one file; without ids all that are approved there. The number of
/// the file is the reference of each.
///
/// # Errors
/// [`SettlementError::SamePerson`] if the caller approved one of them, [`SettlementError::Refused`] for none,
/// for one of another village, and for a household that nobody can be paid of.
pub fn send(
    conn: &mut Conn,
    act: &Act,
    village: &RegionCode,
    ids: Option<&[PayoutId]>,
) -> Result<BankFile, SettlementError> {
    let by = act.user_id.ok_or(SettlementError::SamePerson)?;
    let chosen = match ids {
        Some(ids) => ids.iter().map(|id| service::load(conn, *id)).collect::<Result<Vec<_>, _>>()?,
        None => store_bank::list_approved(conn, village, i64::try_from(PAYOUTS_MAX).unwrap_or(i64::MAX))?,
    };
    if chosen.is_empty() {
        return Err(refuse("/payout_ids", "no_payouts"));
    }
    let day = act.at.day();
    let count = store_bank::count_of_village(conn, village)? + 1;
    let number = format!("{}-{village}-{count:04}", day.compact());
    let id: BankFileId = act.new_id();
    let (mut rows, mut total) = (Vec::new(), 0);
    for (line_no, payout) in (1..).zip(chosen) {
        let pointer = format!("/payout_ids/{}", line_no - 1);
        if payout.village_code != *village {
            return Err(refuse(&pointer, "another_village"));
        }
        let household = households::find(conn, payout.household_id)?;
        if household.is_none_or(|household| household.payee_person_id.is_none()) {
            return Err(refuse(&pointer, "payee_missing"));
        }
        // Sent before is not sent by this file.
        let approved = payout.state == super::PayoutState::Approved;
        let payout = if approved { payout } else { return Err(SettlementError::WrongState(payout.state)) };
        let sent = service::advance(conn, act, payout.id, Command::Send, Some(&number))?;
        total += sent.amount_fen.fen();
        rows.push(BankFileRow {
            bank_file_id: id,
            line_no,
            payout_id: sent.id,
            attempt: sent.attempt,
            code: sent.code,
            amount_fen: sent.amount_fen,
            outcome: None,
            bank_reference: None,
            reason: None,
        });
    }
    let file = BankFile {
        id,
        sha256: digest(&number, &rows),
        number,
        village_code: village.clone(),
        payouts_count: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        total_fen: crate::kernel::Money::from_fen(total).map_err(crate::ledger::LedgerError::from)?,
        created_by: by,
        created_at: act.at,
    };
    store_bank::insert(conn, &file, &rows)?;
    log::append(conn, act, &Change::new(Subject::BankFile, id, "send"))?;
    Ok(file)
}

fn refuse(pointer: &str, code: &'static str) -> SettlementError {
    SettlementError::Refused(vec![(pointer.to_owned(), Invalid::new(code))])
}

/// The digest of what is asked: number, codes and amounts. Names and accounts are not in it, so that it can be
/// recomputed by who may not read them.
pub fn digest(number: &str, rows: &[BankFileRow]) -> Vec<u8> {
    let lines = rows.iter().map(|row| format!("{},{},{}\n", row.line_no, row.code, row.amount_fen.fen()));
    Sha256::digest(format!("{number}\n{}", lines.collect::<String>())).to_vec()
}

/// A row of the file as the bank reads it.
pub struct Transfer {
    pub row: BankFileRow,
    pub payee: String,
    pub account: String,
}

/// Whom the rows go to. That somebody reads names and accounts is written down for each, with the reason.
///
/// # Errors
/// [`SettlementError::Refused`] if somebody can no longer be paid, those of the keys.
pub fn open(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    file: &BankFile,
    reason: &str,
) -> Result<Vec<Transfer>, SettlementError> {
    let mut payees: BTreeMap<HouseholdId, (String, String)> = BTreeMap::new();
    let mut transfers = Vec::new();
    for row in store_bank::list_rows(conn, file.id)? {
        let household_id = service::load(conn, row.payout_id)?.household_id;
        let (payee, account) = match payees.get(&household_id) {
            Some(known) => known.clone(),
            None => {
                let found = households::open_payee(conn, act, secrets, household_id, reason)?;
                let found = found.ok_or_else(|| refuse(&format!("/rows/{}", row.line_no), "payee_missing"))?;
                payees.insert(household_id, found.clone());
                found
            }
        };
        transfers.push(Transfer { row, payee, account });
    }
    log::append(conn, act, &Change::new(Subject::BankFile, file.id, "download").because(Some(reason)))?;
    Ok(transfers)
}

/// What the bank's file comes to.
#[derive(Debug)]
pub enum Judged {
    /// This very file was taken in.
    AlreadyImported,
    /// What each row changes.
    Rows(Vec<(Told, Verdict)>),
}

/// Holds the bank's file against ours; nothing is changed.
///
/// # Errors
/// [`SettlementError::Refused`] with every row that is not acceptable.
pub fn judge(conn: &mut Conn, file: &BankFile, sha256: &[u8], told: &[Told]) -> Result<Judged, SettlementError> {
    if store_bank::is_imported(conn, sha256)? {
        return Ok(Judged::AlreadyImported);
    }
    let rows = store_bank::list_rows(conn, file.id)?;
    let asked = |row: BankFileRow| Asked { code: row.code, amount_fen: row.amount_fen, outcome: row.outcome };
    let asked: Vec<Asked> = rows.into_iter().map(asked).collect();
    let codes: Vec<String> = told.iter().map(|row| row.code.clone()).collect();
    let elsewhere = store_bank::list_known_codes(conn, &codes)?;
    let (mut judged, mut faults) = (Vec::new(), Vec::new());
    for (row, verdict) in told.iter().zip(bank_rules::judge(&asked, &elsewhere, told)) {
        match verdict {
            Ok(verdict) => judged.push((row.clone(), verdict)),
            Err(invalid) => faults.push((format!("/rows/{}", row.row_no), invalid)),
        }
    }
    if faults.is_empty() { Ok(Judged::Rows(judged)) } else { Err(SettlementError::Refused(faults)) }
}

/// Takes in what the bank says: all of it or nothing. The same file again changes nothing.
///
/// # Errors
/// Those of [`judge`] and of [`service::advance`].
pub fn take_in(
    conn: &mut Conn,
    act: &Act,
    file: &BankFile,
    sha256: &[u8],
    told: &[Told],
) -> Result<Judged, SettlementError> {
    let judged = judge(conn, file, sha256, told)?;
    let Judged::Rows(rows) = &judged else { return Ok(judged) };
    let by = act.user_id.ok_or(SettlementError::SamePerson)?;
    let sent: BTreeMap<String, BankFileRow> =
        store_bank::list_rows(conn, file.id)?.into_iter().map(|row| (row.code.clone(), row)).collect();
    for (told, _) in rows.iter().filter(|(_, verdict)| *verdict == Verdict::New) {
        let Some(row) = sent.get(&told.code) else { continue };
        let outcome = Some(told.outcome);
        let (bank_reference, reason) = (told.bank_reference.clone(), told.reason.clone());
        let row = BankFileRow { outcome, bank_reference, reason, ..row.clone() };
        // A payout that was sent again meanwhile is of another file.
        let payout = service::load(conn, row.payout_id)?;
        if payout.attempt != row.attempt || !store_bank::tell(conn, &row)? {
            return Err(refuse(&format!("/rows/{}", told.row_no), "of_another_file"));
        }
        let (command, detail) = match told.outcome {
            Outcome::Confirmed => (Command::Confirm, None),
            Outcome::Bounced => (Command::Bounce, row.reason.as_deref()),
        };
        service::advance(conn, act, row.payout_id, command, detail)?;
    }
    store_bank::insert_result(conn, file.id, sha256, by, act.at)?;
    log::append(conn, act, &Change::new(Subject::BankFile, file.id, "take_in"))?;
    Ok(judged)
}
