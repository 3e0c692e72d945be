//! Routes of orders that organisations place, and of what they owe.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

use super::interest::late_interest;
use super::rules::OrderState;
use super::store::{self, Checkout, Order};
use super::store_terms::{self, Invoice};
use super::terms;
use super::types::{CheckoutId, OrderError, OrderId};
use super::view::{self, CheckoutOut};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::identity::access::{Buyer, Staff};
use crate::kernel::{Day, Instant, Money, Page, PageQuery, text_enum};
use crate::ledger::LedgerError;
use crate::organisations::{self, Organisation, OrganisationId, OrganisationRef};
use crate::payments::{self, Payment};
use crate::regions::{self, RegionRef};
use crate::web::idempotency::{self, RequiredKey};
use crate::web::{ApiResult, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, order_on_terms, list_organisation_orders, list_invoices);
}

/// Orders one's own checkout for an organisation, to be paid after acceptance, as its contract with the county
/// of the goods says. The goods go out as paid ones do; the households are paid when the money has come.
#[utoipa::path(post, path = "/checkouts/{id}/order-on-terms", tag = "organisations",
    params(("id" = CheckoutId, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = CheckoutOut)))]
async fn order_on_terms(
    who: Buyer,
    context: web::Data<Context>,
    id: PathId<Checkout>,
    key: RequiredKey,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &[], &context.secrets);
    let (act, providers) = (who.act(&context), context.providers.clone());
    let saved = context
        .db
        .write(move |conn| {
            idempotency::once(conn, Some(&ticket), act.at, StatusCode::OK, |conn| {
                let checkout = terms::order_on_terms(conn, &act, &providers, who.user_id, id.0)?;
                Ok(view::show_checkout(conn, &providers, &checkout)?)
            })
        })
        .await?;
    Ok(saved.into_response())
}

text_enum! {
    /// How an invoice stands.
    pub enum InvoiceState {
        /// The goods were not accepted yet, so no day is set.
        Open = "open",
        Due = "due",
        Overdue = "overdue",
        /// Late, and the interest on it has not come.
        InterestDue = "interest_due",
        Paid = "paid",
        /// Nothing of it is to be paid any more.
        Credited = "credited",
    }
}

/// What an organisation pays for an order after acceptance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
struct InvoiceOut {
    order_id: OrderId,
    order_number: String,
    organisation: OrganisationRef,
    village: RegionRef,
    state: InvoiceState,
    amount_fen: Money,
    /// What did not come or was cancelled.
    credited_fen: Money,
    /// What is to be paid, or was.
    due_fen: Money,
    issued_at: Instant,
    accepted_at: Option<Instant>,
    /// The last day on which it is paid in time.
    due_on: Option<Day>,
    /// The day of the bank's statement.
    paid_on: Option<Day>,
    /// For what came late; while it has not come, as if it came today.
    interest_fen: Money,
}

/// An order that an organisation placed, as its people see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganisationOrder)]
struct OrganisationOrderOut {
    id: OrderId,
    number: String,
    state: OrderState,
    village: RegionRef,
    total_fen: Money,
    placed_at: Instant,
    titles: Vec<String>,
    /// `null`, if it is paid as everybody pays.
    invoice: Option<InvoiceOut>,
}

fn show_invoices(conn: &mut Conn, invoices: Vec<Invoice>, today: Day) -> Result<Vec<InvoiceOut>, OrderError> {
    let ids: Vec<OrderId> = invoices.iter().map(|invoice| invoice.order_id).collect();
    let numbers: HashMap<OrderId, String> =
        store::list_by_id(conn, &ids)?.into_iter().map(|order| (order.id, order.number)).collect();
    let ids: Vec<_> = invoices.iter().map(|invoice| invoice.payment_id).collect();
    let payments: HashMap<_, Payment> =
        payments::list_by_id(conn, &ids)?.into_iter().map(|payment| (payment.id, payment)).collect();
    let names = organisations::refs(conn, invoices.iter().map(|invoice| invoice.organisation_id))?;
    let villages = regions::names(conn, invoices.iter().map(|invoice| &invoice.village_code))?;
    let mut shown = Vec::with_capacity(invoices.len());
    for invoice in invoices {
        let payment = payments.get(&invoice.payment_id).ok_or(OrderError::NotFound)?;
        let due_fen = payment.due_fen()?;
        let day = |text: &Option<String>| text.as_deref().and_then(|day| day.parse::<Day>().ok());
        let (due_on, paid_on) = (day(&invoice.due_on), day(&invoice.paid_on));
        let state = state_of(&invoice, due_fen, due_on, today);
        let interest_fen = match (due_on, state) {
            (Some(due_on), InvoiceState::Overdue) => {
                late_interest(due_fen, due_on, today, invoice.late_rate_bp).map_err(LedgerError::from)?
            }
            _ => invoice.interest_fen,
        };
        shown.push(InvoiceOut {
            order_id: invoice.order_id,
            order_number: numbers.get(&invoice.order_id).cloned().unwrap_or_default(),
            organisation: names.get(&invoice.organisation_id).cloned().ok_or(OrderError::NotFound)?,
            village: villages.get(&invoice.village_code).cloned().ok_or(OrderError::NotFound)?,
            state,
            amount_fen: invoice.amount_fen,
            credited_fen: payment.credited_fen,
            due_fen,
            issued_at: invoice.issued_at,
            accepted_at: invoice.accepted_at,
            due_on,
            paid_on,
            interest_fen,
        });
    }
    Ok(shown)
}

