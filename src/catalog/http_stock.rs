//! Route of how much of a listing is for sale.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::types::ListingId;
use super::view::{ListingOut, show};
use super::{Listing, promise, service};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Coordinator, Staff};
use crate::kernel::{Invalid, Quantity};
use crate::web::idempotency::{self, RequiredKey};
use crate::web::{ApiError, ApiResult, Body, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, set_stock);
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StockIn {
    /// How many units are for sale from now on.
    #[schema(minimum = 0, maximum = 100_000)]
    available: i64,
    /// How many were when the caller looked; if it is another number by now, nothing changes.
    seen: Option<i64>,
}

impl StockIn {
    fn check(&self) -> ApiResult<()> {
        if (0..=Quantity::MAX).contains(&self.available) {
            return Ok(());
        }
        let invalid = Invalid::new("invalid_count").with("min", 0).with("max", Quantity::MAX);
        Err(ApiError::field("/available", invalid))
    }
}

/// Sets how many units of a listing are for sale, within what the household can promise.
#[utoipa::path(post, path = "/listings/{id}/stock", tag = "desk", params(("id" = ListingId, Path), ("Idempotency-Key" = String, Header)), request_body = StockIn, responses((status = 200, body = ListingOut)))]
async fn set_stock(
    who: Coordinator,
    staff: Staff,
    context: web::Data<Context>,
    id: PathId<Listing>,
    key: RequiredKey,
    body: Body<StockIn>,
) -> ApiResult<HttpResponse> {
    body.value.check()?;
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let act = who.act(&context);
    let StockIn { available, seen } = body.value;
    let saved = context
        .db
        .write(move |conn| {
            idempotency::once(conn, Some(&ticket), act.at, StatusCode::OK, |conn| {
                promise::set_stock(conn, &act, &who.scope, id.0, (available, seen))?;
                let listing = service::load(conn, id.0)?;
                Ok(show(conn, vec![listing], Some(&staff))?.remove(0))
            })
        })
        .await?;
    Ok(saved.into_response())
}
