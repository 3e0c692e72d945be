//! Routes of reports: written by coordinators, read by staff of the scope; and what the rest of the routes share.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

use super::reports::{self, NewReport};
use super::store_reports::{self, SupplyReport};
use super::types::{HarvestError, ReportId};
use super::{http_allocations, http_batches, http_intakes};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::households::{self, HouseholdId, HouseholdRef};
use crate::identity::access::{Coordinator, Staff};
use crate::kernel::{Any, Day, Id, Instant, Invalid, Page, PageQuery, RegionCode, line};
use crate::regions::{self, RegionRef};
use crate::templates::{self, Base, Template, TemplateId};
use crate::web::error::Fields;
use crate::web::idempotency::{self, RequiredKey};
use crate::web::{ApiError, ApiResult, Body, Code, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, record_supply_report, list_supply_reports, list_supply_balances);
    http_intakes::routes(routes);
    http_batches::routes(routes);
    http_allocations::routes(routes);
}

/// A thousand tons, in grams.
const QUANTITY_MAX: i64 = 1_000_000_000;
pub(super) const NOTE_MAX: usize = 200;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SupplyReportIn {
    household_id: HouseholdId,
    template_id: TemplateId,
    /// The round of the village that it is for.
    #[schema(value_type = Option<String>, format = Uuid)]
    cycle_id: Option<Id<Any>>,
    /// Grams or pieces; 0 takes back what was said.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    quantity: i64,
    /// By when it is there.
    ready_on: Day,
    #[schema(max_length = 200)]
    note: Option<String>,
}

impl SupplyReportIn {
    fn parse(self) -> ApiResult<NewReport> {
        let mut fields = Fields::default();
        let quantity = fields.take("/quantity", check_count(self.quantity, 0, QUANTITY_MAX));
        let note = fields.take_optional("/note", self.note, |note| line(&note, NOTE_MAX));
        let Some(quantity) = quantity else { return Err(fields.refusal()) };
        fields.finish()?;
        let (household_id, template_id, cycle_id) = (self.household_id, self.template_id, self.cycle_id);
        Ok(NewReport { household_id, template_id, cycle_id, quantity, ready_on: self.ready_on, note })
    }
}

pub(super) fn check_count(count: i64, min: i64, max: i64) -> Result<i64, Invalid> {
    if (min..=max).contains(&count) {
        Ok(count)
    } else {
        Err(Invalid::new("invalid_count").with("min", min).with("max", max))
    }
}

/// A good as what comes in of it mentions it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct HarvestedGood {
    template_id: TemplateId,
    product: String,
    title: String,
    unit_label: String,
    base: Base,
    /// Grams or pieces in one sales unit.
    pack_quantity: i64,
}

impl From<Template> for HarvestedGood {
    fn from(template: Template) -> Self {
        let Template { id, product, title, unit_label, base, pack_quantity, .. } = template;
        Self { template_id: id, product, title, unit_label, base, pack_quantity }
    }
}

/// What rows mention, as staff of their village read it.
pub(super) struct Mentioned {
    goods: HashMap<TemplateId, HarvestedGood>,
    households: HashMap<HouseholdId, HouseholdRef>,
    villages: HashMap<RegionCode, RegionRef>,
}

impl Mentioned {
    pub(super) fn of(conn: &mut Conn, rows: &[(TemplateId, Option<HouseholdId>, RegionCode)]) -> DbResult<Self> {
        let ids: Vec<TemplateId> = rows.iter().map(|row| row.0).collect();
        let goods = templates::list_by_id(conn, &ids)?.into_iter().map(|it| (it.id, it.into())).collect();
        let households = households::refs_for_staff(conn, rows.iter().filter_map(|row| row.1))?;
        Ok(Self { goods, households, villages: regions::names(conn, rows.iter().map(|row| &row.2))? })
    }

    pub(super) fn good(&self, id: TemplateId) -> HarvestedGood {
        self.goods[&id].clone()
    }

    pub(super) fn household(&self, id: HouseholdId) -> HouseholdRef {
        self.households.get(&id).cloned().unwrap_or_else(|| HouseholdRef::nameless(id))
    }

    pub(super) fn village(&self, code: &RegionCode) -> RegionRef {
        self.villages[code].clone()
    }
}

/// What a household says it will bring.
#[derive(Serialize, ToSchema)]
#[schema(as = SupplyReport)]
struct SupplyReportOut {
    id: ReportId,
    household: HouseholdRef,
    village: RegionRef,
    good: HarvestedGood,
    #[schema(value_type = Option<String>, format = Uuid)]
    cycle_id: Option<Id<Any>>,
    /// Grams or pieces.
    quantity: i64,
    #[schema(format = Date)]
    ready_on: String,
    note: Option<String>,
    created_at: Instant,
}

