//! Routes of the shop: live listings, their villages.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::store_cards;
use super::types::{ListingError, ListingId, ListingState};
use super::view::{ListingOut, newest_photos, show};
use super::{Listing, http_shop, service};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::identity::access::Visitor;
use crate::kernel::RegionCode;
use crate::photos::PhotoOut;
use crate::regions::{self, RegionError};
use crate::web::access::Anyone;
use crate::web::{ApiError, ApiResult, PathId, Routes, cache};

pub fn routes(routes: &mut Routes) {
    http_shop::routes(routes);
    endpoints!(routes, show_listing, list_villages, show_village);
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
    let mut photos = newest_photos(conn, &codes)?;
    let show = |(code, live_listings): (RegionCode, i64)| VillageOut {
        name: names.remove(&code).map(|region| region.name).unwrap_or_default(),
        path: paths.remove(&code).unwrap_or_default(),
        aliases: aliases.remove(&code).unwrap_or_default(),
        photo: photos.remove(&code),
        code,
        live_listings,
    };
    Ok(counts.into_iter().map(show).collect())
}
