//! Routes of intake day.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::http::{HarvestedGood, Mentioned, NOTE_MAX};
use super::http_batches;
use super::http_batches::BatchOut;
use super::intakes::{self, NewIntake, TakenIn};
use super::rules::{Grade, Weighing};
use super::store::{self, Intake};
use super::types::IntakeId;
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::households::{HouseholdId, HouseholdRef};
use crate::identity::access::{Coordinator, Staff};
use crate::kernel::{Day, Instant, Invalid, Page, PageQuery, line};
use crate::photos::{self, PhotoId, PhotoOut};
use crate::regions::RegionRef;
use crate::templates::TemplateId;
use crate::web::error::Fields;
use crate::web::idempotency::{self, RequiredKey};
use crate::web::{ApiResult, Body, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, record_intake, list_intakes);
}

const PHOTOS_MAX: usize = 6;
const SCALE_MAX: usize = 40;
/// The age of the oldest tree from which anything is picked, in days.
const AGE_MAX: i64 = 400_000;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IntakeIn {
    household_id: HouseholdId,
    template_id: TemplateId,
    /// With what it lies in.
    #[schema(minimum = 1, maximum = 20_000_000)]
    gross_g: i64,
    /// What it lies in.
    #[schema(minimum = 0, maximum = 20_000_000)]
    tare_g: i64,
    /// Pieces; needed where pieces are sold.
    counted: Option<i64>,
    candled_good: Option<i64>,
    candled_bad: Option<i64>,
    grade: Grade,
    /// Grams or pieces that go back, beyond those that candling found bad.
    #[serde(default)]
    rejected_quantity: i64,
    /// Needed where something is rejected.
    #[schema(max_length = 200)]
    reject_reason: Option<String>,
    /// Why a weight is right that is beyond ten times what so many weigh.
    #[schema(max_length = 200)]
    band_reason: Option<String>,
    #[serde(default)]
    #[schema(max_items = 6)]
    photo_ids: Vec<PhotoId>,
    /// Which scale it was.
    #[schema(max_length = 40, example = "村部台秤 1")]
    scale_id: String,
    /// When it was last checked with a known weight.
    scale_checked_on: Option<Day>,
    taken_at: Instant,
    /// By default the day of the weighing.
    harvested_on: Option<Day>,
    /// Needed where the good is sold by its age.
    age_days: Option<i64>,
}

impl IntakeIn {
    fn parse(self) -> ApiResult<NewIntake> {
        let mut fields = Fields::default();
        let scale_id = fields.take("/scale_id", line(&self.scale_id, SCALE_MAX));
        let reject_reason = fields.take_optional("/reject_reason", self.reject_reason, |text| line(&text, NOTE_MAX));
        let band_reason = fields.take_optional("/band_reason", self.band_reason, |text| line(&text, NOTE_MAX));
        let age_days =
            fields.take_optional("/age_days", self.age_days, |age| super::http::check_count(age, 0, AGE_MAX));
        if self.photo_ids.len() > PHOTOS_MAX {
            fields.take::<()>("/photo_ids", Err(Invalid::new("too_many").with("max", PHOTOS_MAX)));
        }
        let Some(scale_id) = scale_id else { return Err(fields.refusal()) };
        fields.finish()?;
        Ok(NewIntake {
            household_id: self.household_id,
            template_id: self.template_id,
            weighing: Weighing {
                gross_g: self.gross_g,
                tare_g: self.tare_g,
                counted: self.counted,
                candled_good: self.candled_good,
                candled_bad: self.candled_bad,
                rejected: self.rejected_quantity,
            },
            grade: self.grade,
            reject_reason,
            band_reason,
            photo_ids: self.photo_ids,
            scale_id,
            scale_checked_on: self.scale_checked_on,
            taken_at: self.taken_at,
            harvested_on: self.harvested_on,
            age_days,
        })
    }
}

