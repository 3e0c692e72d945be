//! Pictures: taken in as uploaded, kept only as re-encoded JPEGs in two sizes.
//!
//! What always holds: nothing of the uploaded file is kept but its pixels, so no place, time or
//! device of a phone leaks; size in bytes and in pixels is bounded before decoding. The pictures
//! are in the object store under `photos/<id>/`. Table: `photos`.

pub mod http;
mod picture;

use diesel::prelude::*;
use futures_util::future::try_join_all;
use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::context::Context;
use crate::db::schema::photos;
use crate::db::{Conn, DbError, DbResult};
use crate::kernel::{Act, Id, Instant, Invalid, UserId, text_enum};

pub use picture::Picture;

pub enum Photo {}
pub type PhotoId = Id<Photo>;

text_enum! {
    /// The sizes in which a photo is kept, by the longer side in pixels.
    pub enum Size {
        /// 480, for lists.
        Small = "small",
        /// 1,280, for a page of its own.
        Large = "large",
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    #[error("photo refused: {0}")]
    Invalid(#[from] Invalid),
    #[error("no such photo")]
    NotFound,
    #[error("photo store: {0}")]
    Store(#[from] object_store::Error),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A photo as other things mention it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Photo)]
pub struct PhotoOut {
    pub id: PhotoId,
    pub urls: PhotoUrls,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PhotoUrls {
    pub small: String,
    pub large: String,
}

/// Where a photo is to be had.
#[must_use]
pub fn show(id: PhotoId) -> PhotoOut {
    let url = |size: Size| format!("/api/v1/photos/{id}/{size}");
    PhotoOut { id, urls: PhotoUrls { small: url(Size::Small), large: url(Size::Large) } }
}

#[derive(Insertable)]
#[diesel(table_name = photos)]
struct Row {
    id: PhotoId,
    sha256: Vec<u8>,
    width: i64,
    height: i64,
    uploaded_by: UserId,
    created_at: Instant,
}

/// Keeps a picture: first the files, then the row that makes them known.
///
/// # Errors
/// Those of the object store and of the database.
pub async fn keep(context: &Context, act: Act, by: UserId, picture: Picture) -> Result<PhotoOut, PhotoError> {
    let id: PhotoId = act.new_id();
    let row = Row {
        id,
        sha256: Sha256::digest(&picture.large).to_vec(),
        width: i64::from(picture.width),
        height: i64::from(picture.height),
        uploaded_by: by,
        created_at: act.at,
    };
    put_files(context, &folder(id), picture).await?;
    context
        .db
        .write(move |conn| {
            diesel::insert_into(photos::table).values(&row).execute(conn).map_err(DbError::from)?;
            Ok::<_, PhotoError>(())
        })
        .await?;
    Ok(show(id))
}

fn folder(id: PhotoId) -> String {
    format!("photos/{id}")
}

fn path(folder: &str, size: Size) -> Path {
    Path::from(format!("{folder}/{size}.jpg"))
}

/// Puts a picture into a folder of the object store, in its sizes.
///
/// # Errors
/// Those of the object store.
pub async fn put_files(context: &Context, folder: &str, picture: Picture) -> object_store::Result<()> {
    let files = [(Size::Small, picture.small), (Size::Large, picture.large)];
    let put =
        |(size, bytes): (Size, Vec<u8>)| async move { context.photos.put(&path(folder, size), bytes.into()).await };
    try_join_all(files.into_iter().map(put)).await?;
    Ok(())
}

/// # Errors
/// Those of the object store.
pub async fn load_file(context: &Context, folder: &str, size: Size) -> object_store::Result<Vec<u8>> {
    Ok(context.photos.get(&path(folder, size)).await?.bytes().await?.to_vec())
}

/// # Errors
/// Those of the object store.
pub async fn remove_files(context: &Context, folder: &str) -> object_store::Result<()> {
    for size in Size::ALL {
        context.photos.delete(&path(folder, *size)).await?;
    }
    Ok(())
}

/// # Errors
/// Those of the database.
pub fn exists(conn: &mut Conn, id: PhotoId) -> DbResult<bool> {
    Ok(diesel::select(diesel::dsl::exists(photos::table.find(id))).get_result(conn)?)
}
