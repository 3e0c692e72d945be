//! Reading the books: figures of a region and time, rows of one order. Every figure is a sum of
//! postings.

use diesel::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utoipa::ToSchema;

use super::types::{AccountKind, TransactionId, TransactionKind};
use crate::db::schema::{ledger_accounts, ledger_postings, ledger_transactions};
use crate::db::{Conn, DbResult, INSERT_CHUNK, sum_i64};
use crate::kernel::{Any, Day, Id, Instant, Scope, text_enum};

text_enum! {
    /// What a summary has one row for.
    pub enum Dimension {
        Day = "day",
        Village = "village",
        Stream = "stream",
    }
}

/// Sums of postings, in fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Figures {
    /// Orders that were paid for.
    pub orders: i64,
    /// Credited to buyer_hold by payments.
    pub paid_fen: i64,
    /// Credited to refund_payable.
    pub refunded_fen: i64,
    /// Still in buyer_hold: credits less debits.
    pub held_fen: i64,
    /// Credited to farmer_payable by settlements.
    pub farmer_fen: i64,
    pub coop_fee_fen: i64,
    pub packing_fen: i64,
    pub freight_fen: i64,
    pub inspection_fen: i64,
    pub collective_fund_fen: i64,
    pub loss_reserve_fen: i64,
    pub platform_cost_fen: i64,
    /// Paid out to households and confirmed.
    pub paid_out_fen: i64,
}

impl Figures {
    /// Adds what one kind of transaction moved on one kind of account.
    /// A reversal counts as what it reverses. What was spent from an account of the village, what stood
    /// as owed for a while, and interest, is no part of any price.
    fn add(&mut self, transaction: TransactionKind, account: AccountKind, debit_fen: i64, credit_fen: i64) {
        let net = credit_fen - debit_fen;
        if matches!(
            transaction,
            TransactionKind::Disbursed | TransactionKind::ReceivableOffset | TransactionKind::InterestOwed
        ) {
            return;
        }
        match account {
            AccountKind::BuyerHold => {
                self.held_fen += net;
                if matches!(transaction, TransactionKind::Payment | TransactionKind::Invoiced) {
                    self.paid_fen += net;
                }
            }
            AccountKind::RefundPayable if transaction != TransactionKind::RefundPaid => self.refunded_fen += net,
            AccountKind::FarmerPayable
                if !matches!(transaction, TransactionKind::PayoutSent | TransactionKind::PayoutBounced) =>
            {
                self.farmer_fen += net;
            }
            AccountKind::Payout if transaction == TransactionKind::PayoutConfirmed => self.paid_out_fen -= net,
            AccountKind::CoopFee => self.coop_fee_fen += net,
            AccountKind::Packing => self.packing_fen += net,
            AccountKind::Freight => self.freight_fen += net,
            AccountKind::Inspection => self.inspection_fen += net,
            AccountKind::CollectiveFund => self.collective_fund_fen += net,
            AccountKind::LossReserve => self.loss_reserve_fen += net,
            AccountKind::PlatformCost => self.platform_cost_fen += net,
            AccountKind::RefundPayable
            | AccountKind::FarmerPayable
            | AccountKind::Payout
            | AccountKind::Provider
            | AccountKind::Receivable
            | AccountKind::LateInterest => {}
        }
    }

    /// Adds another row; the total of a table is the sum of its rows.
    #[must_use]
    pub fn plus(self, other: &Self) -> Self {
        Self {
            orders: self.orders + other.orders,
            paid_fen: self.paid_fen + other.paid_fen,
            refunded_fen: self.refunded_fen + other.refunded_fen,
            held_fen: self.held_fen + other.held_fen,
            farmer_fen: self.farmer_fen + other.farmer_fen,
            coop_fee_fen: self.coop_fee_fen + other.coop_fee_fen,
            packing_fen: self.packing_fen + other.packing_fen,
            freight_fen: self.freight_fen + other.freight_fen,
            inspection_fen: self.inspection_fen + other.inspection_fen,
            collective_fund_fen: self.collective_fund_fen + other.collective_fund_fen,
            loss_reserve_fen: self.loss_reserve_fen + other.loss_reserve_fen,
            platform_cost_fen: self.platform_cost_fen + other.platform_cost_fen,
            paid_out_fen: self.paid_out_fen + other.paid_out_fen,
        }
    }
}

/// A row of a summary; the key is a day, a village's code or a stream's id, empty for none.
#[derive(Debug, Clone)]
pub struct ReportRow {
    pub key: String,
    pub figures: Figures,
}

