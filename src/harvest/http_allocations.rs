//! Routes of allocation: the run, and whose goods go to which order.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

use super::allocation::{self, Ran, Which};
use super::http::{HarvestedGood, Mentioned};
use super::store;
use super::store_allocations::{self, Allocation};
use super::turns::Reason;
use super::types::AllocationId;
use crate::catalog::ListingId;
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::households::HouseholdRef;
use crate::identity::access::{Coordinator, Staff};
use crate::kernel::{Any, Id, Instant, Invalid, Page, PageQuery};
use crate::orders::{self, OrderId};
use crate::web::idempotency::{self, RequiredKey};
use crate::web::{ApiError, ApiResult, Body, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, allocate_goods, list_allocations);
}

/// Exactly one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllocateIn {
    /// All pooled goods of a round.
    #[schema(value_type = Option<String>, format = Uuid)]
    cycle_id: Option<Id<Any>>,
    /// One listing of a co-op.
    listing_id: Option<ListingId>,
}

impl AllocateIn {
    fn parse(&self) -> ApiResult<Which> {
        match (self.cycle_id, self.listing_id) {
            (Some(id), None) => Ok(Which::Cycle(id)),
            (None, Some(id)) => Ok(Which::Listing(id)),
            _ => Err(ApiError::field("/listing_id", Invalid::new("one_of_required"))),
        }
    }
}

/// Units of a batch that go to a line of an order.
#[derive(Serialize, ToSchema)]
#[schema(as = Allocation)]
struct AllocationOut {
    id: AllocationId,
    order_id: OrderId,
    order_number: String,
    line_no: i64,
    household: HouseholdRef,
    good: HarvestedGood,
    /// Of the batch, on its label.
    batch_code: String,
    /// In sales units.
    quantity: i64,
    /// `first_turn`: the first sale of its season; `next_turn`: the least so far for each of its members.
    reason: Reason,
    /// The published rule by which turns were taken.
    rule_version: String,
    allocated_at: Instant,
    /// When its order was given up.
    released_at: Option<Instant>,
}

fn show(conn: &mut Conn, rows: Vec<Allocation>) -> DbResult<Vec<AllocationOut>> {
    let keys: Vec<_> =
        rows.iter().map(|row| (row.template_id, Some(row.household_id), row.village_code.clone())).collect();
    let mentioned = Mentioned::of(conn, &keys)?;
    let ids: Vec<OrderId> = rows.iter().map(|row| row.order_id).collect();
    let numbers: HashMap<OrderId, String> =
        orders::list_by_id(conn, &ids)?.into_iter().map(|order| (order.id, order.number)).collect();
    let batches = store::list_codes(conn, &rows.iter().map(|row| row.batch_id).collect::<Vec<_>>())?;
    let show = |row: Allocation| AllocationOut {
        id: row.id,
        order_id: row.order_id,
        order_number: numbers.get(&row.order_id).cloned().unwrap_or_default(),
        line_no: row.line_no,
        household: mentioned.household(row.household_id),
        good: mentioned.good(row.template_id),
        batch_code: batches.get(&row.batch_id).cloned().unwrap_or_default(),
        quantity: row.quantity,
        reason: row.reason,
        rule_version: row.rule_version,
        allocated_at: row.allocated_at,
        released_at: row.released_at,
    };
    Ok(rows.into_iter().map(show).collect())
}

/// What a run did.
#[derive(Serialize, ToSchema)]
struct AllocationRun {
    /// In the order in which turns were taken.
    allocations: Vec<AllocationOut>,
    /// Units that were asked for and for which nothing is in store.
    missing_units: i64,
    /// Units in store that cannot go out: their batch has no certificate in force.
    uncertified_units: i64,
}

/// Gives the goods in store to the lines of pooled goods that wait for them: whose turn it is supplies first.
/// Running it again changes nothing, unless more has come in.
#[utoipa::path(post, path = "/allocations", tag = "desk", params(("Idempotency-Key" = String, Header)), request_body = AllocateIn, responses((status = 200, body = AllocationRun)))]
async fn allocate_goods(
    who: Coordinator,
    context: web::Data<Context>,
    key: RequiredKey,
    body: Body<AllocateIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let (act, which) = (who.act(&context), body.value.parse()?);
    let saved = context.db.write(move |conn| {
        idempotency::once(conn, Some(&ticket), act.at, StatusCode::OK, |conn| {
            let Ran { rows, missing, uncertified } = allocation::run(conn, &act, &who.scope, which)?;
            Ok(AllocationRun { allocations: show(conn, rows)?, missing_units: missing, uncertified_units: uncertified })
        })
    });
    Ok(saved.await?.into_response())
}

/// Whose goods go to which order in the scope, newest first.
#[utoipa::path(get, path = "/allocations", tag = "desk", params(PageQuery), responses((status = 200, body = Page<AllocationOut>)))]
async fn list_allocations(
    who: Staff,
    context: web::Data<Context>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<AllocationOut>>> {
    let (limit, after) = page(&query.0)?;
    let page = context.db.read(move |conn| -> DbResult<_> {
        let page = store_allocations::list_in_scope(conn, &who.scope(), limit, after)?;
        Ok(Page { data: show(conn, page.data)?, page: page.page })
    });
    Ok(web::Json(page.await?))
}
