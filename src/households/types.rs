//! Values of households and their people, and what can be refused about them.

use std::fmt;

use crate::db::DbError;
use crate::identity::{IdentityError, Phone};
use crate::kernel::{Day, Invalid, text_enum};
use crate::regions::RegionError;
use crate::secrets::SecretsError;

text_enum! {
    /// What somebody is to the head of the household.
    pub enum Relation {
        Head = "head",
        Spouse = "spouse",
        Parent = "parent",
        Child = "child",
        Grandchild = "grandchild",
        Other = "other",
    }
}

text_enum! {
    /// What a consent is for.
    pub enum Purpose as ConsentPurpose {
        /// The public pages.
        Publication = "publication",
        /// Keeping what a bank asks for.
        Payout = "payout",
        /// Calling and texting.
        Contact = "contact",
    }
}

text_enum! {
    /// What a consent is about.
    pub enum Field as ConsentField {
        Alias = "alias",
        Story = "story",
        Photo = "photo",
        Name = "name",
        Phone = "phone",
        IdNumber = "id_number",
        BankAccount = "bank_account",
    }
}

text_enum! {
    /// How somebody said yes.
    pub enum Medium as ConsentMedium {
        Paper = "paper",
        Voice = "voice",
        /// On the coordinator's screen.
        Tap = "tap",
    }
}

text_enum! {
    /// Why a household is looked after; on no public page.
    pub enum Category as HouseholdCategory {
        /// 脱贫户
        Lifted = "lifted",
        /// 边缘易致贫户
        AtRisk = "at_risk",
        /// 突发严重困难户
        SuddenHardship = "sudden_hardship",
        /// 低保
        MinimumLiving = "minimum_living",
        Other = "other",
    }
}

text_enum! {
    /// What is kept of a person.
    pub enum PersonalField {
        Name = "name",
        Phone = "phone",
        IdNumber = "id_number",
        BankAccount = "bank_account",
    }
}

/// Digits and letters as people type them: full-width or not, with blanks and hyphens.
pub fn compact(text: &str) -> String {
    let half_width = |character: char| match character {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '－' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        other => other,
    };
    text.chars().map(half_width).filter(|c| !matches!(c, ' ' | '-' | '\u{3000}')).collect()
}

/// A citizen's id number (GB 11643-1999): place, birthday, serial number, check character.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber {
    text: String,
    birthday: Day,
}

impl IdNumber {
    const LENGTH: usize = 18;
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";

    /// # Errors
    /// `invalid_id_number` for another form, a wrong check character or a day that was none.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::read(compact(text).to_ascii_uppercase()).ok_or_else(|| Invalid::new("invalid_id_number"))
    }

    fn read(text: String) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != Self::LENGTH || bytes[0] == b'0' || !bytes[..17].iter().all(u8::is_ascii_digit) {
            return None;
        }
        let sum: u32 = bytes.iter().zip(Self::WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
        if Self::CHECK[usize::try_from(sum % 11).ok()?] != bytes[17] {
            return None;
        }
        let birthday: Day = format!("{}-{}-{}", &text[6..10], &text[10..12], &text[12..14]).parse().ok()?;
        (&text[6..8] >= "18").then_some(Self { birthday, text })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub const fn birthday(&self) -> Day {
        self.birthday
    }

    #[must_use]
    pub fn is_minor_on(&self, today: Day) -> bool {
        const OF_AGE: i16 = 18;
        self.birthday.whole_years_until(today) < OF_AGE
    }

    /// As it may be shown: 510824********1234.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}********{}", &self.text[..6], &self.text[14..])
    }
}

/// A bank account or card. There is no check digit to rely on: passbooks of village banks have none.
#[derive(Clone, PartialEq, Eq)]
pub struct BankAccount(String);

impl BankAccount {
    /// # Errors
    /// `invalid_bank_account` unless 12 to 19 digits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = compact(text);
        let is_account = (12..=19).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_account { Ok(Self(digits)) } else { Err(Invalid::new("invalid_bank_account")) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it may be shown: ****1234.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("****{}", &self.0[self.0.len() - 4..])
    }
}

/// Never in full, so that no log line can hold it.
impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for BankAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// What is known of a person; nothing of it is needed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Personal {
    pub name: Option<String>,
    pub phone: Option<Phone>,
    pub id_number: Option<IdNumber>,
    pub bank_account: Option<BankAccount>,
}

