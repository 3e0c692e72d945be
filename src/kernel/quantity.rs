//! How many sales units.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use diesel::{AsExpression, FromSqlRow};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

use super::Invalid;

/// A count of sales units (boxes, birds, bags): at least 1, at most [`Quantity::MAX`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow, ToSchema,
)]
#[serde(try_from = "i64", into = "i64")]
#[diesel(sql_type = BigInt)]
#[schema(value_type = i64, minimum = 1, maximum = 100_000, example = 2)]
pub struct Quantity(i64);

impl Quantity {
    pub const ONE: Self = Self(1);
    /// Large enough for a canteen's year, small enough that no price times a quantity overflows.
    pub const MAX: i64 = 100_000;

    /// # Errors
    /// `invalid_quantity` outside 1 to [`Quantity::MAX`].
    pub fn new(count: i64) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&count) {
            Ok(Self(count))
        } else {
            Err(Invalid::new("invalid_quantity").with("max", Self::MAX))
        }
    }

    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<i64> for Quantity {
    type Error = Invalid;
    fn try_from(count: i64) -> Result<Self, Invalid> {
        Self::new(count)
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Quantity
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Quantity
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::new(i64::from_sql(bytes)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_less_than_nothing_cannot_be_ordered() {
        for count in [i64::MIN, -1, 0, Quantity::MAX + 1, i64::MAX] {
            assert_eq!(Quantity::new(count).unwrap_err().code, "invalid_quantity");
        }
        assert_eq!(Quantity::new(30).unwrap().get(), 30);
    }

    #[test]
    fn fractional_eggs_are_no_json_quantity() {
        assert!(serde_json::from_str::<Quantity>("1.5").is_err());
        assert!(serde_json::from_str::<Quantity>("2").is_ok());
    }
}
