//! The route of putting a weight right after the settlement.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::correction;
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Approver, Staff};
use crate::kernel::{Role, line};
use crate::orders::{self, Order, OrderId, OrderOut, WeighedIn};
use crate::web::idempotency::{self, OptionalKey};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, correct_order_weights);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectionIn {
    #[schema(max_items = 100)]
    lines: Vec<WeighedIn>,
    #[schema(max_length = 300)]
    reason: String,
}

/// A weight was wrong, and the order is settled: the settlement is reversed and posted anew, the buyer gets
/// the difference, a payout that was not sent follows, and what a household was paid too much stands as a
/// receivable. A line can only become lighter.
#[utoipa::path(post, path = "/orders/{id}/weights/correct", tag = "orders", params(("id" = OrderId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = CorrectionIn, responses((status = 200, body = OrderOut)))]
async fn correct_order_weights(
    _: Approver,
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Order>,
    key: OptionalKey,
    body: Body<CorrectionIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let weights = orders::parse_weights(body.value.lines)?;
    let at_desk = context.clone();
    let saved = context
        .db
        .write(move |conn| {
            let order = orders::load(conn, id.0)?;
            if !who.scope().covers(&order.village_code) {
                return Err(ApiError::new(Code::NotFound));
            }
            let act = who.act_at(&at_desk, &order.village_code, &[Role::Approver])?;
            idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
                correction::correct(conn, &act, &order, &weights, &reason)?;
                let order = orders::load(conn, id.0)?;
                Ok(orders::show(conn, order, Role::Approver, None)?)
            })
        })
        .await?;
    Ok(saved.into_response())
}
