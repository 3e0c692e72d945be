//! XLSX, read cell by cell.

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::archive;
use super::cells::Raw;
use super::columns::RawRow;
use super::reader::{COLUMNS_MAX, ROWS_MAX, Take, refuse};
use super::types::{Finding, ImportError};
use crate::kernel::{Day, Invalid};

/// The sheet of explanations that our own templates have.
pub const EXPLANATIONS: &str = "填写说明";

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads every row of the first sheet.
///
/// # Errors
/// As [`super::reader::each_row`].
pub fn each_row(bytes: &[u8], notes: &mut Vec<Finding>, take: &mut Take<'_>) -> Result<(), ImportError> {
    let stop = |invalid: Invalid| ImportError::Stopped(vec![Finding::file(invalid)]);
    let look = archive::look_through(bytes).map_err(stop)?;
    let mut workbook: Workbook<'_> = guarded(|| Xlsx::new(Cursor::new(bytes)))?;
    let names = workbook.sheet_names();
    let sheet = names.first().cloned().ok_or_else(|| refuse("not_a_workbook"))?;
    if names.iter().skip(1).any(|name| name != EXPLANATIONS) {
        notes.push(Finding::note(0, None, Invalid::new("first_sheet_only")));
    }
    // With one sheet or two that Excel wrote, the first is the first file too; else nothing is said.
    let first = look.hidden_rows.iter().filter(|(path, _)| path.ends_with("/sheet1.xml"));
    notes.extend(first.map(|(_, row)| Finding::note(*row, None, Invalid::new("hidden_row"))));
    let merged = catch_unwind(AssertUnwindSafe(|| workbook.merge_cells_by_sheet_name(&sheet)));
    const MERGED_MAX: usize = 100;
    for region in merged.ok().and_then(Result::ok).unwrap_or_default().iter().take(MERGED_MAX) {
        notes.push(Finding::note(i64::from(region.start.0) + 1, None, Invalid::new("merged_cells")));
    }
    let is_1904 = workbook.has_1904_epoch();
    let mut cells = guarded(|| workbook.worksheet_cells_reader(&sheet))?;
    let (mut row, mut count) = (RawRow { no: 0, cells: Vec::new() }, 0);
    while let Some(cell) = guarded(|| cells.next_cell_with_formula_metadata())? {
        let (no, column) = (i64::from(cell.pos.0) + 1, usize::try_from(cell.pos.1).unwrap_or(usize::MAX));
        let raw = if cell.formula.is_some() { Some(Raw::Formula) } else { raw_of(&cell.value, is_1904) };
        let Some(raw) = raw else { continue };
        if column >= COLUMNS_MAX {
            return Err(refuse("too_many_columns"));
        }
        if no != row.no {
            if no < row.no {
                return Err(refuse("not_a_workbook"));
            }
            count += 1;
            if count > ROWS_MAX {
                return Err(refuse("too_many_rows"));
            }
            let full = std::mem::replace(&mut row, RawRow { no, cells: Vec::new() });
            if full.no > 0 {
                take(full)?;
            }
        }
        if row.cells.len() <= column {
            row.cells.resize(column + 1, None);
        }
        row.cells[column] = Some(raw);
    }
    if row.no > 0 { take(row) } else { Ok(()) }
}

/// What the reader says; one that stumbles over a file has not read it.
fn guarded<T>(read: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, ImportError> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a workbook is not read");
            Err(refuse("not_a_workbook"))
        }
        Err(_) => Err(refuse("not_a_workbook")),
    }
}

fn raw_of(value: &DataRef<'_>, is_1904: bool) -> Option<Raw> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) if text.is_empty() => return None,
        DataRef::SharedString("") => return None,
        DataRef::String(text) => Raw::text(text),
        DataRef::SharedString(text) => Raw::text(text),
        DataRef::Bool(flag) => Raw::Flag(*flag),
        // A number that counts days from another year is not taken for one from ours.
        DataRef::Int(number) if is_1904 => Raw::text(&number.to_string()),
        DataRef::Float(number) if is_1904 => Raw::text(&number.to_string()),
        DataRef::Int(number) => Raw::Number(number.to_string()),
        DataRef::Float(number) => Raw::Number(number.to_string()),
        DataRef::DateTime(moment) => day_of(moment).map_or(Raw::Other, Raw::Day),
        DataRef::DateTimeIso(text) => text.parse().map_or(Raw::Other, Raw::Day),
        DataRef::DurationIso(_) | DataRef::Error(_) => Raw::Other,
    })
}

