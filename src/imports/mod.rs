//! Imports: households and listings out of tables that somebody filled in.
//!
//! What always holds: a file is judged whole before anything of it is carried out, and judged anew in the
//! transaction that carries it out; that happens whole or not at all. Nothing is guessed: what is written in
//! another form is told with what it became, what could mean two things is refused by its cell. What was
//! found holds no personal data; the file does, and lies sealed in the object store until the import is
//! over. Memory is bounded by the size of a file, not by what it unpacks to. Tables: `imports`,
//! `import_findings`. Read `columns.rs`, then `cells.rs`, then `work.rs`.

mod archive;
mod capacities;
mod cells;
mod columns;
mod days;
mod forms;
mod households;
pub mod http;
mod http_files;
mod intake;
mod listings;
mod numerals;
mod pass;
mod placed;
mod places;
mod plain;
mod price_references;
mod progress;
mod reader;
pub mod service;
mod store;
mod types;
mod values;
mod view;
pub mod work;
mod workbook;

pub use plain::read_plain;
pub use reader::FILE_MAX;
pub use service::{Received, tidy};
pub use store::{FindingRow, Import, find, list_findings};
pub use types::{Counts, Format, ImportError, ImportId, Kind, Severity, State};
pub use view::sentence_of;

use crate::context::Context;
use crate::jobs::{Job, JobKind};
use crate::kernel::Id;
use crate::web::ApiError;

/// After so many failures an import is given up.
const ATTEMPTS_MAX: i64 = 5;

/// Does what of an import leaves the process, or takes long: the files, the dry run, the commit, which has
/// a transaction of its own.
///
/// # Errors
/// Those of the database, of the store and of the keys; then it is tried again.
pub fn go_outside(context: &Context, job: &Job) -> Result<(), ApiError> {
    let id = Id::from_uuid(job.subject_id.uuid());
    let done = match job.kind {
        JobKind::CheckImport | JobKind::CommitImport if job.attempts >= ATTEMPTS_MAX => work::give_up(context, id),
        JobKind::CheckImport => work::check(context, id, &|_| ()),
        JobKind::CommitImport => work::commit(context, id, &|_| ()),
        JobKind::ForgetImport => work::forget(context, id),
        _ => Ok(()),
    };
    done.map_err(ApiError::internal)
}
