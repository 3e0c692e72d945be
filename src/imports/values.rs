//! A cell before and after it is read.

use crate::kernel::{Day, Grams, Money};

/// A cell as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    Text(String),
    /// A number of a workbook, written out.
    Number(String),
    Day(Day),
    Flag(bool),
    /// What a workbook would compute; never taken.
    Formula,
    /// A time of day, a duration, `#REF!`: nothing that a column of ours holds.
    Other,
    /// Beyond [`CELL_MAX`].
    TooLong,
}

/// Characters of a cell.
pub const CELL_MAX: usize = 2_000;

impl Raw {
    /// A cell with text, unless it is too long to be any.
    #[must_use]
    pub fn text(text: &str) -> Self {
        // A character has up to four bytes, and the most of them three.
        if text.len() > CELL_MAX && text.chars().count() > CELL_MAX {
            Self::TooLong
        } else {
            Self::Text(text.to_owned())
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// What a cell is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Count(i64),
    Money(Money),
    Mass(Grams),
    Flag(bool),
    Day(Day),
    /// One of the words of a column.
    Word(&'static str),
}

/// A value, and what it became if it was written in another form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub value: Value,
    pub became: Option<String>,
}

impl Reading {
    pub(super) const fn plain(value: Value) -> Self {
        Self { value, became: None }
    }

    pub(super) fn told(value: Value, is_plain: bool, became: impl ToString) -> Self {
        Self { value, became: (!is_plain).then(|| became.to_string()) }
    }
}
