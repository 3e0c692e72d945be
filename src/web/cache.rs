//! Answers that a browser or a proxy may keep, and asks about again by ETag.

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{ApiError, ApiResult};

/// Kept, but asked about each time: what a person agreed to show has to be gone from every cache the
/// moment they take it back.
pub const ASK_FIRST: &str = "no-cache";

/// `value` as JSON, or 304 if the caller has it already.
///
/// # Errors
/// [`ApiError`] if `value` cannot be written as JSON.
pub fn public_json(request: &HttpRequest, value: &impl Serialize) -> ApiResult<HttpResponse> {
    let body = serde_json::to_vec(value).map_err(ApiError::internal)?;
    Ok(public_bytes(request, "application/json", body))
}

/// Bytes that everybody gets, or 304 if the caller has them already.
#[must_use]
pub fn public_bytes(request: &HttpRequest, content_type: &str, body: Vec<u8>) -> HttpResponse {
    let etag = etag_of(&body);
    public_answer(request, content_type, &etag, body.into())
}

/// Bytes with the validator that was made of them before.
#[must_use]
pub fn public_answer(request: &HttpRequest, content_type: &str, etag: &str, body: Bytes) -> HttpResponse {
    let known = is_known(request, etag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((ETAG, etag)).insert_header((CACHE_CONTROL, ASK_FIRST));
    if known { response.finish() } else { response.content_type(content_type).body(body) }
}

/// `value` as JSON: as [`public_json`] if everybody gets the same, else for this caller alone.
///
/// # Errors
/// [`ApiError`] if `value` cannot be written as JSON.
pub fn json_for(request: &HttpRequest, value: &impl Serialize, is_public: bool) -> ApiResult<HttpResponse> {
    if is_public { public_json(request, value) } else { Ok(HttpResponse::Ok().json(value)) }
}

/// A strong validator of these very bytes.
#[must_use]
pub fn etag_of(bytes: &[u8]) -> String {
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(bytes)[..12]))
}

/// True if the caller already has what `etag` names. Weak forms count: a proxy that compresses
/// weakens ours.
#[must_use]
pub fn is_known(request: &HttpRequest, etag: &str) -> bool {
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == etag)
}
