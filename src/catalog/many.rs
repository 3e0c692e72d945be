//! Many drafts at once, as an import brings them.

use super::content::NewListing;
use super::service;
use super::types::ListingError;
use crate::db::Conn;
use crate::kernel::{Act, Scope, UserId};

/// Writes drafts for households of the coordinator's scope.
///
/// # Errors
/// As [`service::draft`], for the first that is refused.
pub fn draft_all(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    new: &[NewListing],
) -> Result<(), ListingError> {
    for listing in new {
        service::draft(conn, act, by, scope, listing)?;
    }
    Ok(())
}
