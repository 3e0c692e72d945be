//! Routes of why households are looked after. Nothing of it is shown without a reason that is kept.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::categories::{self, NewCategory, Recorded};
use super::store::Household;
use super::types::Category;
use super::{CategoryId, HouseholdId, people};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Coordinator, Overseer};
use crate::kernel::{Day, Role, line};
use crate::web::body::present;
use crate::web::{ApiError, ApiResult, Body, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, record_category, end_category, remove_category, unmask_categories);
}

const REASON_MAX: usize = 300;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CategoryIn {
    #[schema(inline)]
    category: Category,
    valid_from: String,
    /// The last day, if it is known.
    valid_until: Option<String>,
}

/// Why a household is looked after; never public.
#[derive(Serialize, ToSchema)]
struct CategoryOut {
    id: CategoryId,
    #[schema(inline)]
    category: Category,
    #[schema(format = Date)]
    valid_from: String,
    #[schema(format = Date)]
    valid_until: Option<String>,
}

impl From<Recorded> for CategoryOut {
    fn from(Recorded { id, category, valid_from, valid_until }: Recorded) -> Self {
        Self { id, category, valid_from, valid_until }
    }
}

impl CategoryIn {
    fn parse(&self) -> ApiResult<NewCategory> {
        let valid_from = day("/valid_from", &self.valid_from)?;
        let valid_until = self.valid_until.as_deref().map(|text| day("/valid_until", text)).transpose()?;
        Ok(NewCategory { category: self.category, valid_from, valid_until })
    }
}

fn day(pointer: &str, text: &str) -> ApiResult<Day> {
    text.parse().map_err(|invalid| ApiError::field(pointer, invalid))
}

/// Records why a household is looked after.
#[utoipa::path(post, path = "/households/{id}/categories", tag = "households", params(("id" = HouseholdId, Path)), request_body = CategoryIn, responses((status = 201, body = CategoryOut)))]
async fn record_category(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Household>,
    body: Body<CategoryIn>,
) -> ApiResult<HttpResponse> {
    let new = body.value.parse()?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let recorded =
        context.db.write(move |conn| categories::record(conn, &act, &secrets, (who.user_id, &who.scope), id.0, new));
    Ok(HttpResponse::Created().json(CategoryOut::from(recorded.await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CategoryPatchIn {
    /// The last day; `null`: not known yet.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    valid_until: Option<Option<String>>,
}

/// Says when a reason to look after a household ends.
#[utoipa::path(patch, path = "/households/{id}/categories/{category_id}", tag = "households",
    params(("id" = HouseholdId, Path), ("category_id" = CategoryId, Path)), request_body = CategoryPatchIn, responses((status = 204)))]
async fn end_category(
    who: Coordinator,
    context: web::Data<Context>,
    path: web::Path<(HouseholdId, CategoryId)>,
    body: Body<CategoryPatchIn>,
) -> ApiResult<HttpResponse> {
    if let Some(valid_until) = body.value.valid_until {
        let valid_until = valid_until.map(|text| day("/valid_until", &text)).transpose()?;
        let (act, ids) = (who.act(&context), path.into_inner());
        context.db.write(move |conn| categories::end(conn, &act, &who.scope, ids, valid_until)).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Removes what should not have been recorded.
#[utoipa::path(delete, path = "/households/{id}/categories/{category_id}", tag = "households",
    params(("id" = HouseholdId, Path), ("category_id" = CategoryId, Path)), responses((status = 204)))]
async fn remove_category(
    who: Coordinator,
    context: web::Data<Context>,
    path: web::Path<(HouseholdId, CategoryId)>,
) -> ApiResult<HttpResponse> {
    let (act, ids) = (who.act(&context), path.into_inner());
    context.db.write(move |conn| categories::remove(conn, &act, &who.scope, ids)).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CategoriesUnmaskIn {
    /// Why; those who answer to the household read it.
    #[schema(max_length = 300)]
    reason: String,
}

#[derive(Serialize, ToSchema)]
struct CategoriesOut {
    data: Vec<CategoryOut>,
}

/// Shows why a household is looked after, to its coordinators and auditors, with a reason that is kept.
#[utoipa::path(post, path = "/households/{id}/categories/unmask", tag = "households", params(("id" = HouseholdId, Path)), request_body = CategoriesUnmaskIn, responses((status = 200, body = CategoriesOut)))]
async fn unmask_categories(
    who: Overseer,
    context: web::Data<Context>,
    id: PathId<Household>,
    body: Body<CategoriesUnmaskIn>,
) -> ApiResult<web::Json<CategoriesOut>> {
    let reason = line(&body.value.reason, REASON_MAX).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let at_desk = context.clone();
    let opened = context.db.write(move |conn| {
        let village = people::village_of(conn, id.0)?;
        let act = who.act_as(&at_desk, &village, &[Role::Coordinator, Role::Auditor])?;
        Ok::<_, ApiError>(categories::unmask(conn, &act, &at_desk.secrets, (id.0, &village), &reason)?)
    });
    Ok(web::Json(CategoriesOut { data: opened.await?.into_iter().map(CategoryOut::from).collect() }))
}
