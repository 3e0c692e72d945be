//! The order of the shop, when nobody asks for another. Pure.
//!
//! What always holds: a household that has sold nothing in [`SALES_COUNT_DAYS`] days stands before every one
//! that has; among those that have, one whose sales are less than half stands before. What stands first of
//! equals is drawn by lot, anew each day: the number is the beginning of the SHA-256 of the day and the id
//! of the household, so that nobody chooses it, everybody can check it
//! (`printf '2026-09-20 <id>' | sha256sum`), and each household comes first on some day. A household's second
//! listing stands behind the first of every other of its step.

use sha2::{Digest, Sha256};

use crate::households::HouseholdId;
use crate::kernel::Day;

/// Sales that are older count no more.
pub const SALES_COUNT_DAYS: i64 = 90;

/// Sales up to this are one step, up to twice this the next, and so on.
const FIRST_STEP_FEN: i64 = 20_000;
const STEPS_MAX: i64 = 30;
const TURNS_MAX: i64 = 255;

/// Where a listing stands; lower is further in front.
#[must_use]
pub fn exposure(sold_fen: i64, turn: i64, day: Day, household: HouseholdId) -> i64 {
    step(sold_fen) << 40 | turn.clamp(0, TURNS_MAX) << 32 | i64::from(lot(day, household))
}

/// 0 without a sale, then one more each time the sum doubles.
fn step(sold_fen: i64) -> i64 {
    if sold_fen <= 0 {
        return 0;
    }
    let mut step = 1;
    let mut limit = FIRST_STEP_FEN;
    while sold_fen > limit && step < STEPS_MAX {
        step += 1;
        limit *= 2;
    }
    step
}

fn lot(day: Day, household: HouseholdId) -> u32 {
    let digest = Sha256::digest(format!("{day} {household}").as_bytes());
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// The turn of the listing of a rank among the `count` live ones of its household: each is the first on
/// some day.
#[must_use]
pub fn turn(day: Day, rank: i64, count: i64) -> i64 {
    let days = day.start().unix_seconds().div_euclid(24 * 3600);
    (rank + days).rem_euclid(count.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn day(number: i64) -> Day {
        "2026-09-20".parse::<Day>().unwrap().plus_days(number)
    }

    fn household(number: u128) -> HouseholdId {
        HouseholdId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn steps_double() {
        for (sold_fen, expected) in
            [(-1, 0), (0, 0), (1, 1), (20_000, 1), (20_001, 2), (40_000, 2), (40_001, 3), (i64::MAX, 30)]
        {
            assert_eq!(step(sold_fen), expected, "{sold_fen}");
        }
    }

    #[test]
    fn anybody_can_draw_the_lot_again() {
        // printf '2026-09-20 00000000-0000-0000-0000-000000000001' | sha256sum
        assert_eq!(format!("{:08x}", lot(day(0), household(1))), "4985078b");
    }

    proptest! {
        #[test]
        fn who_has_sold_nothing_stands_before_who_has(
            sold in 1..i64::MAX, turns in (0..9_999_i64, 0..9_999_i64), on in 0..10_000_i64, ids in any::<(u128, u128)>(),
        ) {
            let without = exposure(0, turns.0, day(on), household(ids.0));
            prop_assert!(without < exposure(sold, turns.1, day(on), household(ids.1)));
            prop_assert_eq!(without, exposure(0, turns.0, day(on), household(ids.0)));
            prop_assert!(without >= 0);
        }

        #[test]
        fn less_than_half_stands_before(sold in 40_001..1_000_000_000_i64, ids in any::<(u128, u128)>()) {
            let less = exposure(sold / 2 - 1, 0, day(0), household(ids.0));
            prop_assert!(less < exposure(sold, 0, day(0), household(ids.1)));
        }

        #[test]
        fn each_household_of_a_step_comes_first_on_some_day(first in any::<u64>(), count in 2..9_u128) {
            let households: Vec<HouseholdId> = (0..count).map(|number| household(u128::from(first) + number)).collect();
            let mut ahead: Vec<HouseholdId> = (0..600)
                .filter_map(|on| households.iter().copied().min_by_key(|id| exposure(0, 0, day(on), *id)))
                .collect();
            ahead.sort();
            ahead.dedup();
            prop_assert_eq!(ahead.len(), households.len());
        }

        #[test]
        fn each_listing_of_a_household_has_each_turn(count in 1..20_i64, on in 0..10_000_i64) {
            let mut turns: Vec<i64> = (0..count).map(|rank| turn(day(on), rank, count)).collect();
            let first: Vec<i64> = (0..count).filter(|later| turn(day(on + later), 0, count) == 0).collect();
            prop_assert_eq!(first.len(), 1);
            turns.sort_unstable();
            prop_assert_eq!(turns, (0..count).collect::<Vec<_>>());
        }
    }
}
