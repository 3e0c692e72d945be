//! Who sells: a household itself, or somebody who is registered. Pure.
//!
//! Households that sell what they raise, and small business up to 100,000 yuan a year, need no
//! registration (电子商务法 §10); the shop says so on their page (§15). Co-ops and firms have a unified
//! social credit code.

use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use diesel::{AsExpression, FromSqlRow, backend::Backend};
use serde::Serialize;
use utoipa::ToSchema;

use super::types::compact;
use crate::kernel::{Day, Invalid, Money, text_enum};

text_enum! {
    /// What a household is as a seller.
    pub enum SellerType {
        /// 农户自产
        HouseholdSelfProduced = "household_self_produced",
        /// 零星小额, up to 100,000 yuan a year.
        SmallAmount = "small_amount",
        CoOp = "co_op",
        Firm = "firm",
    }
}

impl SellerType {
    /// Whether it is entered in a register, and so has a credit code.
    #[must_use]
    pub const fn is_registered(self) -> bool {
        matches!(self, Self::CoOp | Self::Firm)
    }
}

/// A unified social credit code (统一社会信用代码, GB 32100-2015).
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct CreditCode(String);

impl CreditCode {
    /// Digits and letters without those that look like digits: I, O, S, V, Z.
    const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    /// Before the check character.
    const PLACES: usize = 17;
    /// The places that hold the code of a region.
    const REGION: std::ops::Range<usize> = 2..8;

    /// # Errors
    /// `invalid_credit_code` for another form or a wrong check character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = compact(text).to_ascii_uppercase();
        if Self::is_whole(text.as_bytes()) { Ok(Self(text)) } else { Err(Invalid::new("invalid_credit_code")) }
    }

    /// The places weigh the powers of three; with the check character their sum is a multiple of 31.
    fn is_whole(bytes: &[u8]) -> bool {
        let value = |byte: &u8| Self::CHARACTERS.iter().position(|character| character == byte);
        let Some(values) = bytes.iter().map(value).collect::<Option<Vec<usize>>>() else { return false };
        let [places @ .., check] = values.as_slice() else { return false };
        let weighed = places.iter().rev().fold(0, |sum, value| (sum * 3 + value) % 31);
        places.len() == Self::PLACES
            && bytes[Self::REGION].iter().all(u8::is_ascii_digit)
            && (weighed + check) % 31 == 0
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<DB: Backend> ToSql<Text, DB> for CreditCode
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <str as ToSql<Text, DB>>::to_sql(&self.0, out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for CreditCode
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, DB>>::from_sql(bytes).map(Self)
    }
}

/// A seller type with the code that it asks for.
///
/// # Errors
/// `credit_code_required` for a co-op or firm without one, `credit_code_unexpected` for others with one.
pub fn check(seller_type: SellerType, credit_code: Option<&CreditCode>) -> Result<(), Invalid> {
    match (seller_type.is_registered(), credit_code) {
        (true, None) => Err(Invalid::new("credit_code_required")),
        (false, Some(_)) => Err(Invalid::new("credit_code_unexpected")),
        _ => Ok(()),
    }
}

/// What somebody who is not registered has sold this year, against what they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Turnover {
    /// Since when it is counted: the first of January in China.
    pub since: Day,
    /// Of paid orders, with freight.
    pub sold_fen: Money,
    /// Above it the seller has to be registered.
    pub limit_fen: Money,
    /// From 80 % of the limit.
    pub is_near_limit: bool,
}

impl Turnover {
    const LIMIT_FEN: i64 = 10_000_000;

    /// # Panics
    /// Never: the limit is an amount.
    #[must_use]
    pub fn new(since: Day, sold_fen: Money) -> Self {
        let limit_fen = Money::from_fen(Self::LIMIT_FEN).expect("the limit is an amount");
        Self { since, sold_fen, limit_fen, is_near_limit: sold_fen.fen() >= Self::LIMIT_FEN / 5 * 4 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CODES: [&str; 4] = ["91350100M000100Y43", "91110000802100433B", "913301067996550582", "93510824MA62AB12CC"];

    #[test]
    fn a_credit_code_is_taken_as_people_type_it() {
        for code in CODES {
            assert_eq!(CreditCode::parse(code).unwrap().as_str(), code);
        }
        for text in ["9135 0100 M000 100Y 43", "91350100m000100y43", "９１３５０１００Ｍ０００１００Ｙ４３"]
        {
            assert_eq!(CreditCode::parse(text).unwrap().as_str(), CODES[0], "{text}");
        }
    }

    #[test]
    fn what_is_no_credit_code_is_refused() {
        for text in [
            "",
            "9",
            "91350100M000100Y44",  // wrong check character
            "91350100M000100Y4",   // short
            "91350100M000100Y430", // long
            "91350100I000100Y43",  // a letter that looks like a digit
            "9135010OM000100Y43",
            "11010519491231002X", // an id number
            "91350100M000100Y4\u{0}",
            "'; DROP TABLE users",
        ] {
            assert_eq!(CreditCode::parse(text).unwrap_err().code, "invalid_credit_code", "{text}");
        }
    }

    #[test]
    fn only_the_registered_have_a_code() {
        let code = CreditCode::parse(CODES[0]).unwrap();
        for seller_type in SellerType::ALL.iter().copied() {
            let (without, with) = (check(seller_type, None), check(seller_type, Some(&code)));
            assert_eq!((without.is_err(), with.is_ok()), (seller_type.is_registered(), seller_type.is_registered()));
        }
    }

    #[test]
    fn from_eighty_percent_it_is_said() {
        let turnover = |fen| Turnover::new("2026-01-01".parse().unwrap(), Money::from_fen(fen).unwrap());
        assert!(!turnover(7_999_999).is_near_limit);
        assert!(turnover(8_000_000).is_near_limit);
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_found(code in 0..CODES.len(), place in 0_usize..18, other in 0_usize..31) {
            let mut text = CODES[code].as_bytes().to_vec();
            prop_assume!(text[place] != CreditCode::CHARACTERS[other]);
            text[place] = CreditCode::CHARACTERS[other];
            prop_assert!(CreditCode::parse(std::str::from_utf8(&text).unwrap()).is_err());
        }

        #[test]
        fn no_text_breaks_the_parser(text in ".*") {
            let _ = CreditCode::parse(&text);
        }
    }
}
