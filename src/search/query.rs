//! What somebody typed, as terms that all have to be there; and, when nothing has them, as what they may
//! have meant.

use std::collections::BTreeSet;

use super::pinyin::spelling;
use super::runs::{Run, runs};
use super::words::{Known, keys_of, slips};

/// A term that has to be there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    pub text: String,
    /// Terms that only begin so count, too.
    pub is_prefix: bool,
}

/// What is looked for: at least one run of letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    runs: Vec<Run>,
}

/// Shorter ones begin too much: they have to be whole syllables or initials.
const PREFIX_MIN: usize = 3;
/// So many other readings of a query are tried.
const READINGS_MAX: usize = 3;

impl Query {
    /// `None` if there is nothing to look for.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let runs = runs(text);
        (!runs.is_empty()).then_some(Self { runs })
    }

    #[must_use]
    pub fn terms(&self) -> BTreeSet<Term> {
        self.runs.iter().flat_map(terms_of).collect()
    }

    /// The keys under which words that are meant may be known.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<String> {
        self.runs.iter().filter_map(typed).flat_map(|typed| keys_of(&typed)).collect()
    }

    /// What was meant, by what is known under [`Query::keys`], the likeliest first: the same sound before a
    /// slip of the finger, and of several words the one that shares most characters with what was typed.
    #[must_use]
    pub fn readings(&self, known: &[String]) -> Vec<Self> {
        let known: Vec<Known> = known.iter().filter_map(|word| Known::new(word)).collect();
        let of_runs: Vec<Vec<Run>> = self.runs.iter().map(|run| readings_of(run, &known)).collect();
        (0..READINGS_MAX)
            .map(|rank| {
                let runs = self.runs.iter().zip(&of_runs);
                let meant =
                    |(run, readings): (&Run, &Vec<Run>)| readings.get(rank).or(readings.last()).unwrap_or(run).clone();
                Self { runs: runs.map(meant).collect() }
            })
            .fold(Vec::new(), |mut readings, reading| {
                if reading != *self && !readings.contains(&reading) {
                    readings.push(reading);
                }
                readings
            })
    }

    /// As it would be typed.
    #[must_use]
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

fn terms_of(run: &Run) -> Vec<Term> {
    let exact = |text: String| Term { text, is_prefix: false };
    if run.is_chinese {
        let characters = run.characters();
        return match characters.len() {
            1 => vec![exact(run.text.clone())],
            _ => characters.windows(2).map(|pair| exact(pair.iter().collect())).collect(),
        };
    }
    // A number is not the beginning of another: 3 is not 30.
    let has_letters = run.text.chars().any(|letter| letter.is_alphabetic());
    let is_prefix = has_letters && run.text.chars().count() >= PREFIX_MIN;
    vec![Term { text: run.text.clone(), is_prefix }]
}

/// What was typed of a run that may be mistyped; single characters and numbers are taken at their word.
fn typed(run: &Run) -> Option<String> {
    let may_be_wrong = if run.is_chinese {
        run.text.chars().nth(1).is_some()
    } else {
        run.text.chars().all(|letter| letter.is_ascii_lowercase())
    };
    spelling(&run.text).filter(|_| may_be_wrong)
}