fn show_reports(conn: &mut Conn, rows: Vec<SupplyReport>) -> DbResult<Vec<SupplyReportOut>> {
    let keys: Vec<_> =
        rows.iter().map(|row| (row.template_id, Some(row.household_id), row.village_code.clone())).collect();
    let mentioned = Mentioned::of(conn, &keys)?;
    let show = |row: SupplyReport| SupplyReportOut {
        id: row.id,
        household: mentioned.household(row.household_id),
        village: mentioned.village(&row.village_code),
        good: mentioned.good(row.template_id),
        cycle_id: row.cycle_id,
        quantity: row.quantity,
        ready_on: row.ready_on,
        note: row.note,
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(show).collect())
}

/// Writes down what a household reports (报货). Its newest report of a good and cycle counts.
#[utoipa::path(post, path = "/supply-reports", tag = "desk", params(("Idempotency-Key" = String, Header)), request_body = SupplyReportIn, responses((status = 201, body = SupplyReportOut)))]
async fn record_supply_report(
    who: Coordinator,
    context: web::Data<Context>,
    key: RequiredKey,
    body: Body<SupplyReportIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let (act, new) = (who.act(&context), body.value.parse()?);
    let saved = context.db.write(move |conn| {
        idempotency::once(conn, Some(&ticket), act.at, actix_web::http::StatusCode::CREATED, |conn| {
            let row = reports::report(conn, &act, (who.user_id, &who.scope), &new)?;
            Ok(show_reports(conn, vec![row])?.remove(0))
        })
    });
    Ok(saved.await?.into_response())
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReportsQuery {
    template_id: Option<TemplateId>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// What households of the scope reported, newest first.
#[utoipa::path(get, path = "/supply-reports", tag = "desk", params(ReportsQuery), responses((status = 200, body = Page<SupplyReportOut>)))]
async fn list_supply_reports(
    who: Staff,
    context: web::Data<Context>,
    query: Query<ReportsQuery>,
) -> ApiResult<web::Json<Page<SupplyReportOut>>> {
    let ReportsQuery { template_id, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let page = context.db.read(move |conn| -> DbResult<_> {
        let page = store_reports::list_in_scope(conn, &who.scope(), template_id, limit, after)?;
        Ok(Page { data: show_reports(conn, page.data)?, page: page.page })
    });
    Ok(web::Json(page.await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BalancesQuery {
    /// Of one round alone.
    #[param(value_type = Option<String>, format = Uuid)]
    cycle_id: Option<Id<Any>>,
}

/// What is ordered of a good against what there is; in grams or pieces.
#[derive(Serialize, ToSchema)]
struct SupplyBalance {
    village: RegionRef,
    good: HarvestedGood,
    /// Paid, not sent, and without goods.
    ordered_quantity: i64,
    /// By the newest report of each household, of the last sixty days.
    reported_quantity: i64,
    /// Accepted, and no order has it.
    in_store_quantity: i64,
    /// What those who report may still promise; null where the good is not surveyed.
    capacity_left_quantity: Option<i64>,
    /// What is missing even if all come with what they report.
    short_quantity: i64,
}

#[derive(Serialize, ToSchema)]
struct SupplyBalances {
    data: Vec<SupplyBalance>,
}

/// What is ordered against what is reported and in store, by village and good: what is short is seen early.
#[utoipa::path(get, path = "/supply-reports/balances", tag = "desk", params(BalancesQuery), responses((status = 200, body = SupplyBalances)))]
async fn list_supply_balances(
    who: Staff,
    context: web::Data<Context>,
    query: Query<BalancesQuery>,
) -> ApiResult<web::Json<SupplyBalances>> {
    let today = context.clock.now().day();
    let data = context.db.read(move |conn| {
        let balances = reports::balances(conn, today, &who.scope(), query.0.cycle_id)?;
        let keys: Vec<_> = balances.keys().map(|(village, template)| (*template, None, village.clone())).collect();
        let mentioned = Mentioned::of(conn, &keys)?;
        let show = |((village, template), balance): ((RegionCode, TemplateId), reports::Balance)| SupplyBalance {
            village: mentioned.village(&village),
            good: mentioned.good(template),
            ordered_quantity: balance.ordered,
            reported_quantity: balance.reported,
            in_store_quantity: balance.in_store,
            capacity_left_quantity: balance.capacity_left,
            short_quantity: balance.short(),
        };
        Ok::<_, HarvestError>(balances.into_iter().map(show).collect())
    });
    Ok(web::Json(SupplyBalances { data: data.await? }))
}

impl From<HarvestError> for ApiError {
    fn from(error: HarvestError) -> Self {
        match error {
            HarvestError::NotFound => Self::new(Code::NotFound),
            HarvestError::WeightOutOfBand { net_g, counted, least_g, most_g } => Self::new(Code::WeightOutOfBand)
                .with("net_g", net_g)
                .with("counted", counted)
                .with("least_g", least_g)
                .with("most_g", most_g),
            HarvestError::BatchInUse => Self::new(Code::BatchInUse),
            HarvestError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            HarvestError::Household(error) => error.into(),
            HarvestError::Template(error) => error.into(),
            HarvestError::Listing(error) => error.into(),
            HarvestError::Order(error) => error.into(),
            HarvestError::Paper(error) => error.into(),
            HarvestError::Db(error) => error.into(),
        }
    }
}
