//! How much a survey lets promise, what is said about it, and how a producing unit ends. Pure.
//!
//! ```text
//! active ──died──▶ dead
//!   ├─────sold──▶ sold
//!   └────ended──▶ ended        (notes are taken in every state)
//! ```

use super::types::EventKind;
use crate::kernel::text_enum;
use crate::templates::CapacityUnit;

text_enum! {
    /// What is said about a survey that was taken.
    pub enum SurveyNote {
        /// More is expected than what was counted can give.
        OverLimit = "over_limit",
        /// More than a fifth more or less is expected than in the season before.
        UnlikeLastSeason = "unlike_last_season",
        /// Less can be promised than was: listings were cut.
        StockCut = "stock_cut",
    }
}

text_enum! {
    pub enum UnitState as ProducingUnitState {
        Active = "active",
        Sold = "sold",
        Dead = "dead",
        Ended = "ended",
    }
}

/// Of 亩 hundredths are counted.
const HUNDREDTHS: i128 = 100;

/// What the counted units give at most, in base units; nothing if that is more than can be counted.
#[must_use]
pub fn limit(unit: CapacityUnit, units: i64, yield_limit: i64) -> Option<i64> {
    let product = i128::from(units) * i128::from(yield_limit);
    i64::try_from(if unit == CapacityUnit::Mu { product / HUNDREDTHS } else { product }).ok()
}

/// What is said about what is expected.
#[must_use]
pub fn notes(expected: i64, limit: i64, last_season: Option<i64>) -> Vec<SurveyNote> {
    const FIFTH: i128 = 5;
    let mut notes = Vec::new();
    if expected > limit {
        notes.push(SurveyNote::OverLimit);
    }
    let differs = |last: i64| (i128::from(expected) - i128::from(last)).abs() * FIFTH > i128::from(last);
    if last_season.is_some_and(differs) {
        notes.push(SurveyNote::UnlikeLastSeason);
    }
    notes
}

/// The state after something has happened.
///
/// # Errors
/// The present state, if nothing but a note can be added any more.
pub const fn after(state: UnitState, kind: EventKind) -> Result<UnitState, UnitState> {
    match (state, kind) {
        (_, EventKind::Noted) => Ok(state),
        (UnitState::Active, EventKind::Died) => Ok(UnitState::Dead),
        (UnitState::Active, EventKind::Sold) => Ok(UnitState::Sold),
        (UnitState::Active, EventKind::Ended) => Ok(UnitState::Ended),
        (UnitState::Active, _) => Ok(UnitState::Active),
        _ => Err(state),
    }
}

/// How many sales units have to go, so that `over` base units do, out of `available`.
#[must_use]
pub const fn to_cut(over: i64, pack: i64, available: i64) -> i64 {
    if over <= 0 {
        return 0;
    }
    let needed = over / pack + if over % pack == 0 { 0 } else { 1 };
    if needed < available { needed } else { available }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    #[test]
    fn the_limit_is_what_the_counted_units_give() {
        for (unit, units, yield_limit, expected) in [
            (CapacityUnit::Animal, 20, 150, Some(3_000)),
            (CapacityUnit::Hive, 0, 10_000, Some(0)),
            // 1.25 亩 of 300 kg each.
            (CapacityUnit::Mu, 125, 300_000, Some(375_000)),
            (CapacityUnit::Mu, 1, 99, Some(0)),
            (CapacityUnit::Tree, i64::MAX, 2, None),
            (CapacityUnit::Mu, i64::MAX, 100, Some(i64::MAX)),
        ] {
            assert_eq!(limit(unit, units, yield_limit), expected, "{unit} {units}");
        }
    }

    #[test]
    fn what_is_said_of_a_survey() {
        use SurveyNote::{OverLimit, UnlikeLastSeason};
        for (expected, limit, last, said) in [
            (100, 100, None, &[][..]),
            (101, 100, None, &[OverLimit]),
            (120, 200, Some(100), &[]),
            (121, 200, Some(100), &[UnlikeLastSeason]),
            (80, 200, Some(100), &[]),
            (79, 200, Some(100), &[UnlikeLastSeason]),
            (0, 0, Some(0), &[]),
            (1, 0, Some(0), &[OverLimit, UnlikeLastSeason]),
            (i64::MAX, 0, Some(i64::MAX), &[OverLimit]),
        ] {
            assert_eq!(notes(expected, limit, last), said, "{expected} {limit} {last:?}");
        }
    }

    #[test]
    fn a_unit_ends_once() {
        use EventKind::{Died, Fed, Noted, Sold};
        let run = |kinds: &[EventKind]| kinds.iter().try_fold(UnitState::Active, |state, kind| after(state, *kind));
        for (kinds, outcome) in [
            (&[Fed, Fed][..], Ok(UnitState::Active)),
            (&[Fed, Died, Noted], Ok(UnitState::Dead)),
            (&[Sold, Died], Err(UnitState::Sold)),
            (&[Died, Died], Err(UnitState::Dead)),
            (&[Died, Fed], Err(UnitState::Dead)),
        ] {
            assert_eq!(run(kinds), outcome, "{kinds:?}");
        }
    }

    proptest! {
        #[test]
        fn a_limit_never_exceeds_what_the_units_give(
            unit in select(CapacityUnit::ALL), units in 0..=i64::MAX, yield_limit in 1..=i64::MAX,
        ) {
            let hundredths = if unit == CapacityUnit::Mu { 100 } else { 1 };
            if let Some(limit) = limit(unit, units, yield_limit) {
                let (limit, given) = (i128::from(limit), i128::from(units) * i128::from(yield_limit));
                prop_assert!(limit * hundredths <= given && given < (limit + 1) * hundredths);
            } else {
                prop_assert!(i128::from(units) * i128::from(yield_limit) / hundredths > i128::from(i64::MAX));
            }
        }

        #[test]
        fn more_units_never_give_less(unit in select(CapacityUnit::ALL), units in 0..1_000_000_i64, more in 0..1_000_i64, yield_limit in 1..1_000_000_i64) {
            prop_assert!(limit(unit, units, yield_limit) <= limit(unit, units + more, yield_limit));
        }

        #[test]
        fn no_more_is_cut_than_needed_or_there(over in -10..10_000_i64, pack in 1..500_i64, available in 0..100_i64) {
            let cut = to_cut(over, pack, available);
            prop_assert!((0..=available).contains(&cut));
            prop_assert!(cut == available || cut * pack >= over);
            prop_assert!(cut == 0 || (cut - 1) * pack < over);
        }

        #[test]
        fn what_is_over_stays_over(kinds in prop::collection::vec(select(EventKind::ALL), 0..12)) {
            let mut state = UnitState::Active;
            for kind in kinds {
                match after(state, kind) {
                    Ok(next) => { prop_assert!(state == UnitState::Active || next == state); state = next; }
                    Err(present) => prop_assert!(present == state && state != UnitState::Active),
                }
            }
        }
    }
}
