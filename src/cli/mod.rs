//! The command line: what the program does besides serving.

pub mod import;
pub mod keys;
pub mod people;
pub mod places;
pub mod server;

use clap::{Parser, Subcommand};
use std::error::Error;
use std::path::PathBuf;

use crate::app::{self, App};
use crate::config::Config;
use crate::db::Db;
use crate::demo;
use crate::web::openapi;

/// 远山: a marketplace on which buying replaces giving
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub config: Config,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API and the site, and do what is due
    Serve,
    /// Bring the database's schema up to date
    Migrate,
    /// Fill an empty database with the demonstration: three villages, invented people, a year of sales
    Demo(demo::Options),
    /// Places by the official statistical code
    #[command(subcommand)]
    Regions(places::Command),
    /// People and what is entrusted to them
    #[command(subcommand)]
    User(people::Command),
    /// Import households or listings from a table: judge its rows, and with --commit carry them out
    Import(import::Options),
    /// Show the code with which a demonstration account of the staff signs in now
    Totp {
        /// Its number, as in the list of accounts
        phone: String,
    },
    /// The server's own keys
    #[command(subcommand)]
    Keys(keys::Command),
    /// Recompute every invariant of the books and of the stock; fails if one does not hold
    Verify,
    /// Write the OpenAPI document to the standard output
    Openapi,
    /// Ask a running server whether it is ready; for health checks
    Health,
}

/// Runs one command.
///
/// # Errors
/// Whatever stops it, in words for the person at the terminal.
pub fn run(cli: Cli) -> Result<(), Box<dyn Error>> {
    let config = cli.config;
    match cli.command {
        Command::Serve => server::serve(&config),
        Command::Migrate => {
            open(&config)?;
            println!("The schema of the database is up to date.");
            Ok(())
        }
        Command::Demo(options) => demo::run(&config, &options),
        Command::Regions(command) => places::run(&open(&config)?, &command),
        Command::User(command) => people::run(&App::build(&config)?.context, command),
        Command::Import(options) => import::run(&App::build(&config)?.context, &options),
        Command::Totp { phone } => demo::print_totp(&config, &phone),
        Command::Keys(command) => keys::run(&App::build(&config)?.context, &command),
        Command::Verify => verify(&config),
        Command::Openapi => {
            println!("{}", openapi::document(&app::routes()).to_pretty_json()?);
            Ok(())
        }
        Command::Health => server::health(&config),
    }
}

/// Opens the database alone, with its schema up to date.
fn open(config: &Config) -> Result<Db, Box<dyn Error>> {
    if config.database_url.is_none() {
        std::fs::create_dir_all(&config.data_dir)?;
    }
    Ok(Db::open(&config.url(), 1)?)
}

fn verify(config: &Config) -> Result<(), Box<dyn Error>> {
    let findings = open(config)?.read_blocking(app::verify)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    if findings.is_empty() {
        println!("All invariants hold.");
        return Ok(());
    }
    Err(format!("{} invariants do not hold", findings.len()).into())
}

/// Where a file of the project is: beside the working directory, or where the image keeps it.
#[must_use]
pub fn project_file(relative: &str) -> PathBuf {
    let here = PathBuf::from(relative);
    if here.exists() { here } else { PathBuf::from("/usr/share/yuanshan").join(relative) }
}
