//! The terms under which a text is filed.
//!
//! | of 土鸡蛋 30 枚 | terms | so that one finds it by |
//! |---|---|---|
//! | characters, pairs | 土 鸡 蛋 土鸡 鸡蛋 枚 | any part of it |
//! | syllables | tu ji dan mei | tu, 土dan |
//! | pinyin from each character on | tujidan jidan | tujidan, tuji, jid, while it is being typed |
//! | initials from each word on | tj tjd jd | tjd, jd |
//! | letters and digits | 30 | 30 |

use std::collections::BTreeSet;

use super::pinyin::syllable;
use super::runs::runs;
use super::words::word_starts;

/// Longest stretch of characters whose pinyin is filed as one term.
pub const SYLLABLES_MAX: usize = 12;

/// The terms of `text`.
#[must_use]
pub fn index_terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for run in runs(text) {
        if !run.is_chinese {
            terms.insert(run.text);
            continue;
        }
        let characters = run.characters();
        terms.extend(characters.iter().map(char::to_string));
        terms.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
        let syllables: Vec<Option<String>> = characters.iter().copied().map(syllable).collect();
        terms.extend(syllables.iter().flatten().cloned());
        for start in 0..characters.len() {
            let readable = readable_from(&syllables, start);
            if readable.len() > 1 {
                terms.insert(readable.concat());
            }
        }
        for start in word_starts(&run.text) {
            let initials: String =
                readable_from(&syllables, start).iter().filter_map(|syllable| syllable.chars().next()).collect();
            if initials.len() > 1 {
                terms.insert(initials[..2].to_owned());
                terms.insert(initials);
            }
        }
    }
    terms
}

/// The syllables from a character on, up to one that has no reading.
fn readable_from(syllables: &[Option<String>], start: usize) -> Vec<&str> {
    syllables[start..].iter().take(SYLLABLES_MAX).map_while(Option::as_deref).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_above_is_true() {
        let terms = index_terms("土鸡蛋 30 枚");
        for term in "土 鸡 蛋 土鸡 鸡蛋 枚 tu ji dan mei tujidan jidan tj tjd jd 30".split(' ') {
            assert!(terms.contains(term), "{term}: {terms:?}");
        }
        assert!(!terms.contains("鸡 蛋") && !terms.contains(""), "{terms:?}");
    }
}
