//! The two databases behind one door.
//!
//! What always holds: every read goes through [`Db::read`] (or [`Db::read_long`]), every change
//! through [`Db::write`], which opens the right kind of transaction for each database, retries a
//! lost race a bounded number of times and rolls back on any error. Read `conn.rs` next, then
//! `schema.rs`.

mod conn;
mod error;
mod keyset;
pub mod migrate;
mod picked;
pub mod schema;
pub mod search;
pub mod sql_types;

pub(crate) use conn::MultiBackend;
pub use conn::{Backend, Conn};
pub use error::{DbError, DbResult};
pub(crate) use keyset::{lies_in, newest_in_scope, older_than};
pub(crate) use picked::{NewestOfEach, Picked};
pub(crate) use sql_types::sum_i64;

use r2d2::ManageConnection;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

use conn::Manager;

/// Evaluates one diesel expression on the connection of the database in use; for the few
/// statements that diesel cannot build for both at once (upserts, multi-row inserts).
macro_rules! native {
    ($conn:ident, $query:expr) => {
        match $conn {
            $crate::db::Conn::Pg($conn) => $query,
            $crate::db::Conn::Sqlite($conn) => $query,
        }
    };
}
pub(crate) use native;

/// Rows per multi-row insert: SQLite takes 32,766 parameters a statement and our widest row has 30.
pub(crate) const INSERT_CHUNK: usize = 1_000;

/// The error of a use case that touches the database.
pub trait Failure: std::error::Error + From<DbError> + Send + 'static {}
impl<E: std::error::Error + From<DbError> + Send + 'static> Failure for E {}

/// Connections, and the rules of how they are used.
#[derive(Clone)]
pub struct Db {
    manager: Manager,
    pool: r2d2::Pool<Manager>,
    /// As wide as the pool: r2d2 is unfair under contention, a queue in front of it is not.
    turns: Arc<Semaphore>,
    /// SQLite has one writer; a mutex in front of it waits in order, `busy_timeout` does not.
    sqlite_writer: Option<Arc<Mutex<Conn>>>,
    retries: Arc<AtomicU64>,
    changes: Arc<AtomicU64>,
}

/// A lost race is tried again this often; more would hide a design error.
const WRITE_ATTEMPTS: u32 = 6;

impl Db {
    /// Opens the database that `url` names and brings its schema up to date.
    ///
    /// # Errors
    /// [`DbError::Url`] naming a URL that is neither `postgres://…` nor `sqlite://…`,
    /// [`DbError::Unavailable`] when it cannot be reached.
    pub fn open(url: &str, pool_size: u32) -> DbResult<Self> {
        let manager = Manager::new(url)?;
        let mut first = manager.establish()?;
        migrate::up(&mut first)?;
        let pool = r2d2::Pool::builder()
            .max_size(pool_size)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(Duration::from_secs(10))
            .build(manager.clone())
            .map_err(|error| DbError::Unavailable(error.to_string()))?;
        let sqlite_writer = (manager.backend() == Backend::Sqlite).then(|| Arc::new(Mutex::new(first)));
        let turns = Arc::new(Semaphore::new(usize::try_from(pool_size).unwrap_or(1)));
        Ok(Self { manager, pool, turns, sqlite_writer, retries: Arc::default(), changes: Arc::default() })
    }

    #[must_use]
    pub fn backend(&self) -> Backend {
        self.manager.backend()
    }

    /// How often a write lost a race against another process and was run again.
    #[must_use]
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// How many changes this process has made: what was read before the last of them may be old.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// A short, indexed read.
    ///
    /// On SQLite it runs on the calling thread: a page of a list is cheaper than the hand-over to
    /// another thread. On PostgreSQL it waits for its turn, then runs on the blocking pool.
    ///
    /// # Errors
    /// Those of `read`, and [`DbError::Unavailable`] when no connection is to be had.
    pub async fn read<T, E>(&self, read: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
    {
        match self.backend() {
            Backend::Sqlite => self.read_blocking(read),
            Backend::Postgres => self.read_long(read).await,
        }
    }

    /// A read that may take long: always on the blocking pool.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn read_long<T, E>(&self, read: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
    {
        let _turn = self.turn().await?;
        let db = self.clone();
        in_background(move || db.read_blocking(read)).await
    }

    /// A read from code that is not async: the command line, jobs, tests.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_blocking<T, E: Failure>(&self, read: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        read(&mut *self.connection()?)
    }

    /// The one way to change anything: all of `change` happens, or nothing of it.
    ///
    /// `change` may run more than once, so nothing leaves the process inside it; what must
    /// happen outside is a row in `jobs`.
    ///
    /// # Errors
    /// Those of `change`, and [`DbError::Unavailable`] when no connection is to be had.
    pub async fn write<T, E>(&self, change: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
    {
        let _turn = self.turn().await?;
        let db = self.clone();
        in_background(move || db.write_blocking(change)).await
    }

    /// A change from code that is not async: the command line, jobs, tests.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_blocking<T, E: Failure>(&self, mut change: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            let outcome = match &self.sqlite_writer {
                Some(writer) => {
                    let mut conn = writer.lock().unwrap_or_else(PoisonError::into_inner);
                    // A change that panicked has left its transaction open.
                    if self.manager.has_broken(&mut conn) {
                        *conn = self.manager.establish()?;
                    }
                    conn::in_transaction(&mut conn, &mut change)
                }
                None => conn::in_transaction(&mut *self.connection()?, &mut change),
            };
            match outcome {
                Err(failure) if attempt < WRITE_ATTEMPTS && error::lost_a_race(&failure) => {
                    self.retries.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(u64::from(attempt * attempt)));
                    attempt += 1;
                }
                outcome => {
                    // Also after a failure: whether a commit that broke off was done is not known.
                    self.changes.fetch_add(1, Ordering::Release);
                    return outcome;
                }
            }
        }
    }

    /// How many statements were run on this database by this process.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.manager.statements()
    }

    fn connection(&self) -> DbResult<r2d2::PooledConnection<Manager>> {
        self.pool.get().map_err(|error| DbError::Unavailable(error.to_string()))
    }

    async fn turn(&self) -> DbResult<tokio::sync::SemaphorePermit<'_>> {
        self.turns.acquire().await.map_err(|error| DbError::Unavailable(error.to_string()))
    }
}

async fn in_background<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: Failure,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(stopped) => Err(DbError::Panicked(stopped.to_string()).into()),
    }
}
