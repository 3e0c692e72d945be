//! Text as runs: neighbouring characters that belong together.

/// All Chinese, or all other letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    pub is_chinese: bool,
}

impl Run {
    pub fn characters(&self) -> Vec<char> {
        self.text.chars().collect()
    }
}

/// The runs of a text, with full-width forms and capital letters made plain.
pub fn runs(text: &str) -> Vec<Run> {
    let folded: Vec<char> = text.chars().flat_map(fold).collect();
    let kind = |character: &char| (is_letter(*character), is_chinese(*character));
    folded
        .chunk_by(|a, b| kind(a) == kind(b))
        .filter(|run| is_letter(run[0]))
        .map(|run| Run { text: run.iter().collect(), is_chinese: is_chinese(run[0]) })
        .collect()
}

fn fold(character: char) -> impl Iterator<Item = char> {
    let narrow = match character {
        // Full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        // What keyboards have no key for: 绿 is typed lv.
        'ü' | 'Ü' => 'v',
        other => other,
    };
    narrow.to_lowercase()
}

fn is_letter(character: char) -> bool {
    character.is_alphanumeric()
}

/// CJK Unified Ideographs with their extensions, and the compatibility block.
pub fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_forms_are_plain_ones() {
        let texts = |text: &str| runs(text).into_iter().map(|run| run.text).collect::<Vec<_>>();
        assert_eq!(texts("土鸡蛋３０枚／Ｂｏｘ"), ["土鸡蛋", "30", "枚", "box"]);
        assert_eq!(texts("　\u{0} \" OR * 🥚"), ["or"]);
        assert_eq!(texts("LÜ腊rou"), ["lv", "腊", "rou"]);
    }
}
