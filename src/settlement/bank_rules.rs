//! What a bank says of a file, row by row. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::{Invalid, Money, line, text_enum};

text_enum! {
    /// What became of a transfer.
    pub enum Outcome as BankOutcome {
        Confirmed = "confirmed",
        Bounced = "bounced",
    }
}

/// A transfer that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub code: String,
    pub amount_fen: Money,
    /// What the bank said of it before.
    pub outcome: Option<Outcome>,
}

/// A row of the bank's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// As a spreadsheet counts.
    pub row_no: i64,
    pub code: String,
    pub amount_fen: Money,
    pub outcome: Outcome,
    pub bank_reference: Option<String>,
    pub reason: Option<String>,
}

/// What a row changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    New,
    /// It was said before.
    Known,
}

/// The columns, each under the names that banks and people give it.
const COLUMNS: [(&str, &[&str]); 5] = [
    ("code", &["code", "凭号", "凭条号"]),
    ("amount", &["amount", "金额", "金额（元）", "金额(元)"]),
    ("outcome", &["outcome", "结果", "状态"]),
    ("bank_reference", &["bank_reference", "银行流水号", "流水号"]),
    ("reason", &["reason", "原因", "失败原因"]),
];
const ARRIVED: [&str; 4] = ["confirmed", "成功", "已到账", "到账"];
const CAME_BACK: [&str; 5] = ["bounced", "失败", "退票", "退回", "已退回"];

/// Reads the rows of a table, of which the first names the columns.
///
/// # Errors
/// Each row that cannot be read, by its number; a column that is missing at row 1.
pub fn read(table: &[(i64, Vec<String>)]) -> Result<Vec<Told>, Vec<(i64, Invalid)>> {
    let Some(((header_no, header), rows)) = table.split_first() else {
        return Err(vec![(1, Invalid::new("no_rows"))]);
    };
    let place = |names: &[&str]| header.iter().position(|cell| names.contains(&cell.trim()));
    let places: Vec<Option<usize>> = COLUMNS.iter().map(|(_, names)| place(names)).collect();
    let missing = COLUMNS.iter().zip(&places).take(3).filter(|(_, place)| place.is_none());
    let missing: Vec<_> =
        missing.map(|((key, _), _)| (*header_no, Invalid::new("column_missing").with("column", key))).collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let (mut told, mut faults) = (Vec::new(), Vec::new());
    for (row_no, cells) in rows {
        let cell = |column: usize| places[column].and_then(|at| cells.get(at)).map_or("", |text| text.trim());
        match read_row(*row_no, &cell) {
            Ok(row) => told.push(row),
            Err(invalid) => faults.push((*row_no, invalid)),
        }
    }
    if told.is_empty() && faults.is_empty() {
        faults.push((*header_no, Invalid::new("no_rows")));
    }
    if faults.is_empty() { Ok(told) } else { Err(faults) }
}

fn read_row<'a>(row_no: i64, cell: &impl Fn(usize) -> &'a str) -> Result<Told, Invalid> {
    let outcome = cell(2).to_lowercase();
    let outcome = match outcome.as_str() {
        word if ARRIVED.contains(&word) => Outcome::Confirmed,
        word if CAME_BACK.contains(&word) => Outcome::Bounced,
        _ => return Err(Invalid::new("unknown_outcome")),
    };
    let text =
        |column: usize, max| Some(cell(column)).filter(|text| !text.is_empty()).map(|it| line(it, max)).transpose();
    let reason = text(4, 300)?;
    if outcome == Outcome::Bounced && reason.is_none() {
        return Err(Invalid::new("reason_required"));
    }
    Ok(Told {
        row_no,
        // A formula guard of ours comes back as it went.
        code: cell(0).trim_start_matches('\'').to_uppercase(),
        amount_fen: Money::parse_yuan(cell(1).trim_start_matches('\''))?,
        outcome,
        bank_reference: text(3, 60)?,
        reason,
    })
}

