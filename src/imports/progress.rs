//! How far a commit is, while its one transaction keeps everybody else from seeing it in the database.
//!
//! It is held by the process that does the work. Another process on the same database sees the import
//! `committing` with no row done, until it is over.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::types::ImportId;

static DONE: LazyLock<Mutex<HashMap<ImportId, i64>>> = LazyLock::new(Mutex::default);

fn with<T>(work: impl FnOnce(&mut HashMap<ImportId, i64>) -> T) -> T {
    work(&mut DONE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Until it is dropped, the rows of an import are told of.
pub struct Shown(ImportId);

#[must_use]
pub fn begin(id: ImportId) -> Shown {
    with(|done| done.insert(id, 0));
    Shown(id)
}

impl Drop for Shown {
    fn drop(&mut self) {
        with(|done| done.remove(&self.0));
    }
}

pub fn tell(id: ImportId, rows: i64) {
    with(|done| done.insert(id, rows));
}

#[must_use]
pub fn of(id: ImportId) -> Option<i64> {
    with(|done| done.get(&id).copied())
}
