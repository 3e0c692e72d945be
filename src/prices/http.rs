//! Routes of prices: references are read by staff and written by approvers, and a price is judged while
//! somebody types it.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::service::{self, Offer};
use super::store;
use super::types::{NewReference, PRODUCT_MAX, Per, PriceError, Recorded};
use super::view::{AssessmentOut, PriceReferenceOut, show, show_assessment};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Approver, Coordinator, Staff};
use crate::kernel::{Day, Grams, Invalid, Money, Page, PageQuery, RegionCode, line};
use crate::templates::{self, TemplateId};
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_price_references, record_price_references, check_price);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReferencesQuery {
    /// The product's whole name.
    product: Option<String>,
    /// Code of a place; references of it and of all that lies in it.
    region: Option<String>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// Medians that were written down, newest first.
#[utoipa::path(get, path = "/price-references", tag = "desk", params(ReferencesQuery), responses((status = 200, body = Page<PriceReferenceOut>)))]
async fn list_price_references(
    _: Staff,
    context: web::Data<Context>,
    query: Query<ReferencesQuery>,
) -> ApiResult<web::Json<Page<PriceReferenceOut>>> {
    let ReferencesQuery { product, region, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let product = given(product).map(|text| line(&text, PRODUCT_MAX)).transpose();
    let product = product.map_err(|invalid| ApiError::field("#product", invalid))?;
    let region = given(region).map(|code| RegionCode::parse(&code)).transpose();
    let region = region.map_err(|invalid| ApiError::field("#region", invalid))?;
    let page = context.db.read(move |conn| {
        let Page { data, page } = store::list(conn, product.as_deref(), region.as_ref(), limit, after)?;
        Ok::<_, PriceError>(Page { data: show(conn, data)?, page })
    });
    Ok(web::Json(page.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PriceReferenceIn {
    /// As templates name it.
    #[schema(max_length = 30, example = "土鸡蛋")]
    product: String,
    region_code: RegionCode,
    /// The Monday on which the week begins.
    week: Day,
    per: Per,
    #[schema(value_type = i64, minimum = 1, maximum = 100_000_000)]
    median_fen: Money,
    /// How many prices the median is of.
    #[schema(minimum = 1, maximum = 10_000_000)]
    sample_count: i64,
    #[schema(max_length = 100, example = "县发改局价格监测")]
    source: String,
    source_date: Day,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PriceReferencesIn {
    /// At most 500.
    #[schema(min_items = 1, max_items = 500)]
    data: Vec<PriceReferenceIn>,
}

const ROWS_MAX: usize = 500;

#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = PriceReferencesRecorded)]
struct RecordedOut {
    added: usize,
    changed: usize,
    unchanged: usize,
}

impl PriceReferencesIn {
    fn parse(self, today: Day) -> ApiResult<Vec<NewReference>> {
        if self.data.is_empty() || self.data.len() > ROWS_MAX {
            return Err(ApiError::field("/data", Invalid::new("invalid_row_count").with("max", ROWS_MAX)));
        }
        let (mut rows, mut refused) = (Vec::with_capacity(self.data.len()), Fields::default());
        for (number, row) in self.data.into_iter().enumerate() {
            let PriceReferenceIn { product, region_code, week, per, median_fen, sample_count, source, source_date } =
                row;
            let new = NewReference { product, region_code, week, per, median_fen, sample_count, source, source_date };
            match new.check(today) {
                Ok(row) => rows.push(row),
                Err(wrong) => wrong.into_iter().for_each(|(field, invalid)| {
                    refused.take(&format!("/data/{number}/{field}"), Err::<(), _>(invalid));
                }),
            }
        }
        refused.finish()?;
        Ok(rows)
    }
}

/// Writes medians down, for places of the approver's scope. One of the same product, region, week and
/// measure is corrected.
#[utoipa::path(post, path = "/price-references", tag = "desk", request_body = PriceReferencesIn, responses((status = 200, body = RecordedOut)))]
async fn record_price_references(
    who: Approver,
    context: web::Data<Context>,
    body: Body<PriceReferencesIn>,
) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let rows = body.value.parse(act.at.day())?;
    if rows.iter().any(|row| !who.scope.covers(&row.region_code)) {
        return Err(ApiError::new(Code::OutOfScope));
    }
    let outcomes = context.db.write(move |conn| service::record(conn, &act, who.user_id, &rows)).await?;
    let mut recorded = RecordedOut::default();
    for outcome in outcomes {
        *match outcome {
            Recorded::Added => &mut recorded.added,
            Recorded::Changed => &mut recorded.changed,
            Recorded::Unchanged => &mut recorded.unchanged,
        } += 1;
    }
    Ok(HttpResponse::Ok().json(recorded))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PriceCheckIn {
    template_id: Option<TemplateId>,
    village_code: String,
    price_fen: Money,
    net_weight_g: Option<Grams>,
    /// The price of the version before.
    previous_price_fen: Option<Money>,
}

/// Judges a price while it is being typed; nothing is kept.
#[utoipa::path(post, path = "/price-check", tag = "desk", request_body = PriceCheckIn, responses((status = 200, body = AssessmentOut)))]
async fn check_price(
    who: Coordinator,
    context: web::Data<Context>,
    body: Body<PriceCheckIn>,
) -> ApiResult<web::Json<AssessmentOut>> {
    let PriceCheckIn { template_id, village_code, price_fen, net_weight_g, previous_price_fen } = body.value;
    let mut fields = Fields::default();
    let village_code = fields.take("/village_code", RegionCode::parse(&village_code));
    let Some(village_code) = village_code else { return Err(fields.refusal()) };
    if !who.scope.covers(&village_code) {
        return Err(ApiError::new(Code::OutOfScope));
    }
    let (thresholds, today) = (context.settings.price, context.clock.now().day());
    let assessment = context.db.read(move |conn| {
        let template = match template_id {
            Some(id) => Some(templates::find(conn, id)?.ok_or(PriceError::UnknownTemplate)?),
            None => None,
        };
        let offer = Offer {
            template: template.as_ref(),
            village_code: &village_code,
            net_weight_g,
            price_fen,
            previous_fen: previous_price_fen,
        };
        let found = service::judge(conn, &offer, &thresholds, today)?;
        Ok::<_, PriceError>(show_assessment(conn, found)?)
    });
    Ok(web::Json(assessment.await?))
}

impl From<PriceError> for ApiError {
    fn from(error: PriceError) -> Self {
        match error {
            PriceError::Invalid(row, field, invalid) => Self::field(format!("/data/{row}/{field}"), invalid),
            PriceError::UnknownTemplate => Self::field("/template_id", Invalid::new("unknown_template")),
            PriceError::Db(error) => error.into(),
        }
    }
}