/// Holds what the bank says against what was asked of it; `elsewhere` are codes of other files.
#[must_use]
pub fn judge(asked: &[Asked], elsewhere: &BTreeSet<String>, told: &[Told]) -> Vec<Result<Verdict, Invalid>> {
    let asked: BTreeMap<&str, &Asked> = asked.iter().map(|row| (row.code.as_str(), row)).collect();
    let mut seen = BTreeSet::new();
    let judge = |row: &Told| {
        if !seen.insert(row.code.clone()) {
            return Err(Invalid::new("told_twice"));
        }
        let Some(asked) = asked.get(row.code.as_str()) else {
            let code = if elsewhere.contains(&row.code) { "of_another_file" } else { "unknown_code" };
            return Err(Invalid::new(code));
        };
        if asked.amount_fen != row.amount_fen {
            return Err(Invalid::new("another_amount").with("amount", asked.amount_fen));
        }
        match asked.outcome {
            None => Ok(Verdict::New),
            Some(before) if before == row.outcome => Ok(Verdict::Known),
            Some(_) => Err(Invalid::new("told_otherwise")),
        }
    };
    told.iter().map(judge).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> Vec<(i64, Vec<String>)> {
        (1..).zip(rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())).collect()
    }

    fn asked(code: &str, fen: i64, outcome: Option<Outcome>) -> Asked {
        Asked { code: code.to_owned(), amount_fen: Money::from_fen(fen).unwrap(), outcome }
    }

    #[test]
    fn a_table_is_read_by_its_header_in_any_order() {
        let told = read(&table(&[
            &["结果", "凭号", "金额（元）", "原因"],
            &["成功", "abc", "33.00", ""],
            &["退票", "DEF", "1", "户名不符"],
        ]))
        .unwrap();
        assert_eq!(
            (told[0].code.as_str(), told[0].outcome, told[0].amount_fen.fen()),
            ("ABC", Outcome::Confirmed, 3_300)
        );
        assert_eq!((told[1].row_no, told[1].reason.as_deref()), (3, Some("户名不符")));
        let codes = |rows: &[&[&str]]| -> Vec<(i64, &'static str)> {
            read(&table(rows)).unwrap_err().into_iter().map(|(no, invalid)| (no, invalid.code)).collect()
        };
        assert_eq!(codes(&[&["code", "amount"]]), [(1, "column_missing")]);
        assert_eq!(codes(&[&["code", "amount", "outcome"]]), [(1, "no_rows")]);
        let faulty: &[&[&str]] =
            &[&["code", "amount", "outcome"], &["A", "x", "成功"], &["A", "1", "?"], &["A", "1", "失败"]];
        assert_eq!(codes(faulty), [(2, "invalid_amount"), (3, "unknown_outcome"), (4, "reason_required")]);
    }

    #[test]
    fn each_row_is_held_against_what_was_asked() {
        let file = [
            asked("A", 3_300, None),
            asked("B", 100, Some(Outcome::Confirmed)),
            asked("C", 5, Some(Outcome::Confirmed)),
        ];
        let elsewhere = BTreeSet::from(["X".to_owned()]);
        let told = read(&table(&[
            &["code", "amount", "outcome", "reason"],
            &["A", "33.00", "成功", ""],
            &["B", "1.00", "成功", ""],
            &["C", "0.05", "失败", "x"],
            &["A", "33.00", "成功", ""],
            &["X", "1.00", "成功", ""],
            &["Y", "1.00", "成功", ""],
        ]))
        .unwrap();
        let verdicts = judge(&file, &elsewhere, &told);
        assert_eq!((&verdicts[0], &verdicts[1]), (&Ok(Verdict::New), &Ok(Verdict::Known)));
        let codes: Vec<_> = verdicts.iter().filter_map(|it| it.as_ref().err()).map(|invalid| invalid.code).collect();
        assert_eq!(codes, ["told_otherwise", "told_twice", "of_another_file", "unknown_code"]);
        let off = Told { amount_fen: Money::from_fen(3_301).unwrap(), ..told[0].clone() };
        assert_eq!(judge(&file, &elsewhere, &[off])[0].as_ref().unwrap_err().code, "another_amount");
    }
}
