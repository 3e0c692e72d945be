//! One-time codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds, as the apps expect).

use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Builder, Secret, Totp};

use super::IdentityError;
use crate::kernel::Instant;
use crate::secrets;

const ISSUER: &str = "Yuanshan";
/// RFC 4226 asks for 128 bits and recommends 160.
const SECRET_BYTES: usize = 20;

/// What an authenticator app and the server share.
#[derive(Clone)]
pub struct TotpSecret(SecretString);

impl TotpSecret {
    #[must_use]
    pub fn random() -> Self {
        let bytes: [u8; SECRET_BYTES] = secrets::random();
        Self(Secret::from(&bytes[..]).to_base32().into())
    }

    /// # Errors
    /// [`IdentityError::Hash`] for what is no base32.
    pub fn from_base32(text: &str) -> Result<Self, IdentityError> {
        let secret = Self(text.to_owned().into());
        secret.totp("").map(|_| secret)
    }

    /// As people type it into an app.
    #[must_use]
    pub fn base32(&self) -> &str {
        self.0.expose_secret()
    }

    /// The address that a QR code carries into an app.
    ///
    /// # Errors
    /// [`IdentityError::Hash`] never, for a secret that was made or read here.
    pub fn uri(&self, account: &str) -> Result<String, IdentityError> {
        self.totp(account)?.to_url().map_err(refuse)
    }

    /// The time step of which `code` is, if it is of this one or of a neighbour: clocks differ.
    ///
    /// # Errors
    /// As [`TotpSecret::uri`].
    pub fn step_of(&self, code: &str, at: Instant) -> Result<Option<i64>, IdentityError> {
        let step = self.totp("")?.check(code, seconds(at));
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }

    /// What the app shows at a moment.
    ///
    /// # Errors
    /// As [`TotpSecret::uri`].
    pub fn code_at(&self, at: Instant) -> Result<String, IdentityError> {
        Ok(self.totp("")?.generate(seconds(at)).to_string())
    }

    fn totp(&self, account: &str) -> Result<Totp, IdentityError> {
        let secret = Secret::try_from_base32(self.base32()).map_err(refuse)?;
        Builder::new()
            .with_secret(secret)
            .with_skew(1)
            .with_issuer(Some(ISSUER))
            .with_account_name(account)
            .build()
            .map_err(refuse)
    }
}

fn refuse(error: impl std::fmt::Display) -> IdentityError {
    IdentityError::Hash(error.to_string())
}

fn seconds(at: Instant) -> u64 {
    u64::try_from(at.unix_seconds()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// RFC 6238, appendix B, the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = TotpSecret(Secret::from(&b"12345678901234567890"[..]).to_base32().into());
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            let at = Instant::from_unix_micros(seconds * 1_000_000);
            assert_eq!(secret.code_at(at).unwrap(), code);
            assert_eq!(secret.step_of(code, at).unwrap(), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_the_neighbours() {
        let secret = TotpSecret::random();
        let at = Instant::from_unix_micros(1_790_000_010_000_000);
        let code = secret.code_at(at).unwrap();
        let after = |seconds| secret.step_of(&code, at.plus(Duration::from_secs(seconds))).unwrap();
        assert_eq!(after(0), after(30));
        assert_eq!(after(90), None);
        for wrong in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(secret.step_of(wrong, at).unwrap(), None, "{wrong}");
        }
        assert!(TotpSecret::random().uri("138****1234").unwrap().starts_with("otpauth://totp/Yuanshan:138"));
        assert!(TotpSecret::from_base32("not base32!").is_err());
    }
}
