//! Routes of the shop: live listings, their villages.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store_cards::{self, Filter, Sort};
use super::types::{ListingError, ListingId, ListingState};
use super::view::{ListingCard, ListingOut, newest_photo, show};
use super::{Listing, service};
use crate::context::Context;
use crate::db::search::Matches;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::identity::access::Visitor;
use crate::kernel::{Cursor, Invalid, Page, PageQuery, RegionCode, line};
use crate::photos::PhotoOut;
use crate::regions::{self, RegionError};
use crate::web::access::Anyone;
use crate::web::{ApiError, ApiResult, PathId, Query, Routes, cache, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_listings, show_listing, list_villages, show_village);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListingsQuery {
    /// Words of the title, the village or the household's alias; parts of Chinese words count.
    q: Option<String>,
    /// Code of a village, or of any place around it.
    village: Option<String>,
    category: Option<String>,
    household: Option<String>,
    #[param(inline)]
    sort: Option<Sort>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

impl ListingsQuery {
    fn parse(self) -> ApiResult<(Option<Filter>, i64, Option<Cursor>)> {
        let (limit, after) = page(&PageQuery { limit: self.limit, cursor: self.cursor })?;
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let place = given(self.village).map(|code| RegionCode::parse(&code)).transpose();
        let place = place.map_err(|invalid| ApiError::field("#village", invalid))?;
        let household_id = given(self.household).map(|id| id.parse()).transpose();
        let household_id = household_id.map_err(|invalid: Invalid| ApiError::field("#household", invalid))?;
        let short = |pointer: &str, text: Option<String>| {
            given(text).map(|text| line(&text, 60)).transpose().map_err(|invalid| ApiError::field(pointer, invalid))
        };
        let category = short("#category", self.category)?;
        let words = short("#q", self.q)?.map(|text| Matches::all_of(&text));
        // Words that hold no letter at all find nothing, rather than everything.
        let filter = match words {
            Some(None) => None,
            words => Some(Filter {
                words: words.flatten(),
                place,
                category,
                household_id,
                sort: self.sort.unwrap_or(Sort::Newest),
            }),
        };
        Ok((filter, limit, after))
    }
}

/// What is for sale.
#[utoipa::path(get, path = "/listings", tag = "shop", params(ListingsQuery), responses((status = 200, body = Page<ListingCard>)))]
async fn list_listings(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    query: Query<ListingsQuery>,
) -> ApiResult<HttpResponse> {
    let (filter, limit, after) = query.0.parse()?;
    let page = match filter {
        Some(filter) => context.db.read(move |conn| store_cards::list(conn, filter, limit, after)).await?,
        None => Page::cut(Vec::new(), limit, |_| Cursor { key: 0, id: uuid::Uuid::nil() }),
    };
    cache::public_json(&request, &page.map(ListingCard::from))
}

/// One listing: to anybody while it is for sale or was, to staff of the scope in every state.
#[utoipa::path(get, path = "/listings/{id}", tag = "shop", params(("id" = ListingId, Path)), responses((status = 200, body = ListingOut)))]
async fn show_listing(
    who: Visitor,
    context: web::Data<Context>,
    request: HttpRequest,
    id: PathId<Listing>,
) -> ApiResult<HttpResponse> {
    let is_public = who.staff.is_none();
    let listing = context
        .db
        .read(move |conn| {
            let listing = service::load(conn, id.0)?;
            let staff = who.staff.filter(|staff| staff.scope().covers(&listing.village_code));
            let was_published = listing.published_at.is_some() && listing.state != ListingState::Rejected;
            if staff.is_none() && !was_published {
                return Err(ListingError::NotFound);
            }
            Ok(show(conn, vec![listing], staff.as_ref())?)
        })
        .await?;
    cache::json_for(&request, &listing[0], is_public)
}

#[derive(Serialize, ToSchema)]
#[schema(as = Village)]
struct VillageOut {
    code: RegionCode,
    name: String,
    /// Where it lies: 四川省广元市苍溪县白驿镇.
    path: String,
    /// Former and other names.
    aliases: Vec<String>,
    live_listings: i64,
    /// Of its newest listing.
    photo: Option<PhotoOut>,
}

#[derive(Serialize, ToSchema)]
struct VillagesOut {
    data: Vec<VillageOut>,
}

/// The villages that have something for sale.
#[utoipa::path(get, path = "/villages", tag = "shop", responses((status = 200, body = VillagesOut)))]
async fn list_villages(_: Anyone, context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let data = context.db.read(|conn| {
        let counts = store_cards::count_live_by_village(conn)?;
        show_villages(conn, counts)
    });
    cache::public_json(&request, &VillagesOut { data: data.await? })
}

/// One village, whether or not it has something for sale.
#[utoipa::path(get, path = "/villages/{code}", tag = "shop", params(("code" = RegionCode, Path)), responses((status = 200, body = VillageOut)))]
async fn show_village(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    code: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let not_found = || ApiError::from(ListingError::NotFound);
    let code = RegionCode::parse(&code).map_err(|_| not_found())?;
    let village = context
        .db
        .read(move |conn| {
            match regions::load_village(conn, &code) {
                Ok(_) => {}
                Err(RegionError::Invalid(_)) => return Ok(None),
                Err(RegionError::Db(error)) => return Err(error),
            }
            let count = store_cards::count_live_by_village(conn)?.into_iter().find(|(village, _)| *village == code);
            let count = count.map_or(0, |(_, count)| count);
            Ok::<_, crate::db::DbError>(show_villages(conn, vec![(code, count)])?.pop())
        })
        .await?;
    cache::public_json(&request, &village.ok_or_else(not_found)?)
}

fn show_villages(conn: &mut Conn, counts: Vec<(RegionCode, i64)>) -> DbResult<Vec<VillageOut>> {
    let codes: Vec<RegionCode> = counts.iter().map(|(code, _)| code.clone()).collect();
    let mut names = regions::names(conn, &codes)?;
    let mut paths = regions::paths(conn, &codes)?;
    let mut aliases = regions::aliases(conn, &codes)?;
    let mut villages = Vec::new();
    for (code, live_listings) in counts {
        villages.push(VillageOut {
            name: names.remove(&code).map(|region| region.name).unwrap_or_default(),
            path: paths.remove(&code).unwrap_or_default(),
            aliases: aliases.remove(&code).unwrap_or_default(),
            photo: newest_photo(conn, &code)?,
            code,
            live_listings,
        });
    }
    Ok(villages)
}
