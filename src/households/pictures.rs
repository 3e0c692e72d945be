//! Pictures of people: shown to the public only while the person agrees.

use super::people::load_standing;
use super::service::load_for_change;
use super::store_files::{self, NewPicture};
use super::types::HouseholdError;
use super::{HouseholdId, PersonId, PictureId};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Id, Invalid, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::objects;
use crate::photos::{self, UploadId};

/// Pictures of one household.
const PICTURES_MAX: usize = 12;

/// Where the sizes of a picture are kept.
fn folder(id: PictureId) -> String {
    format!("people/{id}")
}

/// Keeps a picture of somebody: first the files, then the row that makes them known. One that came as an
/// upload takes its id.
///
/// # Errors
/// [`HouseholdError::NotFound`] outside the scope, [`HouseholdError::Erased`], `unknown_person`,
/// `too_many`, and those of the object store.
pub async fn keep(
    context: &Context,
    act: Act,
    (by, scope): (UserId, Scope),
    (household_id, person_id): (HouseholdId, PersonId),
    picture: photos::Picture,
    upload: Option<UploadId>,
) -> Result<PictureId, HouseholdError> {
    let row = NewPicture {
        id: upload.map_or_else(|| act.new_id(), |upload| Id::from_uuid(upload.uuid())),
        household_id,
        person_id,
        sha256: picture.sha256.clone(),
        width: i64::from(picture.width),
        height: i64::from(picture.height),
        uploaded_by: by,
        created_at: act.at,
        placeholder: Some(picture.placeholder.clone()),
    };
    let id = row.id;
    photos::put_files(context, &folder(id), picture).await?;
    let kept = context
        .db
        .write(move |conn| {
            check(conn, &scope, household_id, person_id)?;
            store_files::insert_picture(conn, &row)?;
            if let Some(upload) = upload {
                photos::close(conn, &act, upload)?;
            }
            log::append(conn, &act, &Change::new(Subject::Picture, id, "record"))?;
            Ok(id)
        })
        .await;
    match kept {
        // The same upload was finished twice at once.
        Err(HouseholdError::Db(error)) if upload.is_some() && error.is_unique_violation() => Ok(id),
        kept => kept,
    }
}

/// Whether a picture of this person may be kept.
///
/// # Errors
/// As [`keep`].
pub fn check(
    conn: &mut Conn,
    scope: &Scope,
    household_id: HouseholdId,
    person_id: PersonId,
) -> Result<(), HouseholdError> {
    load_for_change(conn, scope, household_id)?;
    load_standing(conn, household_id, person_id).map_err(|error| match error {
        HouseholdError::NotFound => HouseholdError::Invalid("/person_id", Invalid::new("unknown_person")),
        other => other,
    })?;
    if store_files::list_pictures(conn, &[household_id])?.len() >= PICTURES_MAX {
        return Err(HouseholdError::Invalid("/file", Invalid::new("too_many").with("max", PICTURES_MAX)));
    }
    Ok(())
}

/// The file of one size.
///
/// # Errors
/// Those of the object store.
pub async fn load(
    context: &Context,
    id: PictureId,
    size: photos::Size,
    format: photos::Format,
) -> Result<photos::File, HouseholdError> {
    Ok(photos::load_file(context, &folder(id), size, format).await?)
}

/// Takes a picture away.
///
/// # Errors
/// [`HouseholdError::NotFound`] also outside the scope, or when it is gone.
pub fn remove(
    conn: &mut Conn,
    act: &Act,
    scope: &Scope,
    household_id: HouseholdId,
    id: PictureId,
) -> Result<(), HouseholdError> {
    load_for_change(conn, scope, household_id)?;
    store_files::find_picture(conn, household_id, id)?.ok_or(HouseholdError::NotFound)?;
    if take_away(conn, act, id)? {
        log::append(conn, act, &Change::new(Subject::Picture, id, "remove"))?;
    }
    Ok(())
}

/// Takes a picture away and orders its files to be removed; false if it was gone.
///
/// # Errors
/// Those of the database.
pub fn take_away(conn: &mut Conn, act: &Act, id: PictureId) -> DbResult<bool> {
    let was_there = store_files::remove_picture(conn, id, act.at)?;
    if was_there {
        jobs::enqueue(conn, act, JobKind::RemovePicture, id, act.at)?;
    }
    Ok(was_there)
}

/// Removes the files of a picture that was taken away, in a job: tried until the store has done it.
///
/// # Errors
/// Those of the object store.
pub fn remove_files(context: &Context, id: PictureId) -> object_store::Result<()> {
    let context = context.clone();
    objects::wait(async move { photos::remove_files(&context, &folder(id)).await })
}
