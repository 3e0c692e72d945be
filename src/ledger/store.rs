//! Writing and reading the books.

use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::Draft;
use super::types::{Account, AccountKind, LedgerError, Posting, Side, Transaction, TransactionId, TransactionKind};
use crate::db::schema::{ledger_accounts, ledger_postings, ledger_transactions};
use crate::db::{Conn, DbError, DbResult, native};
use crate::kernel::{Act, Any, Id, Instant, Money, RegionCode};

pub(super) enum AccountRow {}

pub fn is_posted(conn: &mut Conn, command_key: &str) -> DbResult<bool> {
    let posted = ledger_transactions::table.filter(ledger_transactions::command_key.eq(command_key));
    Ok(diesel::select(diesel::dsl::exists(posted)).get_result(conn)?)
}

#[derive(Insertable)]
#[diesel(table_name = ledger_transactions)]
#[diesel(treat_none_as_default_value = false)]
struct TransactionInsert<'a> {
    id: TransactionId,
    kind: TransactionKind,
    command_key: &'a str,
    order_id: Option<Id<Any>>,
    village_code: &'a RegionCode,
    stream_id: Option<Id<Any>>,
    reverses_id: Option<TransactionId>,
    day: String,
    at: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = ledger_postings)]
#[diesel(treat_none_as_default_value = false)]
struct PostingInsert {
    transaction_id: TransactionId,
    line_no: i64,
    account_id: Id<AccountRow>,
    debit_fen: i64,
    credit_fen: i64,
}

pub fn insert(conn: &mut Conn, act: &Act, draft: &Draft) -> Result<(), LedgerError> {
    let id: TransactionId = act.new_id();
    let row = TransactionInsert {
        id,
        kind: draft.kind(),
        command_key: draft.command_key(),
        order_id: draft.order_id().map(Id::from_uuid),
        village_code: draft.village_code(),
        stream_id: draft.stream_id().map(Id::from_uuid),
        reverses_id: draft.reverses_id(),
        day: act.at.day().into(),
        at: act.at,
    };
    diesel::insert_into(ledger_transactions::table).values(row).execute(conn).map_err(DbError::from)?;
    let accounts = open_accounts(conn, act, draft.postings())?;
    let rows: Vec<PostingInsert> = (1..)
        .zip(draft.postings())
        .map(|(line_no, posting)| {
            let (debit_fen, credit_fen) = sides(posting);
            PostingInsert { transaction_id: id, line_no, account_id: accounts[&posting.account], debit_fen, credit_fen }
        })
        .collect();
    native!(conn, diesel::insert_into(ledger_postings::table).values(&rows).execute(conn)).map_err(DbError::from)?;
    move_totals(conn, &accounts, draft.postings())
}

fn sides(posting: &Posting) -> (i64, i64) {
    match posting.side {
        Side::Debit => (posting.amount.fen(), 0),
        Side::Credit => (0, posting.amount.fen()),
    }
}

/// The rows of the accounts, made where they are new. Sorted, so that two transactions that share
/// accounts take their locks in one order.
fn open_accounts(conn: &mut Conn, act: &Act, postings: &[Posting]) -> DbResult<BTreeMap<Account, Id<AccountRow>>> {
    let mut accounts: Vec<Account> = postings.iter().map(|posting| posting.account.clone()).collect();
    accounts.sort();
    accounts.dedup();
    let mut rows = BTreeMap::new();
    for account in accounts {
        let row = (
            ledger_accounts::id.eq(act.new_id::<AccountRow>()),
            ledger_accounts::kind.eq(account.kind),
            ledger_accounts::owner.eq(&account.owner),
            ledger_accounts::debit_fen.eq(0),
            ledger_accounts::credit_fen.eq(0),
        );
        native!(conn, diesel::insert_into(ledger_accounts::table).values(row).on_conflict_do_nothing().execute(conn))?;
        let id = find_account(&account).select(ledger_accounts::id).first(conn)?;
        rows.insert(account, id);
    }
    Ok(rows)
}

#[diesel::dsl::auto_type]
fn find_account<'a>(account: &'a Account) -> _ {
    let kind: AccountKind = account.kind;
    let owner: &'a str = account.owner.as_str();
    ledger_accounts::table.filter(ledger_accounts::kind.eq(kind)).filter(ledger_accounts::owner.eq(owner))
}

/// Adds to the running totals, guarded: an account that would be overdrawn is not touched.
fn move_totals(
    conn: &mut Conn,
    accounts: &BTreeMap<Account, Id<AccountRow>>,
    postings: &[Posting],
) -> Result<(), LedgerError> {
    use ledger_accounts::{credit_fen, debit_fen};
    for (account, id) in accounts {
        let of_account = postings.iter().filter(|posting| posting.account == *account).map(sides);
        let (debit, credit) = of_account.fold((0, 0), |sum, sides| (sum.0 + sides.0, sum.1 + sides.1));
        let row = ledger_accounts::table.find(id);
        let set = (debit_fen.eq(debit_fen + debit), credit_fen.eq(credit_fen + credit));
        let moved = if account.kind.is_asset() {
            diesel::update(row.filter((debit_fen + debit).ge(credit_fen + credit))).set(set).execute(conn)
        } else {
            diesel::update(row.filter((credit_fen + credit).ge(debit_fen + debit))).set(set).execute(conn)
        };
        if moved.map_err(DbError::from)? != 1 {
            return Err(LedgerError::Overdrawn(account.clone()));
        }
    }
    Ok(())
}

pub fn balance_fen(conn: &mut Conn, account: &Account) -> DbResult<i64> {
    let totals: Option<(i64, i64)> = find_account(account)
        .select((ledger_accounts::debit_fen, ledger_accounts::credit_fen))
        .first(conn)
        .optional()?;
    let (debit, credit) = totals.unwrap_or_default();
    Ok(if account.kind.is_asset() { debit - credit } else { credit - debit })
}

pub fn load(conn: &mut Conn, id: TransactionId) -> Result<Transaction, LedgerError> {
    type Head = (TransactionKind, Option<Id<Any>>, RegionCode, Option<Id<Any>>, Instant);
    let head: Option<Head> = ledger_transactions::table
        .find(id)
        .select((
            ledger_transactions::kind,
            ledger_transactions::order_id,
            ledger_transactions::village_code,
            ledger_transactions::stream_id,
            ledger_transactions::at,
        ))
        .first(conn)
        .optional()
        .map_err(DbError::from)?;
    let (kind, order_id, village_code, stream_id, at) = head.ok_or(LedgerError::NotFound)?;
    let rows: Vec<(AccountKind, String, i64, i64)> = ledger_postings::table
        .inner_join(ledger_accounts::table)
        .filter(ledger_postings::transaction_id.eq(id))
        .order(ledger_postings::line_no)
        .select((
            ledger_accounts::kind,
            ledger_accounts::owner,
            ledger_postings::debit_fen,
            ledger_postings::credit_fen,
        ))
        .load(conn)
        .map_err(DbError::from)?;
    let postings: Result<Vec<Posting>, LedgerError> = rows
        .into_iter()
        .map(|(kind, owner, debit_fen, credit_fen)| {
            let side = if debit_fen > 0 { Side::Debit } else { Side::Credit };
            Ok(Posting { account: Account { kind, owner }, side, amount: Money::from_fen(debit_fen + credit_fen)? })
        })
        .collect();
    let (order_id, stream_id): (Option<Uuid>, Option<Uuid>) = (order_id.map(Id::uuid), stream_id.map(Id::uuid));
    Ok(Transaction { id, kind, order_id, village_code, stream_id, at, postings: postings? })
}
