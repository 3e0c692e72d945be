//! Queries of transfers.

use diesel::prelude::*;

use super::rules::TransferState;
use super::{PaymentId, RefundId};
use crate::db::schema::transfers;
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::kernel::{Cursor, Id, Instant, Money, Page, RegionCode, Scope, UserId, text_enum};

pub type TransferId = Id<Transfer>;

text_enum! {
    pub enum Direction as TransferDirection {
        /// From a buyer.
        In = "in",
        /// Back to a buyer.
        Out = "out",
    }
}

text_enum! {
    pub enum Method as TransferMethod {
        Bank = "bank",
        Cash = "cash",
    }
}

/// Money that two people say has come, or has gone back.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = transfers)]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub struct Transfer {
    pub id: TransferId,
    pub direction: Direction,
    pub payment_id: PaymentId,
    pub refund_id: Option<RefundId>,
    pub village_code: RegionCode,
    /// What the buyer writes on the transfer: the number of the order.
    pub memo: String,
    pub state: TransferState,
    pub amount_fen: Money,
    pub method: Option<Method>,
    /// The bank's number of the transfer, or the number of the receipt for cash.
    pub reference: Option<String>,
    pub happened_on: Option<String>,
    pub recorded_by: Option<UserId>,
    pub recorded_at: Option<Instant>,
    pub confirmed_by: Option<UserId>,
    pub confirmed_at: Option<Instant>,
    pub created_at: Instant,
}

pub fn insert(conn: &mut Conn, transfer: &Transfer) -> DbResult<()> {
    diesel::insert_into(transfers::table).values(transfer).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: TransferId) -> DbResult<Option<Transfer>> {
    Ok(transfers::table.find(id).select(Transfer::as_select()).first(conn).optional()?)
}

/// The transfer by which a payment comes.
pub fn find_of_payment(conn: &mut Conn, id: PaymentId) -> DbResult<Option<Transfer>> {
    Ok(transfers::table
        .filter(transfers::payment_id.eq(id))
        .filter(transfers::direction.eq(Direction::In))
        .select(Transfer::as_select())
        .first(conn)
        .optional()?)
}

/// Whether the entry of the bank's statement stands for another transfer.
pub fn is_taken(conn: &mut Conn, transfer: &Transfer) -> DbResult<bool> {
    let others = transfers::table
        .filter(transfers::direction.eq(transfer.direction))
        .filter(transfers::method.eq(transfer.method))
        .filter(transfers::reference.eq(&transfer.reference))
        .filter(transfers::id.ne(transfer.id));
    Ok(diesel::select(diesel::dsl::exists(others)).get_result(conn)?)
}

/// Writes a transfer that moved on; false if it was no longer as it was read.
pub fn update(conn: &mut Conn, before: &Transfer, transfer: &Transfer) -> DbResult<bool> {
    let row = transfers::table.find(before.id).filter(transfers::state.eq(before.state));
    let moved = match before.recorded_at {
        // What was rejected and recorded anew meanwhile is another recording.
        Some(at) => diesel::update(row.filter(transfers::recorded_at.eq(at))).set(transfer).execute(conn)?,
        None => diesel::update(row).set(transfer).execute(conn)?,
    };
    Ok(moved == 1)
}

/// Expects less; with nothing left it stays as it is, to be closed. False if it is no longer as it was read.
pub fn expect_less(conn: &mut Conn, transfer: &Transfer, left: Money) -> DbResult<bool> {
    if left == Money::ZERO {
        return Ok(true);
    }
    let row = transfers::table.find(transfer.id).filter(transfers::state.eq(transfer.state));
    Ok(diesel::update(row).set(transfers::amount_fen.eq(left)).execute(conn)? == 1)
}

pub fn list_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    (direction, state): (Option<Direction>, Option<TransferState>),
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Transfer>> {
    let load = |region: &RegionCode| {
        let mut query = transfers::table
            .filter(lies_in!(transfers::village_code, region))
            .order((transfers::created_at.desc(), transfers::id.desc()))
            .limit(limit + 1)
            .select(Transfer::as_select())
            .into_boxed();
        if let Some(direction) = direction {
            query = query.filter(transfers::direction.eq(direction));
        }
        if let Some(state) = state {
            query = query.filter(transfers::state.eq(state));
        }
        Ok(older_than!(query, transfers::created_at, transfers::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Transfer| Cursor::at(last.created_at, last.id))
}
