//! Interest: on what was prepaid and goes back, and on what an organisation pays late
//! (保障中小企业款项支付条例 §17). Pure.

use crate::kernel::{Day, Invalid, Money};

/// A rate by the year, in millionths, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub from: Day,
    pub ppm: i64,
}

const DAYS_A_YEAR: i64 = 365;

/// Without an agreed rate: 0.05 % a day, in millionths.
const DAILY_PPM: i64 = 500;

/// Simple interest on amounts since their days, at the rates of each day, by 365 days the year, to the nearest
/// fen. A day before the first rate has none.
///
/// # Errors
/// `amount_too_large`.
pub fn interest(paid: &[(Money, Day)], rates: &[Rate], until: Day) -> Result<Money, Invalid> {
    const YEAR_OF_MILLIONTHS: i128 = 365 * 1_000_000;
    let mut sum: i128 = 0;
    for (amount, since) in paid {
        for (place, rate) in rates.iter().enumerate() {
            let begins = rate.from.max(*since);
            let ends = rates.get(place + 1).map_or(until, |next| next.from.min(until));
            let days = begins.days_until(ends).max(0);
            sum += i128::from(amount.fen()) * i128::from(rate.ppm) * i128::from(days);
        }
    }
    let fen = (sum + YEAR_OF_MILLIONTHS / 2) / YEAR_OF_MILLIONTHS;
    Money::from_fen(i64::try_from(fen).map_err(|_| Invalid::new("amount_too_large"))?)
}

/// Interest for each day after the due day: at the agreed rate in hundredths of a percent a year, else at 0.05 % a
/// day.
///
/// # Errors
/// `amount_too_large`.
pub fn late_interest(principal: Money, due_on: Day, paid_on: Day, rate_bp: Option<i64>) -> Result<Money, Invalid> {
    let ppm = rate_bp.map_or(DAILY_PPM * DAYS_A_YEAR, |rate| rate * 100);
    interest(&[(principal, due_on)], &[Rate { from: due_on, ppm }], paid_on)
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

    #[test]
    fn interest_follows_the_rate_of_each_day() {
        let rates = [Rate { from: day("2025-05-20"), ppm: 30_000 }, Rate { from: day("2026-07-01"), ppm: 36_500 }];
        let of = |paid: &[(Money, Day)], until| interest(paid, &rates, day(until)).unwrap().fen();
        assert_eq!(of(&[(fen(100_000), day("2025-06-01"))], "2026-06-01"), 3_000, "a year at three percent");
        assert_eq!(of(&[(fen(100_000), day("2026-06-30"))], "2026-07-02"), 18, "8.2 fen and 10 fen");
        assert_eq!(of(&[(fen(100_000), day("2024-01-01"))], "2025-05-20"), 0, "no rate was known");
        assert_eq!(of(&[(fen(100_000), day("2026-08-01"))], "2026-08-01"), 0);
        assert_eq!(interest(&[(fen(100_000), day("2026-08-01"))], &[], day("2027-08-01")).unwrap().fen(), 0);
    }

    proptest! {
        #[test]
        fn longer_and_more_is_never_less(amount in 0..10_000_000_i64, days in 0..900_i64, more in 0..90_i64, ppm in prop::collection::vec(0..60_000_i64, 1..4)) {
            let first = day("2025-01-01");
            let rates: Vec<Rate> = (0..).zip(&ppm).map(|(n, ppm)| Rate { from: first.plus_days(n * 100), ppm: *ppm }).collect();
            let of = |amount, days| interest(&[(fen(amount), first)], &rates, first.plus_days(days)).unwrap().fen();
            prop_assert!(of(amount, days) <= of(amount, days + more));
            prop_assert!(of(amount, days) <= of(amount + more, days));
            let highest = ppm.iter().max().copied().unwrap_or_default();
            prop_assert!(i128::from(of(amount, days)) * 365_000_000 <= i128::from(amount) * i128::from(highest) * i128::from(days) + 182_500_000);
        }

        #[test]
        fn a_later_day_is_never_cheaper(principal in 0..10_000_000_000_i64, days in 0..2_000_i64, rate in prop::option::of(300..2_400_i64)) {
            let due = day("2026-10-20");
            let at = |days| late_interest(fen(principal), due, due.plus_days(days), rate).unwrap();
            prop_assert!(at(days) <= at(days + 1));
            prop_assert_eq!(at(-days), Money::ZERO);
        }
    }
}
