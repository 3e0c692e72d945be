//! What every HTTP endpoint shares: errors, bodies, routes, pages, caching, idempotency, assets.
//!
//! What always holds: nothing here knows a domain; a domain's `http.rs` builds on this.

pub mod access;
pub mod answers;
pub mod body;
pub mod cache;
pub mod client;
pub mod edge;
pub mod error;
pub mod heavy;
pub mod idempotency;
pub mod logging;
pub mod messages;
pub mod openapi;
pub mod problem;
pub mod rate_limit;
pub mod routes;
pub mod spa;
pub mod upload;

pub use crate::endpoints;
pub use body::{Body, OptionalBody, PathId, Query};
pub use client::ClientAddress;
pub use error::{ApiError, ApiResult, Code};
pub use heavy::heavy;
pub use routes::Routes;
pub use upload::{Sent, Upload};

use crate::kernel::{Cursor, PageQuery};

/// Size and start of the page that a list request asks for.
///
/// # Errors
/// `invalid_limit`, `invalid_cursor`.
pub fn page(query: &PageQuery) -> ApiResult<(i64, Option<Cursor>)> {
    let limit = query.limit().map_err(|invalid| ApiError::field("#limit", invalid))?;
    let after = query.after().map_err(|invalid| ApiError::field("#cursor", invalid))?;
    Ok((limit, after))
}
