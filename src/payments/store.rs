//! Queries of payments and refunds.

use diesel::prelude::*;

use super::{PaymentId, PaymentState, Provider, RefundCause, RefundId, RefundState};
use crate::db::schema::{payments, refunds};
use crate::db::{Conn, DbResult, sum_i64};
use crate::kernel::{Any, Id, Instant, Money};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = payments)]
#[diesel(treat_none_as_default_value = false)]
pub struct Payment {
    pub id: PaymentId,
    /// The checkout that is paid; `payments` knows nothing more of it.
    pub checkout_id: Id<Any>,
    pub provider: Provider,
    pub state: PaymentState,
    pub amount_fen: Money,
    pub gateway_transaction_id: Option<String>,
    pub created_at: Instant,
    pub completed_at: Option<Instant>,
    /// The order whose balance this is; `None` for what a checkout asks at first.
    pub balance_of_order_id: Option<Id<Any>>,
    /// What a QR code says that the provider's app reads.
    pub qr_text: Option<String>,
    /// The provider's own page.
    pub pay_url: Option<String>,
    /// From then on its provider shall not take it.
    pub expires_at: Option<Instant>,
    /// What of it need not be paid any more: of an invoice, what did not come or was cancelled.
    pub credited_fen: Money,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = refunds)]
#[diesel(treat_none_as_default_value = false)]
pub struct Refund {
    pub id: RefundId,
    pub payment_id: PaymentId,
    /// The order that is refunded; `payments` knows nothing more of it.
    pub order_id: Id<Any>,
    pub cause: RefundCause,
    /// What caused it: a claim, or the order itself. One cause is refunded once.
    pub cause_id: Id<Any>,
    pub state: RefundState,
    pub amount_fen: Money,
    pub gateway_refund_id: Option<String>,
    pub created_at: Instant,
    pub completed_at: Option<Instant>,
}

pub fn insert(conn: &mut Conn, payment: &Payment) -> DbResult<()> {
    diesel::insert_into(payments::table).values(payment).execute(conn)?;
    Ok(())
}

/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: PaymentId) -> DbResult<Option<Payment>> {
    Ok(payments::table.find(id).select(Payment::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn list_of_checkout<T>(conn: &mut Conn, checkout_id: Id<T>) -> DbResult<Vec<Payment>> {
    Ok(payments::table
        .filter(payments::checkout_id.eq(Id::<Any>::from_uuid(checkout_id.uuid())))
        .order((payments::created_at, payments::id))
        .select(Payment::as_select())
        .load(conn)?)
}

/// # Errors
/// Those of the database.
pub fn list_of_checkouts<T>(conn: &mut Conn, checkout_ids: &[Id<T>]) -> DbResult<Vec<Payment>> {
    let ids: Vec<Id<Any>> = checkout_ids.iter().map(|id| Id::from_uuid(id.uuid())).collect();
    Ok(payments::table
        .filter(payments::checkout_id.eq_any(ids))
        .order((payments::created_at, payments::id))
        .select(Payment::as_select())
        .load(conn)?)
}

/// Records success once, also of what was given up; false if it was recorded before.
pub fn mark_succeeded(conn: &mut Conn, id: PaymentId, gateway_transaction_id: &str, at: Instant) -> DbResult<bool> {
    let row = payments::table.find(id).filter(payments::state.ne(PaymentState::Succeeded));
    let moved = diesel::update(row)
        .set((
            payments::state.eq(PaymentState::Succeeded),
            payments::gateway_transaction_id.eq(gateway_transaction_id),
            payments::completed_at.eq(at),
        ))
        .execute(conn)?;
    Ok(moved == 1)
}

/// Moves a payment that is pending; false if it is not.
pub fn end_pending(conn: &mut Conn, id: PaymentId, to: PaymentState) -> DbResult<bool> {
    let row = payments::table.find(id).filter(payments::state.eq(PaymentState::Pending));
    Ok(diesel::update(row).set(payments::state.eq(to)).execute(conn)? == 1)
}

/// So much less is to be paid, guarded; false if it is no longer pending.
pub fn credit(conn: &mut Conn, payment: &Payment, amount_fen: Money) -> DbResult<bool> {
    let row = payments::table
        .find(payment.id)
        .filter(payments::state.eq(PaymentState::Pending))
        .filter(payments::credited_fen.eq(payment.credited_fen));
    let credited = payments::credited_fen.eq(payments::credited_fen + amount_fen);
    Ok(diesel::update(row).set(credited).execute(conn)? == 1)
}

/// # Errors
/// Those of the database.
pub fn list_by_id(conn: &mut Conn, ids: &[PaymentId]) -> DbResult<Vec<Payment>> {
    Ok(payments::table.filter(payments::id.eq_any(ids)).select(Payment::as_select()).load(conn)?)
}

/// Keeps what the buyer is shown to pay with.
pub fn set_shown(conn: &mut Conn, id: PaymentId, qr_text: Option<&str>, pay_url: Option<&str>) -> DbResult<()> {
    let row = payments::table.find(id).filter(payments::state.eq(PaymentState::Pending));
    diesel::update(row).set((payments::qr_text.eq(qr_text), payments::pay_url.eq(pay_url))).execute(conn)?;
    Ok(())
}

pub fn insert_refund(conn: &mut Conn, refund: &Refund) -> DbResult<()> {
    diesel::insert_into(refunds::table).values(refund).execute(conn)?;
    Ok(())
}

pub fn find_refund(conn: &mut Conn, id: RefundId) -> DbResult<Option<Refund>> {
    Ok(refunds::table.find(id).select(Refund::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn list_refunds(conn: &mut Conn, payment_ids: &[PaymentId]) -> DbResult<Vec<Refund>> {
    Ok(refunds::table
        .filter(refunds::payment_id.eq_any(payment_ids))
        .order((refunds::created_at, refunds::id))
        .select(Refund::as_select())
        .load(conn)?)
}

/// # Errors
/// Those of the database.
pub fn list_refunds_of_order<T>(conn: &mut Conn, order_id: Id<T>) -> DbResult<Vec<Refund>> {
    Ok(refunds::table
        .filter(refunds::order_id.eq(Id::<Any>::from_uuid(order_id.uuid())))
        .order((refunds::created_at, refunds::id))
        .select(Refund::as_select())
        .load(conn)?)
}

/// What was paid back of a payment, or is on its way back.
///
/// # Errors
/// Those of the database.
pub fn refunded_fen(conn: &mut Conn, payment_id: PaymentId) -> DbResult<i64> {
    Ok(refunds::table.filter(refunds::payment_id.eq(payment_id)).select(sum_i64(refunds::amount_fen)).first(conn)?)
}

/// Records success once; false if it was recorded before.
pub fn mark_refunded(conn: &mut Conn, id: RefundId, gateway_refund_id: &str, at: Instant) -> DbResult<bool> {
    let row = refunds::table.find(id).filter(refunds::state.eq(RefundState::Pending));
    let moved = diesel::update(row)
        .set((
            refunds::state.eq(RefundState::Succeeded),
            refunds::gateway_refund_id.eq(gateway_refund_id),
            refunds::completed_at.eq(at),
        ))
        .execute(conn)?;
    Ok(moved == 1)
}
