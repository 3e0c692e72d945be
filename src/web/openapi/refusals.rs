//! What an operation answers beside its success: the refusals that its kind can give, the answer that a
//! cache has it already, and the headers of each.

use actix_web::http::StatusCode;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{
    ContentBuilder, Header, HttpMethod, Ref, RefOr, Required, Response, ResponseBuilder, Schema, Type,
};

use crate::web::Code;
use crate::web::access::Token;
use crate::web::problem::PROBLEM_JSON;
use crate::web::routes::Endpoint;

/// A refusal by each status, with the codes that it may carry.
pub fn responses() -> impl Iterator<Item = (String, Response)> {
    let mut statuses: Vec<StatusCode> = Code::ALL.iter().map(|code| code.status()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses.into_iter().map(|status| (name_of(status), refusal(status)))
}

/// The name in `components/responses`: `NotFound`.
fn name_of(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or_default().replace(' ', "")
}

fn refusal(status: StatusCode) -> Response {
    let codes = Code::ALL.iter().filter(|code| code.status() == status);
    let codes: Vec<String> = codes.map(|code| format!("`{}`", code.as_str())).collect();
    let mut response = ResponseBuilder::new()
        .description(format!("Refused (RFC 9457): {}.", codes.join(", ")))
        .content(PROBLEM_JSON, ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build())
        .header("Content-Language", text("Of `detail`."))
        .build();
    match status {
        StatusCode::UNAUTHORIZED => put(&mut response, "WWW-Authenticate", text("`Bearer`.")),
        StatusCode::TOO_MANY_REQUESTS => put(&mut response, "Retry-After", number("Seconds to wait.")),
        _ => {}
    }
    put(&mut response, REQUEST_ID, request_id());
    response
}

const REQUEST_ID: &str = "X-Request-Id";

fn request_id() -> Header {
    text("Of this request, by which the log knows it.")
}

fn text(description: &str) -> Header {
    HeaderBuilder::new().schema(Some(string())).description(Some(description)).build()
}

fn number(description: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).build();
    HeaderBuilder::new().schema(Some(Schema::from(schema))).description(Some(description)).build()
}

fn string() -> Schema {
    ObjectBuilder::new().schema_type(Type::String).build().into()
}

fn put(response: &mut Response, name: &str, header: Header) {
    response.headers.insert(name.to_owned(), RefOr::T(header));
}

/// Adds to the operation of `endpoint` what all of its kind may answer.
pub fn add(operation: &mut Operation, endpoint: &Endpoint) {
    let is_read = endpoint.method == HttpMethod::Get;
    let responses = &mut operation.responses.responses;
    for response in responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        put(response, REQUEST_ID, request_id());
        if !is_read || endpoint.token != Token::Unneeded {
            put(response, "RateLimit", text("What is left of the quota, and when it is whole again."));
            put(response, "RateLimit-Policy", text("The quota."));
        }
    }
    for status in statuses(operation, endpoint) {
        let refusal = Ref::from_response_name(name_of(status));
        operation.responses.responses.insert(status.as_str().to_owned(), refusal.into());
    }
    if is_read && endpoint.token != Token::Required {
        let etag = text("Of what everybody may read.");
        if let Some(RefOr::T(found)) = operation.responses.responses.get_mut("200") {
            put(found, "ETag", etag.clone());
        }
        let mut known = ResponseBuilder::new().description("The caller has it already.").header("ETag", etag).build();
        put(&mut known, REQUEST_ID, request_id());
        operation.responses.responses.insert("304".into(), known.into());
        operation.parameters.get_or_insert_default().push(RefOr::T(if_none_match()));
    }
}

fn if_none_match() -> Parameter {
    ParameterBuilder::new()
        .name("If-None-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("ETags of what the caller has."))
        .schema(Some(string()))
        .build()
}

/// With which statuses an operation of this kind may refuse.
fn statuses(operation: &Operation, endpoint: &Endpoint) -> Vec<StatusCode> {
    use StatusCode as S;
    let is_read = endpoint.method == HttpMethod::Get;
    let takes = |place| {
        let parameters = operation.parameters.as_deref().unwrap_or_default();
        parameters.iter().any(|parameter| matches!(parameter, RefOr::T(it) if it.parameter_in == place))
    };
    let kinds = [
        (true, &[S::BAD_REQUEST, S::URI_TOO_LONG, S::TOO_MANY_REQUESTS][..]),
        (true, &[S::INTERNAL_SERVER_ERROR, S::SERVICE_UNAVAILABLE]),
        // A command of nobody in particular still shows a password, a code or a cookie.
        (!is_read || endpoint.token != Token::Unneeded, &[S::UNAUTHORIZED]),
        (endpoint.token != Token::Unneeded, &[S::FORBIDDEN]),
        (!is_read || takes(ParameterIn::Path), &[S::NOT_FOUND]),
        (!is_read || takes(ParameterIn::Query) || takes(ParameterIn::Header), &[S::UNPROCESSABLE_ENTITY]),
        (!is_read, &[S::CONFLICT]),
        (!is_read && endpoint.path.contains("/invitations"), &[S::GONE]),
        (operation.request_body.is_some(), &[S::REQUEST_TIMEOUT, S::PAYLOAD_TOO_LARGE, S::UNSUPPORTED_MEDIA_TYPE]),
    ];
    kinds.iter().filter(|(holds, _)| *holds).flat_map(|(_, statuses)| statuses.iter().copied()).collect()
}
