//! Loads places from CSV files with the columns `code` and `name`, gzipped or not.

use diesel::prelude::*;
use diesel::upsert::excluded;
use flate2::read::GzDecoder;
use serde::Deserialize;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::display_name;
use crate::db::schema::{region_aliases, regions};
use crate::db::{Conn, Db, DbError};
use crate::kernel::{Invalid, RegionCode, RegionLevel};

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{0}: {1}")]
    File(String, io::Error),
    #[error("{file}, line {line}: {why}")]
    Row { file: String, line: u64, why: String },
    #[error(transparent)]
    Db(#[from] DbError),
}

#[derive(Deserialize)]
struct RegionRecord {
    code: String,
    name: String,
}

#[derive(Deserialize)]
struct AliasRecord {
    code: String,
    alias: String,
}

#[derive(Insertable)]
#[diesel(table_name = regions)]
#[diesel(treat_none_as_default_value = false)]
struct RegionRow {
    code: RegionCode,
    level: RegionLevel,
    parent_code: Option<RegionCode>,
    name: String,
    official_name: String,
}

/// Rows per statement on PostgreSQL, where a round trip each would dominate.
const BATCH: usize = 1_000;

/// Loads one file in one transaction and says how many places it held. A place that is known
/// already gets the file's name. `progress` is told the bytes read so far.
///
/// # Errors
/// [`ImportError`] naming the file and the line; nothing of the file is kept then.
pub fn import_regions(db: &Db, path: &Path, progress: impl Fn(u64)) -> Result<u64, ImportError> {
    db.write_blocking(|conn| {
        let mut batch = Vec::with_capacity(BATCH);
        let mut count = 0;
        each_record(path, &progress, |record: RegionRecord| {
            batch.push(region_row(&record)?);
            count += 1;
            if batch.len() == BATCH {
                upsert(conn, &batch)?;
                batch.clear();
            }
            Ok(())
        })?;
        upsert(conn, &batch)?;
        Ok(count)
    })
}

/// Loads former names, columns `code` and `alias`.
///
/// # Errors
/// As [`import_regions`].
pub fn import_aliases(db: &Db, path: &Path) -> Result<u64, ImportError> {
    db.write_blocking(|conn| {
        let mut count = 0;
        each_record(
            path,
            |_| (),
            |record: AliasRecord| {
                let code = RegionCode::parse(record.code.trim())?;
                let alias = crate::kernel::line(&record.alias, 60)?;
                let row = (region_aliases::alias.eq(alias), region_aliases::code.eq(code));
                count += 1;
                crate::db::native!(
                    conn,
                    diesel::insert_into(region_aliases::table).values(row).on_conflict_do_nothing().execute(conn)
                )
                .map_err(DbError::from)?;
                Ok(())
            },
        )?;
        Ok(count)
    })
}

/// Why one row stops the import.
enum RowError {
    Invalid(Invalid),
    Db(DbError),
}

impl From<Invalid> for RowError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<DbError> for RowError {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

fn each_record<T: serde::de::DeserializeOwned>(
    path: &Path,
    progress: impl Fn(u64),
    mut take: impl FnMut(T) -> Result<(), RowError>,
) -> Result<(), ImportError> {
    let shown = path.display().to_string();
    let file = File::open(path).map_err(|error| ImportError::File(shown.clone(), error))?;
    let counted = Counted { inner: file, read: 0, progress };
    let reader: Box<dyn Read> = if path.extension().is_some_and(|extension| extension == "gz") {
        Box::new(GzDecoder::new(counted))
    } else {
        Box::new(counted)
    };
    let mut csv = csv::Reader::from_reader(reader);
    let row_error = |line, why| ImportError::Row { file: shown.clone(), line, why };
    let headers = csv.headers().map_err(|error| row_error(1, error.to_string()))?.clone();
    for record in csv.records() {
        let record =
            record.map_err(|error| row_error(error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let record = record.deserialize(Some(&headers)).map_err(|error| row_error(line, error.to_string()))?;
        take(record).map_err(|error| match error {
            RowError::Invalid(invalid) => row_error(line, invalid.to_string()),
            RowError::Db(error) => error.into(),
        })?;
    }
    Ok(())
}

fn region_row(record: &RegionRecord) -> Result<RegionRow, Invalid> {
    let code = RegionCode::parse(record.code.trim())?;
    let official_name = crate::kernel::line(&record.name, 60)?;
    Ok(RegionRow {
        level: code.level(),
        parent_code: code.parent(),
        name: display_name(&official_name),
        official_name,
        code,
    })
}

fn upsert(conn: &mut Conn, rows: &[RegionRow]) -> Result<(), DbError> {
    let set = (regions::name.eq(excluded(regions::name)), regions::official_name.eq(excluded(regions::official_name)));
    match conn {
        Conn::Pg(conn) => {
            diesel::insert_into(regions::table)
                .values(rows)
                .on_conflict(regions::code)
                .do_update()
                .set(set)
                .execute(conn)?;
        }
        Conn::Sqlite(conn) => {
            for row in rows {
                diesel::insert_into(regions::table)
                    .values(row)
                    .on_conflict(regions::code)
                    .do_update()
                    .set(set)
                    .execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Tells how much of the file was read.
struct Counted<P> {
    inner: File,
    read: u64,
    progress: P,
}

impl<P: Fn(u64)> Read for Counted<P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += u64::try_from(count).unwrap_or(0);
        (self.progress)(self.read);
        Ok(count)
    }
}
