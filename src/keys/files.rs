//! Sealed files of the object store: evidence of consents.
//!
//! Each file says by its first byte which key sealed it, so a pass that is stopped is simply begun again.
//! Files are only added and removed, never changed, so nobody else writes to one.

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};

use super::KeysError;
use super::service;
use super::store::{self, Progress};
use crate::context::Context;
use crate::db::DbError;
use crate::kernel::{Any, Id};

/// As in the table of progress, and in the context of each file.
pub const NAME: &str = "evidence_files.content";
const FOLDER: &str = "evidence";

/// While there is more than one sealing key: begins what has not begun, and seals the files anew; the jobs do
/// the rest.
///
/// # Errors
/// Those of the object store and of the database.
pub async fn keep_sealed(context: &Context) -> Result<(), KeysError> {
    if context.secrets.sealing_keys().len() < 2 {
        return Ok(());
    }
    let (act, secrets) = (context.system_act(), context.secrets.clone());
    context.db.write(move |conn| service::begin(conn, &act, &secrets)).await?;
    reseal(context).await?;
    Ok(())
}

/// Seals anew what is sealed with an older key; says how many files do not open.
///
/// # Errors
/// Those of the object store and of the database.
pub async fn reseal(context: &Context) -> Result<i64, KeysError> {
    let newest = context.secrets.newest_sealing_key();
    let older = list_sealed_otherwise(context, newest).await?;
    let Some(progress) = begin(context, newest, older.len()).await? else { return Ok(0) };
    let (mut done, mut unopened) = (0, 0);
    for path in older {
        if reseal_file(context, &path).await? {
            done += 1;
        } else {
            tracing::error!(file = %path, "is not sealed anew");
            unopened += 1;
        }
    }
    let at = context.clock.now();
    context
        .db
        .write(move |conn| {
            store::advance(conn, &progress, done, None)?;
            store::finish(conn, &progress, at)
        })
        .await?;
    Ok(unopened)
}

/// The row of this pass; `None` if there is nothing to tell.
async fn begin(context: &Context, newest: u8, files: usize) -> Result<Option<Progress>, DbError> {
    let (at, total) = (context.clock.now(), i64::try_from(files).unwrap_or(i64::MAX));
    let progress = Progress {
        column_name: NAME.into(),
        key_id: newest.into(),
        done: 0,
        total,
        started_at: at,
        finished_at: None,
        position: None,
    };
    let begun = progress.clone();
    let known = context.db.read(store::list).await?;
    let is_known =
        known.iter().any(|row| row.column_name == NAME && row.key_id == i64::from(newest) && row.finished_at.is_some());
    if is_known && total == 0 {
        return Ok(None);
    }
    context.db.write(move |conn| store::replace(conn, &begun)).await?;
    Ok(Some(progress))
}

async fn list_sealed_otherwise(context: &Context, newest: u8) -> Result<Vec<Path>, KeysError> {
    let folder = Path::from(FOLDER);
    let mut files = context.photos.list(Some(&folder));
    let mut found = Vec::new();
    while let Some(file) = files.try_next().await? {
        if file.size > 0 && context.photos.get_range(&file.location, 0..1).await?.first() != Some(&newest) {
            found.push(file.location);
        }
    }
    Ok(found)
}

/// False if the file does not open, or does not say by its name whose it is.
async fn reseal_file(context: &Context, path: &Path) -> Result<bool, KeysError> {
    let Some(id) = id_of(path) else { return Ok(false) };
    let bound_to = format!("{NAME}:{id}");
    let sealed = match context.photos.get(path).await {
        Ok(file) => file.bytes().await?,
        // Removed meanwhile.
        Err(object_store::Error::NotFound { .. }) => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    let Ok(plain) = context.secrets.open_bytes(&bound_to, &sealed) else { return Ok(false) };
    let sealed = context.secrets.seal_bytes(&bound_to, &plain);
    context.photos.put(path, PutPayload::from(sealed)).await?;
    Ok(true)
}

/// The id in `evidence/<id>`, whatever follows it.
fn id_of(path: &Path) -> Option<Id<Any>> {
    let name = path.parts().nth(1)?;
    name.as_ref().split('.').next()?.parse().ok()
}
