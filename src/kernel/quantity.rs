//! How many sales units.

use diesel::sql_types::BigInt;
use diesel::{AsExpression, FromSqlRow};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

use super::{Invalid, integer_value};

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

integer_value!(Quantity, Quantity::new);

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
