//! A workbook is an archive from somebody: it is looked through, bounded, before anything reads it.
//!
//! Every entry is unpacked once into nothing, so that sizes are counted and not believed; what a workbook
//! to be imported has no need of (macros, archives, encryption) is refused.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use zip::ZipArchive;

use crate::kernel::Invalid;

/// Bytes of all entries, unpacked.
const UNPACKED_MAX: u64 = 200 * 1024 * 1024;
/// Bytes of the entry that is held in memory as a whole.
const STRINGS_MAX: u64 = 48 * 1024 * 1024;
/// No table is packed denser; what is small may be.
const RATIO_MAX: u64 = 200;
const DENSE_FROM: u64 = 8 * 1024 * 1024;
const ENTRIES_MAX: usize = 500;
/// Different texts that a table of the largest size can hold.
const STRINGS_COUNT_MAX: u64 = 3_000_060;

/// Rows that are not shown, by the path of their sheet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub hidden_rows: Vec<(String, i64)>,
}

/// Looks a workbook through.
///
/// # Errors
/// `not_a_workbook`, `archive_too_large`, `archive_too_dense`, `archive_too_many_entries`,
/// `archive_refused` for what has no place in a table.
pub fn look_through(bytes: &[u8]) -> Result<Look, Invalid> {
    check_end(bytes)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Invalid::new("not_a_workbook"))?;
    if archive.len() > ENTRIES_MAX {
        return Err(Invalid::new("archive_too_many_entries").with("max", ENTRIES_MAX));
    }
    let (mut names, mut left, mut look) = (BTreeSet::new(), UNPACKED_MAX, Look::default());
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| Invalid::new("not_a_workbook"))?;
        let name = entry.name().map_err(|_| Invalid::new("archive_refused"))?.to_lowercase();
        if entry.encrypted() || !may_stand(&name) || !names.insert(name.clone()) {
            return Err(Invalid::new("archive_refused"));
        }
        let (packed, claimed) = (entry.compressed_size(), entry.size());
        if claimed > DENSE_FROM && claimed / packed.max(1) > RATIO_MAX {
            return Err(Invalid::new("archive_too_dense"));
        }
        left -= look_into(entry, &name, packed, left, &mut look)?;
    }
    if names.contains("xl/workbook.xml") { Ok(look) } else { Err(Invalid::new("not_a_workbook")) }
}

/// What the end of the archive says of itself, before a directory of that size is made.
fn check_end(bytes: &[u8]) -> Result<(), Invalid> {
    const TAIL: usize = 22 + 0xffff;
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    for (at, mark) in tail.windows(4).enumerate() {
        if mark == b"PK\x06\x07" {
            return Err(Invalid::new("archive_refused"));
        }
        if mark == b"PK\x05\x06" {
            let count = tail.get(at + 10..at + 12).map_or(u16::MAX, |count| u16::from_le_bytes([count[0], count[1]]));
            if usize::from(count) > ENTRIES_MAX {
                return Err(Invalid::new("archive_too_many_entries").with("max", ENTRIES_MAX));
            }
        }
    }
    Ok(())
}

fn may_stand(name: &str) -> bool {
    let leads_out = name.starts_with('/') || name.contains("..") || name.contains(['\\', '\0', ':']);
    let is_archive =
        [".zip", ".xlsx", ".xlsm", ".xlsb", ".jar", ".gz", ".7z", ".rar"].iter().any(|it| name.ends_with(it));
    let is_active = name.contains("vbaproject") || name.contains("activex") || name.contains("macrosheets");
    !(leads_out || is_archive || is_active)
}

/// Unpacks an entry into nothing and says how large it is.
fn look_into(mut entry: impl Read, name: &str, packed: u64, left: u64, look: &mut Look) -> Result<u64, Invalid> {
    let max = if name.ends_with("sharedstrings.xml") { left.min(STRINGS_MAX) } else { left };
    let is_text = [".xml", ".rels", ".vml"].iter().any(|it| name.ends_with(it));
    let is_sheet = name.starts_with("xl/worksheets/");
    let (mut size, mut buffer, mut carried) = (0_u64, vec![0; 64 * 1024], Vec::new());
    loop {
        let read = entry.read(&mut buffer).map_err(|_| Invalid::new("not_a_workbook"))?;
        if read == 0 {
            break;
        }
        size += u64::try_from(read).unwrap_or(u64::MAX);
        if size > max {
            return Err(Invalid::new("archive_too_large"));
        }
        if size > DENSE_FROM && size / packed.max(1) > RATIO_MAX {
            return Err(Invalid::new("archive_too_dense"));
        }
        if is_text {
            carried.extend_from_slice(&buffer[..read]);
            let kept = scan(&carried, is_sheet.then_some(name), false, look)?;
            carried.drain(..kept);
        }
    }
    scan(&carried, is_sheet.then_some(name), true, look)?;
    Ok(size)
}

/// The longest thing that is looked for in one piece.
const PIECE: usize = 512;

/// Looks for what must not stand in the text of a workbook; says how much of it is done with.
fn scan(bytes: &[u8], sheet: Option<&str>, is_end: bool, look: &mut Look) -> Result<usize, Invalid> {
    const HIDDEN_MAX: usize = 100;
    let until = if is_end { bytes.len() } else { bytes.len().saturating_sub(PIECE) };
    let refuse = || Invalid::new("archive_refused");
    if bytes.contains(&0) {
        return Err(refuse());
    }
    let mut at = 0;
    while let Some(next) = bytes[at..until].iter().position(|byte| matches!(byte, b'<' | b'u')) {
        let piece = &bytes[at + next..bytes.len().min(at + next + PIECE)];
        if piece.starts_with(b"<!DOCTYPE") || piece.starts_with(b"<!ENTITY") {
            return Err(refuse());
        }
        // The reader makes room for as many texts as the file claims to hold.
        if let Some(rest) = piece.strip_prefix(b"uniqueCount") {
            claimed(rest).filter(|count| *count <= STRINGS_COUNT_MAX).ok_or_else(refuse)?;
        }
        if let Some((sheet, row)) = sheet.zip(hidden_row(piece)).filter(|_| look.hidden_rows.len() < HIDDEN_MAX) {
            look.hidden_rows.push((sheet.to_owned(), row));
        }
        at += next + 1;
    }
    Ok(until)
}

/// The number in `="12"`.
fn claimed(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text.get(..text.len().min(12))?).ok()?;
    let quoted = text.strip_prefix("=\"")?;
    quoted.split_once('"')?.0.parse().ok()
}

/// The number of the row that a tag hides.
fn hidden_row(piece: &[u8]) -> Option<i64> {
    let tag = piece.strip_prefix(b"<row ")?;
    let end = tag.iter().position(|byte| *byte == b'>')?;
    let tag = std::str::from_utf8(&tag[..end]).ok()?;
    if !tag.contains("hidden=\"1\"") && !tag.contains("hidden=\"true\"") {
        return None;
    }
    let number = tag.split_once("r=\"")?.1;
    number.split_once('"')?.0.parse().ok()
}
