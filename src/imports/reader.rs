//! Files read row by row: what kind of file it is, how large it may be, how its text is encoded.

use csv::ReaderBuilder;
use encoding_rs::{Encoding, GBK, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

use super::cells::Raw;
use super::columns::RawRow;
use super::types::{Finding, Format, ImportError};
use super::workbook;
use crate::kernel::Invalid;

/// Bytes of a file.
pub const FILE_MAX: usize = 16 * 1024 * 1024;
/// Rows of a file, the header among them.
pub const ROWS_MAX: i64 = 50_001;
pub const COLUMNS_MAX: usize = 60;

/// Takes one row after the other; an error ends the reading.
pub type Take<'a> = dyn FnMut(RawRow) -> Result<(), ImportError> + 'a;

/// A refusal of the whole file.
#[must_use]
pub fn refuse(code: &'static str) -> ImportError {
    ImportError::Stopped(vec![Finding::file(Invalid::new(code))])
}

/// What a file is, by its first bytes; its name is not asked.
///
/// # Errors
/// `old_workbook` for an `.xls`, `unknown_file` for what is no table.
pub fn format_of(bytes: &[u8]) -> Result<Format, Invalid> {
    const REFUSED: [&[u8]; 6] = [b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!"];
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Format::Xlsx);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Invalid::new("old_workbook"));
    }
    if bytes.is_empty() || REFUSED.iter().any(|magic| bytes.starts_with(magic)) {
        return Err(Invalid::new("unknown_file"));
    }
    Ok(Format::Csv)
}

/// Reads every row of a file, the header first.
///
/// # Errors
/// [`ImportError::Stopped`] for a file that cannot be read, and those of `take`.
pub fn each_row(
    bytes: &[u8],
    format: Format,
    notes: &mut Vec<Finding>,
    take: &mut Take<'_>,
) -> Result<(), ImportError> {
    match format {
        Format::Csv => each_record(bytes, notes, take),
        Format::Xlsx => workbook::each_row(bytes, notes, take),
    }
}

fn note(code: &'static str) -> Finding {
    Finding::note(0, None, Invalid::new(code))
}

/// Text by the one encoding in which it is valid; which one is said, and if another one would do too.
fn decode<'a>(bytes: &'a [u8], notes: &mut Vec<Finding>) -> Result<Cow<'a, str>, ImportError> {
    let unknown = || refuse("unknown_encoding");
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        if encoding == UTF_16LE || encoding == UTF_16BE {
            notes.push(note("read_as_utf16"));
        }
        return encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]).ok_or_else(unknown);
    }
    if bytes.contains(&0) {
        return Err(unknown());
    }
    let as_gbk = || GBK.decode_without_bom_handling_and_without_replacement(bytes);
    match UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        // ASCII is the same in both.
        Some(text) if bytes.is_ascii() => Ok(text),
        Some(text) => {
            notes.push(note(if as_gbk().is_some() { "read_as_utf8_though_gbk_fits" } else { "read_as_utf8" }));
            Ok(text)
        }
        None => {
            let text = as_gbk().ok_or_else(unknown)?;
            notes.push(note("read_as_gbk"));
            Ok(text)
        }
    }
}

fn line_ends(text: &str) -> i64 {
    let ends = text.bytes().filter(|byte| *byte == b'\n').count();
    let alone = text.split('\r').skip(1).filter(|rest| !rest.starts_with('\n')).count();
    i64::try_from(ends + alone).unwrap_or(i64::MAX)
}

