//! The work itself, outside of any request: the dry run, and carrying out what it found good.

use object_store::ObjectStoreExt;
use object_store::path::Path;
use sha2::{Digest, Sha256};
use std::future::Future;
use tokio::runtime::{Builder, Handle};

use super::intake::Desk;
use super::pass::{File, Found};
use super::reader::refuse;
use super::store::{self, FindingRow, Import};
use super::types::{Counts, Finding, ImportError, ImportId, State};
use super::{progress, service};
use crate::context::Context;
use crate::db::Conn;
use crate::kernel::{Act, Invalid};

/// Waits for something async where nothing is: in a job, on the command line.
fn wait<T: Send>(work: impl Future<Output = Result<T, object_store::Error>> + Send) -> Result<T, ImportError> {
    let Ok(handle) = Handle::try_current() else {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        return Ok(runtime.block_on(work)?);
    };
    // A thread of its own: one that drives a runtime must not wait inside of it.
    let waited = std::thread::scope(|scope| scope.spawn(|| handle.block_on(work)).join());
    Ok(waited.map_err(|_| std::io::Error::other("the object store panicked"))??)
}

#[must_use]
pub fn path_of(id: ImportId) -> Path {
    Path::from(format!("imports/{id}"))
}

#[must_use]
pub fn context_of(id: ImportId) -> String {
    format!("imports.file:{id}")
}

/// Keeps the sealed file.
///
/// # Errors
/// Those of the object store.
pub async fn keep(context: &Context, id: ImportId, sealed: Vec<u8>) -> Result<(), ImportError> {
    context.photos.put(&path_of(id), sealed.into()).await?;
    Ok(())
}

/// As [`keep`], from the command line.
///
/// # Errors
/// Those of the object store.
pub fn keep_blocking(context: &Context, id: ImportId, sealed: Vec<u8>) -> Result<(), ImportError> {
    wait(async { context.photos.put(&path_of(id), sealed.into()).await })?;
    Ok(())
}

/// Deletes the file of an import that did not come about.
pub async fn remove(context: &Context, id: ImportId) {
    if let Err(error) = context.photos.delete(&path_of(id)).await {
        tracing::warn!(%error, "the file of a refused import stays");
    }
}

/// Deletes the file of an import that is over; of one that is not it stays.
///
/// # Errors
/// Those of the object store.
pub fn forget(context: &Context, id: ImportId) -> Result<(), ImportError> {
    let import = context.db.read_blocking(|conn| store::find(conn, id))?;
    if import.is_some_and(|import| !import.state.is_over()) {
        return Ok(());
    }
    match wait(context.photos.delete(&path_of(id))) {
        Err(ImportError::Store(object_store::Error::NotFound { .. })) => Ok(()),
        done => done,
    }
}

fn load(context: &Context, import: &Import) -> Result<Vec<u8>, ImportError> {
    let id = import.id;
    let sealed = wait(async { context.photos.get(&path_of(id)).await?.bytes().await });
    let sealed = sealed.map_err(|error| match error {
        ImportError::Store(object_store::Error::NotFound { .. }) => refuse("file_missing"),
        other => other,
    })?;
    let bytes = context.secrets.open_bytes(&context_of(id), &sealed)?;
    if Sha256::digest(&bytes).as_slice() == import.sha256.as_slice() { Ok(bytes) } else { Err(refuse("file_changed")) }
}

/// Judges every row and changes nothing else. Repeating it begins anew; on an import that is not being
/// checked it does nothing. `tell` hears how far it is.
///
/// # Errors
/// Those of the database, of the store and of the keys.
pub fn check(context: &Context, id: ImportId, tell: &dyn Fn(Counts)) -> Result<(), ImportError> {
    let at = context.clock.now();
    let import = context.db.read_blocking(|conn| store::find(conn, id))?.ok_or(ImportError::NotFound)?;
    if import.state != State::Checking {
        return Ok(());
    }
    let desk = context.db.read_blocking(|conn| Desk::of(conn, import.created_by, import.kind, at))?;
    context.db.write_blocking(|conn| store::delete_findings(conn, id))?;
    let (mut found, mut written) = (Found::default(), 0);
    match judge_all(context, &import, &desk, &mut found, &mut written, tell) {
        Ok(()) => {}
        Err(ImportError::Stopped(findings)) => found.take(findings),
        Err(other) => return Err(other),
    }
    let act = context.system_act();
    context.db.write_blocking(|conn| {
        write_findings(conn, id, &found, written)?;
        service::finish_check(conn, &act, id)
    })?;
    tell(found.counts);
    Ok(())
}

