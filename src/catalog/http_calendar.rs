//! Route of the calendar: what is in season, and what comes.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use super::store_calendar::{self, Offered};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::kernel::{Day, Money, RegionCode};
use crate::templates::{self, Category, Template, is_in_season};
use crate::web::access::Anyone;
use crate::web::{ApiError, ApiResult, Query, Routes, cache};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, show_calendar);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CalendarQuery {
    /// Only of this place and what lies in it.
    village: Option<String>,
}

/// A season of a product: from one day of the year to another, maybe over its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
struct Season {
    #[schema(example = "10-01")]
    from: String,
    #[schema(example = "03-31")]
    until: String,
}

#[derive(Serialize, ToSchema)]
struct CalendarProduct {
    product: String,
    category: Category,
    /// Null: all the year.
    season: Option<Season>,
    in_season: bool,
    live_listings: i64,
    /// The lowest price of those.
    price_from_fen: Option<Money>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Calendar)]
struct CalendarOut {
    /// In China.
    today: Day,
    /// What is for sale now, in season first, then by category and name.
    data: Vec<CalendarProduct>,
}

/// What villages sell, with its season.
#[utoipa::path(get, path = "/calendar", tag = "shop", params(CalendarQuery), responses((status = 200, body = CalendarOut)))]
async fn show_calendar(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    query: Query<CalendarQuery>,
) -> ApiResult<HttpResponse> {
    let place = query.0.village.filter(|code| !code.is_empty()).map(|code| RegionCode::parse(&code)).transpose();
    let place = place.map_err(|invalid| ApiError::field("#village", invalid))?;
    let today = context.clock.now().day();
    let data = context.db.read(move |conn| products(conn, place.as_ref(), today)).await?;
    cache::public_json(&request, &CalendarOut { today, data })
}

fn products(conn: &mut Conn, place: Option<&RegionCode>, today: Day) -> DbResult<Vec<CalendarProduct>> {
    let offered = store_calendar::count_live_by_template(conn, place)?;
    let ids: Vec<_> = offered.iter().map(|(id, ..)| *id).collect();
    Ok(merged(&offered, templates::list_by_id(conn, &ids)?, today))
}

/// Templates that say the same of product and season are one line, whichever region wrote them.
fn merged(offered: &[Offered], templates: Vec<Template>, today: Day) -> Vec<CalendarProduct> {
    type Line = (bool, Category, String, Option<Season>);
    let mut lines: BTreeMap<Line, (i64, Option<Money>)> = BTreeMap::new();
    for template in templates {
        let Some((_, count, price)) = offered.iter().find(|(id, ..)| *id == template.id) else { continue };
        let out_of_season = !is_in_season(&template, today);
        let season = template.season_from.zip(template.season_until).map(|(from, until)| Season { from, until });
        let line = lines.entry((out_of_season, template.category, template.product, season)).or_default();
        line.0 += count;
        line.1 = [line.1, *price].into_iter().flatten().min();
    }
    let show = |((out_of_season, category, product, season), (live_listings, price_from_fen)): (Line, _)| {
        CalendarProduct { product, category, season, in_season: !out_of_season, live_listings, price_from_fen }
    };
    lines.into_iter().map(show).collect()
}
