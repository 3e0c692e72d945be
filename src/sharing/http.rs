//! Pages with a head of their own, and QR codes.

use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{HttpRequest, HttpResponse, web};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;
use std::str::FromStr;
use url::Url;
use utoipa::IntoParams;

use super::card::Card;
use super::view;
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::kernel::{Invalid, RegionCode};
use crate::web::access::Anyone;
use crate::web::messages::Language;
use crate::web::routes::readable;
use crate::web::{ApiError, ApiResult, Query, Routes, cache, spa};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, show_qr_code);
}

/// The pages that say what they show before any script runs.
pub fn pages(config: &mut web::ServiceConfig) {
    config
        .service(readable("/listings/{id}", listing_page))
        .service(readable("/households/{id}", household_page))
        .service(readable("/villages/{code}", village_page))
        .service(readable("/categories/{category}", category_page))
        .service(readable("/season", season_page));
}

async fn listing_page(context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    page_about(&context, &request, "id", view::listing).await
}

async fn household_page(context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    page_about(&context, &request, "id", view::household).await
}

async fn village_page(context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let card = |conn: &mut Conn, words, code: Code| view::village(conn, words, &code.0);
    page_about(&context, &request, "code", card).await
}

async fn category_page(context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    page_about(&context, &request, "category", |_, words, category| Ok(Some(view::category(words, category)))).await
}

async fn season_page(context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    page_with(&context, &request, Some(view::season(words_of(&request))))
}

/// A region code from an address.
struct Code(RegionCode);

impl FromStr for Code {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        RegionCode::parse(text).map(Self)
    }
}

/// The page of what a segment of the address names; what is not there has the site's own card, and the
/// page itself says so.
async fn page_about<T: FromStr + Send + 'static>(
    context: &Context,
    request: &HttpRequest,
    segment: &str,
    card: impl FnOnce(&mut Conn, Language, T) -> DbResult<Option<Card>> + Send + 'static,
) -> ApiResult<HttpResponse> {
    let words = words_of(request);
    let found = match request.match_info().query(segment).parse() {
        Ok(thing) => context.db.read(move |conn| card(conn, words, thing)).await?,
        Err(_) => None,
    };
    page_with(context, request, found)
}

fn page_with(context: &Context, request: &HttpRequest, card: Option<Card>) -> ApiResult<HttpResponse> {
    let address = address_of(context, request.path());
    spa::page(request, card.map(|card| card.to_head(&address, words_of(request))).as_deref())
}

fn words_of(request: &HttpRequest) -> Language {
    Language::accepted(request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()))
}

/// The public address of a path of this site.
fn address_of(context: &Context, path: &str) -> Url {
    let mut address = context.settings.public_url.clone();
    address.set_path(path);
    address
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct QrQuery {
    /// Path of a public page of this site: `/listings/…`, `/households/…`, `/villages/…`, `/r/…`, `/b/…`, `/go/…`.
    path: String,
}

/// Where a QR code may lead: pages that anybody may see.
const PUBLIC: [&str; 8] = ["/listings/", "/households/", "/villages/", "/categories/", "/season", "/r/", "/b/", "/go/"];
const PATH_MAX: usize = 200;

fn check_path(path: &str) -> Result<&str, Invalid> {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_'));
    let public = PUBLIC.iter().any(|prefix| path.starts_with(prefix));
    if plain && public && path.len() <= PATH_MAX { Ok(path) } else { Err(Invalid::new("not_a_public_page")) }
}

/// The QR code of a public page, to print and to put up.
#[utoipa::path(get, path = "/qr-codes", tag = "public", params(QrQuery), responses((status = 200, content_type = "image/svg+xml", body = String)))]
async fn show_qr_code(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    query: Query<QrQuery>,
) -> ApiResult<HttpResponse> {
    let path = check_path(&query.0.path).map_err(|invalid| ApiError::field("#path", invalid))?;
    let code = QrCode::new(address_of(&context, path).as_str()).map_err(ApiError::internal)?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    Ok(cache::public_bytes(&request, "image/svg+xml", picture.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::check_path;

    #[test]
    fn a_code_leads_only_to_public_pages_of_this_site() {
        for path in ["/listings/0192", "/villages/510824115216", "/season", "/r/AB-12"] {
            assert!(check_path(path).is_ok(), "{path}");
        }
        for path in [
            "",
            "/",
            "/desk",
            "/me/data",
            "//evil.example/listings/",
            "/listings/../me",
            "/listings/ä",
            "/listings/?q=1",
        ] {
            assert!(check_path(path).is_err(), "{path}");
        }
        assert!(check_path(&format!("/listings/{}", "x".repeat(300))).is_err());
    }
}
