//! How characters are read.

use ::pinyin::ToPinyin;

/// The syllable of a character as it is typed: 腊 is la, 绿 is lv. Of several readings the commonest.
pub fn syllable(character: char) -> Option<String> {
    let syllable = character.to_pinyin()?.plain();
    Some(syllable.chars().map(|letter| if letter == 'ü' { 'v' } else { letter }).collect())
}

/// Characters of goods, places and families with a second reading that people type, beside the commonest.
const SECOND_READINGS: &[(char, &str)] = &[
    ('粘', "nian"),
    ('重', "chong"),
    ('长', "zhang"),
    ('藏', "zang"),
    ('都', "du"),
    ('乐', "yue"),
    ('朝', "zhao"),
    ('柏', "bo"),
    ('仇', "qiu"),
    ('单', "shan"),
    ('曾', "ceng"),
    ('薄', "bo"),
    ('石', "dan"),
    ('壳', "ke"),
    ('六', "lu"),
    ('荠', "ji"),
    ('血', "xue"),
    ('绿', "lu"),
];

/// Every way in which a character is typed, the commonest first; none if it has no reading.
pub fn syllables(character: char) -> Vec<String> {
    let second =
        SECOND_READINGS.iter().find(|(known, _)| *known == character).map(|(_, reading)| (*reading).to_owned());
    let first = syllable(character);
    let second = second.filter(|second| first.as_ref() != Some(second));
    first.into_iter().chain(second).collect()
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
