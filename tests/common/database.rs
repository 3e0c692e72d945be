//! A database for each test, copied from one that was migrated once per process.
//!
//! SQLite: a file in a directory of its own. PostgreSQL, when `TEST_DATABASE_URL` names a server: a
//! database made from a template. Both go away in the end; when the test failed they stay, and their
//! name is printed.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use tempfile::TempDir;
use url::Url;

use super::places;
use yuanshan::db::Db;
use yuanshan::secrets;

/// The database of one test.
pub struct Database {
    pub url: String,
    place: Option<Place>,
}

enum Place {
    Sqlite(TempDir),
    Postgres(&'static Server, String),
}

impl Database {
    /// A database with all tables and the tests' places, and nothing else.
    pub fn new() -> Self {
        match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => Self::on_server(&url),
            Err(_) => Self::in_file(),
        }
    }

    fn in_file() -> Self {
        let directory = tempfile::tempdir().expect("a directory for the test");
        let path = directory.path().join("test.sqlite");
        fs::write(&path, sqlite_template()).expect("the template is copied");
        Self { url: format!("sqlite://{}", path.display()), place: Some(Place::Sqlite(directory)) }
    }

    fn on_server(url: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let server = Server::start(url);
        let name = format!("{}_{}", server.prefix, NUMBER.fetch_add(1, Ordering::Relaxed));
        server.run(&format!("CREATE DATABASE {name} TEMPLATE {}", server.template()));
        Self { url: server.url_of(&name), place: Some(Place::Postgres(server, name)) }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let failed = std::thread::panicking();
        match self.place.take() {
            Some(Place::Sqlite(directory)) if failed => eprintln!("database kept: {}", directory.keep().display()),
            Some(Place::Postgres(_, name)) if failed => eprintln!("database kept: {name}"),
            Some(Place::Postgres(server, name)) => server.run(&format!("DROP DATABASE {name} WITH (FORCE)")),
            Some(Place::Sqlite(_)) | None => {}
        }
    }
}

/// Migrated once; a test's own file is a copy, which takes milliseconds.
fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let directory = tempfile::tempdir().expect("a directory for the template");
        let (grown, whole) = (directory.path().join("grown.sqlite"), directory.path().join("whole.sqlite"));
        let db = Db::open(&format!("sqlite://{}", grown.display()), 1).expect("the template is migrated");
        places::load(&db, directory.path());
        // One file without the write-ahead log beside it.
        let mut conn = SqliteConnection::establish(&grown.to_string_lossy()).expect("the template opens");
        conn.batch_execute(&format!("VACUUM INTO '{}'", whole.display())).expect("the template is copied");
        fs::read(&whole).expect("the template is read")
    })
}

/// The PostgreSQL server, with this process's template.
struct Server {
    url: Url,
    prefix: String,
    /// Runs what concerns whole databases, and holds the lock that says that this process lives.
    admin: Mutex<PgConnection>,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    datname: String,
}

#[derive(QueryableByName)]
struct Free {
    #[diesel(sql_type = Bool)]
    free: bool,
}

impl Server {
    fn start(url: &str) -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| {
            let admin = PgConnection::establish(url).expect("TEST_DATABASE_URL names a server");
            let hash = u32::from_be_bytes(secrets::random());
            let prefix = format!("yuanshan_test_{}_{hash:08x}", std::process::id());
            let url = Url::parse(url).expect("TEST_DATABASE_URL is a URL");
            let server = Self { url, prefix, admin: Mutex::new(admin) };
            server.sweep();
            server.make_template();
            server
        })
    }

    fn template(&self) -> String {
        format!("{}_template", self.prefix)
    }

    /// The lock is held as long as the process lives, so that nobody else sweeps its template away.
    fn make_template(&self) {
        let name = self.template();
        self.run(&format!("SELECT pg_advisory_lock(hashtext('{name}')); CREATE DATABASE {name}"));
        let directory = tempfile::tempdir().expect("a directory for the places");
        let db = Db::open(&self.url_of(&name), 1).expect("the template is migrated");
        places::load(&db, Path::new(directory.path()));
        drop(db);
        // A template can be copied only while nobody is connected to it.
        self.run(&format!(
            "ALTER DATABASE {name} ALLOW_CONNECTIONS false;
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ));
    }

    /// Removes the templates of processes that have ended.
    fn sweep(&self) {
        let left: Vec<Name> =
            diesel::sql_query("SELECT datname FROM pg_database WHERE datname LIKE 'yuanshan\\_test\\_%\\_template'")
                .load(&mut *self.admin())
                .expect("databases are listed");
        for Name { datname } in left {
            let lock = format!("SELECT pg_try_advisory_lock(hashtext('{datname}')) AS free");
            let Free { free } = diesel::sql_query(lock).get_result(&mut *self.admin()).expect("a lock is tried");
            if free {
                self.run(&format!("DROP DATABASE IF EXISTS {datname} WITH (FORCE)"));
                self.run(&format!("SELECT pg_advisory_unlock(hashtext('{datname}'))"));
            }
        }
    }

    fn url_of(&self, database: &str) -> String {
        let mut url = self.url.clone();
        url.set_path(database);
        url.into()
    }

    fn run(&self, statements: &str) {
        // One by one: several in a row would be one transaction, and databases are made outside of any.
        for statement in statements.split(';') {
            self.admin().batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }

    fn admin(&self) -> MutexGuard<'_, PgConnection> {
        self.admin.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
