//! Password hashes: argon2id with OWASP's minimum parameters (2 passes, 1 lane, memory from the
//! configuration), as PHC strings that carry their own parameters.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use super::{IdentityError, Password};

const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Slow on purpose: call it off the async threads.
///
/// # Errors
/// [`IdentityError::Hash`] for parameters that argon2 refuses.
pub fn hash(password: &Password, memory_kib: u32) -> Result<String, IdentityError> {
    let refuse = |error: &dyn std::fmt::Display| IdentityError::Hash(error.to_string());
    let params = Params::new(memory_kib, PASSES, LANES, None).map_err(|error| refuse(&error))?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = hasher.hash_password(password.as_bytes()).map_err(|error| refuse(&error))?;
    Ok(hash.to_string())
}

/// Slow on purpose, as [`hash`].
pub fn verify(password: &Password, hash: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_passes() {
        let password = |text: &str| Password::parse(text.into()).unwrap();
        let stored = hash(&password("correct horse"), 8).unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify(&password("correct horse"), &stored));
        assert!(!verify(&password("correct house"), &stored));
        assert!(!verify(&password("correct horse"), "not a hash"));
    }
}
