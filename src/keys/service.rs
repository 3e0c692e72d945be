//! Sealing anew, batch by batch, and when a key may go.

use std::time::Duration;

use super::KeysError;
use super::columns::{COLUMNS, Column, RowName};
use super::store::{self, Progress};
use crate::db::{Conn, DbResult};
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Any, Id};
use crate::secrets::Secrets;

/// By then every process has read the new key; what one without it seals would be left behind.
pub const HEAD_START: Duration = Duration::from_secs(60);
const BATCH: i64 = 200;

/// Begins where there is more than one sealing key and some column does not know of the newest. Asked
/// often, it begins once.
///
/// # Errors
/// Those of the database.
pub fn begin(conn: &mut Conn, act: &Act, secrets: &Secrets) -> DbResult<()> {
    let newest = secrets.newest_sealing_key();
    if secrets.sealing_keys().len() < 2 {
        return Ok(());
    }
    let known = store::list(conn)?;
    let is_known = |column: &Column| {
        let name = column.to_string();
        known.iter().any(|progress| progress.column_name == name && progress.key_id == i64::from(newest))
    };
    let unknown: Vec<&Column> = COLUMNS.iter().filter(|column| !is_known(column)).collect();
    begin_columns(conn, act, &unknown, newest)
}

fn begin_columns(conn: &mut Conn, act: &Act, columns: &[&Column], newest: u8) -> DbResult<()> {
    let mut is_work = false;
    for column in columns {
        let total = store::count_sealed_otherwise(conn, column, newest)?;
        is_work |= total > 0;
        let progress = Progress {
            column_name: column.to_string(),
            key_id: newest.into(),
            done: 0,
            total,
            started_at: act.at,
            finished_at: (total == 0).then_some(act.at),
            position: None,
        };
        store::replace(conn, &progress)?;
    }
    if is_work {
        jobs::enqueue(conn, act, JobKind::Reseal, act.new_id::<Any>(), act.at.plus(HEAD_START))?;
    }
    Ok(())
}

/// Seals one batch anew, and orders the next one if there is more.
///
/// # Errors
/// [`KeysError::UnknownKey`] in a process that has not read the newest key; it is tried again.
pub fn reseal_batch(conn: &mut Conn, act: &Act, secrets: &Secrets) -> Result<(), KeysError> {
    let Some((column, progress)) = next_column(conn)? else { return Ok(()) };
    if progress.key_id != i64::from(secrets.newest_sealing_key()) {
        secrets.refresh()?;
    }
    if progress.key_id != i64::from(secrets.newest_sealing_key()) {
        let is_older = secrets.sealing_keys().iter().any(|(id, _)| i64::from(*id) == progress.key_id);
        return if is_older { Ok(begin(conn, act, secrets)?) } else { Err(KeysError::UnknownKey(progress.key_id)) };
    }
    if seal_batch(conn, act, secrets, column, &progress)? && next_column(conn)?.is_some() {
        jobs::enqueue(conn, act, JobKind::Reseal, act.new_id::<Any>(), act.at)?;
    }
    Ok(())
}

fn next_column(conn: &mut Conn) -> DbResult<Option<(&'static Column, Progress)>> {
    let unfinished = store::list(conn)?.into_iter().filter(|progress| progress.finished_at.is_none());
    let columns: Vec<_> = unfinished.filter_map(|progress| Some((find(&progress.column_name)?, progress))).collect();
    Ok(columns.into_iter().next())
}

fn find(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.to_string() == name)
}

/// False if another process was at the same batch.
fn seal_batch(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    column: &Column,
    progress: &Progress,
) -> Result<bool, KeysError> {
    let after = progress.position.as_deref().and_then(|position| position.parse().ok());
    let after = after.unwrap_or(RowName { id: Id::from_uuid(uuid::Uuid::nil()), word: String::new() });
    let rows = store::list_sealed_otherwise(conn, column, secrets.newest_sealing_key(), &after, BATCH)?;
    let mut done = 0;
    for row in &rows {
        let context = column.context(&row.name());
        match secrets.open_bytes(&context, &row.sealed) {
            Ok(plain) => {
                let sealed = secrets.seal_bytes(&context, &plain);
                done += i64::from(store::replace_sealed(conn, column, row, &sealed)?);
            }
            // It stays as it is, and its key cannot be retired.
            Err(error) => tracing::error!(%column, id = %row.name().id, %error, "is not sealed anew"),
        }
    }
    let position = rows.last().map(|row| row.name().to_string()).or(progress.position.clone());
    let is_first = store::advance(conn, progress, done, position)?;
    if is_first && i64::try_from(rows.len()).unwrap_or(BATCH) < BATCH {
        store::finish(conn, progress, act.at)?;
    }
    Ok(is_first)
}

/// How far each column is, and the files.
///
/// # Errors
/// Those of the database.
pub fn list_progress(conn: &mut Conn) -> DbResult<Vec<Progress>> {
    store::list(conn)
}

/// Whether older sealing keys may go, as far as the database knows.
#[derive(Debug)]
pub enum Readiness {
    Ready,
    /// Sealing anew is under way.
    Unfinished(Progress),
    /// It was finished, and yet so much is sealed under an older key; it has begun once more.
    Left(Column, i64),
}

/// # Errors
/// Those of the database.
pub fn readiness(conn: &mut Conn, act: &Act, secrets: &Secrets) -> DbResult<Readiness> {
    begin(conn, act, secrets)?;
    let mut columns = store::list(conn)?.into_iter().filter(|progress| find(&progress.column_name).is_some());
    if let Some(progress) = columns.find(|progress| progress.finished_at.is_none()) {
        return Ok(Readiness::Unfinished(progress));
    }
    for column in COLUMNS {
        let left = store::count_sealed_otherwise(conn, column, secrets.newest_sealing_key())?;
        if left > 0 {
            begin_columns(conn, act, &[column], secrets.newest_sealing_key())?;
            return Ok(Readiness::Left(*column, left));
        }
    }
    Ok(Readiness::Ready)
}
