//! Routes of batches: their certificate, making one of several, and the page to which a label leads.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::batches;
use super::http::{HarvestedGood, Mentioned};
use super::rules::Grade;
use super::store::{self, Batch};
use super::types::{BatchId, HarvestError};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::households::{self, HouseholdRef};
use crate::identity::access::{Coordinator, Staff};
use crate::kernel::{Day, Instant, Page, PageQuery};
use crate::papers::{self, NewPaper, PaperKind, PaperOut};
use crate::regions::RegionRef;
use crate::web::access::Anyone;
use crate::web::error::Fields;
use crate::web::idempotency::{self, RequiredKey};
use crate::web::{ApiResult, Body, PathId, Query, Routes, cache, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, merge_batches, list_batches, certify_batch, show_batch);
}

/// Goods of one day and grade; of one household, or of several under one certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Batch)]
pub(super) struct BatchOut {
    id: BatchId,
    /// On the label; opens the public page.
    code: String,
    village: RegionRef,
    good: HarvestedGood,
    /// Null of a batch that was made of others.
    household: Option<HouseholdRef>,
    #[schema(format = Date)]
    harvested_on: String,
    age_days: Option<i64>,
    grade: Grade,
    /// Grams or pieces.
    quantity: i64,
    /// Whole sales units.
    units: i64,
    /// Those of them that no order has; of a batch that was made of others, in all its parts.
    remaining: i64,
    /// The batch of which it is a part, and whose certificate counts.
    merged_into: Option<BatchId>,
    /// Codes of the batches of which it was made.
    parts: Vec<String>,
    /// The 承诺达标合格证 that counts today.
    certificate: Option<PaperOut>,
    created_at: Instant,
}

