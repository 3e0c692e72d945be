//! Routes of published rates, by which interest on prepaid money is reckoned.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::preorder;
use super::prepaid::RateKind;
use super::store_prepaid::{self, InterestRate};
use super::types::OrderError;
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::Administrator;
use crate::kernel::{Day, Instant, Invalid, line};
use crate::web::access::Anyone;
use crate::web::{ApiError, ApiResult, Body, Routes, cache};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_interest_rates, add_interest_rate);
}

/// Half of everything; a typing mistake, and not a rate.
const PPM_MAX: i64 = 500_000;

#[derive(Serialize, ToSchema)]
#[schema(as = InterestRate)]
struct RateOut {
    kind: RateKind,
    /// The first day on which it counts; it does until the next of its kind.
    #[schema(format = Date)]
    effective_on: String,
    /// By the year, in millionths: 30000 is 3 %.
    ppm: i64,
    /// Who published it, and where.
    source: String,
    added_at: Instant,
}

#[derive(Serialize, ToSchema)]
#[schema(as = InterestRates)]
struct RatesOut {
    /// The latest first.
    rates: Vec<RateOut>,
}

fn show(rates: Vec<InterestRate>) -> RatesOut {
    let show = |rate: InterestRate| RateOut {
        kind: rate.kind,
        effective_on: rate.effective_on,
        ppm: rate.ppm,
        source: rate.source,
        added_at: rate.added_at,
    };
    RatesOut { rates: rates.into_iter().map(show).collect() }
}

/// The rates by which interest on prepaid money is reckoned, each with its source.
#[utoipa::path(get, path = "/interest-rates", tag = "public", responses((status = 200, body = RatesOut)))]
async fn list_interest_rates(_: Anyone, context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let rates = context.db.read(|conn| Ok::<_, OrderError>(store_prepaid::list_rates(conn)?)).await?;
    cache::public_json(&request, &show(rates))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RateIn {
    kind: RateKind,
    effective_on: Day,
    #[schema(minimum = 0, maximum = 500000)]
    ppm: i64,
    /// Who published it, and where.
    #[schema(max_length = 200)]
    source: String,
}

/// Adds a rate that was published. What stands is not changed: a rate that was wrong is followed by another day's.
#[utoipa::path(post, path = "/interest-rates", tag = "orders", request_body = RateIn, responses((status = 200, body = RatesOut)))]
async fn add_interest_rate(
    who: Administrator,
    context: web::Data<Context>,
    body: Body<RateIn>,
) -> ApiResult<HttpResponse> {
    let RateIn { kind, effective_on, ppm, source } = body.value;
    let source = line(&source, 200).map_err(|invalid| ApiError::field("/source", invalid))?;
    if !(0..=PPM_MAX).contains(&ppm) {
        let invalid = Invalid::new("rate_out_of_range").with("max", PPM_MAX);
        return Err(ApiError::field("/ppm", invalid));
    }
    let act = who.act(&context);
    let rates = context.db.write(move |conn| {
        preorder::add_rate(conn, &act, (kind, effective_on), (ppm, &source), who.user_id)?;
        Ok::<_, OrderError>(store_prepaid::list_rates(conn)?)
    });
    Ok(HttpResponse::Ok().json(show(rates.await?)))
}
