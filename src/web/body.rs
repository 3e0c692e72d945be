//! What comes in with a request: a JSON body, an id in the path, a query. Each refuses in our words.

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use std::future::{Future, Ready, ready};
use std::pin::Pin;

use super::{ApiError, Code};
use crate::kernel::{Id, Invalid};

/// Bytes of a JSON body; photos have a limit of their own.
pub const BODY_LIMIT: usize = 256 * 1024;

/// A JSON body of at most [`BODY_LIMIT`] bytes.
pub struct Body<T> {
    pub value: T,
    /// Of the bytes as they came, to tell a repeated request from another one with the same key.
    pub sha256: [u8; 32],
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_json);
        // `Bytes` stops reading at the limit of the `PayloadConfig` that `app` sets.
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|error| {
                let too_large = error.as_response_error().status_code() == Code::BodyTooLarge.status();
                ApiError::new(if too_large { Code::BodyTooLarge } else { Code::InvalidRequest })
            })?;
            if !is_json {
                return Err(ApiError::new(Code::UnsupportedMediaType));
            }
            Ok(Self { value: parse(&bytes)?, sha256: Sha256::digest(&bytes).into() })
        })
    }
}

/// A JSON body that may be left out, or be `null`: then the type's default.
pub struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for OptionalBody<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let nothing = length.is_none_or(|length| length == "0") && !request.headers().contains_key(TRANSFER_ENCODING);
        if nothing {
            return Box::pin(ready(Ok(Self(T::default()))));
        }
        let body = Body::<Option<T>>::from_request(request, payload);
        Box::pin(async move { Ok(Self(body.await?.value.unwrap_or_default())) })
    }
}

fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// Reads JSON; a value of the wrong form is refused at its JSON pointer.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ApiError::new(Code::InvalidJson))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        if error.inner().classify() != serde_json::error::Category::Data {
            return ApiError::new(Code::InvalidJson);
        }
        let pointer: String = error
            .path()
            .iter()
            .filter_map(|segment| match segment {
                serde_path_to_error::Segment::Seq { index } => Some(format!("/{index}")),
                serde_path_to_error::Segment::Map { key } => Some(format!("/{}", pointer_segment(key))),
                _ => None,
            })
            .collect();
        ApiError::field(pointer, Invalid::new("invalid_value").with("why", error.inner()))
    })?;
    json.end().map_err(|_| ApiError::new(Code::InvalidJson))?;
    // A type with members can be read from a list of their values, too; the document knows objects alone.
    if text.trim_start().starts_with('[') {
        return Err(ApiError::field("", Invalid::new("invalid_value").with("why", "a list is no object")));
    }
    Ok(value)
}

/// A name as it stands in a JSON pointer.
pub(super) fn pointer_segment(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// For a member of a PATCH that may be left out, or be `null` to erase what is there:
/// `#[serde(default, deserialize_with = "present")]`.
///
/// # Errors
/// Those of the value.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The `{id}` of a path. What is no id names nothing, so it is not found.
pub struct PathId<T: 'static>(pub Id<T>);

impl<T> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or_else(|| ApiError::new(Code::NotFound)))
    }
}

/// A query string; unknown parameters are refused by the type's own `deny_unknown_fields`.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = actix_web::web::Query::<T>::from_query(request.query_string());
        ready(
            query
                .map(|query| Self(query.into_inner()))
                .map_err(|error| ApiError::field("#", Invalid::new("invalid_value").with("why", error))),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        #[expect(dead_code, reason = "only its form matters here")]
        quantity: crate::kernel::Quantity,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Basket {
        #[expect(dead_code, reason = "only its form matters here")]
        lines: Vec<Line>,
    }

    fn refusal(body: &[u8]) -> ApiError {
        parse::<Basket>(body).unwrap_err()
    }

    #[test]
    fn a_refused_value_is_named_by_its_pointer() {
        for body in
            [r#"{"lines":[{"quantity":0}]}"#, r#"{"lines":[{"quantity":1.5}]}"#, r#"{"lines":[{"quantity":"2"}]}"#]
        {
            assert_eq!(refusal(body.as_bytes()).fields[0].pointer, "/lines/0/quantity", "{body}");
        }
        assert_eq!(refusal(br#"{"lines":[],"discount":1}"#).code, Code::Invalid);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for body in [&b""[..], b"{", b"{\"lines\":[]} x", b"\xff\xfe", b"{\"lines\":\"\xff\"}"] {
            assert_eq!(refusal(body).code, Code::InvalidJson);
        }
        assert!(parse::<Basket>(br#"{"lines":[{"quantity":2}]}"#).is_ok());
    }

    #[test]
    fn a_list_of_its_values_is_no_basket() {
        assert_eq!(refusal(br#" [[{"quantity":2}]]"#).code, Code::Invalid);
    }
}
