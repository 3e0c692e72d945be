//! Instants, business days, and the clock that everybody asks.

use diesel::{AsExpression, FromSqlRow};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use utoipa::ToSchema;

use super::{InstantSql, Invalid};

/// A moment in UTC, to the microsecond: what both databases can keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow, ToSchema)]
#[diesel(sql_type = InstantSql)]
#[schema(value_type = String, format = DateTime, example = "2026-09-20T01:30:00Z")]
pub struct Instant(i64);

impl Instant {
    #[must_use]
    pub const fn from_unix_micros(micros: i64) -> Self {
        Self(micros)
    }

    #[must_use]
    pub const fn unix_micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since 1970, zero before it.
    #[must_use]
    pub fn unix_millis(self) -> u64 {
        u64::try_from(self.0 / 1000).unwrap_or(0)
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The calendar day on which this moment falls in China.
    #[must_use]
    pub fn day(self) -> Day {
        Day(TimeZone::fixed(CHINA).to_datetime(self.timestamp()).date())
    }

    /// What clocks in China show: `2026-09-20 09:30:00`.
    #[must_use]
    pub fn wall_clock(self) -> String {
        TimeZone::fixed(CHINA).to_datetime(self.timestamp()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX)
    }
}

/// One offset, no daylight saving since 1992 (`Asia/Shanghai` in the tz database).
const CHINA: Offset = Offset::constant(8);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::deserialize(deserializer).map(|timestamp| Self(timestamp.as_microsecond()))
    }
}

/// A day of the business calendar in China, written `2026-09-20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(value_type = String, format = Date, example = "2026-09-20")]
pub struct Day(Date);

impl Day {
    /// The moment at which the day begins in China.
    #[must_use]
    pub fn start(self) -> Instant {
        let midnight = self.0.to_datetime(jiff::civil::Time::midnight());
        Instant(CHINA.to_timestamp(midnight).unwrap_or(Timestamp::MIN).as_microsecond())
    }

    /// `days` later, or earlier when negative; the calendar's ends hold.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let span = jiff::Span::new().try_days(days).unwrap_or_default();
        Self(self.0.saturating_add(span))
    }

    /// How many days later another day is; less than nothing if it is earlier.
    #[must_use]
    pub fn days_until(self, later: Self) -> i64 {
        self.0.until(later.0).map_or(0, |span| i64::from(span.get_days()))
    }

    /// The Monday of its week.
    #[must_use]
    pub fn monday(self) -> Self {
        self.plus_days(-i64::from(self.0.weekday().to_monday_zero_offset()))
    }

    /// 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The first of January of its year.
    #[must_use]
    pub fn first_of_year(self) -> Self {
        Self(self.0.first_of_year())
    }

    /// How old somebody born on this day is on another one.
    #[must_use]
    pub fn whole_years_until(self, later: Self) -> i16 {
        self.0.until((jiff::Unit::Year, later.0)).map_or(0, |span| span.get_years())
    }

    /// `20260920`, as in order numbers.
    #[must_use]
    pub fn compact(self) -> String {
        self.0.strftime("%Y%m%d").to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.parse().map(Self).map_err(|_| Invalid::new("invalid_day"))
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// The one source of "now": the system's clock, or one that tests and the demonstration set.
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    #[must_use]
    pub fn manual(at: Instant) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.0)))
    }

    #[must_use]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => Instant(Timestamp::now().as_microsecond()),
            Self::Manual(micros) => Instant(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock; the system's clock cannot be moved and stays.
    pub fn advance(&self, by: Duration) {
        if let Self::Manual(micros) = self {
            micros.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sale_just_before_midnight_in_china_belongs_to_that_day() {
        let late: Timestamp = "2026-09-20T15:59:59Z".parse().unwrap();
        let late = Instant(late.as_microsecond());
        assert_eq!(late.day().to_string(), "2026-09-20");
        assert_eq!(late.plus(Duration::from_secs(1)).day().to_string(), "2026-09-21");
        assert_eq!(late.day().compact(), "20260920");
    }

    #[test]
    fn json_is_rfc_3339_in_utc() {
        let instant = Instant::from_unix_micros(1_790_000_000_123_456);
        let json = serde_json::to_string(&instant).unwrap();
        assert!(json.ends_with("Z\""), "{json}");
        assert_eq!(serde_json::from_str::<Instant>(&json).unwrap(), instant);
    }

    #[test]
    fn somebody_is_eighteen_on_the_birthday_and_not_the_day_before() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        for (born, today, years) in [
            ("2008-09-20", "2026-09-19", 17),
            ("2008-09-20", "2026-09-20", 18),
            ("2008-02-29", "2026-03-01", 18),
            ("2026-09-21", "2026-09-20", 0),
        ] {
            assert_eq!(day(born).whole_years_until(day(today)), years, "{born} {today}");
        }
    }

    proptest! {
        #[test]
        fn a_day_starts_on_itself(micros in 0..4_000_000_000_000_000_i64) {
            let day = Instant(micros).day();
            prop_assert_eq!(day.start().day(), day);
            prop_assert!(day.start() <= Instant(micros));
            prop_assert!(Instant(micros) < day.plus_days(1).start());
        }
    }
}
