//! The files to fill in, made from the description of the table that reads them.

use rust_xlsxwriter::{Format as CellFormat, Workbook, XlsxError};

use super::cells::Form;
use super::columns::{Column, EXAMPLE_MARK, Sheet};
use super::workbook::EXPLANATIONS;
use crate::web::messages::Language;

impl Column {
    #[must_use]
    pub const fn title(&self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.chinese,
            Language::English => self.key,
        }
    }

    #[must_use]
    pub const fn help_in(&self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.help.0,
            Language::English => self.help.1,
        }
    }
}

/// The example row: its first cell says that it is one, so that it is skipped if somebody leaves it in.
fn example(sheet: &Sheet) -> Vec<String> {
    let marked = |(index, column): (usize, &Column)| match index {
        0 => format!("{EXAMPLE_MARK}：{}", column.example),
        _ => column.example.to_owned(),
    };
    sheet.columns.iter().enumerate().map(marked).collect()
}

/// As Excel in China opens it: UTF-8 with its mark.
///
/// # Errors
/// Never: it is written to memory.
pub fn csv(sheet: &Sheet, language: Language) -> csv::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(sheet.columns.iter().map(|column| column.title(language)))?;
    writer.write_record(example(sheet))?;
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A sheet to fill in, and one that explains its columns.
///
/// # Errors
/// Never: the descriptions fit into a workbook.
pub fn xlsx(sheet: &Sheet, language: Language) -> Result<Vec<u8>, XlsxError> {
    let (mut workbook, bold, grey) = (Workbook::new(), CellFormat::new().set_bold(), CellFormat::new().set_italic());
    // Text as it is typed: a code of twelve digits stays one, 3-5 does not become a day of March.
    let as_text = CellFormat::new().set_num_format("@");
    let rows = workbook.add_worksheet().set_name(sheet.kind.as_str())?;
    rows.set_freeze_panes(1, 0)?;
    for (index, (column, example)) in (0_u16..).zip(sheet.columns.iter().zip(example(sheet))) {
        if matches!(column.form, Form::Line(_) | Form::Paragraphs(_) | Form::Place | Form::Word(_) | Form::Mass) {
            rows.set_column_format(index, &as_text)?;
        }
        rows.set_column_width(index, 16)?;
        rows.write_string_with_format(0, index, column.title(language), &bold)?;
        rows.write_string_with_format(1, index, example, &grey)?;
    }
    let notes = workbook.add_worksheet().set_name(EXPLANATIONS)?;
    notes.set_column_width(1, 8)?.set_column_width(2, 80)?;
    for (row, column) in (0_u32..).zip(sheet.columns) {
        notes.write_string_with_format(row, 0, column.title(language), &bold)?;
        notes.write_string(row, 1, if column.is_required { "*" } else { "" })?;
        notes.write_string(row, 2, column.help_in(language))?;
    }
    workbook.save_to_buffer()
}
