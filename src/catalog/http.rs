//! Routes of the desk: coordinators write listings, approvers let them through.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::types::{ListingError, ListingId, ListingState, NewListing, PriceComposition};
use super::view::{ListingOut, show};
use super::{Command, Listing, http_public, http_stock, service, store};
use crate::context::Context;
use crate::endpoints;
use crate::households::HouseholdId;
use crate::identity::access::{Approver, Coordinator, Staff};
use crate::kernel::{Grams, Invalid, Money, Page, PageQuery, Quantity, line};
use crate::photos::PhotoId;
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(
        routes,
        draft_listing,
        submit_listing,
        approve_listing,
        reject_listing,
        pause_listing,
        resume_listing,
        close_listing,
        list_desk_listings,
    );
    http_stock::routes(routes);
    http_public::routes(routes);
}

const PHOTOS_MAX: usize = 6;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ListingIn {
    household_id: HouseholdId,
    #[schema(max_length = 60, example = "土鸡蛋 30 枚/盒")]
    title: String,
    /// One word; the shop knows eggs, poultry, meat, grain, vegetables, fruit, honey, other.
    #[schema(max_length = 30)]
    category: String,
    /// What one unit is called: 盒, 只, 袋.
    #[schema(max_length = 20)]
    unit_label: String,
    net_weight_g: Option<Grams>,
    stock: Quantity,
    #[serde(default)]
    photo_ids: Vec<PhotoId>,
    /// If given, has to be the sum of the parts.
    price_fen: Option<Money>,
    price: PriceComposition,
}

impl ListingIn {
    fn parse(self) -> ApiResult<NewListing> {
        let mut fields = Fields::default();
        let title = fields.take("/title", line(&self.title, 60));
        let category = fields.take("/category", line(&self.category, 30));
        let unit_label = fields.take("/unit_label", line(&self.unit_label, 20));
        let price = fields.take("/price", self.price.check(self.price_fen));
        let photo_ids = fields.take("/photo_ids", check_photos(self.photo_ids));
        match (title, category, unit_label, price, photo_ids) {
            (Some(title), Some(category), Some(unit_label), Some(price), Some(photo_ids)) => Ok(NewListing {
                household_id: self.household_id,
                title,
                category,
                unit_label,
                net_weight_g: self.net_weight_g,
                stock: self.stock,
                photo_ids,
                price,
            }),
            _ => Err(fields.refusal()),
        }
    }
}

fn check_photos(ids: Vec<PhotoId>) -> Result<Vec<PhotoId>, Invalid> {
    if ids.len() > PHOTOS_MAX {
        return Err(Invalid::new("too_many").with("max", PHOTOS_MAX));
    }
    Ok(ids)
}

/// Writes a draft for a household.
#[utoipa::path(post, path = "/listings", tag = "desk", request_body = ListingIn, responses((status = 201, body = ListingOut)))]
async fn draft_listing(
    who: Coordinator,
    context: web::Data<Context>,
    body: Body<ListingIn>,
    staff: Staff,
) -> ApiResult<HttpResponse> {
    let new = body.value.parse()?;
    let act = who.act(&context);
    let listing = context
        .db
        .write(move |conn| {
            let listing = service::draft(conn, &act, who.user_id, &who.scope, &new)?;
            Ok::<_, ListingError>(show(conn, vec![listing], Some(&staff))?)
        })
        .await?;
    Ok(HttpResponse::Created().json(&listing[0]))
}

/// Hands a draft to the county for approval.
#[utoipa::path(post, path = "/listings/{id}/submit", tag = "desk", params(("id" = ListingId, Path)), responses((status = 200, body = ListingOut)))]
async fn submit_listing(
    _: Coordinator,
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Listing>,
) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Submit, None).await
}

/// Lets a listing into the shop; the author cannot.
#[utoipa::path(post, path = "/listings/{id}/approve", tag = "desk", params(("id" = ListingId, Path)), responses((status = 200, body = ListingOut)))]
async fn approve_listing(
    _: Approver,
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Listing>,
) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Approve, None).await
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RejectIn {
    /// What has to change; the author reads it.
    #[schema(max_length = 300)]
    reason: String,
}

/// Sends a listing back with a reason.
#[utoipa::path(post, path = "/listings/{id}/reject", tag = "desk", params(("id" = ListingId, Path)), request_body = RejectIn, responses((status = 200, body = ListingOut)))]
async fn reject_listing(
    _: Approver,
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Listing>,
    body: Body<RejectIn>,
) -> ApiResult<HttpResponse> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    change(who, &context, id.0, Command::Reject, Some(reason)).await
}

/// Takes a listing off sale for a while.
#[utoipa::path(post, path = "/listings/{id}/pause", tag = "desk", params(("id" = ListingId, Path)), responses((status = 200, body = ListingOut)))]
async fn pause_listing(who: Staff, context: web::Data<Context>, id: PathId<Listing>) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Pause, None).await
}

/// Puts a paused listing back on sale.
#[utoipa::path(post, path = "/listings/{id}/resume", tag = "desk", params(("id" = ListingId, Path)), responses((status = 200, body = ListingOut)))]
async fn resume_listing(who: Staff, context: web::Data<Context>, id: PathId<Listing>) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Resume, None).await
}

/// Takes a listing off sale for good.
#[utoipa::path(post, path = "/listings/{id}/close", tag = "desk", params(("id" = ListingId, Path)), responses((status = 200, body = ListingOut)))]
async fn close_listing(who: Staff, context: web::Data<Context>, id: PathId<Listing>) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Close, None).await
}

async fn change(
    who: Staff,
    context: &Context,
    id: ListingId,
    command: Command,
    reason: Option<String>,
) -> ApiResult<HttpResponse> {
    let at_desk = context.clone();
    let listing = context
        .db
        .write(move |conn| {
            let village_code = service::load(conn, id)?.village_code;
            let act = who.act_at(&at_desk, &village_code, command.roles())?;
            let listing = service::change_state(conn, &act, id, command, reason.as_deref())?;
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
    let DeskQuery { state, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = store::list_in_scope(conn, &who.scope(), state, limit, after)?;
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
            ListingError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            ListingError::PromiseLimit { left } => Self::new(Code::PromiseLimit).with("left", left),
            ListingError::StockChanged { available } => Self::new(Code::StockChanged).with("available", available),
            ListingError::Production(error) => error.into(),
            ListingError::Household(error) => error.into(),
            ListingError::Db(error) => error.into(),
        }
    }
}
