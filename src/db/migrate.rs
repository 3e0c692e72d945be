//! Schema migrations: one folder per database, the same names in both.

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, DbError, DbResult};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Any number that no other program on the same PostgreSQL server is likely to lock.
const ADVISORY_LOCK: i64 = 510_824_115_216;

/// Runs what has not run yet and says what that was.
///
/// # Errors
/// [`DbError::Migration`] with the migration's own words.
pub fn up(conn: &mut Conn) -> DbResult<Vec<String>> {
    locked(conn, |conn| {
        let versions = match conn {
            Conn::Pg(pg) => names(pg.run_pending_migrations(POSTGRES)),
            Conn::Sqlite(sqlite) => names(sqlite.run_pending_migrations(SQLITE)),
        };
        versions.map_err(DbError::Migration)
    })
}

/// Takes every migration back, newest first.
///
/// # Errors
/// [`DbError::Migration`] with the migration's own words.
pub fn down(conn: &mut Conn) -> DbResult<Vec<String>> {
    locked(conn, |conn| {
        let versions = match conn {
            Conn::Pg(pg) => names(pg.revert_all_migrations(POSTGRES)),
            Conn::Sqlite(sqlite) => names(sqlite.revert_all_migrations(SQLITE)),
        };
        versions.map_err(DbError::Migration)
    })
}

fn names<V: ToString, E: ToString>(run: Result<Vec<V>, E>) -> Result<Vec<String>, String> {
    run.map(|versions| versions.iter().map(ToString::to_string).collect()).map_err(|error| error.to_string())
}

/// Several processes may start on one PostgreSQL at once; only one of them migrates.
fn locked<T>(conn: &mut Conn, migrate: impl FnOnce(&mut Conn) -> DbResult<T>) -> DbResult<T> {
    let lock = |conn: &mut Conn, function: &str| match conn {
        Conn::Pg(pg) => diesel::sql_query(format!("SELECT {function}({ADVISORY_LOCK})")).execute(pg).map(|_| ()),
        Conn::Sqlite(sqlite) => sqlite.batch_execute(""),
    };
    lock(conn, "pg_advisory_lock")?;
    let outcome = migrate(conn);
    lock(conn, "pg_advisory_unlock")?;
    outcome
}
