//! Turns every refusal into a problem document (RFC 9457) in the caller's language, and names every answer
//! by the request's id, which is ours alone: nobody else's is taken over.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use serde_json::{Value, json};
use tracing_actix_web::RequestId;

use super::messages::Language;
use super::{ApiError, Code};

pub const PROBLEM_JSON: &str = "application/problem+json";

/// Middleware: whatever went wrong below, the caller reads one form of it.
///
/// # Errors
/// None of its own.
pub async fn render(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = Language::accepted(header);
    let request_id = request.extensions().get::<RequestId>().map(ToString::to_string);
    let instance = request.path().to_owned();
    let mut response = match next.call(request).await {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => return Err(error),
    };
    if let Some(value) = request_id.as_deref().and_then(|id| HeaderValue::from_str(id).ok()) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    let Some(problem) = problem_of(&response) else { return Ok(response) };
    match problem.code.status() {
        status if status.is_server_error() => tracing::error!(%problem, "request failed"),
        // Who knocks at closed doors shows in the log; never what they said.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
            tracing::info!(code = problem.code.as_str(), "refused");
        }
        _ => {}
    }
    let document = document(&problem, language, &instance, request_id.as_deref());
    Ok(response.map_body(|head, _| {
        head.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        head.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        if problem.code.status() == StatusCode::UNAUTHORIZED {
            head.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = problem.params.get("retry_after_s").and_then(Value::as_u64) {
            head.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        BoxBody::new(document.to_string())
    }))
}

/// What is to be told, if the response is a refusal that nobody wrote out yet.
fn problem_of(response: &ServiceResponse<BoxBody>) -> Option<ApiError> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    if let Some(problem) = response.response().error().and_then(|error| error.as_error::<ApiError>()) {
        return Some(problem.clone());
    }
    let code = match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => Code::RequestTimeout,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        status if status.is_server_error() => Code::Internal,
        _ => Code::InvalidRequest,
    };
    Some(ApiError::new(code))
}

fn document(problem: &ApiError, language: Language, instance: &str, request_id: Option<&str>) -> Value {
    let code = problem.code;
    let params = problem
        .params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)));
    let mut document = json!({
        "type": format!("urn:yuanshan:problem:{}", code.as_str()),
        "title": code.status().canonical_reason(),
        "status": code.status().as_u16(),
        "code": code.as_str(),
        "detail": language.message(code.as_str(), params),
        "instance": instance,
        "request_id": request_id,
    });
    for (name, value) in &problem.params {
        document[name] = value.clone();
    }
    if !problem.fields.is_empty() {
        document["errors"] = problem
            .fields
            .iter()
            .map(|field| {
                let invalid = &field.invalid;
                let params = invalid.params.iter().map(|(name, value)| (*name, value.clone()));
                json!({ "pointer": field.pointer, "code": invalid.code, "detail": language.message(invalid.code, params) })
            })
            .collect();
    }
    document
}
