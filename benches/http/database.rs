//! An empty database of one's own, which goes away in the end.

use clap::Parser;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use url::Url;

use crate::Outcome;
use yuanshan::app;
use yuanshan::cli::Cli;
use yuanshan::config::Config;
use yuanshan::db::schema::checkouts;
use yuanshan::db::{Db, DbResult};

pub struct Database {
    pub name: &'static str,
    url: String,
    /// In the build directory: where temporary files are kept in memory, commits would cost nothing.
    directory: TempDir,
    /// The server and the database's name on it, to remove it.
    made_on: Option<(String, String)>,
}

/// What was found when the measurements were over.
pub struct Kept {
    pub checkouts: u64,
    pub findings: Vec<String>,
    pub took: Duration,
}

impl Database {
    pub fn sqlite() -> Outcome<Self> {
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let url = format!("sqlite://{}", directory.path().join("yuanshan.sqlite").display());
        Ok(Self { name: "SQLite", url, directory, made_on: None })
    }

    pub fn postgres(server: &str) -> Outcome<Self> {
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let name = format!("yuanshan_bench_{}", std::process::id());
        let mut url = Url::parse(server)?;
        url.set_path(&name);
        PgConnection::establish(server)?.batch_execute(&format!("CREATE DATABASE {name}"))?;
        Ok(Self { name: "PostgreSQL", url: url.into(), directory, made_on: Some((server.to_owned(), name)) })
    }

    /// Settings of the server, as its command line has them. A cheap password hash shortens the
    /// preparation; no password is checked while something is measured. One caller sends all there is.
    pub fn arguments(&self) -> Vec<String> {
        let data = self.directory.path();
        let keys = data.join("keys.json");
        let given = [
            ("--data", data.display().to_string()),
            ("--keys", keys.display().to_string()),
            ("--database-url", self.url.clone()),
            ("--password-memory-kib", "8".to_owned()),
            ("--rate-limit", "0".to_owned()),
        ];
        given.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect()
    }

    pub fn config(&self) -> Outcome<Config> {
        let arguments = std::iter::once("yuanshan".to_owned()).chain(self.arguments());
        Ok(Cli::try_parse_from(arguments.chain(["serve".to_owned()]))?.config)
    }

    /// Where files for the runs may be put.
    pub fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// Tells the planner what the tables hold; PostgreSQL would find out by itself a minute later.
    pub fn analyze(&self) -> Outcome<()> {
        let db = Db::open(&self.url, 1)?;
        db.read_blocking(|conn| -> DbResult<()> { Ok(conn.batch_execute("ANALYZE")?) })?;
        Ok(())
    }

    /// Recomputes every invariant.
    pub fn check(&self) -> Outcome<Kept> {
        let db = Db::open(&self.url, 1)?;
        let began = Instant::now();
        let findings = db.read_blocking(app::verify)?;
        let took = began.elapsed();
        let count = db.read_blocking(|conn| -> DbResult<i64> { Ok(checkouts::table.count().get_result(conn)?) })?;
        Ok(Kept { checkouts: u64::try_from(count)?, findings, took })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((server, name)) = &self.made_on else { return };
        let dropped = PgConnection::establish(server).map_err(|error| error.to_string()).and_then(|mut conn| {
            conn.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).map_err(|error| error.to_string())
        });
        if let Err(error) = dropped {
            eprintln!("database {name} is left behind: {error}");
        }
    }
}
