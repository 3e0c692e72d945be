//! What a turn of the sealing key brings with it: all that is sealed is sealed anew, in the background.
//!
//! What always holds: a value is only ever replaced by the same one under the newest key, and only if
//! nobody changed it meanwhile; a batch and its progress are one transaction, so a process that is killed
//! goes on where it stopped; a key is dropped only when nothing stands sealed under it. Table:
//! `resealings`. Read `columns.rs`, then `service.rs`; the keys themselves are in `secrets`.

pub mod columns;
mod files;
pub mod http;
pub mod service;
mod store;

pub use files::{keep_sealed, reseal as reseal_files};
pub use service::Readiness;
pub use store::Progress;

use crate::db::DbError;
use crate::secrets::SecretsError;

#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("this process does not know sealing key {0} yet")]
    UnknownKey(i64),
    #[error("older keys stay: sealing {0} anew is at {1} of {2}; it goes on while a server runs")]
    Unfinished(String, i64, i64),
    #[error("older keys stay: {1} in {0} are still sealed with one; a running server seals them anew")]
    Left(String, i64),
    #[error("object store: {0}")]
    Store(#[from] object_store::Error),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Db(#[from] DbError),
}
