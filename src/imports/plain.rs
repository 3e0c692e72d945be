//! A table that is not ours, read as it stands: each row with its number and its cells as text.

use super::archive;
use super::cells::Raw;
use super::reader;
use super::types::{Format, ImportError};
use crate::kernel::Invalid;

/// # Errors
/// `unknown_file`, `old_workbook`, `unknown_encoding` and what else is wrong with a file.
pub fn read_plain(bytes: &[u8]) -> Result<Vec<(i64, Vec<String>)>, Invalid> {
    let format = reader::format_of(bytes)?;
    if format == Format::Xlsx {
        archive::look_through(bytes)?;
    }
    let mut rows = Vec::new();
    let read = reader::each_row(bytes, format, &mut Vec::new(), &mut |row| {
        if !row.is_empty() {
            rows.push((row.no, row.cells.into_iter().map(|cell| cell.map(text).unwrap_or_default()).collect()));
        }
        Ok(())
    });
    match read {
        Ok(()) => Ok(rows),
        Err(ImportError::Stopped(mut findings)) => {
            Err(findings.pop().map_or_else(|| Invalid::new("unknown_file"), |finding| finding.invalid))
        }
        Err(_) => Err(Invalid::new("unknown_file")),
    }
}

/// What a workbook would compute, and what is no text, number or day, is as good as nothing.
fn text(cell: Raw) -> String {
    match cell {
        Raw::Text(text) | Raw::Number(text) => text,
        Raw::Day(day) => day.to_string(),
        Raw::Flag(_) | Raw::Formula | Raw::Other | Raw::TooLong => String::new(),
    }
}
