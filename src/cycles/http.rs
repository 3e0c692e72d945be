//! Routes of cycles: coordinators plan them, everybody sees what is open and what is coming.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rules::{CycleState, Times};
use super::store::{self, Cycle, Filter};
use super::view::{CycleOut, announcement, show};
use super::{CycleError, CycleId, NewCycle, service};
use crate::catalog::ListingId;
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::Coordinator;
use crate::kernel::{Day, Instant, Invalid, Page, PageQuery, Quantity, RegionCode, line};
use crate::web::access::Anyone;
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, cache, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, plan_cycle, list_cycles, show_cycle, add_cycle_listing, cancel_cycle, announce_cycle);
}

/// No cycle is planned for a later time.
const YEAR_2100: Instant = Instant::from_unix_micros(4_102_444_800_000_000);

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CycleIn {
    village_code: String,
    #[schema(max_length = 40, example = "秋蛋第二期")]
    title: String,
    opens_at: Instant,
    /// The first moment at which nothing is sold any more.
    closes_at: Instant,
    /// Until when the households say what they bring.
    #[schema(example = "2026-09-23")]
    report_by: String,
    #[schema(example = "2026-09-24")]
    intake_on: String,
    #[schema(example = "2026-09-24")]
    dispatch_on: String,
    /// The day that buyers are promised.
    #[schema(example = "2026-09-27")]
    arrival_on: String,
}

impl CycleIn {
    fn parse(self) -> ApiResult<NewCycle> {
        let mut fields = Fields::default();
        let village = fields.take("/village_code", RegionCode::parse(&self.village_code));
        let title = fields.take("/title", line(&self.title, 40));
        let mut day = |pointer, text: &str| fields.take(pointer, text.parse::<Day>());
        let days = (
            day("/report_by", &self.report_by),
            day("/intake_on", &self.intake_on),
            day("/dispatch_on", &self.dispatch_on),
            day("/arrival_on", &self.arrival_on),
        );
        let (opens_at, closes_at) = (self.opens_at, self.closes_at);
        let plausible = Instant::from_unix_micros(0)..YEAR_2100;
        let times = plausible.contains(&opens_at) && plausible.contains(&closes_at);
        fields.take("/closes_at", if times { Ok(()) } else { Err(Invalid::new("cycle_times_not_in_order")) });
        let (Some(village_code), Some(title), (Some(report_by), Some(intake_on), Some(dispatch_on), Some(arrival_on))) =
            (village, title, days)
        else {
            return Err(fields.refusal());
        };
        fields.finish()?;
        let times = Times { opens_at, closes_at, report_by, intake_on, dispatch_on, arrival_on };
        Ok(NewCycle { village_code, title, times })
    }
}

