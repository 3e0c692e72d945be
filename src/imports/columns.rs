//! What a table to be imported looks like: one description, from which come the file to fill in, the
//! reader of the filled-in file and the explanation on the page.

use super::cells::{Form, Raw, Reading, Value};
use super::numerals::half_width;
use super::types::{Finding, Findings, Kind};
use crate::households;
use crate::kernel::Invalid;

/// A column.
#[derive(Debug)]
pub struct Column {
    /// Its stable name, in English.
    pub key: &'static str,
    /// What stands in the first row of the Chinese template.
    pub chinese: &'static str,
    pub is_required: bool,
    /// Its values may be personal: what they became is not told.
    pub is_personal: bool,
    pub form: Form,
    pub example: &'static str,
    /// What to write into it, in Chinese and in English.
    pub help: (&'static str, &'static str),
}

/// The village of a row.
pub const VILLAGE: Column = Column {
    key: "village",
    chinese: "村",
    is_required: true,
    is_personal: false,
    form: Form::Place,
    example: "岫云村",
    help: (
        "12 位统计用区划代码，或您负责区域内的村名；同名的村请填代码",
        "The official code of 12 digits, or the name of a village in your region; the code where two have one name",
    ),
};

/// The household of a row, in its village.
pub const HOUSEHOLD: Column = Column {
    key: "household",
    chinese: "农户别名",
    is_required: true,
    is_personal: true,
    form: Form::Line(households::ALIAS_MAX),
    example: "坡上王家",
    help: ("须已登记在这个村", "Recorded in this village already"),
};

/// A table.
#[derive(Debug)]
pub struct Sheet {
    pub kind: Kind,
    /// Counts up whenever the columns or their meaning change.
    pub schema_version: i64,
    pub columns: &'static [Column],
}

/// How the first cell of a row begins that is there to be read by people alone.
pub const EXAMPLE_MARK: &str = "示例";

/// A row as it stands in the file, by the file's own columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    /// As a spreadsheet counts: the header is row 1.
    pub no: i64,
    pub cells: Vec<Option<Raw>>,
}

impl RawRow {
    fn first(&self) -> Option<&Raw> {
        self.cells.iter().flatten().find(|cell| !cell.is_empty())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    /// One of our own, left in by somebody who filled in the table.
    #[must_use]
    pub fn is_example(&self) -> bool {
        matches!(self.first(), Some(Raw::Text(text)) if text.trim_start().starts_with(EXAMPLE_MARK))
    }
}

/// A row as it was read, by the columns of the sheet.
#[derive(Debug, Clone)]
pub struct Row {
    pub no: i64,
    values: Vec<Option<Value>>,
    /// Every cell could be read and none is missing.
    pub is_whole: bool,
}

/// Which column of the file is which of the sheet.
#[derive(Debug)]
pub struct Header {
    sheet: &'static Sheet,
    places: Vec<Option<usize>>,
}

/// A title without what people add to it: blanks, stars, full-width letters, explanations in brackets.
fn title_of(text: &str) -> String {
    let plain = half_width(text).to_lowercase();
    let bare = plain.split('(').next().unwrap_or_default();
    bare.chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '*' | '_' | '\u{feff}'))
        .collect()
}

impl Sheet {
    /// Finds the columns by their titles.
    ///
    /// # Errors
    /// Every title that is unknown, stands twice or is missing.
    pub fn header(&'static self, row: &RawRow) -> Result<Header, Vec<Finding>> {
        let (mut places, mut findings) = (Vec::with_capacity(row.cells.len()), Vec::new());
        for (index, cell) in row.cells.iter().enumerate() {
            let title = match cell {
                None => String::new(),
                Some(Raw::Text(text)) => text.clone(),
                Some(_) => "?".to_owned(),
            };
            let found = self.columns.iter().position(|column| column.is_called(&title));
            let place = (!title.trim().is_empty()).then_some(found).flatten();
            if place.is_none() && !title.trim().is_empty() {
                let invalid = Invalid::new("unknown_column").with("column", letters(index));
                findings.push(Finding::error(row.no, None, invalid));
            }
            if let Some(place) = place.filter(|place| places.contains(&Some(*place))) {
                findings.push(Finding::error(row.no, Some(self.columns[place].key), Invalid::new("repeated_column")));
            }
            places.push(place);
        }
        for (index, column) in self.columns.iter().enumerate() {
            if column.is_required && !places.contains(&Some(index)) {
                findings.push(Finding::error(row.no, Some(column.key), Invalid::new("missing_column")));
            }
        }
        if findings.is_empty() { Ok(Header { sheet: self, places }) } else { Err(findings) }
    }
}

