//! Cells read as values: what is plain as it stands, what is written otherwise with a note of what it
//! became, what could mean two things not at all. Pure.

use rust_decimal::Decimal;

use super::days::day;
use super::numerals::{Number, half_width, number};
pub use super::values::{CELL_MAX, Raw, Reading, Value};
use crate::kernel::{Grams, Invalid, Money, RegionCode, line, paragraphs};

/// How the cells of a column are read.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// One line of at most so many characters.
    Line(usize),
    /// Lines of at most so many characters together.
    Paragraphs(usize),
    /// A whole number up to a limit, with or without one of these words behind it.
    Count(i64, &'static [&'static str]),
    /// Yuan.
    Yuan,
    /// Hundredths of a unit are the finest.
    Hundredths(i64),
    /// With its unit: 3斤, 1.5kg.
    Mass,
    Flag,
    Day,
    /// One of some words, each with the others that mean it.
    Word(&'static [(&'static str, &'static [&'static str])]),
    /// The official code of a place, or its name.
    Place,
}

impl Form {
    /// # Errors
    /// What is wrong with the cell, by its code.
    pub fn read(self, raw: &Raw) -> Result<Reading, Invalid> {
        match (self, raw) {
            (_, Raw::Formula) => Err(Invalid::new("formula_not_allowed")),
            (_, Raw::Other) => Err(Invalid::new("cell_not_readable")),
            (_, Raw::TooLong) => Err(Invalid::new("text_too_long").with("max", CELL_MAX)),
            (Self::Day, raw) => day(raw),
            (_, Raw::Day(_)) => Err(Invalid::new("date_not_expected")),
            (Self::Flag, Raw::Flag(flag)) => Ok(Reading::plain(Value::Flag(*flag))),
            (_, Raw::Flag(_)) => Err(Invalid::new("cell_not_readable")),
            (form, Raw::Text(text) | Raw::Number(text)) => form.read_text(text),
        }
    }

    fn read_text(self, text: &str) -> Result<Reading, Invalid> {
        match self {
            Self::Line(max) => words(text, |text| line(text, max)),
            Self::Paragraphs(max) => words(text, |text| paragraphs(text, max)),
            Self::Count(max, units) => count(text, max, units),
            Self::Yuan => yuan(text),
            Self::Hundredths(max) => hundredths(text, max),
            Self::Mass => mass(text),
            Self::Flag => flag(text),
            Self::Word(known) => word(text, known),
            Self::Place => place(text),
            Self::Day => day(&Raw::Text(text.to_owned())),
        }
    }
}

/// Characters that nobody sees, and that would make two names out of one.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
}

fn words(text: &str, check: impl Fn(&str) -> Result<String, Invalid>) -> Result<Reading, Invalid> {
    let visible: String = text.chars().filter(|character| !is_invisible(*character)).collect();
    let is_plain = visible.len() == text.len();
    let checked = check(&visible)?;
    Ok(Reading::told(Value::Text(checked.clone()), is_plain, checked))
}

fn whole(value: Decimal) -> Result<i64, Invalid> {
    if !value.fract().is_zero() {
        return Err(Invalid::new("not_a_whole_number"));
    }
    i64::try_from(value).map_err(|_| Invalid::new("number_too_large"))
}

fn count(text: &str, max: i64, units: &[&str]) -> Result<Reading, Invalid> {
    let plain = half_width(text);
    let bare = units.iter().find_map(|unit| plain.strip_suffix(unit)).map(str::trim);
    let Number { value, is_plain } = number(bare.unwrap_or(text)).map_err(|invalid| unit_of(&plain, invalid))?;
    let value = whole(value)?;
    if value > max {
        return Err(Invalid::new("number_too_large").with("max", max));
    }
    Ok(Reading::told(Value::Count(value), is_plain && bare.is_none(), value))
}

/// A number with something behind it that this column does not have.
fn unit_of(text: &str, invalid: Invalid) -> Invalid {
    let begins = text.chars().next().is_some_and(|first| first.is_ascii_digit());
    let ends = text.chars().last().is_some_and(|last| last.is_alphabetic() && last != '万');
    if invalid.code == "invalid_number" && begins && ends { Invalid::new("unit_not_expected") } else { invalid }
}