fn readings_of(run: &Run, known: &[Known]) -> Vec<Run> {
    let Some(typed) = typed(run) else { return Vec::new() };
    let characters = run.characters();
    let rank = |known: &Known| {
        let slips = slips(&typed, &known.spelling)?;
        let shared = known.word.chars().zip(&characters).filter(|(a, b)| a == *b).count();
        Some((slips, usize::MAX - shared, known.word.clone()))
    };
    let mut ranked: Vec<_> = known.iter().filter_map(rank).collect();
    ranked.sort();
    ranked
        .into_iter()
        .map(|(_, _, word)| Run { is_chinese: word.chars().all(super::runs::is_chinese), text: word })
        .take(READINGS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{index_terms, vocabulary};
    use super::*;
    use proptest::prelude::*;

    fn finds(query: &str, text: &str) -> bool {
        let filed = index_terms(text);
        let has = |term: &Term| {
            if term.is_prefix {
                filed.iter().any(|filed| filed.starts_with(&term.text))
            } else {
                filed.contains(&term.text)
            }
        };
        Query::parse(query).is_some_and(|query| query.terms().iter().all(has))
    }

    fn meant(query: &str, text: &str) -> Vec<String> {
        let query = Query::parse(query).unwrap();
        let keys = query.keys();
        let known: Vec<String> = vocabulary(text)
            .into_iter()
            .filter(|known| !known.keys().is_disjoint(&keys))
            .map(|known| known.word)
            .collect();
        query.readings(&known).iter().map(Query::text).collect()
    }

    #[test]
    fn parts_of_words_are_found() {
        let text = "土鸡蛋 30枚/盒 box 岫云村";
        for query in ["鸡蛋", "土鸡", "土鸡蛋", "蛋", "30", "３０", "土鸡蛋 岫云", "岫云村", "BOX", "bo x鸡"]
        {
            assert_eq!(finds(query, text), query != "bo x鸡", "{query}");
        }
        for query in ["鸭蛋", "岫蛋", "3", "", "  ", "！？", "\" OR *"] {
            assert!(!finds(query, text), "{query}");
        }
    }

    #[test]
    fn pinyin_and_initials_find_words() {
        let text = "农家土鸡蛋 腊肉 岫云村 苍溪县";
        for query in [
            "larou",
            "LAROU",
            "la rou",
            "laro",
            "lr",
            "腊rou",
            "la肉",
            "tujidan",
            "tuji",
            "jidan",
            "tjd",
            "jd",
            "xiuyun",
            "xiuyuncun",
            "xyc",
            "cangxi",
            "cangxi larou",
            "njtjd",
        ] {
            assert!(finds(query, text), "{query}: {:?}", index_terms(text));
        }
        for query in ["lorau", "rl", "danji", "xr", "yadan"] {
            assert!(!finds(query, text), "{query}");
        }
    }

    #[test]
    fn what_was_meant_is_guessed() {
        let text = "土鸡蛋 腊肉 岩蜂蜜 栗子 李子 walnuts";
        for (query, first) in [
            ("土鸡旦", "土鸡蛋"),
            ("腊又", "腊肉"),
            ("laruo", "腊肉"),
            ("laroou", "腊肉"),
            ("粒子", "李子"),
            ("丽子 腊肉", "李子 腊肉"),
            ("walnus", "walnuts"),
        ] {
            assert_eq!(meant(query, text).first().map(String::as_str), Some(first), "{query}");
        }
        assert_eq!(meant("粒子", text), ["李子", "栗子"]);
        assert_eq!(meant("拖拉机", text), [""; 0]);
        assert_eq!(meant("30", text), [""; 0]);
    }

    proptest! {
        #[test]
        fn every_part_of_a_chinese_name_finds_it(name in "[\u{4e00}-\u{9fa5}]{1,12}", start in 0_usize..12, length in 1_usize..12) {
            let part: String = name.chars().skip(start).take(length).collect();
            prop_assume!(!part.is_empty());
            prop_assert!(finds(&part, &name));
            if let Some(typed) = spelling(&part) {
                prop_assert!(finds(&typed, &name), "{typed}");
            }
        }

        #[test]
        fn terms_hold_no_syntax(text in ".*") {
            let asked = Query::parse(&text).map(|query| query.terms()).unwrap_or_default();
            for term in asked.iter().map(|term| &term.text).chain(&index_terms(&text)) {
                prop_assert!(term.chars().all(char::is_alphanumeric), "{term:?}");
            }
            let _ = Query::parse(&text).map(|query| (query.keys(), query.readings(&["腊肉".to_owned()])));
        }
    }
}
