//! Numbers as people write them in tables: full-width, with separators, in Chinese numerals. Pure.
//!
//! Whatever is read in another form than digits is said with what it became; what could mean two things
//! is refused.

use rust_decimal::Decimal;
use std::str::FromStr;

use crate::kernel::Invalid;

/// A value that was read, and whether it was written in another form than the plain one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub value: Decimal,
    pub is_plain: bool,
}

/// Digits, letters and signs in half width, without the blanks around them.
#[must_use]
pub fn half_width(text: &str) -> String {
    let half = |character: char| match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ffe5}' => '¥',
        other => other,
    };
    text.chars().map(half).collect::<String>().trim().to_owned()
}

/// Reads a number that is not negative.
///
/// # Errors
/// `percent_not_allowed`, `negative_not_allowed`, `ambiguous_number` (1,5), `invalid_number`.
pub fn number(text: &str) -> Result<Number, Invalid> {
    let plain = half_width(text);
    let is_plain = plain == text;
    if plain.contains(['%', '‰']) {
        return Err(Invalid::new("percent_not_allowed"));
    }
    if plain.starts_with(['-', '−', '–']) {
        return Err(Invalid::new("negative_not_allowed"));
    }
    if let Some(value) = digits(&plain) {
        return Ok(Number { value, is_plain });
    }
    if plain.contains(',') {
        let value = grouped(&plain).and_then(|text| digits(&text)).ok_or_else(|| Invalid::new("ambiguous_number"))?;
        return Ok(Number { value, is_plain: false });
    }
    let value = in_ten_thousands(&plain).or_else(|| chinese(&plain).map(Decimal::from));
    value.map(|value| Number { value, is_plain: false }).ok_or_else(|| Invalid::new("invalid_number"))
}

/// `48`, `48.50`; no sign, no exponent, nothing left out.
fn digits(text: &str) -> Option<Decimal> {
    const DIGITS_MAX: usize = 18;
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() > DIGITS_MAX || !are_digits(whole) || !are_digits(part) {
        return None;
    }
    Decimal::from_str(text).ok()
}

/// `12,345.6` without its separators; they stand before every three digits or mean something else.
fn grouped(text: &str) -> Option<String> {
    let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|group| group.len() == 3);
    let whole = whole.replace(',', "");
    fits.then(|| part.map_or(whole.clone(), |part| format!("{whole}.{part}")))
}

/// `1.2万`.
fn in_ten_thousands(text: &str) -> Option<Decimal> {
    digits(text.strip_suffix('万')?)?.checked_mul(Decimal::from(10_000))
}

/// Chinese numerals below a hundred million: 三, 二十, 一百零五, 两千三百, 三万五千.
#[must_use]
pub fn chinese(text: &str) -> Option<i64> {
    const LENGTH_MAX: usize = 20;
    if text.is_empty() || text.chars().count() > LENGTH_MAX {
        return None;
    }
    let (high, low) = text.split_once(['万', '萬']).map_or((None, text), |(high, low)| (Some(high), low));
    let Some(high) = high else { return below_ten_thousand(low).filter(|value| *value > 0 || text == "零") };
    let high = below_ten_thousand(high).filter(|value| *value > 0)?;
    // 三万五 is 35,000 to most and 30,005 to nobody; it is refused, as 三万五千 can be written.
    let low = match low {
        "" => 0,
        low => below_ten_thousand(low).filter(|value| *value >= 1_000 || low.starts_with(['零', '〇']))?,
    };
    Some(high * 10_000 + low)
}

