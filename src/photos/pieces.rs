//! The pieces of an upload in the object store: `uploads/<id>/<offset>`, sealed, for a picture from a phone
//! may say where it was taken until it is re-encoded.

use object_store::path::Path;
use object_store::{Error, ObjectStoreExt, PutMode};

use super::uploads::UploadId;
use super::{PhotoError, store_uploads::Upload};
use crate::context::Context;
use crate::objects;

fn folder(id: UploadId) -> Path {
    Path::from(format!("uploads/{id}"))
}

fn path(id: UploadId, offset: i64) -> Path {
    Path::from(format!("uploads/{id}/{offset}"))
}

fn seal_of(id: UploadId, offset: i64) -> String {
    format!("uploads.piece:{id}:{offset}")
}

/// Puts a piece and says how long it is. A piece that is there already, because its answer was lost or two
/// came at once, stays as it is and counts: nothing that was taken in is ever written over.
pub async fn put(context: &Context, id: UploadId, offset: i64, bytes: &[u8]) -> Result<usize, PhotoError> {
    let sealed = context.secrets.seal_bytes(&seal_of(id, offset), bytes);
    match context.photos.put_opts(&path(id, offset), sealed.into(), PutMode::Create.into()).await {
        Ok(_) => Ok(bytes.len()),
        Err(Error::AlreadyExists { .. }) => Ok(get(context, id, offset).await?.len()),
        Err(error) => Err(error.into()),
    }
}

async fn get(context: &Context, id: UploadId, offset: i64) -> Result<Vec<u8>, PhotoError> {
    let sealed = context.photos.get(&path(id, offset)).await?.bytes().await?;
    Ok(context.secrets.open_bytes(&seal_of(id, offset), &sealed)?)
}

/// The pieces of a whole upload, put together.
pub async fn join(context: &Context, upload: &Upload) -> Result<Vec<u8>, PhotoError> {
    let mut whole = Vec::with_capacity(usize::try_from(upload.size_bytes).unwrap_or_default());
    loop {
        let offset = i64::try_from(whole.len()).unwrap_or(i64::MAX);
        if offset >= upload.size_bytes {
            return Ok(whole);
        }
        let piece = get(context, upload.id, offset).await?;
        if piece.is_empty() {
            return Err(PhotoError::Incomplete(offset));
        }
        whole.extend_from_slice(&piece);
    }
}

/// Removes the pieces, in a job.
///
/// # Errors
/// Those of the object store.
pub fn remove(context: &Context, id: UploadId) -> object_store::Result<()> {
    let store = context.photos.clone();
    objects::wait(async move { objects::remove_folder(&*store, &folder(id)).await })
}
