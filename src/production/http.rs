//! Routes of surveys and capacities: written by coordinators, read by staff of the scope.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

use super::rules::SurveyNote;
use super::service::NewSurvey;
use super::store::{self, Capacity, Survey};
use super::types::{ProductionError, Season, SurveyId, check_count};
use super::{http_units, service};
use crate::catalog::{self, Cut, ListingId};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::households::{self, Household, HouseholdError, HouseholdId};
use crate::identity::access::{Coordinator, Staff};
use crate::kernel::{Day, Instant, Page, PageQuery, Scope, line};
use crate::photos::{self, PhotoId, PhotoOut};
use crate::templates::{self, Base, CapacityUnit, Template, TemplateId};
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, record_survey, list_surveys, list_capacities);
    http_units::routes(routes);
}

const UNITS_MAX: i64 = 1_000_000;
/// A thousand tons, in grams.
const EXPECTED_MAX: i64 = 1_000_000_000;
pub(super) const NOTE_MAX: usize = 300;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SurveyIn {
    template_id: TemplateId,
    /// A year.
    #[schema(example = "2026")]
    season: String,
    /// Animals, trees or hives that were counted, or hundredths of a 亩.
    #[schema(minimum = 0, maximum = 1_000_000)]
    capacity_units: i64,
    /// What is expected of them, in grams or pieces.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    expected_quantity: i64,
    photo_id: Option<PhotoId>,
    /// By default today.
    #[schema(example = "2026-09-20")]
    surveyed_on: Option<String>,
    #[schema(max_length = 300)]
    note: Option<String>,
}

impl SurveyIn {
    fn parse(self, household_id: HouseholdId, today: Day) -> ApiResult<NewSurvey> {
        let mut fields = Fields::default();
        let season = fields.take("/season", Season::parse(&self.season));
        let units = fields.take("/capacity_units", check_count(self.capacity_units, 0, UNITS_MAX));
        let expected = fields.take("/expected_quantity", check_count(self.expected_quantity, 0, EXPECTED_MAX));
        let surveyed_on = fields.take_optional("/surveyed_on", self.surveyed_on, |text| text.parse());
        let note = fields.take_optional("/note", self.note, |note| line(&note, NOTE_MAX));
        match (season, units, expected) {
            (Some(season), Some(capacity_units), Some(expected_quantity)) => {
                fields.finish()?;
                Ok(NewSurvey {
                    household_id,
                    template_id: self.template_id,
                    season,
                    capacity_units,
                    expected_quantity,
                    photo_id: self.photo_id,
                    surveyed_on: surveyed_on.unwrap_or(today),
                    note,
                })
            }
            _ => Err(fields.refusal()),
        }
    }
}

/// A template as surveys and capacities mention it.
#[derive(Clone, Serialize, ToSchema)]
struct SurveyedTemplate {
    id: TemplateId,
    product: String,
    title: String,
    unit_label: String,
    base: Base,
    /// Grams or pieces in one sales unit.
    pack_quantity: i64,
    capacity_unit: Option<CapacityUnit>,
}

impl From<Template> for SurveyedTemplate {
    fn from(template: Template) -> Self {
        let Template { id, product, title, unit_label, base, pack_quantity, capacity_unit, .. } = template;
        Self { id, product, title, unit_label, base, pack_quantity, capacity_unit }
    }
}

/// What somebody counted at a household.
#[derive(Serialize, ToSchema)]
#[schema(as = Survey)]
struct SurveyOut {
    id: SurveyId,
    template: SurveyedTemplate,
    season: String,
    /// Animals, trees or hives, or hundredths of a 亩.
    capacity_units: i64,
    /// In grams or pieces.
    expected_quantity: i64,
    photo: Option<PhotoOut>,
    #[schema(format = Date)]
    surveyed_on: String,
    note: Option<String>,
    created_at: Instant,
}

/// How much of a good a household may promise in a season, in grams or pieces.
#[derive(Serialize, ToSchema)]
#[schema(as = Capacity)]
struct CapacityOut {
    template: SurveyedTemplate,
    season: String,
    limit_quantity: i64,
    /// For sale or sold.
    promised_quantity: i64,
    /// What can still be promised.
    left_quantity: i64,
    /// The same in sales units.
    left_units: i64,
}

/// What a lower limit has taken off the shop.
#[derive(Serialize, ToSchema)]
struct CutOut {
    listing_id: ListingId,
    title: String,
    /// Sales units that are no longer for sale.
    units: i64,
}

impl From<Cut> for CutOut {
    fn from(Cut { listing_id, title, units }: Cut) -> Self {
        Self { listing_id, title, units }
    }
}

#[derive(Serialize, ToSchema)]
struct SurveyTakenOut {
    survey: SurveyOut,
    capacity: CapacityOut,
    /// What is to be looked at.
    notes: Vec<SurveyNote>,
    /// Listings of which less is for sale now, newest first.
    cuts: Vec<CutOut>,
}

type Templates = HashMap<TemplateId, SurveyedTemplate>;

fn templates_of(conn: &mut Conn, ids: impl Iterator<Item = TemplateId>) -> DbResult<Templates> {
    let found = templates::list_by_id(conn, &ids.collect::<Vec<_>>())?;
    Ok(found.into_iter().map(|template| (template.id, template.into())).collect())
}

