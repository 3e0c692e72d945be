//! Queries of orders of organisations, and of what they pay after acceptance.

use diesel::prelude::*;

use super::store::Order;
use super::types::OrderId;
use crate::db::schema::{invoices, orders, organisation_orders};
use crate::db::{Conn, DbResult, lies_in, native, newest_in_scope, older_than};
use crate::kernel::{Cursor, Instant, Money, Page, RegionCode, Scope};
use crate::organisations::{ContractId, OrganisationId};
use crate::payments::PaymentId;

/// An order that an organisation placed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organisation_orders)]
pub struct OrganisationOrder {
    pub order_id: OrderId,
    pub organisation_id: OrganisationId,
    pub placed_at: Instant,
}

/// What an organisation pays for an order after it has accepted it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = invoices)]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub struct Invoice {
    pub order_id: OrderId,
    pub organisation_id: OrganisationId,
    pub contract_id: ContractId,
    /// The transfer that is expected.
    pub payment_id: PaymentId,
    pub village_code: RegionCode,
    /// As the contract said when it was ordered.
    pub pay_days: i64,
    pub late_rate_bp: Option<i64>,
    pub amount_fen: Money,
    pub issued_at: Instant,
    /// When the order was received.
    pub accepted_at: Option<Instant>,
    /// The last day on which it is paid in time.
    pub due_on: Option<String>,
    pub paid_at: Option<Instant>,
    /// The day of the bank's statement.
    pub paid_on: Option<String>,
    /// For what came late.
    pub interest_fen: Money,
    pub interest_payment_id: Option<PaymentId>,
    pub interest_paid_at: Option<Instant>,
}

pub fn insert_orders(conn: &mut Conn, rows: &[OrganisationOrder]) -> DbResult<()> {
    if !rows.is_empty() {
        native!(conn, diesel::insert_into(organisation_orders::table).values(rows).execute(conn))?;
    }
    Ok(())
}

/// The organisation that placed an order.
///
/// # Errors
/// Those of the database.
pub fn find_organisation(conn: &mut Conn, id: OrderId) -> DbResult<Option<OrganisationId>> {
    let row = organisation_orders::table.find(id).select(organisation_orders::organisation_id);
    Ok(row.first(conn).optional()?)
}

/// The orders of an organisation, newest first.
///
/// # Errors
/// Those of the database.
pub fn list_of_organisation(
    conn: &mut Conn,
    id: OrganisationId,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Order>> {
    let query = orders::table
        .inner_join(organisation_orders::table)
        .filter(organisation_orders::organisation_id.eq(id))
        .order((organisation_orders::placed_at.desc(), organisation_orders::order_id.desc()))
        .limit(limit + 1)
        .select(Order::as_select())
        .into_boxed();
    let rows = older_than!(query, organisation_orders::placed_at, organisation_orders::order_id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Order| Cursor::at(last.placed_at, last.id)))
}

pub fn insert(conn: &mut Conn, invoice: &Invoice) -> DbResult<()> {
    diesel::insert_into(invoices::table).values(invoice).execute(conn)?;
    Ok(())
}

/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: OrderId) -> DbResult<Option<Invoice>> {
    Ok(invoices::table.find(id).select(Invoice::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn list_of_orders(conn: &mut Conn, ids: &[OrderId]) -> DbResult<Vec<Invoice>> {
    Ok(invoices::table.filter(invoices::order_id.eq_any(ids)).select(Invoice::as_select()).load(conn)?)
}

/// What is not paid yet on a contract.
pub fn list_unpaid_of_contract(conn: &mut Conn, id: ContractId) -> DbResult<Vec<Invoice>> {
    Ok(invoices::table
        .filter(invoices::contract_id.eq(id))
        .filter(invoices::paid_at.is_null())
        .select(Invoice::as_select())
        .load(conn)?)
}

/// All of them, for `verify`.
pub fn list_all(conn: &mut Conn) -> DbResult<Vec<Invoice>> {
    Ok(invoices::table.order(invoices::order_id).select(Invoice::as_select()).load(conn)?)
}

/// The invoices of a scope, newest first: all, or those that are not paid.
///
/// # Errors
/// Those of the database.
pub fn list_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    is_unpaid: bool,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Invoice>> {
    let load = |region: &RegionCode| {
        let mut query = invoices::table
            .filter(lies_in!(invoices::village_code, region))
            .order((invoices::issued_at.desc(), invoices::order_id.desc()))
            .limit(limit + 1)
            .select(Invoice::as_select())
            .into_boxed();
        if is_unpaid {
            query = query.filter(
                invoices::paid_at.is_null().or(invoices::interest_fen.gt(0).and(invoices::interest_paid_at.is_null())),
            );
        }
        Ok(older_than!(query, invoices::issued_at, invoices::order_id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Invoice| Cursor::at(last.issued_at, last.order_id))
}

/// The goods were accepted; does nothing where nothing is owed, or it was said before.
pub fn accept(conn: &mut Conn, id: OrderId, at: Instant) -> DbResult<()> {
    let Some(invoice) = find(conn, id)?.filter(|invoice| invoice.accepted_at.is_none()) else { return Ok(()) };
    let due_on = at.day().plus_days(invoice.pay_days).to_string();
    diesel::update(invoices::table.find(id).filter(invoices::accepted_at.is_null()))
        .set((invoices::accepted_at.eq(at), invoices::due_on.eq(due_on)))
        .execute(conn)?;
    Ok(())
}

/// Writes what was paid; false if that was written before.
pub fn update_paid(conn: &mut Conn, invoice: &Invoice) -> DbResult<bool> {
    let row = invoices::table.find(invoice.order_id).filter(invoices::paid_at.is_null());
    Ok(diesel::update(row).set(invoice).execute(conn)? == 1)
}

/// The interest came; false if it had before.
pub fn update_interest_paid(conn: &mut Conn, id: OrderId, at: Instant) -> DbResult<bool> {
    let row = invoices::table.find(id).filter(invoices::interest_paid_at.is_null());
    Ok(diesel::update(row).set(invoices::interest_paid_at.eq(at)).execute(conn)? == 1)
}
