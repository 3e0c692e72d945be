//! Values of what households can give, and what can be refused about them.

use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use diesel::{AsExpression, FromSqlRow, backend::Backend};
use std::fmt;

use super::rules::UnitState;
use super::store::Survey;
use super::store_units::{ProducingUnit, UnitEvent};
use crate::db::DbError;
use crate::households::{HouseholdError, HouseholdId};
use crate::kernel::{Day, Id, Invalid, text_enum};
use crate::templates::TemplateId;

pub type SurveyId = Id<Survey>;
pub type UnitId = Id<ProducingUnit>;
pub type EventId = Id<UnitEvent>;

/// The year for which something is promised: `2026`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Season(String);

impl Season {
    /// # Errors
    /// `invalid_season` for anything but a year of this century.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_year = text.len() == 4 && text.starts_with("20") && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_year { Ok(Self(text.to_owned())) } else { Err(Invalid::new("invalid_season")) }
    }

    /// The season in which a day lies.
    #[must_use]
    pub fn of(day: Day) -> Self {
        Self(format!("{:04}", day.year()))
    }

    /// The one before.
    #[must_use]
    pub fn previous(&self) -> Self {
        let year: i32 = self.0.parse().unwrap_or_default();
        Self(format!("{:04}", year - 1))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Season {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<DB: Backend> ToSql<Text, DB> for Season
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <str as ToSql<Text, DB>>::to_sql(&self.0, out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for Season
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, DB>>::from_sql(bytes).map(Self)
    }
}

/// What a capacity is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub household_id: HouseholdId,
    pub template_id: TemplateId,
    pub season: Season,
}

text_enum! {
    /// What gives the goods.
    pub enum UnitKind as ProducingUnitKind {
        HenGroup = "hen_group",
        Pig = "pig",
        Plot = "plot",
        Tree = "tree",
        Hive = "hive",
    }
}

text_enum! {
    /// What is written in the diary of a producing unit.
    pub enum EventKind as ProducingUnitEventKind {
        Fed = "fed",
        Weighed = "weighed",
        Treated = "treated",
        Vaccinated = "vaccinated",
        Harvested = "harvested",
        Noted = "noted",
        Died = "died",
        Sold = "sold",
        /// Comes to its end otherwise: a plot given back, a group dissolved.
        Ended = "ended",
    }
}

/// # Errors
/// `invalid_count` outside `min` to `max`.
pub fn check_count(count: i64, min: i64, max: i64) -> Result<i64, Invalid> {
    if (min..=max).contains(&count) {
        Ok(count)
    } else {
        Err(Invalid::new("invalid_count").with("min", min).with("max", max))
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ProductionError {
    #[error("no such thing, or outside the scope")]
    NotFound,
    #[error("nothing was surveyed for this season")]
    SurveyMissing,
    #[error("only {left} base units are left to promise")]
    PromiseLimit { left: i64 },
    #[error("the unit is {0}")]
    WrongState(UnitState),
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error(transparent)]
    Household(#[from] HouseholdError),
    #[error(transparent)]
    Db(#[from] DbError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_is_a_year() {
        assert_eq!(Season::parse("2026").unwrap().previous().as_str(), "2025");
        assert_eq!(Season::of("2026-12-31".parse().unwrap()).as_str(), "2026");
        for text in ["", "20266", "1999", "202", "20 6", "二〇二六", "2O26", "-2026", "２０２６"] {
            assert_eq!(Season::parse(text).unwrap_err().code, "invalid_season", "{text}");
        }
    }
}
