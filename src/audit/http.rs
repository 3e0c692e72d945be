//! Routes of the auditor.

use actix_web::web;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{self, AuditOrderOut};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::identity::access::Auditor;
use crate::kernel::{Day, Id, Instant, Invalid, Money, Page, PageQuery, RegionCode, Scope};
use crate::ledger::{self, Dimension, Figures, ReportRow};
use crate::livestream;
use crate::orders::{self, Order, OrderError, OrderId, OrderState, ScopeFilter};
use crate::regions::{self, RegionRef};
use crate::web::{ApiError, ApiResult, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, summarize_sales, list_audit_orders, show_audit_order);
}

/// Days of one report; ten years.
const RANGE_MAX: i64 = 3_660;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SummaryQuery {
    /// First day, by default 30 days before the last.
    from: Option<String>,
    /// Last day, by default today.
    to: Option<String>,
    #[param(inline)]
    group_by: Option<Dimension>,
    /// Only of this place.
    region: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct SummaryRow {
    /// A day, a village's code or a stream's code; empty for sales without a stream.
    key: String,
    /// What to call it.
    label: String,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Summary)]
struct SummaryOut {
    from: Day,
    to: Day,
    group_by: Dimension,
    data: Vec<SummaryRow>,
    /// The sum of the rows.
    total: SummaryRow,
}

/// Sums of the books. Money is counted on the day of its posting in China.
#[utoipa::path(get, path = "/audit/summary", tag = "audit", params(SummaryQuery), responses((status = 200, body = SummaryOut)))]
async fn summarize_sales(
    who: Auditor,
    context: web::Data<Context>,
    query: Query<SummaryQuery>,
) -> ApiResult<web::Json<SummaryOut>> {
    let SummaryQuery { from, to, group_by, region } = query.0;
    let (from, to) = range(from, to, context.clock.now().day())?;
    let by = group_by.unwrap_or(Dimension::Day);
    let scope = narrowed(who.scope, "#region", region)?;
    let data = context
        .db
        .read_long(move |conn| {
            let rows = ledger::summarize(conn, &scope, from, to, by)?;
            label(conn, rows, by)
        })
        .await?;
    let figures = data.iter().fold(Figures::default(), |total, row| total.plus(&row.figures));
    let total = SummaryRow { key: String::new(), label: String::new(), figures };
    Ok(web::Json(SummaryOut { from, to, group_by: by, data, total }))
}

fn range(from: Option<String>, to: Option<String>, today: Day) -> ApiResult<(Day, Day)> {
    let parse = |pointer: &str, text: Option<String>| {
        text.filter(|text| !text.is_empty())
            .map(|text| text.parse::<Day>())
            .transpose()
            .map_err(|invalid| ApiError::field(pointer, invalid))
    };
    let to = parse("#to", to)?.unwrap_or(today);
    let from = parse("#from", from)?.unwrap_or_else(|| to.plus_days(-29));
    if from > to || from.plus_days(RANGE_MAX) < to {
        return Err(ApiError::field("#to", Invalid::new("invalid_range").with("max_days", RANGE_MAX)));
    }
    Ok((from, to))
}

/// What of the scope lies in the region that was asked for.
fn narrowed(scope: Scope, pointer: &str, region: Option<String>) -> ApiResult<Scope> {
    match region.filter(|region| !region.is_empty()) {
        Some(region) => {
            let region = RegionCode::parse(&region).map_err(|invalid| ApiError::field(pointer, invalid))?;
            Ok(scope.within(&region))
        }
        None => Ok(scope),
    }
}

