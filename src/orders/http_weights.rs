//! The route of weighing.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::service;
use super::store::Order;
use super::types::OrderId;
use super::view::{self, OrderOut};
use super::weighing::{self, Weighed};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::Coordinator;
use crate::kernel::{Grams, Invalid, Role, line};
use crate::web::error::Fields;
use crate::web::idempotency::{self, OptionalKey};
use crate::web::{ApiError, ApiResult, Body, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, weigh_order);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeighedIn {
    /// The line of the order.
    line_no: i64,
    /// What all pieces of the line weigh together.
    final_g: Grams,
    /// Why, where it is outside the band of the goods.
    #[schema(max_length = 200)]
    reason: Option<String>,
}

/// No order has more lines.
const LINES_MAX: usize = 100;

/// # Errors
/// `too_many`, what is wrong with a reason.
pub fn parse_weights(lines: Vec<WeighedIn>) -> ApiResult<Vec<Weighed>> {
    if lines.is_empty() || lines.len() > LINES_MAX {
        let code = if lines.is_empty() { "required" } else { "too_many" };
        return Err(ApiError::field("/lines", Invalid::new(code).with("max", LINES_MAX)));
    }
    let mut fields = Fields::default();
    let mut weights = Vec::with_capacity(lines.len());
    for (place, given) in lines.into_iter().enumerate() {
        let reason = given.reason.filter(|text| !text.trim().is_empty());
        let reason = reason.map(|text| line(&text, 200)).transpose();
        let reason = fields.take(&format!("/lines/{place}/reason"), reason);
        weights.push(Weighed { line_no: given.line_no, final_g: given.final_g, reason: reason.flatten() });
    }
    fields.finish()?;
    Ok(weights)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WeightsIn {
    #[schema(max_items = 100)]
    lines: Vec<WeighedIn>,
}

/// What the goods of an order weigh, where that decides what they cost. Less weight goes back to the buyer
/// when the parcel is packed; more is not asked for. Outside the band it needs a reason, ten times outside it
/// is refused.
#[utoipa::path(post, path = "/orders/{id}/weights", tag = "orders", params(("id" = OrderId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = WeightsIn, responses((status = 200, body = OrderOut)))]
async fn weigh_order(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Order>,
    key: OptionalKey,
    body: Body<WeightsIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let weights = parse_weights(body.value.lines)?;
    let act = who.act(&context);
    let saved = context
        .db
        .write(move |conn| {
            let order = service::load_in_scope(conn, &who.scope, id.0)?;
            idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
                weighing::weigh(conn, &act, &order, &weights)?;
                let order = service::load(conn, id.0)?;
                // Saved for others, the address would outlive the buyer's account.
                Ok(view::show(conn, order, Role::Coordinator, None)?)
            })
        })
        .await?;
    Ok(saved.into_response())
}
