//! Routes of photos: upload by coordinators, download by anybody.

use actix_multipart::Multipart;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use utoipa::ToSchema;

use super::{PhotoError, PhotoId, PhotoOut, Picture, Size, folder, keep, load_file};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::Coordinator;
use crate::web::access::Anyone;
use crate::web::{ApiError, ApiResult, Code, Routes, Upload, heavy};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, upload_photo, show_photo);
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

/// Takes in a photo; only its pixels are kept.
#[utoipa::path(post, path = "/photos", tag = "photos",
    request_body(content = PhotoForm, content_type = "multipart/form-data"), responses((status = 201, body = PhotoOut)))]
async fn upload_photo(who: Coordinator, context: web::Data<Context>, form: Multipart) -> ApiResult<HttpResponse> {
    let Upload { file: bytes, .. } = Upload::read(form, &[], UPLOAD_LIMIT).await?;
    let picture = heavy(move || Picture::read(&bytes)).await?.map_err(|invalid| ApiError::field("/file", invalid))?;
    let photo = keep(&context, who.act(&context), who.user_id, picture).await?;
    Ok(HttpResponse::Created().json(photo))
}

/// A photo in one of its sizes, `small` or `large`, as JPEG.
#[utoipa::path(get, path = "/photos/{id}/{size}", tag = "photos",
    params(("id" = PhotoId, Path), ("size" = inline(Size), Path)), responses((status = 200, content_type = "image/jpeg", body = Vec<u8>)))]
async fn show_photo(
    _: Anyone,
    context: web::Data<Context>,
    path_segments: web::Path<(String, String)>,
) -> ApiResult<HttpResponse> {
    let not_found = || ApiError::new(Code::NotFound);
    let id: PhotoId = path_segments.0.parse().map_err(|_| not_found())?;
    let size: Size = path_segments.1.parse().map_err(|_| not_found())?;
    let bytes = load_file(&context, &folder(id), size).await.map_err(PhotoError::from)?;
    // A photo never changes under its id.
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "image/jpeg"))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(bytes))
}

impl From<PhotoError> for ApiError {
    fn from(error: PhotoError) -> Self {
        match error {
            PhotoError::Invalid(invalid) => Self::field("/file", invalid),
            PhotoError::NotFound | PhotoError::Store(object_store::Error::NotFound { .. }) => Self::new(Code::NotFound),
            PhotoError::Db(error) => error.into(),
            other => Self::internal(other),
        }
    }
}
