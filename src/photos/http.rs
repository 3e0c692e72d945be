//! Routes of photos: upload by coordinators, download by anybody.

use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Format, PhotoError, PhotoId, PhotoOut, Picture, Size, UploadId, folder, http_uploads, keep, load_file, load_whole,
    store,
};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::Coordinator;
use crate::kernel::Id;
use crate::web::access::Anyone;
use crate::web::{ApiError, ApiResult, Code, Routes, Sent, heavy};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, upload_photo, show_photo);
    http_uploads::routes(routes);
}

/// Bytes of an upload; a phone's photo has 3 to 8 MB.
pub const UPLOAD_LIMIT: usize = 12 * 1024 * 1024;

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the multipart form")]
struct PhotoForm {
    /// JPEG, PNG or WebP of at most 12 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PhotoUpload {
    /// A file that came in in pieces. Named again, it gives the same photo.
    upload_id: UploadId,
}

/// Takes in a photo; only its pixels are kept.
#[utoipa::path(post, path = "/photos", tag = "photos",
    request_body(content((PhotoForm = "multipart/form-data"), (PhotoUpload = "application/json"))),
    responses((status = 201, body = PhotoOut)))]
async fn upload_photo(
    who: Coordinator,
    context: web::Data<Context>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let sent = Sent::<PhotoUpload>::read(&request, payload, &[], UPLOAD_LIMIT).await?;
    let (upload, pointer, bytes) = match sent {
        Sent::Form(form) => (None, "/file", form.file),
        Sent::Json(PhotoUpload { upload_id }) => {
            let (id, by): (PhotoId, _) = (Id::from_uuid(upload_id.uuid()), who.user_id);
            if let Some(kept) = context.db.read(move |conn| store::find_own(conn, id, by)).await? {
                return Ok(HttpResponse::Created().json(PhotoOut::from(kept)));
            }
            (Some(upload_id), "/upload_id", load_whole(&context, by, upload_id).await?)
        }
    };
    let picture = heavy(move || Picture::read(&bytes)).await?.map_err(|invalid| ApiError::field(pointer, invalid))?;
    let photo = keep(&context, who.act(&context), who.user_id, picture, upload).await?;
    Ok(HttpResponse::Created().json(photo))
}

/// A photo in one of its sizes, `small`, `medium` or `large`: as WebP to those who accept it, else as JPEG.
#[utoipa::path(get, path = "/photos/{id}/{size}", tag = "photos",
    params(("id" = PhotoId, Path), ("size" = inline(Size), Path)),
    responses((status = 200, content((Vec<u8> = "image/webp"), (Vec<u8> = "image/jpeg")))))]
async fn show_photo(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    path_segments: web::Path<(String, String)>,
) -> ApiResult<HttpResponse> {
    let not_found = || ApiError::new(Code::NotFound);
    let id: PhotoId = path_segments.0.parse().map_err(|_| not_found())?;
    let size: Size = path_segments.1.parse().map_err(|_| not_found())?;
    let file = load_file(&context, &folder(id), size, accepted(&request)).await.map_err(PhotoError::from)?;
    // A photo never changes under its id.
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, file.format.media_type()))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, "Accept"))
        .body(file.bytes))
}

/// The format of pictures that the caller reads.
pub fn accepted(request: &HttpRequest) -> Format {
    let ranges = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    Format::accepted(&ranges.collect::<Vec<_>>().join(","))
}

impl From<PhotoError> for ApiError {
    fn from(error: PhotoError) -> Self {
        match error {
            PhotoError::Invalid(invalid) => Self::field("/file", invalid),
            PhotoError::NotFound | PhotoError::Store(object_store::Error::NotFound { .. }) => Self::new(Code::NotFound),
            PhotoError::Offset(offset) => Self::new(Code::UploadOffset).with("offset", offset),
            PhotoError::Incomplete(offset) => Self::new(Code::UploadIncomplete).with("offset", offset),
            PhotoError::TooLarge => Self::new(Code::BodyTooLarge),
            PhotoError::TooManyOpen => Self::new(Code::TooManyUploads),
            PhotoError::Db(error) => error.into(),
            other => Self::internal(other),
        }
    }
}
