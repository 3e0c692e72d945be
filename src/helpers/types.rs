//! Values of family helpers and what can be refused about them.

use super::rules::HelperState;
use super::store::Tie;
use crate::db::DbError;
use crate::identity::IdentityError;
use crate::kernel::{Id, Invalid};
use crate::secrets::{Secrets, SecretsError, random};

pub type TieId = Id<Tie>;

/// Six digits that the elder reads out.
#[derive(Clone, PartialEq, Eq)]
pub struct HelperCode(String);

impl HelperCode {
    const DIGITS: usize = 6;

    /// A new one; of so many random bits that each is as likely.
    #[must_use]
    pub fn draw() -> Self {
        Self(format!("{:06}", u64::from_be_bytes(random()) % 1_000_000))
    }

    /// Takes what people type: full-width digits, blanks, hyphens.
    ///
    /// # Errors
    /// `invalid_code` for anything but six digits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let half_width = |character: char| match character {
            '０'..='９' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
            other => other,
        };
        let digits: String = text.chars().map(half_width).filter(|c| !matches!(c, ' ' | '-' | '\u{3000}')).collect();
        if digits.len() == Self::DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(digits))
        } else {
            Err(Invalid::new("invalid_code"))
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is kept, for one tie alone.
    pub(super) fn digest(&self, secrets: &Secrets, tie: TieId) -> Vec<u8> {
        secrets.derive("helper code", &format!("{tie}:{}", self.0))
    }
}

#[derive(Debug, thiserror::Error)]
pub enum HelperError {
    #[error("no such tie")]
    NotFound,
    #[error("one's own number")]
    OwnNumber,
    #[error("no more than {0} helpers")]
    TooMany(usize),
    #[error("tie is {0}")]
    WrongState(HelperState),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Db(#[from] DbError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_taken_as_people_type_them() {
        for text in ["123456", "123 456", " 123-456 ", "１２３４５６", "12\u{3000}34 56"] {
            assert_eq!(HelperCode::parse(text).unwrap().as_str(), "123456", "{text}");
        }
        for text in ["", "12345", "1234567", "12345x", "一二三四五六", "-12345"] {
            assert_eq!(HelperCode::parse(text).err().map(|invalid| invalid.code), Some("invalid_code"), "{text}");
        }
        assert!(HelperCode::parse(HelperCode::draw().as_str()).is_ok());
    }

    #[test]
    fn a_code_is_good_for_one_tie() {
        let (secrets, code) = (Secrets::ephemeral(), HelperCode::draw());
        let tie = |number| Id::from_uuid(uuid::Uuid::from_u128(number));
        assert_eq!(code.digest(&secrets, tie(1)), code.digest(&secrets, tie(1)));
        assert_ne!(code.digest(&secrets, tie(1)), code.digest(&secrets, tie(2)));
    }
}
