//! Routes of the desk: coordinators write listings, approvers let them through.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store::DeskFilter;
use super::types::{ListingError, ListingId, ListingState};
use super::view::{ListingOut, show};
use super::{Command, Listing, http_calendar, http_content, http_public, http_stock, service, store, versions};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Approver, Coordinator, Staff};
use crate::kernel::{Money, Page, PageQuery, line};
use crate::papers::http::refusal;
use crate::web::body::OptionalBody;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(
        routes,
        submit_listing,
        approve_listing,
        reject_listing,
        pause_listing,
        resume_listing,
        close_listing,
        list_desk_listings,
    );
    http_content::routes(routes);
    http_stock::routes(routes);
    http_public::routes(routes);
    http_calendar::routes(routes);
}

/// Hands a draft to the county for approval.
#[utoipa::path(post, path = "/listings/{id}/submit", tag = "desk", params(("id" = ListingId, Path)), responses((status = 200, body = ListingOut)))]
async fn submit_listing(
    _: Coordinator,
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Listing>,
) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Submit, Reading::default()).await
}

/// What an approver has read, and what there is to say about it.
#[derive(Debug, Default)]
struct Reading {
    version: Option<i64>,
    reason: Option<String>,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApproveIn {
    /// Why, where it is not plain.
    #[schema(max_length = 300)]
    reason: Option<String>,
    /// The version that was read; refused if another one is the newest by now.
    version: Option<i64>,
}

/// Lets a listing into the shop, or puts the version that waits in force; no author of it can. May be sent
/// without a body.
#[utoipa::path(post, path = "/listings/{id}/approve", tag = "desk", params(("id" = ListingId, Path)), request_body = Option<ApproveIn>, responses((status = 200, body = ListingOut)))]
async fn approve_listing(
    _: Approver,
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Listing>,
    body: OptionalBody<ApproveIn>,
) -> ApiResult<HttpResponse> {
    let ApproveIn { reason, version } = body.0;
    let reason = reason.filter(|reason| !reason.trim().is_empty()).map(|reason| parse_reason(&reason)).transpose()?;
    change(who, &context, id.0, Command::Approve, Reading { version, reason }).await
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RejectIn {
    /// What has to change; the author reads it.
    #[schema(max_length = 300)]
    reason: String,
    /// The version that was read; refused if another one is the newest by now.
    version: Option<i64>,
}

/// Sends a listing back with a reason, or drops the version that waits.
#[utoipa::path(post, path = "/listings/{id}/reject", tag = "desk", params(("id" = ListingId, Path)), request_body = RejectIn, responses((status = 200, body = ListingOut)))]
async fn reject_listing(
    _: Approver,
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Listing>,
    body: Body<RejectIn>,
) -> ApiResult<HttpResponse> {
    let RejectIn { reason, version } = body.value;
    let reason = Some(parse_reason(&reason)?);
    change(who, &context, id.0, Command::Reject, Reading { version, reason }).await
}

fn parse_reason(reason: &str) -> ApiResult<String> {
    line(reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))
}

/// Takes a listing off sale for a while.
#[utoipa::path(post, path = "/listings/{id}/pause", tag = "desk", params(("id" = ListingId, Path)), responses((status = 200, body = ListingOut)))]
async fn pause_listing(who: Staff, context: web::Data<Context>, id: PathId<Listing>) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Pause, Reading::default()).await
}

/// Puts a paused listing back on sale.
#[utoipa::path(post, path = "/listings/{id}/resume", tag = "desk", params(("id" = ListingId, Path)), responses((status = 200, body = ListingOut)))]
async fn resume_listing(who: Staff, context: web::Data<Context>, id: PathId<Listing>) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Resume, Reading::default()).await
}

/// Takes a listing off sale for good.
#[utoipa::path(post, path = "/listings/{id}/close", tag = "desk", params(("id" = ListingId, Path)), responses((status = 200, body = ListingOut)))]
async fn close_listing(who: Staff, context: web::Data<Context>, id: PathId<Listing>) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Close, Reading::default()).await
}

async fn change(
    who: Staff,
    context: &Context,
    id: ListingId,
    command: Command,
    reading: Reading,
) -> ApiResult<HttpResponse> {
    let at_desk = context.clone();
    let listing = context
        .db
        .write(move |conn| {
            let village_code = service::load(conn, id)?.village_code;
            let act = who.act_at(&at_desk, &village_code, command.roles())?;
            let listing = versions::decide_read(conn, &act, id, (command, reading.version), reading.reason.as_deref())?;
            Ok::<_, ApiError>(show(conn, vec![listing], Some(&who))?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(&listing[0]))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeskQuery {
    #[param(inline)]
    state: Option<ListingState>,
    /// `true`: only what waits for an approver, as a listing in review or as new words of one on sale.
    waiting: Option<bool>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// The listings of the caller's villages in every state, newest first.
#[utoipa::path(get, path = "/desk/listings", tag = "desk", params(DeskQuery), responses((status = 200, body = Page<ListingOut>)))]
async fn list_desk_listings(
    who: Staff,
    context: web::Data<Context>,
    query: Query<DeskQuery>,
) -> ApiResult<web::Json<Page<ListingOut>>> {
    let DeskQuery { state, waiting, limit, cursor } = query.0;
    let filter = DeskFilter { state, waiting: waiting.unwrap_or_default() };
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = store::list_in_scope(conn, &who.scope(), filter, limit, after)?;
            Ok::<_, ListingError>(Page { data: show(conn, data, Some(&who))?, page })
        })
        .await?;
    Ok(web::Json(page))
}

impl From<ListingError> for ApiError {
    fn from(error: ListingError) -> Self {
        match error {
            ListingError::NotFound => Self::new(Code::NotFound),
            ListingError::SamePerson => Self::new(Code::SamePerson),
            ListingError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            ListingError::VersionConflict { version, content } => {
                let content = serde_json::to_value(content).unwrap_or_default();
                Self::new(Code::VersionConflict).with("version", version).with("content", content)
            }
            ListingError::ConsentWithdrawn => Self::new(Code::ConsentWithdrawn),
            ListingError::PapersMissing(missing) => {
                refusal(&missing.into_iter().map(|missing| (String::new(), missing)).collect::<Vec<_>>())
            }
            ListingError::PriceReasonRequired { verdict, ratio_percent, likely_price_fen } => {
                Self::new(Code::PriceReasonRequired)
                    .with("verdict", verdict.as_str())
                    .with("ratio_percent", ratio_percent)
                    .with("likely_price_fen", likely_price_fen.map(Money::fen))
            }
            ListingError::Template(error) => error.into(),
            ListingError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            ListingError::PromiseLimit { left } => Self::new(Code::PromiseLimit).with("left", left),
            ListingError::StockChanged { available } => Self::new(Code::StockChanged).with("available", available),
            ListingError::Production(error) => error.into(),
            ListingError::Household(error) => error.into(),
            ListingError::Db(error) => error.into(),
        }
    }
}