const fn digit_of(character: char) -> Option<i64> {
    Some(match character {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

const fn place_of(character: char) -> Option<i64> {
    Some(match character {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        _ => return None,
    })
}

fn below_ten_thousand(text: &str) -> Option<i64> {
    let (mut sum, mut digit, mut place, mut after_zero) = (0, None, 10_000, false);
    for (index, character) in text.chars().enumerate() {
        if let Some(value) = digit_of(character) {
            if digit.is_some_and(|before| before != 0) {
                return None;
            }
            after_zero |= value == 0;
            digit = Some(value);
        } else {
            let next = place_of(character)?;
            // 十 alone is ten, but only in front.
            let count = match digit {
                Some(0) | None if next == 10 && (index == 0 || digit == Some(0)) => 1,
                Some(0) | None => return None,
                Some(count) => count,
            };
            if next >= place {
                return None;
            }
            (sum, digit, place, after_zero) = (sum + count * next, None, next, false);
        }
    }
    match digit {
        None => Some(sum),
        // 一百五 is 150 to some and 105 to others.
        Some(last) if last != 0 && place > 10 && place < 10_000 && !after_zero => None,
        Some(0) if sum > 0 => None,
        Some(last) => Some(sum + last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_in_every_way_people_write_them() {
        for (text, value, is_plain) in [
            ("48", "48", true),
            ("48.50", "48.50", true),
            ("0", "0", true),
            ("４８", "48", false),
            ("４８．５", "48.5", false),
            (" 48 ", "48", false),
            ("1,200", "1200", false),
            ("12,345,678.90", "12345678.90", false),
            ("１，２００", "1200", false),
            ("三", "3", false),
            ("十", "10", false),
            ("十二", "12", false),
            ("二十", "20", false),
            ("两百", "200", false),
            ("一百零五", "105", false),
            ("一百一十", "110", false),
            ("一千零五十", "1050", false),
            ("两千三百四十五", "2345", false),
            ("三万", "30000", false),
            ("三万五千", "35000", false),
            ("三万零五", "30005", false),
            ("三千万", "30000000", false),
            ("叁佰", "300", false),
            ("1.2万", "12000", false),
            ("零", "0", false),
        ] {
            let number = number(text).unwrap_or_else(|invalid| panic!("{text}: {invalid}"));
            assert_eq!((number.value, number.is_plain), (value.parse().unwrap(), is_plain), "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        for (text, code) in [
            ("1,5", "ambiguous_number"),
            ("1,50", "ambiguous_number"),
            ("0,500", "ambiguous_number"),
            ("1,2345", "ambiguous_number"),
            ("1.200,5", "ambiguous_number"),
            ("50%", "percent_not_allowed"),
            ("５０％", "percent_not_allowed"),
            ("-3", "negative_not_allowed"),
            ("−3", "negative_not_allowed"),
            ("", "invalid_number"),
            ("+3", "invalid_number"),
            ("1e3", "invalid_number"),
            (".5", "invalid_number"),
            ("5.", "invalid_number"),
            ("1 200", "invalid_number"),
            ("1.2.3", "invalid_number"),
            ("NaN", "invalid_number"),
            ("0x10", "invalid_number"),
            ("约3", "invalid_number"),
            ("三五", "invalid_number"),
            ("一百五", "invalid_number"),
            ("三万五", "invalid_number"),
            ("百", "invalid_number"),
            ("万", "invalid_number"),
            ("十百", "invalid_number"),
            ("一亿", "invalid_number"),
            ("半", "invalid_number"),
            ("九九九九九九九九九九九九九九九九九九九九九", "invalid_number"),
            ("999999999999999999999", "invalid_number"),
        ] {
            assert_eq!(number(text).unwrap_err().code, code, "{text}");
        }
    }

    /// As a schoolbook writes it.
    fn written(value: i64) -> String {
        const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
        let digit = |value: i64| DIGITS[usize::try_from(value).unwrap()];
        let (mut text, mut rest, mut gap) = (String::new(), value, false);
        for (place, word) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
            let count = rest / place;
            rest %= place;
            if count == 0 {
                gap |= !text.is_empty();
                continue;
            }
            if gap {
                text.push('零');
                gap = false;
            }
            text.push_str(&format!("{}{word}", digit(count)));
        }
        text
    }

    proptest! {
        #[test]
        fn written_numbers_are_read_back(value in 1_i64..10_000) {
            prop_assert_eq!(chinese(&written(value)), Some(value));
            prop_assert_eq!(chinese(&format!("{}万", written(value))), Some(value * 10_000));
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".*") {
            let _ = number(&text);
        }

        #[test]
        fn numerals_never_break_the_reader(text in "[零〇一二两三四五六七八九十百千万]{0,24}") {
            if let Some(value) = chinese(&text) {
                prop_assert!((0..100_000_000).contains(&value));
            }
        }

        #[test]
        fn separators_change_nothing(value in 0_i64..1_000_000_000) {
            let text = value.to_string();
            let mut grouped = String::new();
            for (index, digit) in text.chars().enumerate() {
                if index > 0 && (text.len() - index) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            prop_assert_eq!(number(&grouped).unwrap().value, Decimal::from(value));
        }
    }
}