fn label(conn: &mut Conn, rows: Vec<ReportRow>, by: Dimension) -> Result<Vec<SummaryRow>, OrderError> {
    let same = |row: ReportRow| SummaryRow { label: row.key.clone(), key: row.key, figures: row.figures };
    match by {
        Dimension::Day => Ok(rows.into_iter().map(same).collect()),
        Dimension::Village => {
            let codes: Vec<RegionCode> = rows.iter().filter_map(|row| RegionCode::parse(&row.key).ok()).collect();
            let names = regions::names(conn, &codes)?;
            let show = |(row, code): (ReportRow, &RegionCode)| SummaryRow {
                label: names[code].name.clone(),
                key: row.key,
                figures: row.figures,
            };
            Ok(rows.into_iter().zip(&codes).map(show).collect())
        }
        Dimension::Stream => {
            let ids: Vec<_> = rows.iter().filter_map(|row| row.key.parse().ok()).collect();
            let titles = livestream::titles(conn, &ids)?;
            let show = |row: ReportRow| {
                let stream = row.key.parse().ok().and_then(|id: Id<livestream::Stream>| titles.get(&id));
                let (key, label) = stream.cloned().unwrap_or_default();
                SummaryRow { key, label, figures: row.figures }
            };
            Ok(rows.into_iter().map(show).collect())
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditOrdersQuery {
    /// First day on which they were placed.
    from: Option<String>,
    /// Last day on which they were placed.
    to: Option<String>,
    /// Only of this place.
    village: Option<String>,
    /// Only of the stream with this code.
    stream: Option<String>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct AuditOrderRow {
    id: OrderId,
    number: String,
    state: OrderState,
    village: RegionRef,
    total_fen: Money,
    placed_at: Instant,
    stream_code: Option<String>,
}

/// The orders behind the sums, newest first.
#[utoipa::path(get, path = "/audit/orders", tag = "audit", params(AuditOrdersQuery), responses((status = 200, body = Page<AuditOrderRow>)))]
async fn list_audit_orders(
    who: Auditor,
    context: web::Data<Context>,
    query: Query<AuditOrdersQuery>,
) -> ApiResult<web::Json<Page<AuditOrderRow>>> {
    let AuditOrdersQuery { from, to, village, stream, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let (from, to) = range(from, to, context.clock.now().day())?;
    let scope = narrowed(who.scope, "#village", village)?;
    let page = context
        .db
        .read(move |conn| {
            let code = stream.filter(|code| !code.is_empty());
            let stream = code.as_ref().map(|code| livestream::find_by_code(conn, code)).transpose()?.flatten();
            if code.is_some() && stream.is_none() {
                return Err(ApiError::field("#stream", Invalid::new("stream_unknown")));
            }
            let filter = ScopeFilter {
                state: None,
                stream_id: stream.map(|stream| stream.id),
                from: Some(from.start()),
                until: Some(to.plus_days(1).start()),
            };
            let Page { data, page } = orders::list_in_scope(conn, &scope, filter, limit, after)?;
            Ok(Page { data: show_rows(conn, data)?, page })
        })
        .await?;
    Ok(web::Json(page))
}

fn show_rows(conn: &mut Conn, orders: Vec<Order>) -> Result<Vec<AuditOrderRow>, OrderError> {
    let villages = regions::names(conn, orders.iter().map(|order| &order.village_code))?;
    let streams: Vec<_> = orders.iter().filter_map(|order| order.stream_id).collect();
    let streams = livestream::titles(conn, &streams)?;
    let show = |order: Order| AuditOrderRow {
        village: villages[&order.village_code].clone(),
        stream_code: order.stream_id.and_then(|id| streams.get(&id)).map(|(code, _)| code.clone()),
        id: order.id,
        number: order.number,
        state: order.state,
        total_fen: order.total_fen,
        placed_at: order.placed_at,
    };
    Ok(orders.into_iter().map(show).collect())
}

/// One order: buyer, payment, postings, payouts and log on one screen.
#[utoipa::path(get, path = "/audit/orders/{id}", tag = "audit", params(("id" = OrderId, Path)), responses((status = 200, body = AuditOrderOut)))]
async fn show_audit_order(
    who: Auditor,
    context: web::Data<Context>,
    id: PathId<Order>,
) -> ApiResult<web::Json<AuditOrderOut>> {
    let secrets = context.secrets.clone();
    let order = context.db.read(move |conn| {
        let order = orders::load_in_scope(conn, &who.scope, id.0)?;
        view::show(conn, &secrets, order)
    });
    Ok(web::Json(order.await?))
}