/// The day, where the cell holds no time of day.
fn day_of(moment: &ExcelDateTime) -> Option<Day> {
    let parts = catch_unwind(AssertUnwindSafe(|| moment.to_ymd_hms_milli())).ok()?;
    let (year, month, day, 0, 0, 0, 0) = parts else { return None };
    if !moment.is_datetime() {
        return None;
    }
    format!("{year:04}-{month:02}-{day:02}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{Read, Write};
    use std::sync::LazyLock;
    use zip::write::SimpleFileOptions;
    use zip::{ZipArchive, ZipWriter};

    static PLAIN: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let sheet = workbook.add_worksheet();
        for (row, cells) in (0_u32..).zip([["村", "别名"], ["岫云村", "坡上王家"]]) {
            for (column, cell) in (0_u16..).zip(cells) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
        sheet.write_number(2, 0, 48).unwrap();
        sheet.write_boolean(2, 1, true).unwrap();
        workbook.save_to_buffer().unwrap()
    });

    /// The rows, or the code of the refusal; nothing else may come of any bytes.
    fn read(bytes: &[u8]) -> Result<Vec<RawRow>, &'static str> {
        let (mut rows, mut notes) = (Vec::new(), Vec::new());
        let mut take = |row| {
            rows.push(row);
            Ok(())
        };
        match each_row(bytes, &mut notes, &mut take) {
            Ok(()) => Ok(rows),
            Err(ImportError::Stopped(findings)) => Err(findings[0].invalid.code),
            Err(other) => panic!("{other}"),
        }
    }

    /// The workbook packed anew, with one entry changed.
    fn repacked(index: usize, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
        let mut source = ZipArchive::new(Cursor::new(&PLAIN[..])).unwrap();
        let mut target = ZipWriter::new(Cursor::new(Vec::new()));
        let chosen = index % source.len();
        for index in 0..source.len() {
            let mut entry = source.by_index(index).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            if index == chosen {
                change(&mut content);
            }
            target.start_file(entry.name().unwrap().into_owned(), SimpleFileOptions::default()).unwrap();
            target.write_all(&content).unwrap();
        }
        target.finish().unwrap().into_inner()
    }

    #[test]
    fn a_workbook_is_read_cell_by_cell() {
        let rows = read(&PLAIN).unwrap();
        let text = |text: &str| Some(Raw::Text(text.to_owned()));
        assert_eq!(rows[1], RawRow { no: 2, cells: vec![text("岫云村"), text("坡上王家")] });
        assert_eq!(rows[2], RawRow { no: 3, cells: vec![Some(Raw::Number("48".into())), Some(Raw::Flag(true))] });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = read(&bytes);
            let _ = read(&[b"PK\x03\x04", &bytes[..]].concat());
        }

        #[test]
        fn no_changed_byte_breaks_the_reader(changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..20)) {
            let mut bytes = PLAIN.clone();
            for (place, byte) in changes {
                let place = place % bytes.len();
                bytes[place] = byte;
            }
            let _ = read(&bytes);
        }

        #[test]
        fn no_changed_part_breaks_the_reader(
            index in 0_usize..20, changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..12)
        ) {
            let _ = read(&repacked(index, |content| {
                for (place, byte) in &changes {
                    let place = place % content.len();
                    content[place] = *byte;
                }
            }));
        }

        #[test]
        fn no_number_in_a_part_breaks_the_reader(index in 0_usize..20, number in any::<u64>(), which in 0_usize..40) {
            let _ = read(&repacked(index, |content| {
                let text = String::from_utf8_lossy(content).into_owned();
                let mut parts: Vec<&str> = text.split('"').collect();
                let number = number.to_string();
                let place = which % parts.len();
                parts[place] = &number;
                *content = parts.join("\"").into_bytes();
            }));
        }
    }
}
