//! What can go wrong with a database, seen from the program.

use diesel::result::{DatabaseErrorKind, Error as Diesel};

pub type DbResult<T> = Result<T, DbError>;

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("database URL {0:?} is neither postgres://… nor sqlite://…")]
    Url(String),
    #[error("database is not available: {0}")]
    Unavailable(String),
    #[error("work with the database stopped: {0}")]
    Panicked(String),
    #[error("migration failed: {0}")]
    Migration(String),
    #[error("query failed: {0}")]
    Query(#[from] Diesel),
    #[error("stored value is not valid: {0}")]
    Stored(#[from] crate::kernel::Invalid),
}

impl DbError {
    /// True if a unique index refused the row.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Query(Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}

/// True if the same change may succeed when run again: another process was in the way.
pub(super) fn lost_a_race(failure: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(failure);
    while let Some(error) = cause {
        if let Some(Diesel::DatabaseError(kind, info)) = error.downcast_ref::<Diesel>() {
            let message = info.message();
            return matches!(kind, DatabaseErrorKind::SerializationFailure)
                || message.contains("deadlock detected")
                || message.contains("database is locked");
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lost_races_are_run_again() {
        let serialization = Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(String::from("x")));
        assert!(lost_a_race(&DbError::from(serialization)));
        assert!(!lost_a_race(&DbError::from(Diesel::NotFound)));
        assert!(!lost_a_race(&DbError::Url("x".into())));
    }
}