fn judge_all(
    context: &Context,
    import: &Import,
    desk: &Desk,
    found: &mut Found,
    written: &mut usize,
    tell: &dyn Fn(Counts),
) -> Result<(), ImportError> {
    let bytes = load(context, import)?;
    let file = File { bytes: &bytes, format: import.format, sheet: import.kind.sheet() };
    let (total, notes) = file.count()?;
    found.counts.rows_total = total;
    found.take(notes);
    let mut intake = import.kind.intake();
    file.each_chunk(&mut |rows, mut findings, done| {
        context.db.read_blocking(|conn| intake.take(conn, desk, &rows, None, &mut findings))?;
        found.take(findings.sorted());
        found.counts.rows_done = done;
        context.db.write_blocking(|conn| write_findings(conn, import.id, found, *written))?;
        *written = found.kept.len();
        tell(found.counts);
        Ok(())
    })
}

/// Writes down what is kept beyond the first `written`, and the counts.
fn write_findings(conn: &mut Conn, id: ImportId, found: &Found, written: usize) -> Result<(), ImportError> {
    let rows: Vec<FindingRow> =
        (0_i64..).zip(&found.kept).skip(written).map(|(seq, finding)| FindingRow::new(id, seq, finding)).collect();
    store::insert_findings(conn, &rows)?;
    Ok(store::update_counts(conn, id, found.counts)?)
}

/// Carries out an import: all of it in one transaction, every row judged anew in it, or nothing. On an
/// import that is not to be carried out it does nothing, so it happens once.
///
/// # Errors
/// Those of the database, of the store and of the keys; what stops the import is put down with it.
pub fn commit(context: &Context, id: ImportId, tell: &dyn Fn(Counts)) -> Result<(), ImportError> {
    let import = context.db.read_blocking(|conn| store::find(conn, id))?.ok_or(ImportError::NotFound)?;
    if import.state != State::Committing {
        return Ok(());
    }
    let act = context.act(import.created_by, import.kind.role());
    let _shown = progress::begin(id);
    let outcome = load(context, &import)
        .and_then(|bytes| context.db.write_blocking(|conn| carry_out(conn, &act, &import, &bytes, tell)));
    match outcome {
        Err(ImportError::Stopped(findings)) => stop(context, id, findings),
        outcome => outcome,
    }
}

fn carry_out(
    conn: &mut Conn,
    act: &Act,
    import: &Import,
    bytes: &[u8],
    tell: &dyn Fn(Counts),
) -> Result<(), ImportError> {
    let locked = store::lock(conn, import.id)?.ok_or(ImportError::NotFound)?;
    if locked.state != State::Committing {
        return Ok(());
    }
    let sheet = import.kind.sheet();
    if import.schema_version != sheet.schema_version {
        return Err(refuse("import_outdated"));
    }
    let desk = Desk::of(conn, import.created_by, import.kind, act.at)?;
    let file = File { bytes, format: import.format, sheet };
    let (mut intake, mut found) = (import.kind.intake(), Found::default());
    found.counts.rows_total = import.rows_total;
    file.each_chunk(&mut |rows, mut findings, done| {
        // Once something was refused the rest is judged all the same, so that all of it can be told.
        let act = (found.counts.errors == 0).then_some(act);
        intake.take(conn, &desk, &rows, act, &mut findings)?;
        found.take(findings.sorted());
        found.counts.rows_done = done;
        progress::tell(import.id, done);
        tell(found.counts);
        Ok(())
    })?;
    if found.counts.errors > 0 {
        return Err(ImportError::Stopped(found.kept.into_iter().filter(Finding::is_error).collect()));
    }
    service::finish_commit(conn, act, import.id, found.counts.rows_done)
}

/// Puts down why nothing of an import was carried out.
fn stop(context: &Context, id: ImportId, findings: Vec<Finding>) -> Result<(), ImportError> {
    let act = context.system_act();
    let import = context.db.read_blocking(|conn| store::find(conn, id))?.ok_or(ImportError::NotFound)?;
    let mut found = Found::default();
    found.take(findings);
    found.counts = Counts { rows_total: import.rows_total, rows_done: 0, ..found.counts };
    context.db.write_blocking(|conn| {
        store::delete_findings(conn, id)?;
        service::fail(conn, &act, id)?;
        write_findings(conn, id, &found, 0)
    })
}

/// Gives up an import whose work has failed too often: a fault of ours, and no reason to try for ever.
///
/// # Errors
/// Those of the database.
pub fn give_up(context: &Context, id: ImportId) -> Result<(), ImportError> {
    stop(context, id, vec![Finding::file(Invalid::new("import_broke"))])
}
