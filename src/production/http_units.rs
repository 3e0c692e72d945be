//! Routes of producing units and their diaries.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::http::{NOTE_MAX, check_inside};
use super::rules::UnitState;
use super::store_units::{self, ProducingUnit, UnitEvent};
use super::types::{EventId, EventKind, ProductionError, UnitId, UnitKind, check_count};
use super::units::{self, NewEvent, NewUnit};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::households::{Household, HouseholdId};
use crate::identity::access::{Coordinator, Staff};
use crate::kernel::{Day, Instant, Page, PageQuery, line};
use crate::photos::{self, PhotoId, PhotoOut};
use crate::templates::TemplateId;
use crate::web::error::Fields;
use crate::web::{ApiResult, Body, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, add_producing_unit, list_producing_units, show_producing_unit, add_unit_event);
}

const TAG_MAX: usize = 40;
const SIZE_MAX: i64 = 1_000_000;
const SHARES_MAX: i64 = 1_000;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProducingUnitIn {
    kind: UnitKind,
    template_id: Option<TemplateId>,
    /// Ear tag, leg ring, sign on the tree; once in a village.
    #[schema(max_length = 40, example = "510824-0173")]
    tag: String,
    /// Number of the insurance, where it is insured.
    #[schema(max_length = 40)]
    insured_no: Option<String>,
    /// Animals, trees or hives, or hundredths of a 亩; by default 1.
    #[schema(minimum = 1, maximum = 1_000_000)]
    size: Option<i64>,
    /// Into how many shares buyers can take it; by default 1.
    #[schema(minimum = 1, maximum = 1_000)]
    share_total: Option<i64>,
    /// By default today.
    started_on: Option<String>,
}

impl ProducingUnitIn {
    fn parse(self, household_id: HouseholdId, today: Day) -> ApiResult<NewUnit> {
        let mut fields = Fields::default();
        let tag = fields.take("/tag", line(&self.tag, TAG_MAX));
        let insured_no = fields.take_optional("/insured_no", self.insured_no, |number| line(&number, TAG_MAX));
        let size = fields.take("/size", check_count(self.size.unwrap_or(1), 1, SIZE_MAX));
        let share_total = fields.take("/share_total", check_count(self.share_total.unwrap_or(1), 1, SHARES_MAX));
        let started_on = fields.take_optional("/started_on", self.started_on, |text| text.parse());
        let (Some(tag), Some(size), Some(share_total)) = (tag, size, share_total) else { return Err(fields.refusal()) };
        fields.finish()?;
        Ok(NewUnit {
            household_id,
            kind: self.kind,
            template_id: self.template_id,
            tag,
            insured_no,
            size,
            share_total,
            started_on: started_on.unwrap_or(today),
        })
    }
}

/// A group of hens, a pig, a plot, a tree, a hive.
#[derive(Serialize, ToSchema)]
#[schema(as = ProducingUnit)]
struct ProducingUnitOut {
    id: UnitId,
    household_id: HouseholdId,
    kind: UnitKind,
    template_id: Option<TemplateId>,
    tag: String,
    insured_no: Option<String>,
    /// Animals, trees or hives, or hundredths of a 亩.
    size: i64,
    share_total: i64,
    #[schema(format = Date)]
    started_on: String,
    state: UnitState,
    created_at: Instant,
}

impl From<ProducingUnit> for ProducingUnitOut {
    fn from(unit: ProducingUnit) -> Self {
        Self {
            id: unit.id,
            household_id: unit.household_id,
            kind: unit.kind,
            template_id: unit.template_id,
            tag: unit.tag,
            insured_no: unit.insured_no,
            size: unit.size,
            share_total: unit.share_total,
            started_on: unit.started_on,
            state: unit.state,
            created_at: unit.created_at,
        }
    }
}

/// An entry of the diary of a producing unit.
#[derive(Serialize, ToSchema)]
struct UnitEventOut {
    id: EventId,
    kind: EventKind,
    #[schema(format = Date)]
    happened_on: String,
    note: Option<String>,
    photo: Option<PhotoOut>,
    created_at: Instant,
}

