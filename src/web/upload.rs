//! A form with one file, or JSON that names what came in before.

use actix_multipart::{Field, Multipart};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::TryStreamExt;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

use super::body::{Body, pointer_segment};
use super::{ApiError, ApiResult, Code};
use crate::kernel::Invalid;

/// Bytes of all fields that are no file.
const TEXTS_MAX: usize = 4_096;

/// What came in with a form: the field `file`, and the short texts beside it.
pub struct Upload {
    pub file: Vec<u8>,
    texts: HashMap<String, String>,
}

impl Upload {
    /// Beside the file the form may have the texts `known`.
    ///
    /// # Errors
    /// `body_too_large` for a file above `limit` bytes, `file_required` without one, `invalid_value` for a
    /// field that nobody knows.
    pub async fn read(mut form: Multipart, known: &[&str], limit: usize) -> ApiResult<Self> {
        let (mut file, mut texts, mut left) = (None, HashMap::new(), TEXTS_MAX);
        while let Some(field) = form.try_next().await.map_err(unreadable)? {
            let name = field.name().unwrap_or_default().to_owned();
            let is_repeated = texts.contains_key(&name) || (name == "file" && file.is_some());
            if is_repeated {
                return Err(ApiError::new(Code::InvalidRequest));
            }
            if name != "file" && !known.contains(&name.as_str()) {
                let pointer = format!("/{}", pointer_segment(&name));
                return Err(ApiError::field(pointer, Invalid::new("invalid_value").with("why", "unknown field")));
            }
            if name == "file" {
                file = Some(read_field(field, limit).await?);
            } else {
                let text = read_field(field, left).await?;
                left -= text.len();
                texts.insert(name, String::from_utf8_lossy(&text).into_owned());
            }
        }
        let file = file.ok_or_else(|| ApiError::field("/file", Invalid::new("file_required")))?;
        Ok(Self { file, texts })
    }

    /// The text of a field; empty if it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", |text| text.trim())
    }
}

/// A file itself, or where it is.
pub enum Sent<T> {
    Form(Upload),
    Json(T),
}

impl<T: DeserializeOwned + 'static> Sent<T> {
    /// # Errors
    /// Those of [`Upload::read`] and [`Body`].
    pub async fn read(request: &HttpRequest, payload: web::Payload, known: &[&str], limit: usize) -> ApiResult<Self> {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|it| it.to_ascii_lowercase().starts_with("multipart/form-data")) {
            let form = Multipart::new(request.headers(), payload);
            return Ok(Self::Form(Upload::read(form, known, limit).await?));
        }
        let body = Body::<T>::from_request(request, &mut payload.into_inner()).await?;
        Ok(Self::Json(body.value))
    }
}

async fn read_field(mut field: Field, limit: usize) -> ApiResult<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.try_next().await.map_err(unreadable)? {
        if bytes.len() + chunk.len() > limit {
            return Err(ApiError::new(Code::BodyTooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn unreadable(_: actix_multipart::MultipartError) -> ApiError {
    ApiError::new(Code::InvalidRequest)
}
