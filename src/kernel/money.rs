//! Money in fen (分), the hundredth of a yuan.

use diesel::sql_types::BigInt;
use diesel::{AsExpression, FromSqlRow};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

use super::{Invalid, Quantity, integer_value};

/// An amount in fen. Never negative: direction is a property of the posting, not of the amount.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    ToSchema,
)]
#[serde(try_from = "i64", into = "i64")]
#[diesel(sql_type = BigInt)]
#[schema(value_type = i64, minimum = 0, example = 4800)]
pub struct Money(i64);

impl Money {
    pub const ZERO: Self = Self(0);

    /// # Errors
    /// `negative_amount` below zero.
    pub fn from_fen(fen: i64) -> Result<Self, Invalid> {
        if fen < 0 {
            return Err(Invalid::new("negative_amount"));
        }
        Ok(Self(fen))
    }

    /// Reads yuan as people write them: `48`, `48.5`, `48.00`.
    ///
    /// # Errors
    /// `invalid_amount` for anything else, parts of a fen included.
    pub fn parse_yuan(text: &str) -> Result<Self, Invalid> {
        let refuse = || Invalid::new("invalid_amount");
        let yuan = Decimal::from_str(text.trim()).map_err(|_| refuse())?;
        let fen = yuan.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(refuse)?;
        if !fen.fract().is_zero() {
            return Err(refuse());
        }
        Self::from_fen(i64::try_from(fen).map_err(|_| refuse())?)
    }

    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// # Errors
    /// `amount_too_large` when the sum does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, Invalid> {
        self.0.checked_add(other.0).map(Self).ok_or_else(too_large)
    }

    /// # Errors
    /// `negative_amount` when `other` is larger.
    pub fn checked_sub(self, other: Self) -> Result<Self, Invalid> {
        Self::from_fen(self.0 - other.0)
    }

    /// # Errors
    /// `amount_too_large` when the product does not fit.
    pub fn times(self, quantity: Quantity) -> Result<Self, Invalid> {
        self.0.checked_mul(quantity.get()).map(Self).ok_or_else(too_large)
    }

    /// # Errors
    /// `amount_too_large` when the sum does not fit.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Invalid> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Splits by weights, none below zero; the parts always sum to `self`.
    ///
    /// Largest-remainder method (Hamilton): every part gets its floor, the fen left over go to
    /// the largest remainders, earlier parts first among equals.
    ///
    /// # Errors
    /// `split_without_weight` when the weights sum to zero.
    pub fn split<W: Copy + Into<i128>>(self, weights: &[W]) -> Result<Vec<Self>, Invalid> {
        let total: i128 = weights.iter().copied().map(Into::into).sum();
        if total == 0 {
            return Err(Invalid::new("split_without_weight"));
        }
        let shares = weights.iter().map(|&weight| i128::from(self.0) * weight.into());
        let (mut parts, remainders): (Vec<i128>, Vec<i128>) =
            shares.map(|share| (share / total, share % total)).unzip();
        let left = i128::from(self.0) - parts.iter().sum::<i128>();
        let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
        by_remainder.sort_by_key(|&index| std::cmp::Reverse(remainders[index]));
        for &index in by_remainder.iter().take(usize::try_from(left).map_err(|_| too_large())?) {
            parts[index] += 1;
        }
        parts.into_iter().map(|part| i64::try_from(part).map(Self).map_err(|_| too_large())).collect()
    }
}

fn too_large() -> Invalid {
    Invalid::new("amount_too_large")
}

/// Yuan with two decimals, as on a price tag: `48.00`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

integer_value!(Money, Money::from_fen);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_price_of_a_box_of_eggs_is_the_sum_of_its_parts() {
        let parts = [3_300, 450, 700, 200, 100, 50].map(|fen| Money::from_fen(fen).unwrap());
        assert_eq!(Money::sum(parts).unwrap().to_string(), "48.00");
    }

    #[test]
    fn odd_fen_go_to_the_largest_remainders() {
        let parts = Money(100).split(&[1, 1, 1]).unwrap();
        assert_eq!(parts, [Money(34), Money(33), Money(33)]);
        assert_eq!(Money(100).split(&[0, 0]).unwrap_err().code, "split_without_weight");
    }

    #[test]
    fn amounts_that_are_no_amounts_are_refused() {
        for text in ["", "-1", "48.005", "四十八", "1e30", "4 8", "NaN"] {
            assert!(Money::parse_yuan(text).is_err(), "{text}");
        }
        assert_eq!(Money(i64::MAX).checked_add(Money(1)).unwrap_err().code, "amount_too_large");
        assert_eq!(Money(1).checked_sub(Money(2)).unwrap_err().code, "negative_amount");
    }

    proptest! {
        #[test]
        fn a_split_sums_to_the_whole(fen in 0..=i64::MAX, weights in prop::collection::vec(0_u32.., 1..12)) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let parts = Money(fen).split(&weights).unwrap();
            prop_assert_eq!(Money::sum(parts.iter().copied()).unwrap(), Money(fen));
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(*weight > 0 || part.is_zero() || fen % i64::from(*weight).max(1) >= 0);
            }
        }

        #[test]
        fn no_part_is_more_than_a_fen_from_its_exact_share(fen in 0..1_000_000_000_i64, weights in prop::collection::vec(0_u32..1000, 1..12)) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let total: i64 = weights.iter().copied().map(i64::from).sum();
            for (part, weight) in Money(fen).split(&weights).unwrap().iter().zip(&weights) {
                let floor = fen * i64::from(*weight) / total;
                prop_assert!((floor..=floor + 1).contains(&part.fen()));
            }
        }

        #[test]
        fn what_is_printed_is_read_back(fen in 0..=i64::MAX) {
            prop_assert_eq!(Money::parse_yuan(&Money(fen).to_string()).unwrap(), Money(fen));
        }
    }
}
