//! One pass over a file: its rows read, gathered in chunks and handed on. Memory is that of a chunk.

use super::columns::{Header, RawRow, Row, Sheet};
use super::reader::{self, refuse};
use super::types::{Counts, Finding, Findings, Format, ImportError};

/// Rows that are judged, written and told of at once.
const CHUNK: usize = 500;

/// Of each kind so many are kept; all are counted.
const KEPT_MAX: i64 = 2_000;

/// What a file holds, and how it is read.
pub struct File<'a> {
    pub bytes: &'a [u8],
    pub format: Format,
    pub sheet: &'static Sheet,
}

/// Findings as they are kept: the first of a great many.
#[derive(Debug, Default)]
pub struct Found {
    pub counts: Counts,
    pub kept: Vec<Finding>,
}

impl Found {
    pub fn take(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            let notes = self.counts.findings - self.counts.errors;
            let before = if finding.is_error() { self.counts.errors } else { notes };
            self.counts.findings += 1;
            self.counts.errors += i64::from(finding.is_error());
            if before < KEPT_MAX {
                self.kept.push(finding);
            }
        }
    }
}

impl File<'_> {
    /// How many rows below the header are to be imported, and what is to be said of the file itself.
    ///
    /// # Errors
    /// [`ImportError::Stopped`] for a file that cannot be read.
    pub fn count(&self) -> Result<(i64, Vec<Finding>), ImportError> {
        let (mut count, mut examples, mut notes) = (-1, 0, Vec::new());
        let mut take = |row: RawRow| {
            count += i64::from(!row.is_empty());
            examples += i64::from(row.is_example());
            Ok(())
        };
        reader::each_row(self.bytes, self.format, &mut notes, &mut take)?;
        if count < 1 { Err(refuse("no_rows")) } else { Ok((count - examples, notes)) }
    }

    /// Hands on the rows chunk by chunk, with what was found while reading them and how many rows were
    /// read so far, but for examples.
    ///
    /// # Errors
    /// [`ImportError::Stopped`] for a file or a header that cannot be read, and those of `take`.
    pub fn each_chunk(
        &self,
        take: &mut dyn FnMut(Vec<Row>, Findings, i64) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let (mut header, mut rows, mut findings, mut done): (Option<Header>, _, _, _) =
            (None, Vec::new(), Findings::default(), 0);
        let mut unread = 0;
        reader::each_row(self.bytes, self.format, &mut Vec::new(), &mut |row| {
            if row.is_empty() {
                return Ok(());
            }
            let Some(header) = &header else {
                header = Some(self.sheet.header(&row).map_err(ImportError::Stopped)?);
                return Ok(());
            };
            done += i64::from(!row.is_example());
            rows.extend(header.read(&row, &mut findings));
            unread += 1;
            if unread == CHUNK {
                unread = 0;
                take(std::mem::take(&mut rows), std::mem::take(&mut findings), done)?;
            }
            Ok(())
        })?;
        if unread > 0 { take(rows, findings, done) } else { Ok(()) }
    }
}