fn state_of(invoice: &Invoice, due_fen: Money, due_on: Option<Day>, today: Day) -> InvoiceState {
    match (invoice.paid_at, due_on) {
        (Some(_), _) if invoice.interest_fen > Money::ZERO && invoice.interest_paid_at.is_none() => {
            InvoiceState::InterestDue
        }
        (Some(_), _) => InvoiceState::Paid,
        (None, _) if due_fen == Money::ZERO => InvoiceState::Credited,
        (None, Some(day)) if day < today => InvoiceState::Overdue,
        (None, Some(_)) => InvoiceState::Due,
        (None, None) => InvoiceState::Open,
    }
}

/// The orders of an organisation of the caller, newest first, with what is owed for each.
#[utoipa::path(get, path = "/organisations/{id}/orders", tag = "organisations", params(("id" = OrganisationId, Path), PageQuery), responses((status = 200, body = Page<OrganisationOrderOut>)))]
async fn list_organisation_orders(
    who: Buyer,
    context: web::Data<Context>,
    id: PathId<Organisation>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<OrganisationOrderOut>>> {
    let (limit, after) = page(&query.0)?;
    let today = context.clock.now().day();
    let shown = context.db.read(move |conn| {
        organisations::load_own(conn, id.0, who.user_id)?;
        let Page { data, page } = store_terms::list_of_organisation(conn, id.0, limit, after)?;
        Ok::<_, OrderError>(Page { data: show_orders(conn, data, today)?, page })
    });
    Ok(web::Json(shown.await?))
}

fn show_orders(conn: &mut Conn, orders: Vec<Order>, today: Day) -> Result<Vec<OrganisationOrderOut>, OrderError> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let mut titles = view::titles(store::list_lines(conn, &ids)?);
    let villages = regions::names(conn, orders.iter().map(|order| &order.village_code))?;
    let invoices = store_terms::list_of_orders(conn, &ids)?;
    let mut invoices: HashMap<OrderId, InvoiceOut> =
        show_invoices(conn, invoices, today)?.into_iter().map(|invoice| (invoice.order_id, invoice)).collect();
    let show = |order: Order| {
        Some(OrganisationOrderOut {
            id: order.id,
            village: villages.get(&order.village_code)?.clone(),
            titles: titles.remove(&order.id).unwrap_or_default(),
            invoice: invoices.remove(&order.id),
            number: order.number,
            state: order.state,
            total_fen: order.total_fen,
            placed_at: order.placed_at,
        })
    };
    Ok(orders.into_iter().filter_map(show).collect())
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InvoicesQuery {
    /// Only those of which something is not paid.
    #[serde(default)]
    unpaid: bool,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// What organisations owe for goods of the caller's villages, newest first.
#[utoipa::path(get, path = "/invoices", tag = "organisations", params(InvoicesQuery), responses((status = 200, body = Page<InvoiceOut>)))]
async fn list_invoices(
    who: Staff,
    context: web::Data<Context>,
    query: Query<InvoicesQuery>,
) -> ApiResult<web::Json<Page<InvoiceOut>>> {
    let InvoicesQuery { unpaid, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let today = context.clock.now().day();
    let shown = context.db.read(move |conn| {
        let Page { data, page } = store_terms::list_in_scope(conn, &who.scope(), unpaid, limit, after)?;
        Ok::<_, OrderError>(Page { data: show_invoices(conn, data, today)?, page })
    });
    Ok(web::Json(shown.await?))
}
