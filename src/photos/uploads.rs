//! Uploads that come in pieces, after the core of tus 1.0: announced with their size, sent on from where
//! they broke off, finished by naming them where a file is wanted.

use std::time::Duration;

use super::store_uploads::{self as store, Upload};
use super::{PhotoError, pieces};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Id, UserId};

pub type UploadId = Id<Upload>;

/// Bytes of a piece, at most.
pub const PIECE_MAX: usize = 1024 * 1024;

/// Uploads of one person at a time: more than a form takes pictures, with those that broke off.
pub const OPEN_MAX: i64 = 24;

/// As long as a coordinator may be without a network.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Who still reads or sends a piece when an upload ends is done by then.
const GRACE: Duration = Duration::from_secs(10 * 60);

/// Announces an upload of `size_bytes`. What came in of it is cleared away when its time is over.
pub fn open(conn: &mut Conn, act: &Act, owner: UserId, size_bytes: i64) -> Result<Upload, PhotoError> {
    if store::count_open(conn, owner, act.at)? >= OPEN_MAX {
        return Err(PhotoError::TooManyOpen);
    }
    let expires_at = act.at.plus(KEPT);
    let upload =
        Upload { id: act.new_id(), owner_id: owner, size_bytes, received_bytes: 0, created_at: act.at, expires_at };
    store::insert(conn, &upload)?;
    jobs::enqueue(conn, act, JobKind::ClearUpload, upload.id, expires_at.plus(GRACE))?;
    Ok(upload)
}

/// An open upload of this person.
pub async fn load(context: &Context, owner: UserId, id: UploadId) -> Result<Upload, PhotoError> {
    let now = context.clock.now();
    let found = context.db.read(move |conn| store::find_open(conn, id, owner, now)).await?;
    found.ok_or(PhotoError::NotFound)
}

/// Takes in a piece and says where the next one begins.
pub async fn append(
    context: &Context,
    owner: UserId,
    id: UploadId,
    offset: i64,
    bytes: &[u8],
) -> Result<i64, PhotoError> {
    let upload = load(context, owner, id).await?;
    if upload.received_bytes != offset {
        return Err(PhotoError::Offset(upload.received_bytes));
    }
    if end_of(offset, bytes.len()) > upload.size_bytes {
        return Err(PhotoError::TooLarge);
    }
    if bytes.is_empty() {
        return Ok(offset);
    }
    let next = end_of(offset, pieces::put(context, id, offset, bytes).await?);
    let now = context.clock.now();
    if context.db.write(move |conn| store::advance(conn, id, (offset, next), now)).await? {
        return Ok(next);
    }
    Err(PhotoError::Offset(load(context, owner, id).await?.received_bytes))
}

fn end_of(offset: i64, length: usize) -> i64 {
    i64::try_from(length).ok().and_then(|length| offset.checked_add(length)).unwrap_or(i64::MAX)
}

/// The whole file.
///
/// # Errors
/// [`PhotoError::NotFound`] also for an upload of somebody else or one that is over,
/// [`PhotoError::Incomplete`], those of the object store.
pub async fn load_whole(context: &Context, owner: UserId, id: UploadId) -> Result<Vec<u8>, PhotoError> {
    let upload = load(context, owner, id).await?;
    if upload.received_bytes < upload.size_bytes {
        return Err(PhotoError::Incomplete(upload.received_bytes));
    }
    pieces::join(context, &upload).await
}

/// Ends an upload that was finished or given up; its pieces are cleared away soon.
///
/// # Errors
/// Those of the database.
pub fn close(conn: &mut Conn, act: &Act, id: UploadId) -> DbResult<()> {
    if store::end(conn, id, act.at)? {
        jobs::enqueue(conn, act, JobKind::ClearUpload, id, act.at.plus(GRACE))?;
    }
    Ok(())
}

/// Forgets an upload whose pieces are gone.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, id: UploadId) -> DbResult<()> {
    store::delete(conn, id)
}
