//! Imports as they are shown.

use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::cells::Form;
use super::columns::Sheet;
use super::progress;
use super::store::{FindingRow, Import};
use super::types::{Format, ImportId, Kind, Severity, State};
use crate::kernel::{Instant, spreadsheet_cell};
use crate::web::messages::Language;

#[derive(Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportOut {
    id: ImportId,
    #[schema(inline)]
    kind: Kind,
    #[schema(inline)]
    state: State,
    file_name: String,
    #[schema(inline)]
    format: Format,
    size_bytes: i64,
    /// Rows below the header; 0 until they are counted.
    rows_total: i64,
    /// How many of them were judged, or carried out, so far.
    rows_done: i64,
    findings_count: i64,
    /// Findings because of which it cannot be carried out.
    errors_count: i64,
    created_at: Instant,
    checked_at: Option<Instant>,
    finished_at: Option<Instant>,
}

impl From<Import> for ImportOut {
    fn from(import: Import) -> Self {
        let in_transaction = progress::of(import.id).filter(|_| import.state == State::Committing);
        Self {
            id: import.id,
            kind: import.kind,
            state: import.state,
            file_name: import.file_name,
            format: import.format,
            size_bytes: import.size_bytes,
            rows_total: import.rows_total,
            rows_done: in_transaction.unwrap_or(import.rows_done),
            findings_count: import.findings_count,
            errors_count: import.errors_count,
            created_at: import.created_at,
            checked_at: import.checked_at,
            finished_at: import.finished_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = ImportFinding)]
pub struct FindingOut {
    /// As a spreadsheet counts, the header is row 1; 0 is the file itself.
    row: i64,
    /// The key of the column.
    column: Option<String>,
    /// How the column is called in the caller's language.
    title: Option<&'static str>,
    #[schema(inline)]
    severity: Severity,
    code: String,
    /// What is wrong, or what became of it, in the caller's language.
    message: String,
}

/// What fills the placeholders of a finding's sentence.
fn params_of(row: &FindingRow) -> BTreeMap<String, String> {
    serde_json::from_str(&row.detail).unwrap_or_default()
}

/// A finding in words.
#[must_use]
pub fn sentence_of(row: &FindingRow, language: Language) -> String {
    let params = params_of(row);
    language.message(&row.code, params.iter().map(|(name, value)| (name.as_str(), value.clone())))
}

#[must_use]
pub fn show_finding(row: FindingRow, kind: Kind, language: Language) -> FindingOut {
    let column = kind.sheet().columns.iter().find(|column| Some(column.key) == row.column_name.as_deref());
    FindingOut {
        row: row.row_no,
        title: column.map(|column| column.title(language)),
        severity: row.severity,
        message: sentence_of(&row, language),
        code: row.code,
        column: row.column_name,
    }
}

/// Findings as a table for a spreadsheet, of which no cell is a formula.
///
/// # Errors
/// None but that of memory.
pub fn table(findings: Vec<FindingRow>, kind: Kind, language: Language) -> csv::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(match language {
        Language::Chinese => ["行", "列", "类别", "说明"],
        Language::English => ["row", "column", "severity", "message"],
    })?;
    for finding in findings {
        let FindingOut { row, title, severity, message, .. } = show_finding(finding, kind, language);
        let cells = [row.to_string(), title.unwrap_or_default().to_owned(), severity.to_string(), message];
        writer.write_record(cells.iter().map(|cell| spreadsheet_cell(cell).into_owned()))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// What a column takes.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportColumn)]
pub struct ColumnOut {
    key: &'static str,
    /// What stands in the header, in the caller's language; the reader knows both.
    title: &'static str,
    is_required: bool,
    example: &'static str,
    help: &'static str,
    /// line, paragraphs, count, yuan, mass, flag, day, word or place.
    form: &'static str,
}

/// What a table of one kind looks like.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportTable)]
pub struct SheetOut {
    #[schema(inline)]
    kind: Kind,
    columns: Vec<ColumnOut>,
}

#[must_use]
pub fn show_sheet(sheet: &'static Sheet, language: Language) -> SheetOut {
    let columns = sheet.columns.iter().map(|column| ColumnOut {
        key: column.key,
        title: column.title(language),
        is_required: column.is_required,
        example: column.example,
        help: column.help_in(language),
        form: name_of(column.form),
    });
    SheetOut { kind: sheet.kind, columns: columns.collect() }
}

const fn name_of(form: Form) -> &'static str {
    match form {
        Form::Line(_) => "line",
        Form::Paragraphs(_) => "paragraphs",
        Form::Count(..) | Form::Hundredths(_) => "count",
        Form::Yuan => "yuan",
        Form::Mass => "mass",
        Form::Flag => "flag",
        Form::Day => "day",
        Form::Word(_) => "word",
        Form::Place => "place",
    }
}