/// The books of the places in `scope` from one day to another, one row for each key.
///
/// # Errors
/// Those of the database.
pub fn summarize(conn: &mut Conn, scope: &Scope, from: Day, to: Day, by: Dimension) -> DbResult<Vec<ReportRow>> {
    let mut rows: BTreeMap<String, Figures> = BTreeMap::new();
    for region in scope.regions() {
        let (start, end) = (region.as_str().to_owned(), region.range_end());
        macro_rules! group_by {
            ($column:expr, $key:expr) => {{
                let place =
                    ledger_transactions::village_code.ge(&start).and(ledger_transactions::village_code.lt(&end));
                let time = ledger_transactions::day.between(from.to_string(), to.to_string());
                let sums = ledger_transactions::table
                    .inner_join(ledger_postings::table.inner_join(ledger_accounts::table))
                    .filter(place)
                    .filter(time)
                    .filter(ledger_transactions::reverses_id.is_null())
                    .group_by(($column, ledger_transactions::kind, ledger_accounts::kind))
                    .select((
                        $column,
                        ledger_transactions::kind,
                        ledger_accounts::kind,
                        sum_i64(ledger_postings::debit_fen),
                        sum_i64(ledger_postings::credit_fen),
                    ))
                    .load::<(_, TransactionKind, AccountKind, i64, i64)>(conn)?;
                for (key, transaction, account, debit_fen, credit_fen) in sums {
                    rows.entry($key(key)).or_default().add(transaction, account, debit_fen, credit_fen);
                }
                let reversed = ledger_transactions::table
                    .inner_join(ledger_postings::table.inner_join(ledger_accounts::table))
                    .filter(place)
                    .filter(ledger_transactions::day.between(from.to_string(), to.to_string()))
                    .filter(ledger_transactions::reverses_id.is_not_null())
                    .group_by(($column, ledger_transactions::reverses_id, ledger_accounts::kind))
                    .select((
                        $column,
                        ledger_transactions::reverses_id.assume_not_null(),
                        ledger_accounts::kind,
                        sum_i64(ledger_postings::debit_fen),
                        sum_i64(ledger_postings::credit_fen),
                    ))
                    .load::<(_, TransactionId, AccountKind, i64, i64)>(conn)?;
                let kinds = kinds_of(conn, reversed.iter().map(|row| row.1))?;
                for (key, id, account, debit_fen, credit_fen) in reversed {
                    let kind = kinds.get(&id).copied().unwrap_or(TransactionKind::Reversal);
                    rows.entry($key(key)).or_default().add(kind, account, debit_fen, credit_fen);
                }
                let counts = ledger_transactions::table
                    .filter(place)
                    .filter(ledger_transactions::day.between(from.to_string(), to.to_string()))
                    .filter(ledger_transactions::kind.eq(TransactionKind::Payment))
                    .group_by($column)
                    .select(($column, diesel::dsl::count(ledger_transactions::order_id).aggregate_distinct()))
                    .load::<(_, i64)>(conn)?;
                for (key, orders) in counts {
                    rows.entry($key(key)).or_default().orders += orders;
                }
            }};
        }
        match by {
            Dimension::Day => group_by!(ledger_transactions::day, |key: String| key),
            Dimension::Village => group_by!(ledger_transactions::village_code, |key: String| key),
            Dimension::Stream => group_by!(ledger_transactions::stream_id, |key: Option<Id<Any>>| {
                key.map(|id| id.to_string()).unwrap_or_default()
            }),
        }
    }
    Ok(rows.into_iter().map(|(key, figures)| ReportRow { key, figures }).collect())
}

/// The kinds of transactions that were reversed.
fn kinds_of(
    conn: &mut Conn,
    ids: impl Iterator<Item = TransactionId>,
) -> DbResult<HashMap<TransactionId, TransactionKind>> {
    let ids: Vec<TransactionId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let mut kinds = HashMap::new();
    for ids in ids.chunks(INSERT_CHUNK) {
        let rows: Vec<(TransactionId, TransactionKind)> = ledger_transactions::table
            .filter(ledger_transactions::id.eq_any(ids))
            .select((ledger_transactions::id, ledger_transactions::kind))
            .load(conn)?;
        kinds.extend(rows);
    }
    Ok(kinds)
}

/// A posting with its transaction, as an auditor reads it.
#[derive(Debug, Clone, Queryable)]
pub struct TransactionRow {
    pub transaction_id: TransactionId,
    pub kind: TransactionKind,
    pub account: AccountKind,
    pub owner: String,
    pub debit_fen: i64,
    pub credit_fen: i64,
    pub at: Instant,
    /// The transaction whose mirror image this is.
    pub reverses_id: Option<TransactionId>,
}

/// Every posting of one order, oldest first.
///
/// # Errors
/// Those of the database.
pub fn list_of_order<T>(conn: &mut Conn, order_id: Id<T>) -> DbResult<Vec<TransactionRow>> {
    Ok(ledger_transactions::table
        .inner_join(ledger_postings::table.inner_join(ledger_accounts::table))
        .filter(ledger_transactions::order_id.eq(Id::<Any>::from_uuid(order_id.uuid())))
        .order((ledger_transactions::at, ledger_transactions::id, ledger_postings::line_no))
        .select((
            ledger_transactions::id,
            ledger_transactions::kind,
            ledger_accounts::kind,
            ledger_accounts::owner,
            ledger_postings::debit_fen,
            ledger_postings::credit_fen,
            ledger_transactions::at,
            ledger_transactions::reverses_id,
        ))
        .load(conn)?)
}

/// The settlement of an order that stands: the newest that was not taken back.
#[must_use]
pub fn standing_settlement(rows: &[TransactionRow]) -> Option<TransactionId> {
    let is_settlement =
        |row: &&TransactionRow| matches!(row.kind, TransactionKind::Settlement | TransactionKind::Correction);
    let stands = |row: &&TransactionRow| rows.iter().all(|other| other.reverses_id != Some(row.transaction_id));
    rows.iter().rev().filter(is_settlement).find(stands).map(|row| row.transaction_id)
}

/// The figures of some rows, for showing beside them.
#[must_use]
pub fn figures_of(rows: &[TransactionRow]) -> Figures {
    let mut figures = Figures::default();
    for row in rows {
        let reversed = row.reverses_id.and_then(|id| rows.iter().find(|other| other.transaction_id == id));
        let kind = reversed.map_or(row.kind, |original| original.kind);
        figures.add(kind, row.account, row.debit_fen, row.credit_fen);
    }
    figures.orders = i64::from(rows.iter().any(|row| row.kind == TransactionKind::Payment));
    figures
}
