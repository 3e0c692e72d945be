//! Queries of photos.

use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::looks::{ALIKE, data_uri, distance};
use super::{PhotoId, PhotoOut, urls_of};
use crate::db::schema::{listing_photos, listings, photos};
use crate::db::{Conn, DbResult};
use crate::kernel::{Any, Id, Instant, UserId};

#[derive(Insertable)]
#[diesel(table_name = photos)]
#[diesel(treat_none_as_default_value = false)]
pub struct NewPhoto {
    pub id: PhotoId,
    pub sha256: Vec<u8>,
    pub width: i64,
    pub height: i64,
    pub uploaded_by: UserId,
    pub created_at: Instant,
    pub placeholder: Option<Vec<u8>>,
    pub perceptual_hash: Option<i64>,
}

pub fn insert(conn: &mut Conn, photo: &NewPhoto) -> DbResult<()> {
    diesel::insert_into(photos::table).values(photo).execute(conn)?;
    Ok(())
}

/// What of a photo is shown; others select it beside what is theirs.
#[derive(Debug, Clone, Queryable)]
pub struct Shown {
    pub id: PhotoId,
    width: i64,
    height: i64,
    placeholder: Option<Vec<u8>>,
}

#[diesel::dsl::auto_type]
pub fn shown() -> _ {
    (photos::id, photos::width, photos::height, photos::placeholder)
}

impl From<Shown> for PhotoOut {
    fn from(photo: Shown) -> Self {
        Self {
            id: photo.id,
            urls: urls_of(&format!("/api/v1/photos/{}", photo.id)),
            width: photo.width,
            height: photo.height,
            placeholder: photo.placeholder.as_deref().map(data_uri),
        }
    }
}

/// Photos by their ids, as they are shown.
///
/// # Errors
/// Those of the database.
pub fn list_by_id(conn: &mut Conn, ids: impl IntoIterator<Item = PhotoId>) -> DbResult<HashMap<PhotoId, PhotoOut>> {
    let ids: BTreeSet<PhotoId> = ids.into_iter().collect();
    let rows: Vec<Shown> = photos::table.filter(photos::id.eq_any(&ids)).select(shown()).load(conn)?;
    Ok(rows.into_iter().map(|photo| (photo.id, PhotoOut::from(photo))).collect())
}

/// A photo that this person sent.
pub fn find_own(conn: &mut Conn, id: PhotoId, by: UserId) -> DbResult<Option<Shown>> {
    Ok(photos::table.find(id).filter(photos::uploaded_by.eq(by)).select(shown()).first(conn).optional()?)
}

/// Whether this person sent a photo.
///
/// # Errors
/// Those of the database.
pub fn is_own(conn: &mut Conn, id: PhotoId, by: UserId) -> DbResult<bool> {
    Ok(find_own(conn, id, by)?.is_some())
}

/// # Errors
/// Those of the database.
pub fn exists(conn: &mut Conn, id: PhotoId) -> DbResult<bool> {
    Ok(diesel::select(diesel::dsl::exists(photos::table.find(id))).get_result(conn)?)
}

/// Those of the photos that there are.
///
/// # Errors
/// Those of the database.
pub fn known(conn: &mut Conn, ids: impl IntoIterator<Item = PhotoId>) -> DbResult<HashSet<PhotoId>> {
    let ids: Vec<PhotoId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    Ok(photos::table.filter(photos::id.eq_any(ids)).select(photos::id).load(conn)?.into_iter().collect())
}

/// A photo of another household's listing that looks like the one asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    pub photo_id: PhotoId,
    pub household_id: Id<Any>,
    /// Bits in which they differ; at most [`ALIKE`].
    pub distance: u32,
}

/// For the audit: photos of listings of other households than those that show this one, nearest first.
/// Reads the hash of every photo in use once, a row at a time: neither database counts bits by an index.
///
/// # Errors
/// Those of the database.
pub fn find_similar(conn: &mut Conn, id: PhotoId) -> DbResult<Vec<Similar>> {
    let hash: Option<Option<i64>> = photos::table.find(id).select(photos::perceptual_hash).first(conn).optional()?;
    let Some(hash) = hash.flatten() else { return Ok(Vec::new()) };
    let own: Vec<Id<Any>> = listing_photos::table
        .inner_join(listings::table)
        .filter(listing_photos::photo_id.eq(id))
        .select(listings::household_id)
        .load(conn)?;
    let others = listing_photos::table
        .inner_join(listings::table)
        .inner_join(photos::table)
        .filter(photos::perceptual_hash.is_not_null())
        .filter(listings::household_id.ne_all(own))
        .select((photos::id, listings::household_id, photos::perceptual_hash.assume_not_null()));
    let mut alike = BTreeSet::new();
    for row in others.load_iter::<(PhotoId, Id<Any>, i64), diesel::connection::DefaultLoadingMode>(conn)? {
        let (photo_id, household_id, other) = row?;
        let distance = distance(hash, other);
        if distance <= ALIKE {
            alike.insert((distance, photo_id, household_id));
        }
    }
    let similar = |(distance, photo_id, household_id)| Similar { photo_id, household_id, distance };
    Ok(alike.into_iter().map(similar).collect())
}