fn hundredths(text: &str, max: i64) -> Result<Reading, Invalid> {
    let Number { value, is_plain } = number(text).map_err(|invalid| unit_of(&half_width(text), invalid))?;
    let value = value.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(|| Invalid::new("number_too_large"))?;
    let value = whole(value).map_err(|_| Invalid::new("too_precise"))?;
    if value > max {
        return Err(Invalid::new("number_too_large").with("max", max / 100));
    }
    Ok(Reading::told(Value::Count(value), is_plain, format!("{}.{:02}", value / 100, value % 100)))
}

fn yuan(text: &str) -> Result<Reading, Invalid> {
    let plain = half_width(text);
    if plain.contains(['/', '每']) {
        return Err(Invalid::new("price_per_unit_not_allowed"));
    }
    let mut bare = plain.as_str();
    for sign in ["¥", "RMB", "rmb", "CNY", "人民币"] {
        bare = bare.strip_prefix(sign).map_or(bare, str::trim);
    }
    for unit in ["元整", "元", "圆", "块"] {
        bare = bare.strip_suffix(unit).map_or(bare, str::trim);
    }
    let is_bare = bare.len() == plain.len() && plain == text;
    let Number { value, is_plain } = number(bare).map_err(|invalid| unit_of(bare, invalid))?;
    let fen = value.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(|| Invalid::new("number_too_large"))?;
    let money = Money::from_fen(whole(fen).map_err(|_| Invalid::new("too_precise"))?)?;
    Ok(Reading::told(Value::Money(money), is_plain && is_bare, money))
}

fn mass(text: &str) -> Result<Reading, Invalid> {
    const UNITS: [&str; 9] = ["公斤", "千克", "市斤", "kg", "斤", "两", "克", "g", "KG"];
    let plain = half_width(text);
    let split = UNITS.iter().find_map(|unit| Some((plain.strip_suffix(unit)?.trim(), *unit)));
    let Some((bare, unit)) = split else {
        let code = if number(&plain).is_ok() { "unit_required" } else { "invalid_mass" };
        return Err(Invalid::new(code));
    };
    let Number { value, .. } = number(bare).map_err(|invalid| match invalid.code {
        "invalid_number" => Invalid::new("invalid_mass"),
        _ => invalid,
    })?;
    let unit = if unit == "市斤" { "斤" } else { unit };
    let grams = Grams::parse(&format!("{value}{unit}"))?;
    let is_plain = plain == text && unit == "g" && bare == value.to_string();
    Ok(Reading::told(Value::Mass(grams), is_plain, format!("{} g", grams.get())))
}

fn flag(text: &str) -> Result<Reading, Invalid> {
    let plain = half_width(text).to_lowercase();
    let value = match plain.as_str() {
        "是" | "有" | "yes" | "y" | "true" => true,
        "否" | "无" | "没有" | "不" | "no" | "n" | "false" => false,
        _ => return Err(Invalid::new("invalid_flag")),
    };
    let is_plain = matches!(text, "是" | "否" | "yes" | "no");
    Ok(Reading::told(Value::Flag(value), is_plain, if value { "是" } else { "否" }))
}

