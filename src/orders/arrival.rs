//! When a parcel will likely be at the door. Pure; an estimate, which promises nothing.

use serde::Serialize;
use utoipa::ToSchema;

use super::holidays::{DAYS_MADE_UP, DAYS_OFF};
use crate::kernel::{Day, RegionCode};

/// Working days until a parcel leaves the village, at best and mostly.
const PACKED_AFTER: (u8, u8) = (1, 3);
/// Days on the road: within the province, and to another one.
const ROAD_NEAR: i64 = 2;
const ROAD_FAR: i64 = 4;

/// Between which days a parcel will likely come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Arrival {
    pub earliest: Day,
    pub latest: Day,
}

fn is_off(day: Day) -> bool {
    let word = day.to_string();
    DAYS_OFF.iter().any(|(first, last)| (*first..=*last).contains(&word.as_str()))
}

/// Whether people work on a day: they do on weekdays that are no holiday, and on weekends that are made up for.
#[must_use]
pub fn is_working_day(day: Day) -> bool {
    let is_weekend = day >= day.monday().plus_days(5);
    let is_made_up = DAYS_MADE_UP.contains(&day.to_string().as_str());
    if is_weekend { is_made_up } else { !is_off(day) }
}

fn working_days_later(day: Day, count: u8) -> Day {
    let (mut day, mut left) = (day, count);
    while left > 0 {
        day = day.plus_days(1);
        left -= u8::from(is_working_day(day));
    }
    day
}

/// Carriers drive on weekends, and rest on holidays.
fn on_the_road(from: Day, days: i64) -> Day {
    let (mut day, mut left) = (from, days);
    while left > 0 {
        day = day.plus_days(1);
        left -= i64::from(!is_off(day));
    }
    day
}

/// When what is ordered today in a village will likely come to a place.
#[must_use]
pub fn estimate(today: Day, village: &RegionCode, to: &RegionCode) -> Arrival {
    let is_near = village.as_str().get(..2) == to.as_str().get(..2);
    let road = if is_near { ROAD_NEAR } else { ROAD_FAR };
    let (soon, late) = PACKED_AFTER;
    Arrival {
        earliest: on_the_road(working_days_later(today, soon), road),
        latest: on_the_road(working_days_later(today, late), road),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    #[test]
    fn holidays_and_the_days_made_up_for_are_known() {
        for (text, works) in [
            ("2026-02-13", true),
            ("2026-02-14", true),
            ("2026-02-15", false),
            ("2026-02-23", false),
            ("2026-02-28", true),
            ("2026-05-05", false),
            ("2026-05-09", true),
            ("2026-09-20", true),
            ("2026-09-26", false),
            ("2026-10-08", true),
            ("2026-10-11", false),
            ("2027-01-01", true),
            ("2027-01-02", false),
        ] {
            assert_eq!(is_working_day(day(text)), works, "{text}");
        }
    }

    #[test]
    fn every_day_that_is_named_is_a_day_and_made_up_days_are_weekends() {
        for (first, last) in DAYS_OFF {
            assert!(day(first) <= day(last));
        }
        for made_up in DAYS_MADE_UP {
            let day = day(made_up);
            assert!(day >= day.monday().plus_days(5) && !is_off(day), "{made_up}");
        }
    }

    #[test]
    fn an_order_before_the_long_holiday_comes_after_it() {
        let (village, near, far) = (code("510824115216"), code("510104"), code("310101"));
        let of = |today: &str, to: &RegionCode| {
            let Arrival { earliest, latest } = estimate(day(today), &village, to);
            (earliest.to_string(), latest.to_string())
        };
        assert_eq!(of("2026-09-14", &near), ("2026-09-17".into(), "2026-09-19".into()));
        assert_eq!(of("2026-09-14", &far), ("2026-09-19".into(), "2026-09-21".into()));
        assert_eq!(of("2026-09-30", &near), ("2026-10-10".into(), "2026-10-12".into()));
    }

    proptest! {
        #[test]
        fn who_orders_later_does_not_get_it_earlier(offset in 0..900_i64, more in 0..30_i64) {
            let today = day("2026-01-01").plus_days(offset);
            let (village, to) = (code("510824115216"), code("310101"));
            let (first, second) = (estimate(today, &village, &to), estimate(today.plus_days(more), &village, &to));
            prop_assert!(today < first.earliest && first.earliest <= first.latest);
            prop_assert!(first.earliest <= second.earliest && first.latest <= second.latest);
        }
    }
}
