//! Work that costs tens of milliseconds and megabytes: password hashes, photos. A few at a time, off the
//! async threads; the rest wait their turn.

use tokio::sync::Semaphore;

use super::{ApiError, Code};

/// At once; each takes up to 256 MiB (a photo of the largest size that is taken in).
static TURNS: Semaphore = Semaphore::const_new(2);

/// How many may wait besides; more would wait longer than anybody stays.
static PLACES: Semaphore = Semaphore::const_new(400);

/// # Errors
/// `overloaded` if too many wait already, `internal` if the work panicked.
pub async fn heavy<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    let _place = PLACES.try_acquire().map_err(|_| ApiError::new(Code::Overloaded))?;
    let _turn = TURNS.acquire().await.map_err(|_| ApiError::new(Code::Overloaded))?;
    tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)
}
