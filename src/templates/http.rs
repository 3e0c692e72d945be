//! Routes of product templates: read by staff, laid down by approvers.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::rules;
use super::store::{self, Filter};
use super::types::{Category, Standard, TemplateError, TemplateId};
use super::view::{TemplateOut, show};
use super::{Template, service};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Approver, Staff};
use crate::kernel::{Page, PageQuery, Scope};
use crate::web::error::FieldError;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_templates, show_template, create_template, replace_template, retire_template);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TemplatesQuery {
    #[param(inline)]
    category: Option<Category>,
    /// `true`: those out of use; else those in use.
    retired: Option<bool>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// The templates of the caller's villages and of the places around them, newest first.
#[utoipa::path(get, path = "/templates", tag = "desk", params(TemplatesQuery), responses((status = 200, body = Page<TemplateOut>)))]
async fn list_templates(
    who: Staff,
    context: web::Data<Context>,
    query: Query<TemplatesQuery>,
) -> ApiResult<web::Json<Page<TemplateOut>>> {
    let TemplatesQuery { category, retired, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let filter = Filter { category, retired: retired.unwrap_or_default() };
    let today = context.clock.now().day();
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = store::list_in_scope(conn, &who.scope(), filter, limit, after)?;
            Ok::<_, TemplateError>(Page { data: show(conn, data, today, &who)?, page })
        })
        .await?;
    Ok(web::Json(page))
}

/// One template of the caller's villages or of a place around them, also when it was retired.
#[utoipa::path(get, path = "/templates/{id}", tag = "desk", params(("id" = TemplateId, Path)), responses((status = 200, body = TemplateOut)))]
async fn show_template(who: Staff, context: web::Data<Context>, id: PathId<Template>) -> ApiResult<HttpResponse> {
    let today = context.clock.now().day();
    let template = context.db.read(move |conn| {
        let template = store::find(conn, id.0)?.filter(|template| concerns(&who.scope(), template));
        Ok::<_, TemplateError>(show(conn, vec![template.ok_or(TemplateError::NotFound)?], today, &who)?)
    });
    Ok(HttpResponse::Ok().json(&template.await?[0]))
}

/// A template inside the scope, or of a place around it.
fn concerns(scope: &Scope, template: &Template) -> bool {
    let place = &template.region_code;
    scope.covers(place) || scope.regions().iter().any(|region| place.contains(region))
}

fn parse(given: Standard) -> ApiResult<Standard> {
    rules::check(given).map_err(|faults| {
        let field = |(pointer, invalid): rules::Refused| FieldError { pointer: pointer.to_owned(), invalid };
        let mut refusal = ApiError::new(Code::Invalid);
        refusal.fields = faults.into_iter().map(field).collect();
        refusal
    })
}

/// Lays down a standard for a region of the caller.
#[utoipa::path(post, path = "/templates", tag = "desk", request_body = Standard, responses((status = 201, body = TemplateOut)))]
async fn create_template(
    who: Approver,
    staff: Staff,
    context: web::Data<Context>,
    body: Body<Standard>,
) -> ApiResult<HttpResponse> {
    let new = parse(body.value)?;
    let act = who.act(&context);
    let template = context.db.write(move |conn| {
        let template = service::create(conn, &act, who.user_id, &who.scope, &new)?;
        Ok::<_, TemplateError>(show(conn, vec![template], act.at.day(), &staff)?)
    });
    Ok(HttpResponse::Created().json(&template.await?[0]))
}

/// Lays down a better standard and retires the old one; what rests on the old one stays what it was.
#[utoipa::path(post, path = "/templates/{id}/replace", tag = "desk", params(("id" = TemplateId, Path)), request_body = Standard, responses((status = 201, body = TemplateOut)))]
async fn replace_template(
    who: Approver,
    staff: Staff,
    context: web::Data<Context>,
    id: PathId<Template>,
    body: Body<Standard>,
) -> ApiResult<HttpResponse> {
    let new = parse(body.value)?;
    let act = who.act(&context);
    let template = context.db.write(move |conn| {
        let template = service::replace(conn, &act, who.user_id, &who.scope, (id.0, &new))?;
        Ok::<_, TemplateError>(show(conn, vec![template], act.at.day(), &staff)?)
    });
    Ok(HttpResponse::Created().json(&template.await?[0]))
}

/// Takes a template out of use: nothing new rests on it.
#[utoipa::path(post, path = "/templates/{id}/retire", tag = "desk", params(("id" = TemplateId, Path)), responses((status = 200, body = TemplateOut)))]
async fn retire_template(
    who: Approver,
    staff: Staff,
    context: web::Data<Context>,
    id: PathId<Template>,
) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let template = context.db.write(move |conn| {
        let template = service::retire(conn, &act, &who.scope, id.0)?;
        Ok::<_, TemplateError>(show(conn, vec![template], act.at.day(), &staff)?)
    });
    Ok(HttpResponse::Ok().json(&template.await?[0]))
}

impl From<TemplateError> for ApiError {
    fn from(error: TemplateError) -> Self {
        match error {
            TemplateError::NotFound => Self::new(Code::NotFound),
            TemplateError::OutOfScope => Self::new(Code::OutOfScope),
            TemplateError::Retired => Self::new(Code::TemplateRetired),
            TemplateError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            TemplateError::Db(error) => error.into(),
        }
    }
}