fn each_record(bytes: &[u8], notes: &mut Vec<Finding>, take: &mut Take<'_>) -> Result<(), ImportError> {
    let text = decode(bytes, notes)?;
    let head = text.lines().next().unwrap_or_default();
    // So Excel writes "Unicode text".
    let has_tabs = head.contains('\t') && !head.contains(',');
    if has_tabs {
        notes.push(note("read_with_tabs"));
    }
    let delimiter = if has_tabs { b'\t' } else { b',' };
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let (mut at, mut lines, mut inner_lines, mut count) = (0, 1, 0, 0);
    while reader.read_record(&mut record).map_err(|_| refuse("unknown_encoding"))? {
        count += 1;
        if count > ROWS_MAX {
            return Err(refuse("too_many_rows"));
        }
        // As a spreadsheet counts: empty lines are rows, line ends inside of a cell are none.
        let begin = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(at);
        let begin = begin + text[begin..].bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        lines += line_ends(&text[at..begin]);
        at = begin;
        let no = lines - inner_lines;
        inner_lines += record.iter().map(line_ends).sum::<i64>();
        let width = record
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.trim().is_empty())
            .last()
            .map_or(0, |(last, _)| last + 1);
        if width > COLUMNS_MAX {
            return Err(refuse("too_many_columns"));
        }
        let cells = record.iter().take(width).map(|cell| (!cell.is_empty()).then(|| Raw::text(cell))).collect();
        take(RawRow { no, cells })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Read = (Vec<(i64, Vec<String>)>, Vec<&'static str>);

    fn read(bytes: &[u8]) -> Result<Read, &'static str> {
        let (mut rows, mut notes) = (Vec::new(), Vec::new());
        let mut take = |row: RawRow| {
            let text = |cell: &Option<Raw>| match cell {
                Some(Raw::Text(text)) => text.clone(),
                Some(other) => format!("{other:?}"),
                None => String::new(),
            };
            rows.push((row.no, row.cells.iter().map(text).collect()));
            Ok(())
        };
        match each_row(bytes, Format::Csv, &mut notes, &mut take) {
            Ok(()) => Ok((rows, notes.iter().map(|note| note.invalid.code).collect())),
            Err(ImportError::Stopped(findings)) => Err(findings[0].invalid.code),
            Err(other) => panic!("{other}"),
        }
    }

    fn row(no: i64, cells: &[&str]) -> (i64, Vec<String>) {
        (no, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    const TABLE: &str = "别名,人数\n坡上王家,4\n";

    #[test]
    fn one_table_in_every_encoding() {
        let rows = vec![row(1, &["别名", "人数"]), row(2, &["坡上王家", "4"])];
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(TABLE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for (bytes, note) in [
            (TABLE.as_bytes().to_vec(), &["read_as_utf8"][..]),
            ([b"\xef\xbb\xbf", TABLE.as_bytes()].concat(), &[]),
            (GBK.encode(TABLE).0.into_owned(), &["read_as_gbk"]),
            (utf16, &["read_as_utf16"]),
        ] {
            let (read, notes) = read(&bytes).unwrap();
            assert_eq!(read, rows);
            assert!(notes == note || notes == ["read_as_utf8_though_gbk_fits"], "{notes:?}");
        }
        assert_eq!(read(b"alias,members\nwang,4\n").unwrap().1, Vec::<&str>::new(), "ASCII needs no word");
        assert_eq!(read(&[b'a', b',', 0xff, 0xff, b'\n']).unwrap_err(), "unknown_encoding");
        assert_eq!(read(b"a\0b\0").unwrap_err(), "unknown_encoding");
        assert_eq!(read("别名\t人数\n".as_bytes()).unwrap().0, [row(1, &["别名", "人数"])]);
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_does() {
        let (rows, _) = read(b"a,b\n\n\"x\ny\",2\n3,4,,,\n").unwrap();
        assert_eq!(rows, [row(1, &["a", "b"]), row(3, &["x\ny", "2"]), row(4, &["3", "4"])]);
        let numbers = |text: &str| read(text.as_bytes()).unwrap().0.iter().map(|row| row.0).collect::<Vec<_>>();
        assert_eq!(numbers("a\r\nb\r\n\r\nc\r\n"), [1, 2, 4]);
        assert_eq!(numbers("a\rb\rc"), [1, 2, 3]);
    }

    #[test]
    fn a_table_has_bounds() {
        let wide = "x,".repeat(61);
        assert_eq!(read(wide.as_bytes()).unwrap_err(), "too_many_columns");
        assert_eq!(read("x\n".repeat(50_002).as_bytes()).unwrap_err(), "too_many_rows");
        let long = format!("a\n{}\n", "蛋".repeat(2_001));
        assert_eq!(read(long.as_bytes()).unwrap().0[1], row(2, &["TooLong"]));
    }

    #[test]
    fn a_file_is_told_by_its_content() {
        for (bytes, expected) in [
            (&b"PK\x03\x04..."[..], Ok(Format::Xlsx)),
            (b"a,b\n", Ok(Format::Csv)),
            (b"\xd0\xcf\x11\xe0....", Err("old_workbook")),
            (b"%PDF-1.7", Err("unknown_file")),
            (b"", Err("unknown_file")),
        ] {
            assert_eq!(format_of(bytes).map_err(|invalid| invalid.code), expected);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "[a-z别名,\"\r\n\t=+@]{0,200}") {
            let _ = read(text.as_bytes());
            let _ = read(&GBK.encode(&text).0);
        }
    }
}
