//! Routes of the shop's list: what is for sale, narrowed, sorted and counted.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use super::shop::{self, Found, Wish};
use super::store_cards::Sort;
use super::store_facets::Facets;
use super::store_filter::Filter;
use super::view::ListingCard;
use crate::context::Context;
use crate::db::DbError;
use crate::endpoints;
use crate::kernel::{Invalid, Money, Page, PageInfo, PageQuery, RegionCode, RegionLevel, line};
use crate::regions::{self, RegionRef};
use crate::search;
use crate::web::access::Anyone;
use crate::web::answers::Answers;
use crate::web::{ApiError, ApiResult, Query, Routes, cache, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_listings, count_listings);
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListingsQuery {
    /// Words of the title, the category, the village, the county or the household's alias: parts of Chinese
    /// words, pinyin (`larou`) and initials (`lr`) count.
    q: Option<String>,
    /// Code of a village, or of any place around it.
    village: Option<String>,
    category: Option<String>,
    household: Option<String>,
    /// What one unit costs at least.
    #[param(minimum = 0)]
    price_min_fen: Option<i64>,
    /// What one unit costs at most.
    #[param(minimum = 0)]
    price_max_fen: Option<i64>,
    /// Only what has its season today; what has no season has it always.
    in_season: Option<bool>,
    /// Only what is ordered ahead.
    pre_order: Option<bool>,
    /// Only what a stream shows that is live at this moment.
    live_now: Option<bool>,
    /// Only what is not sold out.
    in_stock: Option<bool>,
    /// `fair` by default: households without a sale come first, by a public rule.
    #[param(inline)]
    sort: Option<Sort>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

impl ListingsQuery {
    /// `None` if the words hold no letter: they find nothing, rather than everything.
    fn parse(self, today: &str) -> ApiResult<Option<Wish>> {
        let (limit, after) = page(&PageQuery { limit: self.limit, cursor: self.cursor })?;
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let place = given(self.village).map(|code| RegionCode::parse(&code)).transpose();
        let place = place.map_err(|invalid| ApiError::field("#village", invalid))?;
        let household_id = given(self.household).map(|id| id.parse()).transpose();
        let household_id = household_id.map_err(|invalid: Invalid| ApiError::field("#household", invalid))?;
        let short = |pointer: &str, text: Option<String>| {
            given(text).map(|text| line(&text, 60)).transpose().map_err(|invalid| ApiError::field(pointer, invalid))
        };
        let price = |pointer: &str, fen: Option<i64>| {
            fen.map(Money::from_fen).transpose().map_err(|invalid| ApiError::field(pointer, invalid))
        };
        let words = short("#q", self.q)?;
        let query = words.as_deref().and_then(search::Query::parse);
        let filter = Filter {
            words: None,
            place,
            category: short("#category", self.category)?,
            household_id,
            price_min: price("#price_min_fen", self.price_min_fen)?,
            price_max: price("#price_max_fen", self.price_max_fen)?,
            in_season_on: self.in_season.unwrap_or(false).then(|| today.to_owned()),
            pre_order: self.pre_order.unwrap_or(false),
            live_now: self.live_now.unwrap_or(false),
            in_stock: self.in_stock.unwrap_or(false),
        };
        let wish = Wish { query, filter, sort: self.sort.unwrap_or(Sort::Fair), limit, after };
        Ok((words.is_none() || wish.query.is_some()).then_some(wish))
    }
}

/// `MM-DD` of the day in China.
fn today(context: &Context) -> String {
    context.clock.now().day().to_string().split_off("2026-".len())
}

/// A page of listings, and how the words were understood.
#[derive(Serialize, ToSchema)]
struct ListingsPage {
    data: Vec<ListingCard>,
    page: PageInfo,
    /// Nothing is found by the words themselves; this is what they were taken for.
    #[schema(example = "腊肉")]
    corrected: Option<String>,
}

/// What is for sale.
#[utoipa::path(get, path = "/listings", tag = "shop", params(ListingsQuery), responses((status = 200, body = ListingsPage)))]
async fn list_listings(
    _: Anyone,
    context: web::Data<Context>,
    answers: web::Data<Answers>,
    request: HttpRequest,
    query: Query<ListingsQuery>,
) -> ApiResult<HttpResponse> {
    let Some(wish) = query.0.parse(&today(&context))? else {
        return cache::public_json(
            &request,
            &ListingsPage { data: Vec::new(), page: PageInfo { next: None }, corrected: None },
        );
    };
    let load = async {
        let Found { found, corrected } = context.db.read(move |conn| shop::list(conn, &wish)).await?;
        let Page { data, page } = found.map(ListingCard::from);
        Ok(ListingsPage { data, page, corrected })
    };
    answers.public_json(&request, &context, load).await
}

#[derive(Serialize, ToSchema)]
struct CategoryCount {
    category: String,
    count: i64,
}

#[derive(Serialize, ToSchema)]
struct PlaceCount {
    code: RegionCode,
    name: String,
    count: i64,
}

/// How many listings there are, by what they may be narrowed further by; each facet is counted with all
/// filters but its own.
#[derive(Serialize, ToSchema)]
struct FacetsOut {
    /// With all filters.
    total: i64,
    /// Most first.
    categories: Vec<CategoryCount>,
    counties: Vec<PlaceCount>,
    villages: Vec<PlaceCount>,
    in_season: i64,
    pre_order: i64,
    live_now: i64,
    corrected: Option<String>,
}

/// How many there are of what. Takes the filters of the list; sort and page change nothing.
#[utoipa::path(get, path = "/listings/facets", tag = "shop", params(ListingsQuery), responses((status = 200, body = FacetsOut)))]
async fn count_listings(
    _: Anyone,
    context: web::Data<Context>,
    answers: web::Data<Answers>,
    request: HttpRequest,
    query: Query<ListingsQuery>,
) -> ApiResult<HttpResponse> {
    let today = today(&context);
    let Some(wish) = query.0.parse(&today)? else {
        return cache::public_json(&request, &show(Facets::default(), None, &BTreeMap::new()));
    };
    let facets = context.db.read_long(move |conn| {
        let Found { found, corrected } = shop::count(conn, &wish, &today)?;
        let counties = found.villages.keys().filter_map(county_of);
        let places: Vec<RegionCode> = found.villages.keys().cloned().chain(counties).collect();
        let names = regions::names(conn, &places)?.into_iter().collect();
        Ok::<_, DbError>(show(found, corrected, &names))
    });
    answers.public_json(&request, &context, async { Ok(facets.await?) }).await
}

fn county_of(village: &RegionCode) -> Option<RegionCode> {
    village.ancestors().into_iter().find(|place| place.level() == RegionLevel::County)
}

fn show(facets: Facets, corrected: Option<String>, names: &BTreeMap<RegionCode, RegionRef>) -> FacetsOut {
    let mut counties: BTreeMap<RegionCode, i64> = BTreeMap::new();
    for (village, count) in &facets.villages {
        if let Some(county) = county_of(village) {
            *counties.entry(county).or_default() += count;
        }
    }
    let places = |counts: BTreeMap<RegionCode, i64>| {
        let name = |code: &RegionCode| names.get(code).map(|place| place.name.clone()).unwrap_or_default();
        let mut places: Vec<PlaceCount> =
            counts.into_iter().map(|(code, count)| PlaceCount { name: name(&code), code, count }).collect();
        places.sort_by_key(|place| std::cmp::Reverse(place.count));
        places
    };
    let mut categories: Vec<CategoryCount> =
        facets.categories.into_iter().map(|(category, count)| CategoryCount { category, count }).collect();
    categories.sort_by_key(|category| std::cmp::Reverse(category.count));
    FacetsOut {
        total: facets.total,
        categories,
        counties: places(counties),
        villages: places(facets.villages),
        in_season: facets.in_season,
        pre_order: facets.pre_order,
        live_now: facets.live_now,
        corrected,
    }
}
