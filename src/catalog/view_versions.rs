//! The versions of a listing as staff read them.

use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

use super::Listing;
use super::content::Content;
use super::difference::{Difference, compared_with, differences};
use super::store_versions::{self, Version};
use super::types::Decision;
use crate::db::{Conn, DbResult};
use crate::identity;
use crate::kernel::{Cursor, Instant, Money, Page};
use crate::photos::{self, PhotoOut};

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ListingVersion)]
pub struct VersionOut {
    version: i64,
    /// Whether it is what buyers see, or would see.
    is_in_force: bool,
    /// Whether it waits for a decision beside the one in force.
    is_pending: bool,
    /// Name of who wrote it.
    author: String,
    created_at: Instant,
    content: Content,
    price_fen: Money,
    photos: Vec<PhotoOut>,
    decision: Option<Decision>,
    /// Name of who decided.
    decided_by: Option<String>,
    decided_at: Option<Instant>,
    decision_reason: Option<String>,
    /// The version with which it is compared: what buyers saw when it was written, or before the first
    /// approval the version before.
    compared_with: Option<i64>,
    changes: Vec<Difference>,
}

/// A page of versions, newest first.
///
/// # Errors
/// Those of the database.
pub fn show_versions(
    conn: &mut Conn,
    listing: &Listing,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<VersionOut>> {
    let rows = store_versions::list_before(conn, listing.id, after.map(|cursor| cursor.key), limit)?;
    let cursor_of = |last: &Version| Cursor { key: last.version, id: listing.id.uuid() };
    let Page { data, page } = Page::cut(rows, limit, cursor_of);
    let approved = approved_versions(conn, listing)?;
    let wanted: BTreeSet<i64> = data.iter().filter_map(|it| compared_with(it.version, &approved)).collect();
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let others = store_versions::list(conn, listing.id, &wanted)?;
    let others: HashMap<i64, Content> = others.into_iter().map(|other| (other.version, other.content)).collect();
    let people = data.iter().flat_map(|it| [Some(it.author_id), it.decided_by]).flatten();
    let people = identity::names(conn, people)?;
    let photos = photos::list_by_id(conn, data.iter().flat_map(|it| it.content.photo_ids.iter().copied()))?;
    let show = |it: Version| {
        let other = compared_with(it.version, &approved).filter(|other| others.contains_key(other));
        VersionOut {
            version: it.version,
            is_in_force: it.version == listing.version,
            is_pending: Some(it.version) == listing.pending_version,
            author: people.get(&it.author_id).cloned().unwrap_or_default(),
            created_at: it.created_at,
            price_fen: it.content.price.sum().unwrap_or_default(),
            photos: it.content.photo_ids.iter().filter_map(|id| photos.get(id).cloned()).collect(),
            decision: it.decision,
            decided_by: it.decided_by.and_then(|id| people.get(&id).cloned()),
            decided_at: it.decided_at,
            decision_reason: it.decision_reason,
            compared_with: other,
            changes: other.map(|other| differences(&others[&other], &it.content)).unwrap_or_default(),
            content: it.content,
        }
    };
    Ok(Page { data: data.into_iter().map(show).collect(), page })
}

/// The versions that were in force for buyers. What was published before versions were kept has no
/// decision written down.
fn approved_versions(conn: &mut Conn, listing: &Listing) -> DbResult<Vec<i64>> {
    let versions = store_versions::list_authors(conn, &[listing.id])?;
    let is_public = |version| version == listing.version && listing.published_at.is_some();
    let approved = versions.into_iter().filter(|it| it.decision == Some(Decision::Approved) || is_public(it.version));
    Ok(approved.map(|it| it.version).collect())
}
