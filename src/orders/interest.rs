//! Interest on what an organisation pays late (保障中小企业款项支付条例 §17). Pure.

use crate::kernel::{Day, Invalid, Money};

/// Without an agreed rate: 0.05 % a day, in millionths.
const DAILY_PPM: i128 = 500;

const DAYS_A_YEAR: i128 = 365;

/// Simple interest for each day after the due day, rounded to the fen: at the agreed rate in hundredths of a
/// percent a year, else at 0.05 % a day.
///
/// # Errors
/// `amount_too_large`.
pub fn late_interest(principal: Money, due_on: Day, paid_on: Day, rate_bp: Option<i64>) -> Result<Money, Invalid> {
    let days = i128::from(due_on.days_until(paid_on).max(0));
    let principal = i128::from(principal.fen());
    let (above, below) = match rate_bp {
        Some(rate) => (principal * i128::from(rate) * days, 10_000 * DAYS_A_YEAR),
        None => (principal * DAILY_PPM * days, 1_000_000),
    };
    let fen = (2 * above + below) / (2 * below);
    Money::from_fen(i64::try_from(fen).map_err(|_| Invalid::new("amount_too_large"))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn fen(fen: i64) -> Money {
        Money::from_fen(fen).unwrap()
    }

    #[test]
    fn only_days_after_the_due_day_count() {
        for (principal, paid, rate, expected) in [
            (1_000_000, "2026-10-19", None, 0),
            (1_000_000, "2026-10-20", None, 0),
            (1_000_000, "2026-10-21", None, 500),
            (1_000_000, "2026-11-19", None, 15_000),
            // 10,000 yuan at 3 % for 30 days of 365: 24.66 yuan.
            (1_000_000, "2026-11-19", Some(300), 2_466),
            (1_000_000, "2027-10-20", Some(300), 30_000),
            (9_600, "2026-10-21", None, 5),
            (900, "2026-10-21", None, 0),
        ] {
            let found = late_interest(fen(principal), day("2026-10-20"), day(paid), rate).unwrap();
            assert_eq!(found, fen(expected), "{principal} paid on {paid} at {rate:?}");
        }
    }

    proptest! {
        #[test]
        fn a_later_day_is_never_cheaper(principal in 0..10_000_000_000_i64, days in 0..2_000_i64, rate in prop::option::of(300..2_400_i64)) {
            let due = day("2026-10-20");
            let at = |days| late_interest(fen(principal), due, due.plus_days(days), rate).unwrap();
            prop_assert!(at(days) <= at(days + 1));
            prop_assert_eq!(at(-days), Money::ZERO);
        }
    }
}
