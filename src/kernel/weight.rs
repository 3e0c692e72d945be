//! Mass in grams. People in villages weigh in 斤 (500 g) and 两 (50 g); the law counts in grams and
//! kilograms (国务院 1984 计量命令), so grams are stored and 斤 are shown beside them.

use diesel::sql_types::BigInt;
use diesel::{AsExpression, FromSqlRow};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

use super::{Invalid, integer_value};

/// A mass in grams, above zero and at most 100 tonnes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow, ToSchema,
)]
#[serde(try_from = "i64", into = "i64")]
#[diesel(sql_type = BigInt)]
#[schema(value_type = i64, minimum = 1, maximum = 100_000_000, example = 1500)]
pub struct Grams(i64);

/// Units as people write them, longest first so that `kg` is not read as `g`.
const UNITS: [(&str, i64); 7] =
    [("公斤", 1000), ("千克", 1000), ("kg", 1000), ("斤", 500), ("两", 50), ("克", 1), ("g", 1)];

impl Grams {
    const MAX: i64 = 100_000_000;

    /// # Errors
    /// `invalid_mass` outside 1 g to 100 t.
    pub fn new(grams: i64) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&grams) { Ok(Self(grams)) } else { Err(Invalid::new("invalid_mass")) }
    }

    /// Reads `1500g`, `1.5 kg`, `3斤`, `2两`; a number without a unit is refused, not guessed.
    ///
    /// # Errors
    /// `invalid_mass` for anything else, parts of a gram included.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refuse = || Invalid::new("invalid_mass");
        let text = text.trim().to_lowercase();
        let (number, grams_per_unit) =
            UNITS.iter().find_map(|(unit, grams)| Some((text.strip_suffix(unit)?, *grams))).ok_or_else(refuse)?;
        let number = Decimal::from_str(number.trim()).map_err(|_| refuse())?;
        let grams = number.checked_mul(Decimal::from(grams_per_unit)).ok_or_else(refuse)?;
        if !grams.fract().is_zero() {
            return Err(refuse());
        }
        Self::new(i64::try_from(grams).map_err(|_| refuse())?)
    }

    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// `1.5 kg (3 斤)` from half a kilogram up, else `450 g`.
impl fmt::Display for Grams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 500 {
            return write!(f, "{} g", self.0);
        }
        let grams = Decimal::from(self.0);
        write!(
            f,
            "{} kg ({} 斤)",
            (grams / Decimal::ONE_THOUSAND).normalize(),
            (grams / Decimal::from(500)).normalize()
        )
    }
}

integer_value!(Grams, Grams::new);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_mass_in_every_way_people_write_it() {
        for text in ["1500g", "1500 克", "1.5kg", "1.5 KG", "1.5公斤", "1.5千克", "3斤", "30两"] {
            assert_eq!(Grams::parse(text).unwrap(), Grams(1500), "{text}");
        }
        assert_eq!(Grams(1500).to_string(), "1.5 kg (3 斤)");
        assert_eq!(Grams(450).to_string(), "450 g");
    }

    #[test]
    fn what_is_no_mass_is_refused() {
        for text in ["", "3", "斤", "三斤", "0斤", "-1kg", "0.5g", "1.5 t", "9999999999kg"] {
            assert_eq!(Grams::parse(text).unwrap_err().code, "invalid_mass", "{text}");
        }
    }

    proptest! {
        #[test]
        fn units_agree(grams in 1..100_000_000_i64) {
            let mass = Grams::new(grams).unwrap();
            prop_assert_eq!(Grams::parse(&format!("{grams}g")).unwrap(), mass);
            let kilograms = Decimal::from(grams) / Decimal::ONE_THOUSAND;
            prop_assert_eq!(Grams::parse(&format!("{kilograms}公斤")).unwrap(), mass);
            let jin = Decimal::from(grams) / Decimal::from(500);
            prop_assert_eq!(Grams::parse(&format!("{jin}斤")).unwrap(), mass);
        }
    }
}
