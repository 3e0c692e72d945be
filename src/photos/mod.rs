//! Pictures: taken in as uploaded, whole or in pieces; kept only as re-encoded WebP and JPEG in three sizes.
//!
//! What always holds: nothing of the uploaded file is kept but its pixels, so no place, time or
//! device of a phone leaks; size in bytes and in pixels is bounded before decoding. The pictures
//! are in the object store under `photos/<id>/`. What comes in in pieces lies sealed under
//! `uploads/<id>/` for a day at most; each piece goes where the last one ended, and a photo made of an
//! upload has the upload's id, so that finishing it again makes no second one. Tables: `photos`, `uploads`.

mod files;
pub mod http;
mod http_uploads;
mod looks;
mod picture;
mod pieces;
mod store;
mod store_uploads;
mod uploads;

use serde::Serialize;
use utoipa::ToSchema;

use crate::context::Context;
use crate::db::DbError;
use crate::kernel::{Act, Id, Invalid, UserId};
use crate::secrets::SecretsError;

pub use files::{Format, Size, load_file, put_files, remove_files};
pub use looks::{ALIKE, data_uri, distance};
pub use picture::{File, Picture, reencode};
pub use pieces::remove as remove_pieces;
pub use store::{Shown, Similar, exists, find_similar, is_own, known, list_by_id, shown};
pub use uploads::{UploadId, close, forget, load_whole};

pub enum Photo {}
pub type PhotoId = Id<Photo>;

#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    #[error("photo refused: {0}")]
    Invalid(#[from] Invalid),
    #[error("no such photo or upload")]
    NotFound,
    #[error("the upload goes on at byte {0}")]
    Offset(i64),
    #[error("of the upload only {0} bytes are there")]
    Incomplete(i64),
    #[error("the piece is larger than what is missing")]
    TooLarge,
    #[error("too many uploads are open")]
    TooManyOpen,
    #[error("photo store: {0}")]
    Store(#[from] object_store::Error),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A photo as other things mention it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Photo)]
pub struct PhotoOut {
    pub id: PhotoId,
    pub urls: PhotoUrls,
    /// In pixels, of the large size.
    pub width: i64,
    pub height: i64,
    /// A tiny WebP as a data: address, to be shown blurred until the photo is there. Photos that came in
    /// before there were any have none.
    pub placeholder: Option<String>,
}

/// WebP for those who accept `image/webp`, else JPEG.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PhotoUrls {
    /// At most 320 pixels.
    pub small: String,
    /// At most 640 pixels.
    pub medium: String,
    /// At most 1,280 pixels.
    pub large: String,
}

/// Where the sizes of a picture are to be had.
#[must_use]
pub fn urls_of(base: &str) -> PhotoUrls {
    let url = |size: Size| format!("{base}/{size}");
    PhotoUrls { small: url(Size::Small), medium: url(Size::Medium), large: url(Size::Large) }
}

/// Keeps a picture: first the files, then the row that makes them known. One that came as an upload takes
/// its id; if it is kept already, that one is given.
///
/// # Errors
/// Those of the object store and of the database.
pub async fn keep(
    context: &Context,
    act: Act,
    by: UserId,
    picture: Picture,
    upload: Option<UploadId>,
) -> Result<PhotoOut, PhotoError> {
    let id: PhotoId = upload.map_or_else(|| act.new_id(), |upload| Id::from_uuid(upload.uuid()));
    let row = store::NewPhoto {
        id,
        sha256: picture.sha256.clone(),
        width: i64::from(picture.width),
        height: i64::from(picture.height),
        uploaded_by: by,
        created_at: act.at,
        placeholder: Some(picture.placeholder.clone()),
        perceptual_hash: Some(picture.perceptual_hash),
    };
    put_files(context, &folder(id), picture).await?;
    let kept = context
        .db
        .write(move |conn| {
            store::insert(conn, &row)?;
            if let Some(upload) = upload {
                close(conn, &act, upload)?;
            }
            Ok::<_, PhotoError>(())
        })
        .await;
    match kept {
        Err(PhotoError::Db(error)) if !(upload.is_some() && error.is_unique_violation()) => return Err(error.into()),
        Err(PhotoError::Db(_)) | Ok(()) => {}
        Err(error) => return Err(error),
    }
    let kept = context.db.read(move |conn| store::find_own(conn, id, by)).await?;
    Ok(kept.ok_or(PhotoError::NotFound)?.into())
}

fn folder(id: PhotoId) -> String {
    format!("photos/{id}")
}
