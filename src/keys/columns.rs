//! Every column that holds something sealed.

use std::fmt;
use std::str::FromStr;

use crate::kernel::{Any, Id, Invalid};

/// A sealed column of a table, and how its rows are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub table: &'static str,
    /// Without the `_sealed` that it ends in.
    pub name: &'static str,
    pub id: &'static str,
    /// The second part of the primary key, a text, where there is one.
    pub word: Option<&'static str>,
}

const fn of_id(table: &'static str, name: &'static str) -> Column {
    Column { table, name, id: "id", word: None }
}

const fn of_user(table: &'static str, name: &'static str, word: Option<&'static str>) -> Column {
    Column { table, name, id: "user_id", word }
}

pub const COLUMNS: &[Column] = &[
    of_id("users", "phone"),
    of_id("users", "email"),
    of_user("second_factors", "secret", None),
    of_user("second_factors", "pending", None),
    of_id("one_time_codes", "phone"),
    of_id("helpers", "phone"),
    of_id("organisation_members", "phone"),
    of_id("notices", "message"),
    of_id("webhooks", "secret"),
    of_id("household_people", "name"),
    of_id("household_people", "phone"),
    of_id("household_people", "id_number"),
    of_id("household_people", "bank_account"),
    of_id("household_categories", "category"),
    of_id("checkouts", "address"),
    of_id("checkouts", "gift_message"),
    of_id("addresses", "address"),
    of_user("idempotency_keys", "body", Some("key")),
];

impl Column {
    /// The column as the database knows it.
    #[must_use]
    pub fn sealed(&self) -> String {
        format!("{}_sealed", self.name)
    }

    /// What a value in this column is bound to: `users.phone:<id>`.
    #[must_use]
    pub fn context(&self, row: &RowName) -> String {
        format!("{self}:{row}")
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.name)
    }
}

/// The primary key of a row; ordered as the databases order it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowName {
    pub id: Id<Any>,
    /// Empty where the id is all.
    pub word: String,
}

impl fmt::Display for RowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        if self.word.is_empty() { Ok(()) } else { write!(f, ":{}", self.word) }
    }
}

impl FromStr for RowName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (id, word) = text.split_once(':').unwrap_or((text, ""));
        Ok(Self { id: id.parse()?, word: word.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sealed_column_is_forgotten() {
        let schema = include_str!("../db/schema.rs");
        let mut found = Vec::new();
        let mut table = "";
        for line in schema.lines().map(str::trim) {
            if line.ends_with(" {") && line.contains(" (") {
                table = line.split(' ').next().unwrap();
            }
            if let Some((column, _)) = line.split_once("_sealed ->") {
                found.push(format!("{table}.{column}"));
            }
        }
        let mut listed: Vec<String> = COLUMNS.iter().map(ToString::to_string).collect();
        found.sort();
        listed.sort();
        assert_eq!(listed, found);
    }

    #[test]
    fn a_row_is_named_as_its_context_names_it() {
        for name in ["01900000-0000-7000-8000-000000000000", "01900000-0000-7000-8000-000000000000:a:b"] {
            assert_eq!(name.parse::<RowName>().unwrap().to_string(), name);
        }
        let body = COLUMNS.iter().find(|column| column.name == "body").unwrap();
        let row = "01900000-0000-7000-8000-000000000000:key-1".parse().unwrap();
        assert_eq!(body.context(&row), "idempotency_keys.body:01900000-0000-7000-8000-000000000000:key-1");
    }
}
