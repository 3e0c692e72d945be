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

use super::pinyin::syllables;
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
        let readings: Vec<Vec<String>> = characters.iter().copied().map(syllables).collect();
        terms.extend(readings.iter().flatten().cloned());
        let starts = word_starts(&run.text);
        for start in 0..characters.len() {
            for syllables in read_from(&readings, start).into_iter().filter(|syllables| syllables.len() > 1) {
                terms.insert(syllables.concat());
                if starts.contains(&start) {
                    let initials: String = syllables.iter().filter_map(|syllable| syllable.chars().next()).collect();
                    terms.insert(initials[..2].to_owned());
                    terms.insert(initials);
                }
            }
        }
    }
    terms
}

/// How one reads on from a character, up to one that has no reading: the commonest way, and each with one
/// character read in its second way.
fn read_from(readings: &[Vec<String>], start: usize) -> Vec<Vec<&str>> {
    let rest = readings[start..].iter().take(SYLLABLES_MAX);
    let common: Vec<&str> = rest.clone().map_while(|readings| readings.first().map(String::as_str)).collect();
    let mut ways = vec![common.clone()];
    for (at, readings) in rest.take(common.len()).enumerate() {
        for second in &readings[1..] {
            let mut way = common.clone();
            way[at] = second;
            ways.push(way);
        }
    }
    ways
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
