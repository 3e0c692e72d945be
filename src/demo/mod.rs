//! The demonstration: three villages, invented people, a year of sales, through the very use cases
//! that serve real ones.
//!
//! What always holds: nobody in it exists; the database is marked as a demonstration for good; the
//! same seed and day give the same data, but for the passwords, which are random and stand only in
//! `demo-accounts.json`.

mod accounts;
mod bank;
mod buying;
mod claims;
mod goods;
mod harvest;
mod history;
mod organisations;
mod preorders;
mod prices;
mod production;
mod standards;
mod story;
mod tables;
mod transfers;
mod village;
mod weights;

pub use accounts::{print as print_accounts, print_totp};

use clap::Args;
use diesel::prelude::*;
use std::error::Error;
use std::sync::Arc;

use crate::app::App;
use crate::cli::places::import_with_progress;
use crate::cli::project_file;
use crate::config::Config;
use crate::context::{Context, Settings};
use crate::db::schema::{regions, users};
use crate::db::{Conn, DbResult};
use crate::gateways::Providers;
use crate::installation;
use crate::kernel::{Clock, Day, IdSource, Instant};
use crate::regions::import::import_aliases;

#[derive(Debug, Clone, Args)]
pub struct Options {
    /// The same seed and day give the same data
    #[arg(long, default_value_t = 20_180_315)]
    pub seed: u64,
    /// Last day of the year of sales [default: today]
    #[arg(long)]
    pub until: Option<Day>,
    /// Days of sales before it
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub days: u16,
    /// Do nothing, rather than refuse, if the database holds data
    #[arg(long)]
    pub if_empty: bool,
}

/// Fills the configured, empty database.
///
/// # Errors
/// If it holds data, or something of the demonstration's files is missing.
pub fn run(config: &Config, options: &Options) -> Result<(), Box<dyn Error>> {
    let app = App::build(config)?;
    if !app.context.db.read_blocking(is_empty)? {
        if options.if_empty {
            return Ok(());
        }
        return Err("the database holds data; the demonstration wants an empty one".into());
    }
    load_places(&app.context)?;
    let accounts = fill(&app.context, config, options, &mut |done, of| progress(done, of))?;
    accounts::write(config, &accounts)?;
    println!("The demonstration is ready: all people, sales and sums in it are invented.");
    Ok(())
}

fn is_empty(conn: &mut Conn) -> DbResult<bool> {
    let people: i64 = users::table.count().get_result(conn)?;
    Ok(people == 0)
}

fn load_places(context: &Context) -> Result<(), Box<dyn Error>> {
    let places: i64 =
        context.db.read_blocking(|conn| -> DbResult<i64> { Ok(regions::table.count().get_result(conn)?) })?;
    if places == 0 {
        import_with_progress(&context.db, &project_file("regions/sichuan.csv.gz"))?;
        import_aliases(&context.db, &project_file("regions/aliases.csv"))?;
    }
    Ok(())
}

fn progress(done: u64, of: u64) {
    thread_local! {
        static BAR: indicatif::ProgressBar = indicatif::ProgressBar::new(1).with_message("demonstration");
    }
    BAR.with(|bar| {
        bar.set_length(of);
        bar.set_position(done);
        if done == of {
            bar.finish_and_clear();
        }
    });
}

/// Writes people, villages and the year of sales, with a clock and ids of its own; gives the
/// accounts with their passwords.
///
/// # Errors
/// Those of the use cases; with places loaded there are none.
pub fn fill(
    context: &Context,
    config: &Config,
    options: &Options,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<accounts::Account>, Box<dyn Error>> {
    let last = options.until.unwrap_or_else(|| Clock::System.now().day());
    let end: Instant = last.plus_days(1).start().min(Clock::System.now()).max(last.start());
    let first = last.plus_days(-i64::from(options.days));
    let context = Context {
        clock: Clock::manual(first.start()),
        ids: Arc::new(IdSource::seeded(options.seed)),
        settings: Settings::new(config, true),
        providers: Providers::build(&config.payments, &config.public_url, true, &context.secrets)?,
        ..context.clone()
    };
    let how = format!("seed {} until {last}", options.seed);
    context.db.write_blocking(|conn| installation::mark_as_demonstration(conn, &how))?;
    let people = accounts::create(&context)?;
    let villages = village::create(&context, &people)?;
    history::play(&context, options.seed, &people, &villages, (first, end), progress)?;
    claims::create(&context, &people, &villages)?;
    if let Some(village) = villages.first() {
        prices::create(&context, &people, village)?;
    }
    production::add_units(&context, &people, &villages)?;
    harvest::create(&context, &people, &villages)?;
    tables::create(&context, &people, &villages)?;
    buying::create(&context, &people, &villages)?;
    preorders::create(&context, &people, &villages)?;
    transfers::create(&context, &people, &villages)?;
    bank::create(&context, &people, &villages)?;
    organisations::create(&context, &people, &villages)?;
    let mut accounts = people.accounts;
    accounts.extend(accounts::create_family(&context)?);
    Ok(accounts)
}