/// What was weighed, and what of it was taken; quantities in grams or pieces.
#[derive(Serialize, ToSchema)]
#[schema(as = Intake)]
struct IntakeOut {
    id: IntakeId,
    household: HouseholdRef,
    village: RegionRef,
    good: HarvestedGood,
    gross_g: i64,
    tare_g: i64,
    net_g: i64,
    counted: Option<i64>,
    candled_good: Option<i64>,
    candled_bad: Option<i64>,
    grade: Grade,
    rejected_quantity: i64,
    reject_reason: Option<String>,
    accepted_quantity: i64,
    band_reason: Option<String>,
    photos: Vec<PhotoOut>,
    scale_id: String,
    #[schema(format = Date)]
    scale_checked_on: Option<String>,
    taken_at: Instant,
    created_at: Instant,
}

fn show(conn: &mut Conn, rows: Vec<Intake>) -> DbResult<Vec<IntakeOut>> {
    let keys: Vec<_> =
        rows.iter().map(|row| (row.template_id, Some(row.household_id), row.village_code.clone())).collect();
    let mentioned = Mentioned::of(conn, &keys)?;
    let of_intakes = store::list_photos(conn, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let photos = photos::list_by_id(conn, of_intakes.values().flatten().copied())?;
    let show = |row: Intake| IntakeOut {
        household: mentioned.household(row.household_id),
        village: mentioned.village(&row.village_code),
        good: mentioned.good(row.template_id),
        photos: of_intakes.get(&row.id).into_iter().flatten().filter_map(|id| photos.get(id).cloned()).collect(),
        id: row.id,
        gross_g: row.gross_g,
        tare_g: row.tare_g,
        net_g: row.net_g,
        counted: row.counted,
        candled_good: row.candled_good,
        candled_bad: row.candled_bad,
        grade: row.grade,
        rejected_quantity: row.rejected_quantity,
        reject_reason: row.reject_reason,
        accepted_quantity: row.accepted_quantity,
        band_reason: row.band_reason,
        scale_id: row.scale_id,
        scale_checked_on: row.scale_checked_on,
        taken_at: row.taken_at,
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(show).collect())
}

#[derive(Serialize, ToSchema)]
struct TakenInOut {
    intake: IntakeOut,
    /// Null if not one whole sales unit was accepted.
    batch: Option<BatchOut>,
}

/// Weighs what a household brings. What is accepted makes a batch. A phone sends its draft's id as the key, so
/// what was weighed without a network arrives once.
#[utoipa::path(post, path = "/intakes", tag = "desk", params(("Idempotency-Key" = String, Header)), request_body = IntakeIn, responses((status = 201, body = TakenInOut)))]
async fn record_intake(
    who: Coordinator,
    context: web::Data<Context>,
    key: RequiredKey,
    body: Body<IntakeIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let (act, new) = (who.act(&context), body.value.parse()?);
    let saved = context.db.write(move |conn| {
        idempotency::once(conn, Some(&ticket), act.at, StatusCode::CREATED, |conn| {
            let TakenIn { intake, batch } = intakes::take_in(conn, &act, (who.user_id, &who.scope), &new)?;
            let batch = http_batches::show(conn, batch.into_iter().collect(), act.at.day())?.pop();
            Ok(TakenInOut { intake: show(conn, vec![intake])?.remove(0), batch })
        })
    });
    Ok(saved.await?.into_response())
}

/// What was weighed in the scope, newest first.
#[utoipa::path(get, path = "/intakes", tag = "desk", params(PageQuery), responses((status = 200, body = Page<IntakeOut>)))]
async fn list_intakes(
    who: Staff,
    context: web::Data<Context>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<IntakeOut>>> {
    let (limit, after) = page(&query.0)?;
    let page = context.db.read(move |conn| -> DbResult<_> {
        let page = store::list_intakes(conn, &who.scope(), limit, after)?;
        Ok(Page { data: show(conn, page.data)?, page: page.page })
    });
    Ok(web::Json(page.await?))
}