/// Surveys with what they mention, in their order.
fn show_surveys(conn: &mut Conn, surveys: Vec<Survey>) -> DbResult<Vec<SurveyOut>> {
    let templates = templates_of(conn, surveys.iter().map(|survey| survey.template_id))?;
    let photos = photos::list_by_id(conn, surveys.iter().filter_map(|survey| survey.photo_id))?;
    let show = |survey: Survey| SurveyOut {
        id: survey.id,
        template: templates[&survey.template_id].clone(),
        season: survey.season.to_string(),
        capacity_units: survey.capacity_units,
        expected_quantity: survey.expected_quantity,
        photo: survey.photo_id.and_then(|id| photos.get(&id).cloned()),
        surveyed_on: survey.surveyed_on,
        note: survey.note,
        created_at: survey.created_at,
    };
    Ok(surveys.into_iter().map(show).collect())
}

fn show_capacity(capacity: Capacity, templates: &Templates) -> CapacityOut {
    let template = templates[&capacity.template_id].clone();
    let left_quantity = (capacity.limit_quantity - capacity.promised_quantity).max(0);
    CapacityOut {
        left_units: left_quantity / template.pack_quantity,
        left_quantity,
        season: capacity.season.to_string(),
        limit_quantity: capacity.limit_quantity,
        promised_quantity: capacity.promised_quantity,
        template,
    }
}

/// Takes a survey of what a household has for a season. What is promised above its limit is taken off
/// the shop at once.
#[utoipa::path(post, path = "/households/{id}/surveys", tag = "desk", params(("id" = HouseholdId, Path)), request_body = SurveyIn, responses((status = 201, body = SurveyTakenOut)))]
async fn record_survey(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Household>,
    body: Body<SurveyIn>,
) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let new = body.value.parse(id.0, act.at.day())?;
    let taken = context
        .db
        .write(move |conn| {
            let (taken, cuts) = catalog::take_survey(conn, &act, who.user_id, &who.scope, &new)?;
            let service::Recorded { survey, capacity, notes, .. } = taken;
            let templates = templates_of(conn, std::iter::once(survey.template_id))?;
            Ok::<_, ApiError>(SurveyTakenOut {
                capacity: show_capacity(capacity, &templates),
                survey: show_surveys(conn, vec![survey])?.remove(0),
                notes,
                cuts: cuts.into_iter().map(CutOut::from).collect(),
            })
        })
        .await?;
    Ok(HttpResponse::Created().json(taken))
}

/// The surveys of a household, newest first.
#[utoipa::path(get, path = "/households/{id}/surveys", tag = "desk", params(("id" = HouseholdId, Path), PageQuery), responses((status = 200, body = Page<SurveyOut>)))]
async fn list_surveys(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Household>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<SurveyOut>>> {
    let (limit, after) = page(&query.0)?;
    let page = context
        .db
        .read(move |conn| {
            check_inside(conn, &who.scope(), id.0)?;
            let page = store::list_surveys(conn, id.0, limit, after)?;
            Ok::<_, ApiError>(Page { data: show_surveys(conn, page.data)?, page: page.page })
        })
        .await?;
    Ok(web::Json(page))
}

#[derive(Serialize, ToSchema)]
struct CapacitiesOut {
    data: Vec<CapacityOut>,
}

/// What a household may promise, newest season first.
#[utoipa::path(get, path = "/households/{id}/capacities", tag = "desk", params(("id" = HouseholdId, Path)), responses((status = 200, body = CapacitiesOut)))]
async fn list_capacities(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Household>,
) -> ApiResult<web::Json<CapacitiesOut>> {
    let data = context
        .db
        .read(move |conn| {
            check_inside(conn, &who.scope(), id.0)?;
            let rows = store::list_capacities(conn, id.0)?;
            let templates = templates_of(conn, rows.iter().map(|row| row.template_id))?;
            Ok::<_, ApiError>(rows.into_iter().map(|row| show_capacity(row, &templates)).collect())
        })
        .await?;
    Ok(web::Json(CapacitiesOut { data }))
}

/// That a household is in the scope; what others have is private.
pub(super) fn check_inside(conn: &mut Conn, scope: &Scope, id: HouseholdId) -> Result<(), ProductionError> {
    match households::load_in_scope(conn, scope, id) {
        Ok(_) => Ok(()),
        Err(HouseholdError::NotFound | HouseholdError::OutOfScope) => Err(ProductionError::NotFound),
        Err(error) => Err(error.into()),
    }
}

impl From<ProductionError> for ApiError {
    fn from(error: ProductionError) -> Self {
        match error {
            ProductionError::NotFound => Self::new(Code::NotFound),
            ProductionError::SurveyMissing => Self::new(Code::SurveyMissing),
            ProductionError::PromiseLimit { left } => Self::new(Code::PromiseLimit).with("left", left),
            ProductionError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            ProductionError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            ProductionError::Template(error) => error.into(),
            ProductionError::Household(error) => error.into(),
            ProductionError::Db(error) => error.into(),
        }
    }
}
