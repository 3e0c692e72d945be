//! Queries of bank files and of what the bank said.

use diesel::prelude::*;
use std::collections::BTreeSet;

use super::bank_rules::Outcome;
use super::store::Payout;
use super::{BankFileId, PayoutId, PayoutState};
use crate::db::schema::{bank_file_rows, bank_files, bank_results, payouts};
use crate::db::{Conn, DbResult, lies_in, native, newest_in_scope, older_than};
use crate::kernel::{Cursor, Instant, Money, Page, RegionCode, Scope, UserId};

/// What was asked of the bank at once; never changed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = bank_files)]
pub struct BankFile {
    pub id: BankFileId,
    pub number: String,
    pub village_code: RegionCode,
    pub payouts_count: i64,
    pub total_fen: Money,
    pub sha256: Vec<u8>,
    pub created_by: UserId,
    pub created_at: Instant,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = bank_file_rows)]
#[diesel(treat_none_as_default_value = false)]
pub struct BankFileRow {
    pub bank_file_id: BankFileId,
    pub line_no: i64,
    pub payout_id: PayoutId,
    /// Which sending of the payout this is.
    pub attempt: i64,
    pub code: String,
    pub amount_fen: Money,
    pub outcome: Option<Outcome>,
    pub bank_reference: Option<String>,
    pub reason: Option<String>,
}

pub fn insert(conn: &mut Conn, file: &BankFile, rows: &[BankFileRow]) -> DbResult<()> {
    diesel::insert_into(bank_files::table).values(file).execute(conn)?;
    native!(conn, diesel::insert_into(bank_file_rows::table).values(rows).execute(conn))?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: BankFileId) -> DbResult<Option<BankFile>> {
    Ok(bank_files::table.find(id).select(BankFile::as_select()).first(conn).optional()?)
}

pub fn list_rows(conn: &mut Conn, id: BankFileId) -> DbResult<Vec<BankFileRow>> {
    Ok(bank_file_rows::table
        .filter(bank_file_rows::bank_file_id.eq(id))
        .order(bank_file_rows::line_no)
        .select(BankFileRow::as_select())
        .load(conn)?)
}

pub fn list_in_scope(conn: &mut Conn, scope: &Scope, limit: i64, after: Option<Cursor>) -> DbResult<Page<BankFile>> {
    let load = |region: &RegionCode| {
        let query = bank_files::table
            .filter(lies_in!(bank_files::village_code, region))
            .order((bank_files::created_at.desc(), bank_files::id.desc()))
            .limit(limit + 1)
            .select(BankFile::as_select())
            .into_boxed();
        Ok(older_than!(query, bank_files::created_at, bank_files::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &BankFile| Cursor::at(last.created_at, last.id))
}

/// How many files a village had; they are numbered without gaps.
pub fn count_of_village(conn: &mut Conn, village: &RegionCode) -> DbResult<i64> {
    Ok(bank_files::table.filter(bank_files::village_code.eq(village)).count().get_result(conn)?)
}

/// The payouts of a village that are to be sent, the oldest first.
pub fn list_approved(conn: &mut Conn, village: &RegionCode, limit: i64) -> DbResult<Vec<Payout>> {
    Ok(payouts::table
        .filter(payouts::village_code.eq(village))
        .filter(payouts::state.eq(PayoutState::Approved))
        .order((payouts::due_at, payouts::id))
        .limit(limit)
        .select(Payout::as_select())
        .load(conn)?)
}

/// Those codes that stand in some file.
pub fn list_known_codes(conn: &mut Conn, codes: &[String]) -> DbResult<BTreeSet<String>> {
    let known: Vec<String> = bank_file_rows::table
        .inner_join(payouts::table)
        .filter(payouts::code.eq_any(codes))
        .select(bank_file_rows::code)
        .load(conn)?;
    Ok(known.into_iter().collect())
}

/// Writes what the bank said of a transfer; false if it had said something.
pub fn tell(conn: &mut Conn, row: &BankFileRow) -> DbResult<bool> {
    let untold = bank_file_rows::table
        .filter(bank_file_rows::bank_file_id.eq(row.bank_file_id))
        .filter(bank_file_rows::line_no.eq(row.line_no))
        .filter(bank_file_rows::outcome.is_null());
    let set = (
        bank_file_rows::outcome.eq(row.outcome),
        bank_file_rows::bank_reference.eq(row.bank_reference.as_deref()),
        bank_file_rows::reason.eq(row.reason.as_deref()),
    );
    Ok(diesel::update(untold).set(set).execute(conn)? == 1)
}

pub fn is_imported(conn: &mut Conn, sha256: &[u8]) -> DbResult<bool> {
    let known = bank_results::table.filter(bank_results::sha256.eq(sha256));
    Ok(diesel::select(diesel::dsl::exists(known)).get_result(conn)?)
}

pub fn insert_result(conn: &mut Conn, id: BankFileId, sha256: &[u8], by: UserId, at: Instant) -> DbResult<()> {
    let row = (
        bank_results::sha256.eq(sha256),
        bank_results::bank_file_id.eq(id),
        bank_results::imported_by.eq(by),
        bank_results::imported_at.eq(at),
    );
    diesel::insert_into(bank_results::table).values(row).execute(conn)?;
    Ok(())
}
