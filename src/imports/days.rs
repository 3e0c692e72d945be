//! Days as people write them, and as workbooks keep them. Pure.

use super::cells::{Raw, Reading, Value};
use super::numerals::{half_width, number};
use crate::kernel::{Day, Invalid};

/// Reads a day with its year in front.
///
/// # Errors
/// `ambiguous_day` for what could be two days (03/04/2026), `invalid_day`.
pub fn day(raw: &Raw) -> Result<Reading, Invalid> {
    let refuse = || Invalid::new("invalid_day");
    match raw {
        Raw::Day(day) => Ok(Reading::told(Value::Day(*day), false, day)),
        Raw::Number(text) => {
            let serial: i64 = text.parse().map_err(|_| refuse())?;
            let day =
                if (19_000_101..=22_001_231).contains(&serial) { compact_day(text) } else { day_of_serial(serial) };
            day.map(|day| Reading::told(Value::Day(day), false, day)).ok_or_else(|| Invalid::new("ambiguous_day"))
        }
        Raw::Text(text) => {
            let plain = half_width(text);
            if let Ok(day) = plain.parse::<Day>() {
                return Ok(Reading::told(Value::Day(day), plain == *text && day.to_string() == plain, day));
            }
            let day = written_day(&plain)?;
            Ok(Reading::told(Value::Day(day), false, day))
        }
        Raw::Flag(_) | Raw::Formula | Raw::Other | Raw::TooLong => Err(refuse()),
    }
}

/// The day that a workbook counts from the end of 1899, in this century.
fn day_of_serial(serial: i64) -> Option<Day> {
    const THIS_CENTURY: std::ops::RangeInclusive<i64> = 36_526..=73_050;
    let origin: Day = "1899-12-30".parse().ok()?;
    THIS_CENTURY.contains(&serial).then(|| origin.plus_days(serial))
}

/// `20261124`.
fn compact_day(text: &str) -> Option<Day> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]).parse().ok())?
}

/// `2026年11月24日`, `2026/11/24`, `2026.11.24`: the year in front and with four digits.
fn written_day(text: &str) -> Result<Day, Invalid> {
    if let Some(day) = compact_day(text) {
        return Ok(day);
    }
    let bare = text.strip_suffix(['日', '号']).unwrap_or(text);
    let parts: Vec<&str> = bare.split(['年', '月', '/', '.', '-']).map(str::trim).collect();
    let are_digits = parts.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    let [year, month, day] = parts[..] else {
        let is_number = number(text).is_ok();
        return Err(Invalid::new(if is_number { "ambiguous_day" } else { "invalid_day" }));
    };
    if !are_digits {
        return Err(Invalid::new("invalid_day"));
    }
    if year.len() != 4 {
        return Err(Invalid::new("ambiguous_day"));
    }
    format!("{year}-{month:0>2}-{day:0>2}").parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn becomes(raw: &Raw) -> Result<Option<String>, &'static str> {
        day(raw).map(|reading| reading.became).map_err(|invalid| invalid.code)
    }

    #[test]
    fn days() {
        for (cell, expected) in [
            ("2026-11-24", Ok(None)),
            ("2026年11月24日", Ok(Some("2026-11-24"))),
            ("2026年1月4号", Ok(Some("2026-01-04"))),
            ("2026/11/24", Ok(Some("2026-11-24"))),
            ("2026/1/4", Ok(Some("2026-01-04"))),
            ("2026.11.24", Ok(Some("2026-11-24"))),
            ("２０２６－１１－２４", Ok(Some("2026-11-24"))),
            ("20261124", Ok(Some("2026-11-24"))),
            ("03/04/2026", Err("ambiguous_day")),
            ("11/24/2026", Err("ambiguous_day")),
            ("26-11-24", Err("ambiguous_day")),
            ("46350", Err("ambiguous_day")),
            ("2026-02-30", Err("invalid_day")),
            ("2026-13-01", Err("invalid_day")),
            ("十一月", Err("invalid_day")),
            ("", Err("invalid_day")),
        ] {
            assert_eq!(
                becomes(&Raw::Text(cell.to_owned())),
                expected.map(|became: Option<&str>| became.map(str::to_owned)),
                "{cell}"
            );
        }
        for (number, expected) in [
            ("46350", Ok(Some("2026-11-24".to_owned()))),
            ("20261124", Ok(Some("2026-11-24".to_owned()))),
            ("12", Err("ambiguous_day")),
            ("46350.5", Err("invalid_day")),
        ] {
            assert_eq!(becomes(&Raw::Number(number.into())), expected, "{number}");
        }
        let day = Raw::Day("2026-11-24".parse().unwrap());
        assert_eq!(becomes(&day), Ok(Some("2026-11-24".into())));
    }
}
