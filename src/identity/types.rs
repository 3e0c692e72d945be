//! Values of people and what can be refused about them.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

use crate::db::DbError;
use crate::kernel::{Instant, Invalid, RegionCode, Role, Scope, masked};
use crate::notices::NoticeError;
use crate::secrets::SecretsError;

/// A mobile number of mainland China: 11 digits from 13… to 19….
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Takes what people type: full-width digits, blanks, hyphens, +86.
    ///
    /// # Errors
    /// `invalid_phone` for anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let half_width = |character: char| match character {
            '０'..='９' | '＋' | '－' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
            other => other,
        };
        let compact: String = text.chars().map(half_width).filter(|c| !matches!(c, ' ' | '-' | '\u{3000}')).collect();
        let digits = compact.strip_prefix("+86").unwrap_or(&compact);
        let is_mobile =
            digits.len() == 11 && digits.starts_with('1') && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_mobile && matches!(digits.as_bytes()[1], b'3'..=b'9') {
            Ok(Self(digits.to_owned()))
        } else {
            Err(Invalid::new("invalid_phone"))
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it may be shown: 138****1234.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }
}

/// Never in full, so that no log line can hold it.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A mail address.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// # Errors
    /// `invalid_email`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        match text.parse::<lettre::Address>() {
            Ok(_) if text.is_ascii() && text.len() <= 254 => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new("invalid_email")),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it may be shown: c***@example.org.
    #[must_use]
    pub fn masked(&self) -> String {
        let (user, host) = self.0.rsplit_once('@').unwrap_or_default();
        format!("{}***@{host}", user.chars().next().unwrap_or_default())
    }
}

/// Never in full, so that no log line can hold it.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A password on its way to being hashed.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

/// What stands at the top of every published list of passwords, and of ours the obvious ones.
const COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");

impl Password {
    const MIN_CHARACTERS: usize = 8;
    const MAX_BYTES: usize = 256;

    /// A password that somebody chooses.
    ///
    /// # Errors
    /// As [`Password::parse`]; `password_too_common` for what everybody tries first.
    pub fn choose(text: String) -> Result<Self, Invalid> {
        let chosen = Self::parse(text)?;
        let plain = chosen.0.expose_secret().to_lowercase();
        let mut characters = plain.chars();
        let first = characters.next();
        if characters.all(|character| Some(character) == first) || COMMON_PASSWORDS.lines().any(|line| line == plain) {
            return Err(Invalid::new("password_too_common"));
        }
        Ok(chosen)
    }

    /// # Errors
    /// `password_too_short` below 8 characters, `password_too_long` above 256 bytes.
    pub fn parse(text: String) -> Result<Self, Invalid> {
        if text.chars().count() < Self::MIN_CHARACTERS {
            return Err(Invalid::new("password_too_short").with("min", Self::MIN_CHARACTERS));
        }
        if text.len() > Self::MAX_BYTES {
            return Err(Invalid::new("password_too_long").with("max", Self::MAX_BYTES));
        }
        Ok(Self(text.into()))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

/// A role in a region and all that lies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub region_code: RegionCode,
}

/// Where somebody holds `role`; `None` if nowhere.
#[must_use]
pub fn scope_of(grants: &[Grant], role: Role) -> Option<Scope> {
    let regions: Vec<RegionCode> =
        grants.iter().filter(|grant| grant.role == role).map(|grant| grant.region_code.clone()).collect();
    (!regions.is_empty()).then(|| Scope::new(regions))
}

/// What stands in place of the name of somebody who has deleted their account.
pub const ERASED_NAME: &str = "已注销用户";

/// A name as an auditor reads it: the first character, the rest hidden.
#[must_use]
pub fn mask_name(name: &str) -> String {
    if name == ERASED_NAME { name.to_owned() } else { masked(name, 1) }
}

#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("the phone number has an account")]
    PhoneTaken,
    #[error("phone and password do not belong together")]
    WrongCredentials,
    #[error("no valid session")]
    Unauthenticated,
    #[error("no such person, or nothing of theirs")]
    NotFound,
    #[error("too many attempts, until {until}")]
    TooManyAttempts { until: Instant, at: Instant },
    #[error("a code of the second factor is needed")]
    TotpRequired,
    #[error("the code is not one of the second factor")]
    WrongTotp,
    #[error("the code is not the one that was sent")]
    WrongCode,
    #[error("staff act only with a second factor")]
    SecondFactorRequired,
    #[error("another person has to do this")]
    SamePerson,
    #[error("outside of the regions entrusted")]
    OutOfScope,
    #[error("the person holds this already")]
    GrantExists,
    #[error("the invitation was used, taken back or is over")]
    InvitationGone,
    #[error("{0} refused: {1}")]
    Field(&'static str, Invalid),
    #[error("refused: {0}")]
    Invalid(#[from] Invalid),
    #[error("password hashing failed: {0}")]
    Hash(String),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Notice(#[from] NoticeError),
    #[error(transparent)]
    Db(#[from] DbError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_taken_as_people_type_them() {
        for text in
            ["13800001234", "+86 138-0000-1234", " 138 0000 1234 ", "１３８００００１２３４", "＋８６13800001234"]
        {
            assert_eq!(Phone::parse(text).unwrap().as_str(), "13800001234", "{text}");
        }
        for text in ["", "1380000123", "138000012345", "23800001234", "12800001234", "1380000123x", "+1 3800001234"] {
            assert_eq!(Phone::parse(text).unwrap_err().code, "invalid_phone", "{text}");
        }
    }

    #[test]
    fn what_everybody_tries_first_is_no_password() {
        for text in ["12345678", "Password1", "88888888", "啊啊啊啊啊啊啊啊", "yuanshan2026", "1qaz2wsx"] {
            assert_eq!(Password::choose(text.into()).unwrap_err().code, "password_too_common", "{text}");
            assert!(Password::parse(text.into()).is_ok(), "who has it can still sign in");
        }
        assert!(Password::choose("correct horse".into()).is_ok());
    }

    #[test]
    fn mail_addresses_are_shown_masked() {
        assert_eq!(Email::parse(" chen@example.org ").unwrap().masked(), "c***@example.org");
        for text in ["", "chen", "a@", "@b", "a b@example.org", "a@example.org\r\nBcc: x@example.org", "陈@example.org"]
        {
            assert_eq!(Email::parse(text).unwrap_err().code, "invalid_email", "{text}");
        }
    }

    #[test]
    fn debug_output_hides_numbers_and_passwords() {
        let phone = Phone::parse("13800001234").unwrap();
        assert_eq!(format!("{phone:?}"), "138****1234");
        let password = Password::parse("correct horse".into()).unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }

    #[test]
    fn a_role_reaches_as_far_as_it_was_granted() {
        let grant = |role, code: &str| Grant { role, region_code: RegionCode::parse(code).unwrap() };
        let grants = [grant(Role::Auditor, "510824"), grant(Role::Coordinator, "510824115216")];
        let village = RegionCode::parse("510824115217").unwrap();
        assert!(scope_of(&grants, Role::Auditor).unwrap().covers(&village));
        assert!(!scope_of(&grants, Role::Coordinator).unwrap().covers(&village));
        assert_eq!(scope_of(&grants, Role::Approver), None);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in ".*") {
            let _ = Phone::parse(&text);
        }
    }
}
