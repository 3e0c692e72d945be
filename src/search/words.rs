//! Words: where they begin in a text, and which of them are known to what is for sale.

use jieba_rs::Jieba;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::pinyin::spelling;
use super::runs::{Run, runs};

/// The dictionary of general Chinese takes some 33 MiB, so it is read when something is filed and given up when
/// nothing has been for a while. Searching needs none: a server that only sells never reads it.
struct Shelf {
    dictionary: Option<Arc<Jieba>>,
    was_used: bool,
}

static SHELF: Mutex<Shelf> = Mutex::new(Shelf { dictionary: None, was_used: false });

fn dictionary() -> Arc<Jieba> {
    let mut shelf = SHELF.lock().unwrap_or_else(PoisonError::into_inner);
    shelf.was_used = true;
    shelf.dictionary.get_or_insert_with(|| Arc::new(Jieba::new())).clone()
}

/// Gives the dictionary up, if it was not used since the last time.
pub fn rest() {
    let mut shelf = SHELF.lock().unwrap_or_else(PoisonError::into_inner);
    if !std::mem::take(&mut shelf.was_used) {
        shelf.dictionary = None;
    }
}

/// The characters of a run at which a word begins.
pub fn word_starts(run: &str) -> BTreeSet<usize> {
    // Shorter than two words: no need to ask.
    if run.chars().nth(1).is_none() {
        return [0].into();
    }
    dictionary().cut(run, true).into_iter().map(|token| token.start).collect()
}

const CHARACTERS_MAX: usize = 8;
/// Longest spelling for which a slip of the finger is looked for.
const LETTERS_MAX: usize = 30;
/// In shorter words a slip makes another word.
const LETTERS_MIN: usize = 4;

/// A word of what is for sale, with the keys under which somebody who mistyped it finds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Known {
    pub word: String,
    pub spelling: String,
}

impl Known {
    pub(super) fn new(word: &str) -> Option<Self> {
        let spelling = spelling(word).filter(|spelling| spelling.len() <= LETTERS_MAX)?;
        Some(Self { word: word.to_owned(), spelling })
    }

    /// The spelling itself, and all that is left of it without one of its letters: two spellings that one
    /// slip makes of one another have a key in common.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<String> {
        keys_of(&self.spelling)
    }
}

pub(super) fn keys_of(spelling: &str) -> BTreeSet<String> {
    let letters: Vec<char> = spelling.chars().collect();
    let mut keys = BTreeSet::from([spelling.to_owned()]);
    if (LETTERS_MIN..=LETTERS_MAX).contains(&letters.len()) {
        for left_out in 0..letters.len() {
            keys.insert(
                letters.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, letter)| letter).collect(),
            );
        }
    }
    keys
}

/// Whether two spellings are the same but for at most one letter too many, too few, wrong, or swapped with
/// its neighbour: 0 for the same, 1 for one slip.
pub(super) fn slips(typed: &str, known: &str) -> Option<usize> {
    if typed == known {
        return Some(0);
    }
    let is_long = typed.len() >= LETTERS_MIN && known.len() >= LETTERS_MIN;
    (is_long && strsim::osa_distance(typed, known) == 1).then_some(1)
}

/// The words of a text that somebody may be led to: those of the dictionary, two of them in a row, and every
/// short name as a whole. Only of texts that are public for good: what is a word here stays one.
#[must_use]
pub fn vocabulary(text: &str) -> BTreeSet<Known> {
    runs(text).iter().flat_map(words_of).filter_map(|word| Known::new(&word)).collect()
}

fn words_of(run: &Run) -> Vec<String> {
    if !run.is_chinese {
        let is_word = run.text.len() >= LETTERS_MIN && run.text.chars().all(|letter| letter.is_ascii_lowercase());
        return if is_word { vec![run.text.clone()] } else { Vec::new() };
    }
    let characters = run.characters();
    let mut ends: Vec<usize> = word_starts(&run.text).into_iter().collect();
    ends.push(characters.len());
    let pieces = ends.windows(2).chain(ends.windows(3)).map(|piece| (piece[0], piece[piece.len() - 1]));
    pieces
        .chain([(0, characters.len())])
        .filter(|(from, until)| (2..=CHARACTERS_MAX).contains(&(until - from)))
        .map(|(from, until)| characters[from..until].iter().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_and_words_are_known() {
        let words: Vec<String> = vocabulary("农家土鸡蛋 Walnuts 30").into_iter().map(|known| known.word).collect();
        for word in ["土鸡蛋", "鸡蛋", "农家", "农家土鸡蛋", "walnuts"] {
            assert!(words.iter().any(|known| known == word), "{word}: {words:?}");
        }
    }

    proptest! {
        #[test]
        fn one_slip_leaves_a_key_in_common(word in "[a-z]{4,12}", at in 0_usize..12, letter in "[a-z]", kind in 0..4) {
            let mut letters: Vec<char> = word.chars().collect();
            let at = at % letters.len();
            let letter = letter.chars().next().unwrap();
            match kind {
                0 => { letters.remove(at); }
                1 => letters.insert(at, letter),
                2 => letters[at] = letter,
                _ => { let next = (at + 1) % letters.len(); if next > 0 { letters.swap(at, next); } }
            }
            let typed: String = letters.iter().collect();
            prop_assume!(typed.len() >= LETTERS_MIN);
            prop_assert!(slips(&typed, &word).is_some());
            prop_assert!(!keys_of(&typed).is_disjoint(&keys_of(&word)), "{typed} {word}");
        }
    }
}