/// Entries with their photos, in their order.
fn show_events(conn: &mut Conn, events: Vec<UnitEvent>) -> DbResult<Vec<UnitEventOut>> {
    let photos = photos::list_by_id(conn, events.iter().filter_map(|event| event.photo_id))?;
    let show = |event: UnitEvent| {
        let UnitEvent { id, kind, happened_on, note, photo_id, created_at, .. } = event;
        let photo = photo_id.and_then(|id| photos.get(&id).cloned());
        UnitEventOut { id, kind, happened_on, note, photo, created_at }
    };
    Ok(events.into_iter().map(show).collect())
}

/// Records a group of hens, a pig, a plot, a tree or a hive of a household.
#[utoipa::path(post, path = "/households/{id}/producing-units", tag = "desk", params(("id" = HouseholdId, Path)), request_body = ProducingUnitIn, responses((status = 201, body = ProducingUnitOut)))]
async fn add_producing_unit(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Household>,
    body: Body<ProducingUnitIn>,
) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let new = body.value.parse(id.0, act.at.day())?;
    let added = context.db.write(move |conn| units::add_unit(conn, &act, who.user_id, &who.scope, &new)).await?;
    Ok(HttpResponse::Created().json(ProducingUnitOut::from(added)))
}

/// The producing units of a household, newest first.
#[utoipa::path(get, path = "/households/{id}/producing-units", tag = "desk", params(("id" = HouseholdId, Path), PageQuery), responses((status = 200, body = Page<ProducingUnitOut>)))]
async fn list_producing_units(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Household>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<ProducingUnitOut>>> {
    let (limit, after) = page(&query.0)?;
    let page = context
        .db
        .read(move |conn| {
            check_inside(conn, &who.scope(), id.0)?;
            Ok::<_, ProductionError>(store_units::list(conn, id.0, limit, after)?)
        })
        .await?;
    Ok(web::Json(page.map(ProducingUnitOut::from)))
}

/// A producing unit with a page of its diary.
#[derive(Serialize, ToSchema)]
struct UnitWithEventsOut {
    unit: ProducingUnitOut,
    events: Page<UnitEventOut>,
}

/// A producing unit with its diary, newest entry first.
#[utoipa::path(get, path = "/producing-units/{id}", tag = "desk", params(("id" = UnitId, Path), PageQuery), responses((status = 200, body = UnitWithEventsOut)))]
async fn show_producing_unit(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<ProducingUnit>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<UnitWithEventsOut>> {
    let (limit, after) = page(&query.0)?;
    let shown = context
        .db
        .read(move |conn| {
            let unit = units::load(conn, &who.scope(), id.0)?.into();
            let Page { data, page } = store_units::list_events(conn, id.0, limit, after)?;
            let events = Page { data: show_events(conn, data)?, page };
            Ok::<_, ProductionError>(UnitWithEventsOut { unit, events })
        })
        .await?;
    Ok(web::Json(shown))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnitEventIn {
    /// `died`, `sold` and `ended` end the unit; after that only notes are taken.
    kind: EventKind,
    /// By default today.
    happened_on: Option<String>,
    #[schema(max_length = 300)]
    note: Option<String>,
    photo_id: Option<PhotoId>,
}

impl UnitEventIn {
    fn parse(self, today: Day) -> ApiResult<NewEvent> {
        let mut fields = Fields::default();
        let happened_on = fields.take_optional("/happened_on", self.happened_on, |text| text.parse());
        let note = fields.take_optional("/note", self.note, |note| line(&note, NOTE_MAX));
        fields.finish()?;
        Ok(NewEvent { kind: self.kind, happened_on: happened_on.unwrap_or(today), note, photo_id: self.photo_id })
    }
}

/// Writes into the diary of a producing unit.
#[utoipa::path(post, path = "/producing-units/{id}/events", tag = "desk", params(("id" = UnitId, Path)), request_body = UnitEventIn, responses((status = 201, body = UnitEventOut)))]
async fn add_unit_event(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<ProducingUnit>,
    body: Body<UnitEventIn>,
) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let new = body.value.parse(act.at.day())?;
    let added = context
        .db
        .write(move |conn| {
            let added = units::add_event(conn, &act, who.user_id, &who.scope, id.0, &new)?;
            Ok::<_, ProductionError>(show_events(conn, vec![added])?)
        })
        .await?;
    Ok(HttpResponse::Created().json(&added[0]))
}
