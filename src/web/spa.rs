//! The built frontend, embedded in the binary; every address that is not the API's or a file's is
//! the single-page application's own.

use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::cache::{ASK_FIRST, etag_of, is_known, public_bytes};
use super::routes::{READABLE, wrong_method};
use super::{ApiError, ApiResult, Code};

#[derive(RustEmbed)]
#[folder = "frontend/dist"]
#[allow_missing = true]
struct Files;

/// Names under `assets/` carry a hash of their content, so they never change.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// The file that the path names, or the application's page.
///
/// # Errors
/// `not_found` for unknown API paths and missing assets.
pub async fn serve(request: HttpRequest) -> ApiResult<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(wrong_method(READABLE));
    }
    let path = request.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") || path.starts_with("assets/") && Files::get(path).is_none() {
        return Err(ApiError::new(Code::NotFound));
    }
    let name = if Files::get(path).is_some() { path } else { "index.html" };
    let (file, encoding) = best(&request, name).ok_or_else(|| ApiError::new(Code::NotFound))?;
    let etag = etag_of(&file.data);
    let cache = if name.starts_with("assets/") { FOREVER } else { ASK_FIRST };
    let known = is_known(&request, &etag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((ETAG, etag)).insert_header((CACHE_CONTROL, cache)).insert_header((VARY, "Accept-Encoding"));
    if known {
        return Ok(response.finish());
    }
    if let Some(encoding) = encoding {
        response.insert_header((CONTENT_ENCODING, encoding));
    }
    let content_type = mime_guess::from_path(name).first_or_octet_stream();
    let charset = if content_type.type_() == "text" { "; charset=utf-8" } else { "" };
    response.insert_header((CONTENT_TYPE, format!("{content_type}{charset}")));
    Ok(response.body(file.data.into_owned()))
}

/// The application's page, with a head of its own between the marks if there is one.
///
/// # Errors
/// `not_found` if the site was not built.
pub fn page(request: &HttpRequest, head: Option<&str>) -> ApiResult<HttpResponse> {
    let file = Files::get("index.html").ok_or_else(|| ApiError::new(Code::NotFound))?;
    let html = String::from_utf8_lossy(&file.data);
    let whole = head.and_then(|head| with_head(&html, head)).unwrap_or_else(|| html.into_owned());
    Ok(public_bytes(request, "text/html; charset=utf-8", whole.into_bytes()))
}

/// Between these marks `index.html` has the head of pages that have none of their own.
const MARKS: (&str, &str) = ("<!--head-->", "<!--/head-->");

fn with_head(html: &str, head: &str) -> Option<String> {
    let (before, rest) = html.split_once(MARKS.0)?;
    let (_, after) = rest.split_once(MARKS.1)?;
    Some(format!("{before}{head}{after}"))
}

/// The file as the build compressed it, if the browser takes that.
fn best(request: &HttpRequest, name: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepted.split(',').any(|coding| coding.trim() == "br")
        && let Some(file) = Files::get(&format!("{name}.br"))
    {
        return Some((file, Some("br")));
    }
    Files::get(name).map(|file| (file, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_s_page_has_a_place_for_a_head() {
        let html = include_str!("../../frontend/index.html");
        let page = with_head(html, "<title>土鸡蛋</title>").unwrap();
        assert!(page.contains("<title>土鸡蛋</title>"));
        assert_eq!(page.matches("<title>").count(), 1);
        assert_eq!(page.matches("name=\"description\"").count(), 0, "the site's own description is gone");
    }
}