/// # Errors
/// `members` outside 1 to 30.
pub fn check_members(members: i64) -> Result<i64, Invalid> {
    const MAX: i64 = 30;
    if (1..=MAX).contains(&members) { Ok(members) } else { Err(Invalid::new("invalid_members").with("max", MAX)) }
}

#[derive(Debug, thiserror::Error)]
pub enum HouseholdError {
    #[error("no such household, or nothing like that in it")]
    NotFound,
    #[error("the village is outside the scope")]
    OutOfScope,
    #[error("the person's data was erased")]
    Erased,
    #[error("the id number is recorded already")]
    IdNumberTaken,
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error("object store: {0}")]
    Store(#[from] object_store::Error),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Region(#[from] RegionError),
    #[error(transparent)]
    Db(#[from] DbError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn an_id_number_is_taken_as_people_type_it() {
        for text in
            ["11010519491231002X", "11010519491231002x", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ"]
        {
            let number = IdNumber::parse(text).unwrap();
            assert_eq!(number.as_str(), "11010519491231002X", "{text}");
            assert_eq!(number.birthday(), day("1949-12-31"));
            assert_eq!(number.masked(), "110105********002X");
        }
    }

    #[test]
    fn what_is_no_id_number_is_refused() {
        for text in [
            "",
            "110105194912310021",  // wrong check character
            "1101051949123100",    // short
            "11010519491231002XX", // long
            "1101051949123100２",
            "110105491231002",    // of the old form
            "01010519491231002X", // of no province
            "11010519490231002X", // no such day
            "11010519491331002X",
            "X1010519491231002X",
            "1101051949123100\u{0}X",
            "'; DROP TABLE users",
        ] {
            assert_eq!(IdNumber::parse(text).unwrap_err().code, "invalid_id_number", "{text}");
        }
    }

    #[test]
    fn the_day_exists_even_where_the_check_character_fits() {
        // Any 17 digits have a fitting check character; the 30th of February still was no day.
        let fitting = |body: &str| {
            let number = |check: &u8| IdNumber::parse(&format!("{body}{}", char::from(*check)));
            IdNumber::CHECK.iter().find_map(|check| number(check).ok())
        };
        assert!(fitting("51082420080229001").is_some());
        for body in ["51082420080230001", "51082420070229001", "51082420081301001", "51082420080001001"] {
            assert!(fitting(body).is_none(), "{body}");
        }
        assert!(fitting("51082407500101001").is_none(), "nobody alive was born in 750");
    }

    #[test]
    fn under_eighteen_is_a_minor() {
        let number = IdNumber::parse("11010519491231002X").unwrap();
        assert!(number.is_minor_on(day("1967-12-30")));
        assert!(!number.is_minor_on(day("1967-12-31")));
    }

    #[test]
    fn an_account_is_twelve_to_nineteen_digits() {
        for (text, masked) in [
            ("6228 4800 1234 5678 901", "****8901"),
            ("880012345678", "****5678"),
            ("８８００１２３４５６７８", "****5678"),
        ] {
            assert_eq!(BankAccount::parse(text).unwrap().masked(), masked);
        }
        for text in ["", "88001234567", "62284800123456789012", "6228480012345678x", "6228\n48001234", "-1"] {
            assert_eq!(BankAccount::parse(text).unwrap_err().code, "invalid_bank_account", "{text}");
        }
    }

    #[test]
    fn debug_output_hides_numbers() {
        let shown = format!(
            "{:?} {:?}",
            IdNumber::parse("11010519491231002X").unwrap(),
            BankAccount::parse("880012345678").unwrap()
        );
        assert!(!shown.contains("19491231") && !shown.contains("880012345678"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parsers(text in ".*") {
            let _ = (IdNumber::parse(&text), BankAccount::parse(&text));
        }

        #[test]
        fn one_wrong_digit_is_found(place in 0_usize..17, digit in 0_u8..10) {
            let mut text = b"11010519491231002X".to_vec();
            prop_assume!(text[place] != b'0' + digit);
            text[place] = b'0' + digit;
            prop_assert!(IdNumber::parse(std::str::from_utf8(&text).unwrap()).is_err());
        }
    }
}
