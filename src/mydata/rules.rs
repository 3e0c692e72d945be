//! How long the law keeps what was traded. Pure.

use crate::kernel::{Day, Instant};

/// Three years, whichever of them is a leap year.
const YEARS_3_DAYS: i64 = 3 * 365 + 1;

/// Until when transactions are kept at least, of which the last was completed at `completed` (E-Commerce Law
/// of the PRC, article 31).
#[must_use]
pub fn kept_until(completed: Instant) -> Day {
    completed.day().plus_days(YEARS_3_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_years_are_never_less() {
        for (completed, until) in [
            ("2026-09-20T01:30:00Z", "2029-09-20"),
            ("2024-02-29T01:30:00Z", "2027-03-01"),
            ("2025-03-01T01:30:00Z", "2028-03-01"),
            ("2026-09-20T16:00:00Z", "2029-09-21"),
        ] {
            let completed: Instant = serde_json::from_value(completed.into()).unwrap();
            assert_eq!(kept_until(completed).to_string(), until, "counted in days of China");
        }
    }

    proptest! {
        #[test]
        fn what_ends_later_is_kept_longer(first in 0..4_000_000_000_000_000_i64, second in 0..4_000_000_000_000_000_i64) {
            let (first, second) = (Instant::from_unix_micros(first.min(second)), Instant::from_unix_micros(first.max(second)));
            prop_assert!(kept_until(first) <= kept_until(second));
            prop_assert!(kept_until(first).start() > first);
        }
    }
}
