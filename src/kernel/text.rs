//! Text that people type.

use std::borrow::Cow;

use super::Invalid;

/// One line of text, trimmed: 1 to `max` characters, none of them a control character.
///
/// # Errors
/// `text_required` when nothing is left, `text_too_long` above `max`, `text_control_character`.
pub fn line(text: &str, max: usize) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Invalid::new("text_required"));
    }
    if text.chars().count() > max {
        return Err(Invalid::new("text_too_long").with("max", max));
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::new("text_control_character"));
    }
    Ok(text.to_owned())
}

/// Text of several lines, trimmed: 1 to `max` characters, no control character but line ends.
///
/// # Errors
/// As [`line`].
pub fn paragraphs(text: &str, max: usize) -> Result<String, Invalid> {
    let text = text.trim().replace("\r\n", "\n");
    line(&text.replace('\n', " "), max)?;
    Ok(text)
}

/// The first `keep` characters, the rest hidden: 王**. Of a short text no more than half is shown.
#[must_use]
pub fn masked(text: &str, keep: usize) -> String {
    let keep = keep.min(text.chars().count() / 2);
    text.chars().take(keep).chain("**".chars()).collect()
}

/// A cell that no spreadsheet takes for a formula. The wide forms are formulas too where Chinese is typed.
#[must_use]
pub fn spreadsheet_cell(cell: &str) -> Cow<'_, str> {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if is_formula { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_characters_not_bytes() {
        assert_eq!(line("  土鸡蛋 ", 3).unwrap(), "土鸡蛋");
        assert_eq!(line("土鸡蛋", 2).unwrap_err().code, "text_too_long");
        assert_eq!(line(" \u{3000} ", 9).unwrap_err().code, "text_required");
        assert_eq!(line("蛋\u{0}", 9).unwrap_err().code, "text_control_character");
    }

    #[test]
    fn a_mask_shows_no_more_than_half() {
        assert_eq!(masked("王小明", 1), "王**");
        assert_eq!(masked("春熙路 1 号", 3), "春熙路**");
        assert_eq!(masked("5 号", 3), "5**");
        assert_eq!(masked("王", 1), "**");
        assert_eq!(masked("", 1), "**");
    }

    #[test]
    fn a_story_has_lines_but_a_name_has_not() {
        assert_eq!(paragraphs(" 一\r\n二 ", 3).unwrap(), "一\n二");
        assert_eq!(line("一\n二", 3).unwrap_err().code, "text_control_character");
        assert_eq!(paragraphs("一\t二", 3).unwrap_err().code, "text_control_character");
        assert_eq!(paragraphs("\n\n", 3).unwrap_err().code, "text_required");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(spreadsheet_cell(cell), format!("'{cell}"));
        }
        for cell in ["", "土鸡蛋", "1-1", "a=b", "13800001234"] {
            assert_eq!(spreadsheet_cell(cell), cell);
        }
    }
}
