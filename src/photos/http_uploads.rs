//! Routes of uploads in pieces: the core of tus 1.0 and its termination.

use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::http::UPLOAD_LIMIT;
use super::store_uploads::Upload;
use super::uploads::{self, PIECE_MAX, UploadId};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::Coordinator;
use crate::kernel::{Instant, Invalid};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, open_upload, show_upload, append_upload, end_upload);
}

const OFFSET: &str = "Upload-Offset";
const LENGTH: &str = "Upload-Length";
const PIECE: &str = "application/offset+octet-stream";

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UploadIn {
    /// Of the whole file.
    #[schema(minimum = 1, maximum = 12_582_912)]
    size_bytes: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Upload)]
struct UploadOut {
    id: UploadId,
    size_bytes: i64,
    /// How much has come in: there the next piece begins.
    offset: i64,
    /// When what came in is cleared away.
    expires_at: Instant,
}

impl From<Upload> for UploadOut {
    fn from(upload: Upload) -> Self {
        Self {
            id: upload.id,
            size_bytes: upload.size_bytes,
            offset: upload.received_bytes,
            expires_at: upload.expires_at,
        }
    }
}

/// Announces a file that comes in pieces. At most 24 of one person are open at a time, each for a day.
#[utoipa::path(post, path = "/uploads", tag = "photos", request_body = UploadIn, responses((status = 201, body = UploadOut)))]
async fn open_upload(who: Coordinator, context: web::Data<Context>, body: Body<UploadIn>) -> ApiResult<HttpResponse> {
    let size_bytes = body.value.size_bytes;
    if size_bytes < 1 {
        return Err(ApiError::field("/size_bytes", Invalid::new("invalid_value").with("why", "below 1")));
    }
    if usize::try_from(size_bytes).is_ok_and(|size| size > UPLOAD_LIMIT) {
        return Err(ApiError::new(Code::BodyTooLarge));
    }
    let act = who.act(&context);
    let upload = context.db.write(move |conn| uploads::open(conn, &act, who.user_id, size_bytes)).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/api/v1/uploads/{}", upload.id)))
        .insert_header((OFFSET, "0"))
        .json(UploadOut::from(upload)))
}

/// How much of a file has come in; the headers Upload-Offset and Upload-Length say so, too.
#[utoipa::path(get, path = "/uploads/{id}", tag = "photos", params(("id" = UploadId, Path)), responses((status = 200, body = UploadOut)))]
async fn show_upload(who: Coordinator, context: web::Data<Context>, id: PathId<Upload>) -> ApiResult<HttpResponse> {
    let upload = uploads::load(&context, who.user_id, id.0).await?;
    Ok(HttpResponse::Ok()
        .insert_header((OFFSET, upload.received_bytes.to_string()))
        .insert_header((LENGTH, upload.size_bytes.to_string()))
        .json(UploadOut::from(upload)))
}

/// The next piece of a file, of at most 1 MiB. `upload_offset` tells where it goes on if that is not where
/// the piece begins. The answer's Upload-Offset counts: a piece that came before, and whose answer was lost,
/// may have had another length.
#[utoipa::path(patch, path = "/uploads/{id}", tag = "photos",
    params(("id" = UploadId, Path), ("Upload-Offset" = i64, Header, description = "Where the piece begins.", minimum = 0)),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, headers(("Upload-Offset" = i64, description = "Where the next piece begins.")))))]
async fn append_upload(
    who: Coordinator,
    context: web::Data<Context>,
    request: HttpRequest,
    id: PathId<Upload>,
    body: web::Payload,
) -> ApiResult<HttpResponse> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if !header(CONTENT_TYPE.as_str()).is_some_and(|it| it.eq_ignore_ascii_case(PIECE)) {
        return Err(ApiError::new(Code::UnsupportedMediaType));
    }
    let offset = header(OFFSET).and_then(|text| text.parse::<i64>().ok()).filter(|offset| *offset >= 0);
    let offset = offset.ok_or_else(|| ApiError::new(Code::InvalidRequest))?;
    let bytes = read_piece(body).await?;
    let next = uploads::append(&context, who.user_id, id.0, offset, &bytes).await?;
    Ok(HttpResponse::NoContent().insert_header((OFFSET, next.to_string())).finish())
}

/// A piece counts only whole; one that breaks off is sent again.
async fn read_piece(mut body: web::Payload) -> ApiResult<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| ApiError::new(Code::InvalidRequest))?;
        if bytes.len() + chunk.len() > PIECE_MAX {
            return Err(ApiError::new(Code::BodyTooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Gives a file up.
#[utoipa::path(delete, path = "/uploads/{id}", tag = "photos", params(("id" = UploadId, Path)), responses((status = 204)))]
async fn end_upload(who: Coordinator, context: web::Data<Context>, id: PathId<Upload>) -> ApiResult<HttpResponse> {
    uploads::load(&context, who.user_id, id.0).await?;
    let act = who.act(&context);
    context.db.write(move |conn| uploads::close(conn, &act, id.0)).await?;
    Ok(HttpResponse::NoContent().finish())
}
