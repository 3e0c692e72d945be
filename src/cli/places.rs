//! `yuanshan regions …`

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use std::error::Error;
use std::path::{Path, PathBuf};

use crate::db::Db;
use crate::regions::import::{import_aliases, import_regions};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Load places from CSV files with the columns code and name (.csv or .csv.gz), each file whole or
    /// not at all; a place that is known already gets the file's name
    Import {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Former and other names: a CSV file with the columns code and alias
        #[arg(long)]
        aliases: Option<PathBuf>,
    },
}

/// # Errors
/// The first file and line that cannot be loaded.
pub fn run(db: &Db, command: &Command) -> Result<(), Box<dyn Error>> {
    let Command::Import { files, aliases } = command;
    for file in files {
        let count = import_with_progress(db, file)?;
        println!("{}: {count} places", file.display());
    }
    if let Some(file) = aliases {
        println!("{}: {} other names", file.display(), import_aliases(db, file)?);
    }
    Ok(())
}

/// # Errors
/// As [`run`].
pub fn import_with_progress(db: &Db, file: &Path) -> Result<u64, Box<dyn Error>> {
    let size = std::fs::metadata(file).map(|metadata| metadata.len()).unwrap_or(0);
    let bar = ProgressBar::new(size)
        .with_style(ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}")?);
    bar.set_message(file.file_name().unwrap_or_default().to_string_lossy().into_owned());
    let count = import_regions(db, file, |read| bar.set_position(read))?;
    bar.finish_and_clear();
    Ok(count)
}
