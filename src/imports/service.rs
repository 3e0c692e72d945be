//! Use cases of imports: beginning one, letting it be carried out, calling it off.
//!
//! ```text
//! checking ──▶ checked ──commit──▶ committing ──▶ done
//!     │           │                     └───────▶ failed   (nothing was carried out)
//!     └───cancel──┴──▶ cancelled
//! ```

use sha2::{Digest, Sha256};
use std::time::Duration;

use super::reader;
use super::store::{self, Import};
use super::types::{Format, ImportError, ImportId, Kind, State};
use crate::db::Conn;
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Invalid, UserId};
use crate::log::{self, Change, Subject};

/// Of one person at once; each keeps a file.
const OPEN_MAX: i64 = 5;

/// How long a file is kept for somebody who does not come back.
const LEFT: Duration = Duration::from_secs(7 * 24 * 3600);

/// A file as it came in.
pub struct Received {
    pub kind: Kind,
    pub format: Format,
    pub file_name: String,
    pub sha256: Vec<u8>,
    pub size_bytes: i64,
}

impl Received {
    /// # Errors
    /// `file_too_large`, and for what is no table those of [`reader::format_of`].
    pub fn read(kind: Kind, file_name: &str, bytes: &[u8]) -> Result<Self, Invalid> {
        if bytes.len() > reader::FILE_MAX {
            return Err(Invalid::new("file_too_large").with("max_mib", reader::FILE_MAX / 1024 / 1024));
        }
        let format = reader::format_of(bytes)?;
        let size_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        Ok(Self { kind, format, file_name: plain_name(file_name), sha256: Sha256::digest(bytes).to_vec(), size_bytes })
    }
}

/// A name that can be shown: the last part, without what is no letter.
fn plain_name(name: &str) -> String {
    const NAME_MAX: usize = 100;
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|character| !character.is_control()).take(NAME_MAX).collect();
    if plain.trim().is_empty() { "file".to_owned() } else { plain.trim().to_owned() }
}

/// Puts down a new import whose file lies in the store, and has it checked.
///
/// # Errors
/// `too_many_imports`.
pub fn begin(conn: &mut Conn, act: &Act, id: ImportId, by: UserId, received: &Received) -> Result<Import, ImportError> {
    let import = put_down(conn, act, id, by, received)?;
    jobs::enqueue(conn, act, JobKind::CheckImport, id, act.at)?;
    Ok(import)
}

/// As [`begin`], for somebody who does the work here and now.
///
/// # Errors
/// `too_many_imports`.
pub fn put_down(
    conn: &mut Conn,
    act: &Act,
    id: ImportId,
    by: UserId,
    received: &Received,
) -> Result<Import, ImportError> {
    if store::count_open(conn, by)? >= OPEN_MAX {
        return Err(ImportError::Invalid("/file", Invalid::new("too_many_imports").with("max", OPEN_MAX)));
    }
    let import = Import {
        id,
        kind: received.kind,
        state: State::Checking,
        file_name: received.file_name.clone(),
        format: received.format,
        sha256: received.sha256.clone(),
        size_bytes: received.size_bytes,
        rows_total: 0,
        rows_done: 0,
        findings_count: 0,
        errors_count: 0,
        created_by: by,
        created_at: act.at,
        checked_at: None,
        finished_at: None,
        schema_version: received.kind.sheet().schema_version,
    };
    store::insert(conn, &import)?;
    log::append(conn, act, &Change::new(Subject::Import, id, "begin").states(None, State::Checking.as_str()))?;
    Ok(import)
}

/// Somebody's own import.
///
/// # Errors
/// [`ImportError::NotFound`] for another person's: its file may be personal.
pub fn load_own(conn: &mut Conn, by: UserId, id: ImportId) -> Result<Import, ImportError> {
    store::find(conn, id)?.filter(|import| import.created_by == by).ok_or(ImportError::NotFound)
}

fn advance(conn: &mut Conn, act: &Act, id: ImportId, from: State, to: State) -> Result<(), ImportError> {
    if !store::update_state(conn, id, (from, to), act.at)? {
        let now = store::find(conn, id)?.ok_or(ImportError::NotFound)?.state;
        return if now == to { Ok(()) } else { Err(ImportError::WrongState(now)) };
    }
    let change = Change::new(Subject::Import, id, to.as_str()).states(from.as_str(), to.as_str());
    log::append(conn, act, &change)?;
    if to.is_over() {
        jobs::enqueue(conn, act, JobKind::ForgetImport, id, act.at)?;
    }
    Ok(())
}

/// Has an import carried out. Repeating it changes nothing.
///
/// # Errors
/// [`ImportError::HasErrors`], [`ImportError::WrongState`].
pub fn order_commit(conn: &mut Conn, act: &Act, by: UserId, id: ImportId) -> Result<Import, ImportError> {
    let import = load_own(conn, by, id)?;
    match import.state {
        State::Committing | State::Done => return Ok(import),
        State::Checked if import.errors_count > 0 => return Err(ImportError::HasErrors),
        _ => {}
    }
    advance(conn, act, id, State::Checked, State::Committing)?;
    store::update_rows_done(conn, id, 0)?;
    jobs::enqueue(conn, act, JobKind::CommitImport, id, act.at)?;
    load_own(conn, by, id)
}

/// Calls an import off. Repeating it changes nothing.
///
/// # Errors
/// [`ImportError::WrongState`] once it is being carried out, or over.
pub fn cancel(conn: &mut Conn, act: &Act, by: UserId, id: ImportId) -> Result<Import, ImportError> {
    let import = load_own(conn, by, id)?;
    let from = if import.state == State::Checking { State::Checking } else { State::Checked };
    advance(conn, act, id, from, State::Cancelled)?;
    load_own(conn, by, id)
}

/// The dry run is over; if the import was called off meanwhile, it stays so.
///
/// # Errors
/// Those of the database.
pub fn finish_check(conn: &mut Conn, act: &Act, id: ImportId) -> Result<(), ImportError> {
    match advance(conn, act, id, State::Checking, State::Checked) {
        Err(ImportError::WrongState(State::Cancelled)) => Ok(()),
        done => done,
    }
}

/// All was carried out, in this transaction.
///
/// # Errors
/// [`ImportError::WrongState`] if another process was faster; then nothing of this one is kept.
pub fn finish_commit(conn: &mut Conn, act: &Act, id: ImportId, rows: i64) -> Result<(), ImportError> {
    store::update_rows_done(conn, id, rows)?;
    advance(conn, act, id, State::Committing, State::Done)
}

/// Nothing was carried out, and will not be.
///
/// # Errors
/// [`ImportError::WrongState`] for one that is over.
pub fn fail(conn: &mut Conn, act: &Act, id: ImportId) -> Result<(), ImportError> {
    let import = store::find(conn, id)?.ok_or(ImportError::NotFound)?;
    advance(conn, act, id, import.state, State::Failed)
}

/// Calls off what somebody left lying, so that its file goes.
///
/// # Errors
/// Those of the database.
pub fn tidy(conn: &mut Conn, act: &Act) -> Result<(), ImportError> {
    for import in store::list_left(conn, act.at.minus(LEFT))? {
        advance(conn, act, import.id, import.state, State::Cancelled)?;
    }
    Ok(())
}
