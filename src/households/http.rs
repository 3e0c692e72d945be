//! Routes of households: recorded and listed by staff, one shown to anybody.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{self, Household};
use super::{HouseholdError, HouseholdId, NewHousehold, check_members, record};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::identity::access::{Coordinator, Staff, Visitor};
use crate::kernel::{Instant, Page, PageQuery, RegionCode, line, paragraphs};
use crate::regions::{self, RegionRef};
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, cache, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, record_household, list_households, show_household);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HouseholdIn {
    village_code: String,
    /// What the public calls them; never the real name.
    #[schema(max_length = 30, example = "坡上王家")]
    alias: String,
    #[schema(max_length = 1000)]
    story: Option<String>,
    /// How many live there; for staff only.
    #[schema(minimum = 1, maximum = 30)]
    members: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Household)]
pub struct HouseholdOut {
    id: HouseholdId,
    village: RegionRef,
    alias: String,
    story: Option<String>,
    /// For staff of the scope only.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<i64>,
    created_at: Instant,
}

/// Records a household of the coordinator's village.
#[utoipa::path(post, path = "/households", tag = "households", request_body = HouseholdIn, responses((status = 201, body = HouseholdOut)))]
async fn record_household(
    who: Coordinator,
    context: web::Data<Context>,
    body: Body<HouseholdIn>,
) -> ApiResult<HttpResponse> {
    let input = body.value;
    let mut fields = Fields::default();
    let village_code = fields.take("/village_code", RegionCode::parse(&input.village_code));
    let alias = fields.take("/alias", line(&input.alias, 30));
    let story = fields.take_optional("/story", input.story.filter(|story| !story.trim().is_empty()), |story| {
        paragraphs(&story, 1000)
    });
    let members = fields.take_optional("/members", input.members, check_members);
    let (Some(village_code), Some(alias)) = (village_code, alias) else { return Err(fields.refusal()) };
    fields.finish()?;

    let new = NewHousehold { village_code, alias, story, members };
    let act = who.act(&context);
    let household = context
        .db
        .write(move |conn| {
            let household = record(conn, &act, who.user_id, &who.scope, &new)?;
            Ok::<_, HouseholdError>(show(conn, vec![household], true)?)
        })
        .await?;
    Ok(HttpResponse::Created().json(&household[0]))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HouseholdsQuery {
    /// Only of this place.
    village: Option<String>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// The households of the caller's villages, newest first.
#[utoipa::path(get, path = "/households", tag = "households", params(HouseholdsQuery), responses((status = 200, body = Page<HouseholdOut>)))]
async fn list_households(
    who: Staff,
    context: web::Data<Context>,
    query: Query<HouseholdsQuery>,
) -> ApiResult<web::Json<Page<HouseholdOut>>> {
    let HouseholdsQuery { village, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let village = village
        .map(|code| RegionCode::parse(&code))
        .transpose()
        .map_err(|invalid| ApiError::field("#village", invalid))?;
    let scope = village.map_or_else(|| who.scope(), |village| who.scope().within(&village));
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = store::list_in_scope(conn, &scope, limit, after)?;
            Ok::<_, HouseholdError>(Page { data: show(conn, data, true)?, page })
        })
        .await?;
    Ok(web::Json(page))
}

/// One household, as far as the caller may know it.
#[utoipa::path(get, path = "/households/{id}", tag = "households", params(("id" = HouseholdId, Path)), responses((status = 200, body = HouseholdOut)))]
async fn show_household(
    who: Visitor,
    context: web::Data<Context>,
    request: HttpRequest,
    id: PathId<Household>,
) -> ApiResult<HttpResponse> {
    let is_public = who.staff.is_none();
    let household = context
        .db
        .read(move |conn| {
            let household = store::find(conn, id.0)?.ok_or(HouseholdError::NotFound)?;
            let inside = who.staff.is_some_and(|staff| staff.scope().covers(&household.village_code));
            Ok::<_, HouseholdError>(show(conn, vec![household], inside)?)
        })
        .await?;
    cache::json_for(&request, &household[0], is_public)
}

fn show(conn: &mut Conn, households: Vec<Household>, to_staff: bool) -> DbResult<Vec<HouseholdOut>> {
    let villages = regions::names(conn, households.iter().map(|household| &household.village_code))?;
    let show = |household: Household| HouseholdOut {
        id: household.id,
        village: villages[&household.village_code].clone(),
        alias: household.alias,
        story: household.story,
        members: household.members.filter(|_| to_staff),
        created_at: household.created_at,
    };
    Ok(households.into_iter().map(show).collect())
}

impl From<HouseholdError> for ApiError {
    fn from(error: HouseholdError) -> Self {
        match error {
            HouseholdError::NotFound => Self::new(Code::NotFound),
            HouseholdError::OutOfScope => Self::new(Code::OutOfScope),
            HouseholdError::Region(regions::RegionError::Invalid(invalid)) => Self::field("/village_code", invalid),
            HouseholdError::Region(regions::RegionError::Db(error)) | HouseholdError::Db(error) => error.into(),
        }
    }
}