fn word(text: &str, known: &[(&'static str, &[&str])]) -> Result<Reading, Invalid> {
    let plain = half_width(text).to_lowercase();
    let found = known.iter().find(|(word, others)| *word == plain || others.contains(&plain.as_str()));
    let (word, _) = found.ok_or_else(|| {
        let choice: Vec<&str> = known.iter().map(|(word, others)| *others.first().unwrap_or(word)).collect();
        Invalid::new("unknown_choice").with("choice", choice.join("、"))
    })?;
    Ok(Reading::plain(Value::Word(word)))
}

/// A code of digits alone in half width, else a name.
fn place(text: &str) -> Result<Reading, Invalid> {
    let plain = half_width(text);
    if plain.starts_with(|first: char| first.is_ascii_digit()) {
        // What a workbook has rounded is no code any more.
        let code = RegionCode::parse(&plain)?;
        return Ok(Reading::told(Value::Text(code.to_string()), plain == text, code));
    }
    words(text, |text| line(text, 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORDS: &[(&str, &[&str])] = &[("tap", &["点按", "现场点按"]), ("none", &["否", "没有"])];

    fn text(text: &str) -> Raw {
        Raw::Text(text.to_owned())
    }

    /// What a cell becomes; nothing if it is taken as it stands.
    fn becomes(form: Form, raw: &Raw) -> Result<Option<String>, &'static str> {
        form.read(raw).map(|reading| reading.became).map_err(|invalid| invalid.code)
    }

    #[track_caller]
    fn table(form: Form, rows: &[(&str, Result<Option<&str>, &'static str>)]) {
        for (cell, expected) in rows {
            let expected = expected.map(|became| became.map(str::to_owned));
            assert_eq!(becomes(form, &text(cell)), expected, "{cell}");
        }
    }

    #[test]
    fn prices() {
        table(
            Form::Yuan,
            &[
                ("48", Ok(None)),
                ("48.00", Ok(None)),
                ("48.5", Ok(None)),
                ("48元", Ok(Some("48.00"))),
                ("48 元", Ok(Some("48.00"))),
                ("￥48", Ok(Some("48.00"))),
                ("¥48.50", Ok(Some("48.50"))),
                ("人民币48元整", Ok(Some("48.00"))),
                ("４８．５", Ok(Some("48.50"))),
                ("1,200", Ok(Some("1200.00"))),
                ("四十八元", Ok(Some("48.00"))),
                ("48块", Ok(Some("48.00"))),
                ("1.2万元", Ok(Some("12000.00"))),
                ("48.00 元/盒", Err("price_per_unit_not_allowed")),
                ("每盒48元", Err("price_per_unit_not_allowed")),
                ("1,5", Err("ambiguous_number")),
                ("48.005", Err("too_precise")),
                ("16.799999999999997", Err("too_precise")),
                ("-48", Err("negative_not_allowed")),
                ("48%", Err("percent_not_allowed")),
                ("48分", Err("unit_not_expected")),
                ("48元5角", Err("unit_not_expected")),
                ("约48", Err("invalid_number")),
                ("=48", Err("invalid_number")),
                ("", Err("invalid_number")),
                ("9999999999999999", Ok(None)),
                ("999999999999999999", Err("too_precise")),
            ],
        );
        assert_eq!(becomes(Form::Yuan, &Raw::Number("48.5".into())), Ok(None));
        assert_eq!(becomes(Form::Yuan, &Raw::Formula), Err("formula_not_allowed"));
        assert_eq!(becomes(Form::Yuan, &Raw::Other), Err("cell_not_readable"));
        assert_eq!(becomes(Form::Yuan, &Raw::Flag(true)), Err("cell_not_readable"));
        assert_eq!(becomes(Form::Yuan, &Raw::Day("2026-11-24".parse().unwrap())), Err("date_not_expected"));
    }

    #[test]
    fn masses() {
        table(
            Form::Mass,
            &[
                ("1500g", Ok(None)),
                ("1500克", Ok(Some("1500 g"))),
                ("3斤", Ok(Some("1500 g"))),
                ("三斤", Ok(Some("1500 g"))),
                ("两斤", Ok(Some("1000 g"))),
                ("二两", Ok(Some("100 g"))),
                ("两两", Ok(Some("100 g"))),
                ("十斤", Ok(Some("5000 g"))),
                ("1.5公斤", Ok(Some("1500 g"))),
                ("1.5 KG", Ok(Some("1500 g"))),
                ("1.5kg", Ok(Some("1500 g"))),
                ("３市斤", Ok(Some("1500 g"))),
                ("3", Err("unit_required")),
                ("三", Err("unit_required")),
                ("斤", Err("invalid_mass")),
                ("两", Err("invalid_mass")),
                ("三斤半", Err("invalid_mass")),
                ("半斤", Err("invalid_mass")),
                ("2-3斤", Err("invalid_mass")),
                ("0斤", Err("invalid_mass")),
                ("-1kg", Err("negative_not_allowed")),
                ("1,5kg", Err("ambiguous_number")),
                ("0.5g", Err("invalid_mass")),
                ("", Err("invalid_mass")),
            ],
        );
        assert_eq!(becomes(Form::Mass, &Raw::Number("1500".into())), Err("unit_required"));
    }

    #[test]
    fn counts() {
        table(
            Form::Count(1_000, &["人", "口"]),
            &[
                ("4", Ok(None)),
                ("４", Ok(Some("4"))),
                ("四口", Ok(Some("4"))),
                ("4人", Ok(Some("4"))),
                ("1,000", Ok(Some("1000"))),
                ("4.0", Ok(None)),
                ("4.5", Err("not_a_whole_number")),
                ("1001", Err("number_too_large")),
                ("4头", Err("unit_not_expected")),
                ("4-5", Err("invalid_number")),
                ("-4", Err("negative_not_allowed")),
                ("99999999999999999999", Err("invalid_number")),
            ],
        );
        table(
            Form::Hundredths(1_000_000),
            &[
                ("1.25", Ok(None)),
                ("１．５", Ok(Some("1.50"))),
                ("1.255", Err("too_precise")),
                ("1.5亩", Err("unit_not_expected")),
                ("10001", Err("number_too_large")),
            ],
        );
    }

    #[test]
    fn words_and_flags() {
        table(Form::Flag, &[("是", Ok(None)), ("否", Ok(None)), ("TRUE", Ok(Some("是"))), ("1", Err("invalid_flag"))]);
        assert_eq!(becomes(Form::Flag, &Raw::Flag(false)), Ok(None));
        table(
            Form::Word(WORDS),
            &[("点按", Ok(None)), ("TAP", Ok(None)), ("否", Ok(None)), ("是", Err("unknown_choice"))],
        );
        table(
            Form::Line(6),
            &[
                ("坡上王家", Ok(None)),
                (" 坡上王家 ", Ok(None)),
                ("坡\u{200b}上王家", Ok(Some("坡上王家"))),
                ("=1+1", Ok(None)),
                ("@SUM", Ok(None)),
                ("坡上王家的老屋", Err("text_too_long")),
                ("坡上\n王家", Err("text_control_character")),
                ("\u{200b}", Err("text_required")),
            ],
        );
        assert_eq!(becomes(Form::Line(9), &Raw::Day("2026-03-05".parse().unwrap())), Err("date_not_expected"));
        table(
            Form::Place,
            &[
                ("510824115216", Ok(None)),
                ("５１０８２４１１５２１６", Ok(Some("510824115216"))),
                ("岫云村", Ok(None)),
                ("5.10824E+11", Err("invalid_region_code")),
                ("51082411521", Err("invalid_region_code")),
            ],
        );
    }

    const FORMS: [Form; 10] = [
        Form::Line(30),
        Form::Paragraphs(100),
        Form::Count(100_000, &["人"]),
        Form::Yuan,
        Form::Hundredths(100_000),
        Form::Mass,
        Form::Flag,
        Form::Day,
        Form::Word(WORDS),
        Form::Place,
    ];

    proptest! {
        #[test]
        fn no_cell_breaks_a_form(cell in ".{0,60}", form in prop::sample::select(&FORMS[..])) {
            for raw in [Raw::Text(cell.clone()), Raw::Number(cell.clone())] {
                let _ = form.read(&raw);
            }
        }

        #[test]
        fn likely_cells_break_no_form(
            cell in "[0-9０-９一二三十百千万零两.,，/年月日元￥¥斤公克kg% +\\-]{0,16}", form in prop::sample::select(&FORMS[..])
        ) {
            let _ = form.read(&Raw::Text(cell));
        }

        #[test]
        fn what_a_cell_becomes_is_taken_as_it_stands(cell in "[0-9０-９一二三十,.元￥斤kg]{1,8}") {
            for form in [Form::Yuan, Form::Count(1_000_000, &[])] {
                if let Ok(Reading { value, became: Some(became) }) = form.read(&Raw::Text(cell.clone())) {
                    prop_assert_eq!(form.read(&Raw::Text(became)), Ok(Reading { value, became: None }));
                }
            }
        }
    }
}
