//! How characters are read.

use ::pinyin::ToPinyin;

/// The syllable of a character as it is typed: 腊 is la, 绿 is lv. Of several readings the commonest.
pub fn syllable(character: char) -> Option<String> {
    let syllable = character.to_pinyin()?.plain();
    Some(syllable.chars().map(|letter| if letter == 'ü' { 'v' } else { letter }).collect())
}

/// What one would type for a word: its pinyin; letters as they are. `None` if a character has no reading.
pub fn spelling(word: &str) -> Option<String> {
    word.chars()
        .map(
            |character| {
                if super::runs::is_chinese(character) { syllable(character) } else { Some(character.to_string()) }
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_spelled_as_they_are_typed() {
        for (word, typed) in [("腊肉", "larou"), ("绿茶", "lvcha"), ("土鸡蛋", "tujidan"), ("box", "box")] {
            assert_eq!(spelling(word).as_deref(), Some(typed));
        }
    }
}
