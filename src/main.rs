//! Parses the arguments and calls the library.

use clap::Parser;
use std::process::ExitCode;
use yuanshan::cli::{Cli, run};

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("yuanshan: {error}");
            ExitCode::FAILURE
        }
    }
}
