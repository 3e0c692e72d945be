//! What the server does in a second: the release binary itself, on a database of 10,000 listings, driven
//! by wrk beside a bare actix handler in the same minutes, so that the ratio holds on any machine.
//!
//! `make bench` runs it on SQLite and, where `TEST_DATABASE_URL` names a server, on PostgreSQL. The
//! standard output is Markdown for docs/benchmarks.md; what goes on is told on the standard error.

mod client;
mod database;
mod flows;
mod goods;
mod report;
mod server;
mod wrk;

use std::error::Error;
use std::time::Duration;

use database::Database;
use flows::Market;
use report::Report;
use server::{Bare, Server};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How long each measurement takes and how often it is taken.
#[derive(Clone, Copy)]
struct Pace {
    warm_up: Duration,
    round: Duration,
    rounds: u32,
}

impl Pace {
    /// `YUANSHAN_BENCH_SECONDS` shortens the rounds while something is being tried out.
    fn from_environment() -> Outcome<Self> {
        let seconds = match std::env::var("YUANSHAN_BENCH_SECONDS") {
            Ok(seconds) => seconds.parse()?,
            Err(_) => 5,
        };
        Ok(Self { warm_up: Duration::from_secs(2), round: Duration::from_secs(seconds), rounds: 3 })
    }
}

fn main() -> Outcome<()> {
    // Only `cargo bench` passes it: a run of the tests must not take minutes.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let pace = Pace::from_environment()?;
    let bare = Bare::start()?;
    let mut databases = vec![Database::sqlite()?];
    match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => databases.push(Database::postgres(&url)?),
        Err(_) => eprintln!("PostgreSQL is left out: TEST_DATABASE_URL names no server"),
    }
    for database in databases {
        println!("{}", measure(&database, &bare, pace)?);
    }
    Ok(())
}

fn measure(database: &Database, bare: &Bare, pace: Pace) -> Outcome<Report> {
    eprintln!("{}: writing listings", database.name);
    let goods = goods::fill(database)?;
    database.analyze()?;
    let server = Server::start(database)?;
    let market = Market { server: server.address, tokens: server.register_buyers()?, goods };
    let idle_kib = server.memory_kib("VmRSS")?;
    let flows = flows::measure(&market, bare, database, pace)?;
    let burst = flows::burst(&market)?;
    let peak_kib = server.memory_kib("VmHWM")?;
    // Killed, not stopped: what it acknowledged has to be there all the same.
    drop(server);
    eprintln!("{}: checking the invariants", database.name);
    let kept = database.check()?;
    let cold_starts = Server::cold_starts(database, pace.rounds)?;
    Ok(Report { database: database.name, flows, burst, idle_kib, peak_kib, kept, cold_starts })
}