/// The name of a column as a spreadsheet shows it: A, B, … AA.
fn letters(index: usize) -> String {
    let (mut rest, mut name) = (index + 1, String::new());
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        name.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    name
}

impl Column {
    fn is_called(&self, title: &str) -> bool {
        let title = title_of(title);
        title == title_of(self.chinese) || title == title_of(self.key)
    }

    fn read(&self, no: i64, raw: &Raw, findings: &mut Vec<Finding>) -> Option<Value> {
        match self.form.read(raw) {
            Ok(Reading { value, became }) => {
                if let Some(became) = became {
                    let note = Invalid::new("normalised");
                    let note = if self.is_personal {
                        Invalid::new("normalised_personal")
                    } else {
                        note.with("became", became)
                    };
                    findings.push(Finding::note(no, Some(self.key), note));
                }
                Some(value)
            }
            Err(invalid) => {
                // A refused word of a personal column could be a name.
                let invalid = if self.is_personal { Invalid { params: Vec::new(), ..invalid } } else { invalid };
                findings.push(Finding::error(no, Some(self.key), invalid));
                None
            }
        }
    }
}

impl Header {
    #[must_use]
    pub const fn sheet(&self) -> &'static Sheet {
        self.sheet
    }

    /// Reads a row; nothing for an example.
    pub fn read(&self, row: &RawRow, findings: &mut Findings) -> Option<Row> {
        if row.is_example() {
            findings.push(Finding::note(row.no, None, Invalid::new("example_skipped")));
            return None;
        }
        let mut own = Vec::new();
        let mut values = vec![None; self.sheet.columns.len()];
        for (index, cell) in row.cells.iter().enumerate() {
            let Some(cell) = cell.as_ref().filter(|cell| !cell.is_empty()) else { continue };
            match self.places.get(index).copied().flatten() {
                Some(place) => values[place] = self.sheet.columns[place].read(row.no, cell, &mut own),
                None => {
                    let invalid = Invalid::new("cell_outside_of_columns").with("column", letters(index));
                    own.push(Finding::error(row.no, None, invalid));
                }
            }
        }
        for (column, value) in self.sheet.columns.iter().zip(&values) {
            let is_told = own.iter().any(|finding| finding.column == Some(column.key));
            if column.is_required && value.is_none() && !is_told {
                own.push(Finding::error(row.no, Some(column.key), Invalid::new("value_required")));
            }
        }
        let before = findings.errors();
        findings.extend(own);
        Some(Row { no: row.no, values, is_whole: findings.errors() == before })
    }
}

impl Row {
    fn value(&self, sheet: &Sheet, key: &str) -> Option<&Value> {
        let index = sheet.columns.iter().position(|column| column.key == key)?;
        self.values.get(index)?.as_ref()
    }

    #[must_use]
    pub fn text(&self, sheet: &Sheet, key: &str) -> Option<&str> {
        match self.value(sheet, key)? {
            Value::Text(text) => Some(text),
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    #[must_use]
    pub fn count(&self, sheet: &Sheet, key: &str) -> Option<i64> {
        match self.value(sheet, key)? {
            Value::Count(count) => Some(*count),
            Value::Mass(grams) => Some(grams.get()),
            Value::Money(money) => Some(money.fen()),
            _ => None,
        }
    }

    #[must_use]
    pub fn day(&self, sheet: &Sheet, key: &str) -> Option<crate::kernel::Day> {
        match self.value(sheet, key)? {
            Value::Day(day) => Some(*day),
            _ => None,
        }
    }
}