pub(super) fn show(conn: &mut Conn, rows: Vec<Batch>, today: Day) -> DbResult<Vec<BatchOut>> {
    let keys: Vec<_> = rows.iter().map(|row| (row.template_id, row.household_id, row.village_code.clone())).collect();
    let mentioned = Mentioned::of(conn, &keys)?;
    let parts = store::list_parts(conn, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let mut shown = Vec::new();
    for row in rows {
        let own = || parts.iter().filter(|part| part.merged_into == Some(row.id));
        let certificate = batches::certificate(conn, &row, today)?;
        shown.push(BatchOut {
            id: row.id,
            village: mentioned.village(&row.village_code),
            good: mentioned.good(row.template_id),
            household: row.household_id.map(|id| mentioned.household(id)),
            remaining: row.remaining + own().map(|part| part.remaining).sum::<i64>(),
            parts: own().map(|part| part.code.clone()).collect(),
            certificate: papers::show(certificate.into_iter().collect(), today, true).pop(),
            code: row.code,
            harvested_on: row.harvested_on,
            age_days: row.age_days,
            grade: row.grade,
            quantity: row.quantity,
            units: row.units,
            merged_into: row.merged_into,
            created_at: row.created_at,
        });
    }
    Ok(shown)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeIn {
    #[schema(min_items = 2, max_items = 50)]
    batch_ids: Vec<BatchId>,
}

/// Makes one batch of several of a good and village: with a label of its own, and without a certificate.
#[utoipa::path(post, path = "/batches", tag = "desk", params(("Idempotency-Key" = String, Header)), request_body = MergeIn, responses((status = 201, body = BatchOut)))]
async fn merge_batches(
    who: Coordinator,
    context: web::Data<Context>,
    key: RequiredKey,
    body: Body<MergeIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let act = who.act(&context);
    let saved = context.db.write(move |conn| {
        idempotency::once(conn, Some(&ticket), act.at, StatusCode::CREATED, |conn| {
            let batch = batches::merge(conn, &act, (who.user_id, &who.scope), &body.value.batch_ids)?;
            Ok(show(conn, vec![batch], act.at.day())?.remove(0))
        })
    });
    Ok(saved.await?.into_response())
}

/// The batches of the scope, newest first.
#[utoipa::path(get, path = "/batches", tag = "desk", params(PageQuery), responses((status = 200, body = Page<BatchOut>)))]
async fn list_batches(
    who: Staff,
    context: web::Data<Context>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<BatchOut>>> {
    let (limit, after) = page(&query.0)?;
    let today = context.clock.now().day();
    let page = context.db.read(move |conn| -> DbResult<_> {
        let page = store::list_batches(conn, &who.scope(), limit, after)?;
        Ok(Page { data: show(conn, page.data, today)?, page: page.page })
    });
    Ok(web::Json(page.await?))
}

/// A 承诺达标合格证, as it is promised for a batch.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CertificateIn {
    #[schema(max_length = 40)]
    number: String,
    /// Who promises it.
    #[schema(max_length = 60)]
    issuer: String,
    issued_on: Day,
    /// By default it counts for thirty days.
    valid_until: Option<Day>,
}

/// Keeps the certificate of a batch: what leaves of it leaves with this one.
#[utoipa::path(post, path = "/batches/{id}/certificates", tag = "desk", params(("id" = BatchId, Path)), request_body = CertificateIn, responses((status = 200, body = BatchOut)))]
async fn certify_batch(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Batch>,
    body: Body<CertificateIn>,
) -> ApiResult<web::Json<BatchOut>> {
    let act = who.act(&context);
    let CertificateIn { number, issuer, issued_on, valid_until } = body.value;
    let paper = NewPaper { kind: PaperKind::Conformity, number, issuer: Some(issuer), issued_on, valid_until };
    let paper = paper.check(act.at.day()).map_err(|wrong| {
        let mut fields = Fields::default();
        for (name, invalid) in wrong {
            fields.take::<()>(&format!("/{name}"), Err(invalid));
        }
        fields.refusal()
    })?;
    let batch = context.db.write(move |conn| {
        let batch = batches::certify(conn, &act, (who.user_id, &who.scope), id.0, &paper)?;
        Ok::<_, HarvestError>(show(conn, vec![batch], act.at.day())?.remove(0))
    });
    Ok(web::Json(batch.await?))
}

/// What a label tells everybody.
#[derive(Serialize, ToSchema)]
struct PublicBatch {
    code: String,
    village: RegionRef,
    good: HarvestedGood,
    /// Those who brought it, as far as they agree to be named.
    households: Vec<HouseholdRef>,
    #[schema(format = Date)]
    harvested_on: String,
    age_days: Option<i64>,
    grade: Grade,
    certificate: Option<PaperOut>,
}

/// A batch, by the code on its label.
#[utoipa::path(get, path = "/batches/{code}", tag = "public", params(("code" = String, Path)), responses((status = 200, body = PublicBatch)))]
async fn show_batch(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    code: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let today = context.clock.now().day();
    // People type it from paper.
    let code = code.trim().to_ascii_uppercase();
    let batch = context.db.read(move |conn| {
        let batch = store::find_batch_by_code(conn, &code)?.ok_or(HarvestError::NotFound)?;
        show_public(conn, batch, today).map_err(HarvestError::from)
    });
    cache::public_json(&request, &batch.await?)
}

fn show_public(conn: &mut Conn, batch: Batch, today: Day) -> DbResult<PublicBatch> {
    let mentioned = Mentioned::of(conn, &[(batch.template_id, None, batch.village_code.clone())])?;
    let parts = store::list_parts(conn, &[batch.id])?;
    let brought = batch.household_id.into_iter().chain(parts.into_iter().filter_map(|part| part.household_id));
    // A household that is not named stands on no label: not even by its id.
    let named = households::refs(conn, brought)?.into_values().filter(|it| it.alias.is_some());
    let mut named: Vec<HouseholdRef> = named.collect();
    named.sort_by_key(|it| it.id);
    let certificate = batches::certificate(conn, &batch, today)?;
    Ok(PublicBatch {
        village: mentioned.village(&batch.village_code),
        good: mentioned.good(batch.template_id),
        households: named,
        certificate: papers::show(certificate.into_iter().collect(), today, false).pop(),
        code: batch.code,
        harvested_on: batch.harvested_on,
        age_days: batch.age_days,
        grade: batch.grade,
    })
}
