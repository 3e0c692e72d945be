//! `yuanshan import …`

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use crate::context::Context;
use crate::identity::{self, Phone};
use crate::imports::{
    self, Counts, FILE_MAX, Import, ImportError, ImportId, Kind, Received, Severity, State, service, work,
};
use crate::kernel::UserId;
use crate::web::messages::Language;

#[derive(Debug, Args)]
pub struct Options {
    /// What the rows are: households, listings, capacities or price_references
    pub kind: Kind,
    /// CSV or XLSX
    pub file: PathBuf,
    /// On whose behalf: the phone number or the id of somebody to whom the villages are entrusted
    #[arg(long = "as")]
    pub by: String,
    /// Carry it out if no error is found; without it the rows are judged alone
    #[arg(long)]
    pub commit: bool,
}

/// How many findings are shown; the rest is counted.
const SHOWN: i64 = 200;

/// # Errors
/// What is wrong with the file, or the first thing that stops it.
pub fn run(context: &Context, options: &Options) -> Result<(), Box<dyn Error>> {
    let by = find_person(context, &options.by)?;
    let id = begin(context, options, by)?;
    with_bar("judged", |tell| work::check(context, id, tell))?;
    let import = show(context, id)?;
    if !options.commit || import.errors_count > 0 {
        let act = context.act(by, options.kind.role());
        context.db.write_blocking(|conn| service::cancel(conn, &act, by, id))?;
        work::forget(context, id)?;
        if import.errors_count > 0 {
            return Err(format!("errors: {}; nothing was imported", import.errors_count).into());
        }
        println!("Good rows: {}. Nothing was imported: say --commit.", import.rows_total);
        return Ok(());
    }
    let act = context.act(by, options.kind.role());
    context.db.write_blocking(|conn| service::order_commit(conn, &act, by, id))?;
    with_bar("imported", |tell| work::commit(context, id, tell))?;
    let import = context.db.read_blocking(|conn| imports::find(conn, id))?.ok_or(ImportError::NotFound)?;
    work::forget(context, id)?;
    if import.state != State::Done {
        show(context, id)?;
        return Err("what was good before is no longer; nothing was imported".into());
    }
    println!("Imported rows: {}.", import.rows_done);
    Ok(())
}

fn find_person(context: &Context, text: &str) -> Result<UserId, Box<dyn Error>> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let phone = Phone::parse(text)?;
    let found = context.db.read_blocking(|conn| identity::service::find_by_phone(conn, &context.secrets, &phone))?;
    Ok(found.ok_or("nobody has this number")?)
}

/// Reads no more of a file than an import may have.
fn begin(context: &Context, options: &Options, by: UserId) -> Result<ImportId, Box<dyn Error>> {
    let room = u64::try_from(FILE_MAX)? + 1;
    let mut bytes = Vec::new();
    File::open(&options.file)?.take(room).read_to_end(&mut bytes)?;
    let name = options.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let in_words = |invalid: crate::kernel::Invalid| {
        Language::English.message(invalid.code, invalid.params.iter().map(|(name, value)| (*name, value.clone())))
    };
    let received = Received::read(options.kind, &name, &bytes).map_err(in_words)?;
    let act = context.act(by, options.kind.role());
    let id = act.new_id::<Import>();
    work::keep_blocking(context, id, context.secrets.seal_bytes(&work::context_of(id), &bytes))?;
    // Without its job: the work is done here.
    context.db.write_blocking(|conn| service::put_down(conn, &act, id, by, &received))?;
    Ok(id)
}

fn with_bar(
    word: &'static str,
    work: impl FnOnce(&dyn Fn(Counts)) -> Result<(), ImportError>,
) -> Result<(), Box<dyn Error>> {
    let style = ProgressStyle::with_template("{msg:10} {wide_bar} {pos}/{len} {eta}")?;
    let bar = ProgressBar::new(0).with_style(style).with_message(word);
    let tell = |counts: Counts| {
        bar.set_length(u64::try_from(counts.rows_total).unwrap_or(0));
        bar.set_position(u64::try_from(counts.rows_done).unwrap_or(0));
    };
    let outcome = work(&tell);
    bar.finish_and_clear();
    Ok(outcome?)
}

/// Prints what was found in the order of the file: notes, as far as errors leave room for them.
fn show(context: &Context, id: ImportId) -> Result<Import, Box<dyn Error>> {
    let (import, rows) = context.db.read_blocking(|conn| {
        let import = imports::find(conn, id)?.ok_or(ImportError::NotFound)?;
        let mut rows = imports::list_findings(conn, id, Some(Severity::Error), SHOWN, None)?;
        let room = SHOWN - i64::try_from(rows.len()).unwrap_or(SHOWN);
        rows.extend(imports::list_findings(conn, id, Some(Severity::Note), room, None)?);
        rows.sort_by_key(|row| row.seq);
        Ok::<_, ImportError>((import, rows))
    })?;
    for row in &rows {
        let column = row.column_name.as_deref().unwrap_or("-");
        let words = imports::sentence_of(row, Language::English);
        println!("{:>6}  {:16}  {:5}  {words}", row.row_no, column, row.severity);
    }
    let shown = i64::try_from(rows.len())?;
    if import.findings_count > shown {
        println!("… and {} more", import.findings_count - shown);
    }
    Ok(import)
}
