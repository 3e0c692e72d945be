//! Pictures of people: shown to the public only while the person agrees.

use sha2::{Digest, Sha256};

use super::people::load_standing;
use super::service::load_for_change;
use super::store_files::{self, NewPicture};
use super::types::HouseholdError;
use super::{HouseholdId, PersonId, PictureId};
use crate::context::Context;
use crate::db::Conn;
use crate::kernel::{Act, Invalid, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::photos;

/// Pictures of one household.
const PICTURES_MAX: usize = 12;

/// Where the sizes of a picture are kept.
fn folder(id: PictureId) -> String {
    format!("people/{id}")
}

/// Keeps a picture of somebody: first the files, then the row that makes them known.
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
) -> Result<PictureId, HouseholdError> {
    let row = NewPicture {
        id: act.new_id(),
        household_id,
        person_id,
        sha256: Sha256::digest(&picture.large).to_vec(),
        width: i64::from(picture.width),
        height: i64::from(picture.height),
        uploaded_by: by,
        created_at: act.at,
    };
    let id = row.id;
    photos::put_files(context, &folder(id), picture).await?;
    context
        .db
        .write(move |conn| {
            check(conn, &scope, household_id, person_id)?;
            store_files::insert_picture(conn, &row)?;
            log::append(conn, &act, &Change::new(Subject::Picture, id, "record"))?;
            Ok(id)
        })
        .await
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
pub async fn load(context: &Context, id: PictureId, size: photos::Size) -> Result<Vec<u8>, HouseholdError> {
    Ok(photos::load_file(context, &folder(id), size).await?)
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
    if store_files::remove_picture(conn, id, act.at)? {
        log::append(conn, act, &Change::new(Subject::Picture, id, "remove"))?;
    }
    Ok(())
}

/// Removes the files of pictures that were taken away. Nobody is shown them any more, so a store that
/// fails now keeps them for whoever looks after it to remove.
pub async fn remove_files(context: &Context, ids: Vec<PictureId>) {
    for id in ids {
        if let Err(error) = photos::remove_files(context, &folder(id)).await {
            tracing::warn!(%error, picture = %id, "files of a picture that was taken away are still there");
        }
    }
}