/// Plans a cycle; it opens and closes by itself, at its times.
#[utoipa::path(post, path = "/cycles", tag = "cycles", request_body = CycleIn, responses((status = 201, body = CycleOut)))]
async fn plan_cycle(who: Coordinator, context: web::Data<Context>, body: Body<CycleIn>) -> ApiResult<HttpResponse> {
    let new = body.value.parse()?;
    let act = who.act(&context);
    let shown = context
        .db
        .write(move |conn| {
            let cycle = service::open(conn, &act, who.user_id, &who.scope, &new)?;
            Ok::<_, CycleError>(show(conn, vec![cycle], act.at)?)
        })
        .await?;
    Ok(HttpResponse::Created().json(&shown[0]))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CyclesQuery {
    /// Code of a village, or of any place around it.
    village: Option<String>,
    /// Only those in which this listing stands.
    #[param(value_type = Option<String>)]
    listing: Option<String>,
    #[param(inline)]
    state: Option<CycleState>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// Cycles, the last to open first.
#[utoipa::path(get, path = "/cycles", tag = "cycles", params(CyclesQuery), responses((status = 200, body = Page<CycleOut>)))]
async fn list_cycles(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    query: Query<CyclesQuery>,
) -> ApiResult<HttpResponse> {
    let CyclesQuery { village, listing, state, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let place = village.map(|code| RegionCode::parse(&code)).transpose();
    let listing_id = listing.map(|id| id.parse()).transpose();
    let filter = Filter {
        place: place.map_err(|invalid| ApiError::field("#village", invalid))?,
        listing_id: listing_id.map_err(|invalid: Invalid| ApiError::field("#listing", invalid))?,
        state,
    };
    let now = context.clock.now();
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = store::list(conn, &filter, now, limit, after)?;
            Ok::<_, CycleError>(Page { data: show(conn, data, now)?, page })
        })
        .await?;
    cache::public_json(&request, &page)
}

/// One cycle with its goods.
#[utoipa::path(get, path = "/cycles/{id}", tag = "cycles", params(("id" = CycleId, Path)), responses((status = 200, body = CycleOut)))]
async fn show_cycle(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    id: PathId<Cycle>,
) -> ApiResult<HttpResponse> {
    let now = context.clock.now();
    let shown = context
        .db
        .read(move |conn| {
            let cycle = store::find(conn, id.0)?.ok_or(CycleError::NotFound)?;
            Ok::<_, CycleError>(show(conn, vec![cycle], now)?)
        })
        .await?;
    cache::public_json(&request, &shown[0])
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CycleListingIn {
    listing_id: ListingId,
    /// Units that are sold in the cycle at most.
    #[schema(minimum = 1)]
    cap: i64,
}

/// Puts goods into a cycle, or gives them another cap there; from then on they are sold only while it is open.
#[utoipa::path(post, path = "/cycles/{id}/listings", tag = "cycles", params(("id" = CycleId, Path)), request_body = CycleListingIn, responses((status = 200, body = CycleOut)))]
async fn add_cycle_listing(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Cycle>,
    body: Body<CycleListingIn>,
) -> ApiResult<HttpResponse> {
    let CycleListingIn { listing_id, cap } = body.value;
    let cap = Quantity::new(cap).map_err(|invalid| ApiError::field("/cap", invalid))?;
    let act = who.act(&context);
    let shown = context
        .db
        .write(move |conn| {
            let cycle = service::add_listing(conn, &act, &who.scope, id.0, (listing_id, cap))?;
            Ok::<_, CycleError>(show(conn, vec![cycle], act.at)?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(&shown[0]))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelCycleIn {
    #[schema(max_length = 300)]
    reason: String,
}

/// Calls a cycle off in which no order stands.
#[utoipa::path(post, path = "/cycles/{id}/cancel", tag = "cycles", params(("id" = CycleId, Path)), request_body = CancelCycleIn, responses((status = 200, body = CycleOut)))]
async fn cancel_cycle(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Cycle>,
    body: Body<CancelCycleIn>,
) -> ApiResult<HttpResponse> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let act = who.act(&context);
    let shown = context
        .db
        .write(move |conn| {
            let cycle = service::cancel(conn, &act, &who.scope, id.0, &reason)?;
            Ok::<_, CycleError>(show(conn, vec![cycle], act.at)?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(&shown[0]))
}

#[derive(Serialize, ToSchema)]
struct AnnouncementOut {
    /// Plain Chinese, a household a line.
    text: String,
}

/// 报货: a text for the loudspeaker: what was ordered of each household, and until when to report it.
#[utoipa::path(get, path = "/cycles/{id}/announcement", tag = "cycles", params(("id" = CycleId, Path)), responses((status = 200, body = AnnouncementOut)))]
async fn announce_cycle(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Cycle>,
) -> ApiResult<web::Json<AnnouncementOut>> {
    let text = context
        .db
        .read(move |conn| {
            let cycle = service::load_in_scope(conn, &who.scope, id.0)?;
            announcement(conn, &cycle)
        })
        .await?;
    Ok(web::Json(AnnouncementOut { text }))
}

impl From<CycleError> for ApiError {
    fn from(error: CycleError) -> Self {
        match error {
            CycleError::NotFound => Self::new(Code::NotFound),
            CycleError::OutOfScope => Self::new(Code::OutOfScope),
            CycleError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            CycleError::HasOrders => Self::new(Code::CycleHasOrders),
            CycleError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            CycleError::Region(error) => error.into(),
            CycleError::Listing(error) => error.into(),
            CycleError::Db(error) => error.into(),
        }
    }
}
