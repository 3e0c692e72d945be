//! One connection type over both databases, chosen by the URL's scheme and by nothing else.

use diesel::connection::{AnsiTransactionManager, InstrumentationEvent, SimpleConnection, TransactionManager};
use diesel::{Connection, PgConnection, SqliteConnection};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{DbError, DbResult, Failure};

/// A connection to either database; diesel also derives `MultiBackend` from it.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Pg(PgConnection),
    Sqlite(SqliteConnection),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Postgres,
    Sqlite,
}

/// Durable when acknowledged (`synchronous=FULL`), readers beside the writer (`WAL`).
const SQLITE_PRAGMAS: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA cache_size = -16000;
    PRAGMA temp_store = MEMORY;
";

/// Opens connections for the pool.
#[derive(Debug, Clone)]
pub struct Manager {
    target: Target,
    statements: Arc<AtomicU64>,
}

#[derive(Debug, Clone)]
enum Target {
    Postgres(String),
    Sqlite(PathBuf),
}

impl Manager {
    /// # Errors
    /// [`DbError::Url`] for any other scheme: a mistyped URL must not become an empty file.
    pub fn new(url: &str) -> DbResult<Self> {
        let target = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Target::Postgres(url.to_owned())
        } else if let Some(path) = url.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
            Target::Sqlite(path.into())
        } else {
            return Err(DbError::Url(without_password(url)));
        };
        Ok(Self { target, statements: Arc::default() })
    }

    /// How many statements its connections have run.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    pub fn backend(&self) -> Backend {
        match self.target {
            Target::Postgres(_) => Backend::Postgres,
            Target::Sqlite(_) => Backend::Sqlite,
        }
    }

    /// # Errors
    /// [`DbError::Unavailable`] with the driver's own words.
    pub fn establish(&self) -> DbResult<Conn> {
        let unavailable = |error: diesel::ConnectionError| DbError::Unavailable(error.to_string());
        let mut conn = match &self.target {
            Target::Postgres(url) => PgConnection::establish(url).map(Conn::Pg).map_err(unavailable)?,
            Target::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(unavailable)?;
                conn.batch_execute(SQLITE_PRAGMAS)?;
                Conn::Sqlite(conn)
            }
        };
        let statements = self.statements.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                statements.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(conn)
    }
}

/// The part of a URL that may be shown: all of it unless it may hold a password, then its beginning.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &url[..scheme], &url[at..]),
        (_, at) if at.is_some() || url.to_lowercase().contains("password") => {
            format!("{}…", url.chars().take_while(char::is_ascii_alphanumeric).collect::<String>())
        }
        _ => url.to_owned(),
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = DbError;

    fn connect(&self) -> DbResult<Conn> {
        self.establish()
    }

    fn is_valid(&self, conn: &mut Conn) -> DbResult<()> {
        Ok(conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        // A transaction left open (a panic inside it) must not reach the next user.
        let status = <Conn as Connection>::TransactionManager::transaction_manager_status_mut(conn);
        !matches!(status.transaction_depth(), Ok(None))
    }
}

/// Runs `change` in a transaction that takes its write lock at once on SQLite and reads committed
/// rows on PostgreSQL, where guards in the statements and row locks do the rest.
pub(super) fn in_transaction<T, E: Failure>(
    conn: &mut Conn,
    change: &mut impl FnMut(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    type Transactions = <Conn as Connection>::TransactionManager;
    match conn {
        Conn::Pg(pg) => AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL READ COMMITTED"),
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
    }
    .map_err(DbError::from)?;
    match change(conn) {
        Ok(value) => {
            Transactions::commit_transaction(conn).map_err(DbError::from)?;
            Ok(value)
        }
        Err(failure) => {
            // The failure is what the caller has to know; a lost connection also loses the transaction.
            if let Err(error) = Transactions::rollback_transaction(conn) {
                tracing::warn!(%error, "rollback failed");
            }
            Err(failure)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_url_is_named_and_creates_nothing() {
        for url in
            ["postgresql:typo", "host=localhost port=1 dbname=x", "mysql://u@h/db", "sqlite://", "", "postgre://h/db"]
        {
            let error = Manager::new(url).unwrap_err();
            assert!(matches!(&error, DbError::Url(shown) if shown == url || url.contains('@')), "{error}");
        }
    }

    #[test]
    fn a_refused_url_is_shown_without_its_password() {
        assert_eq!(without_password("mysql://user:secret@host/db"), "mysql://…@host/db");
        assert_eq!(without_password("host=db password=secret"), "host…");
        assert_eq!(without_password("postgres:user:secret@host"), "postgres…");
    }
}
