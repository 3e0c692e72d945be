//! RSA keys from PEM files, and what gateways do with them: SHA-256 signatures and AES-256-GCM.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;

use super::{GatewayError, SettingError};

/// What is read of a key file; bigger is no key.
const FILE_MAX: u64 = 64 * 1024;

/// The merchant's own key. Never printed.
pub struct PrivateKey(RsaKeyPair);

/// The key of a provider.
pub struct PublicKey(Vec<u8>);

impl PrivateKey {
    /// PKCS#8 (`BEGIN PRIVATE KEY`) or PKCS#1 (`BEGIN RSA PRIVATE KEY`), with these lines around it or, as
    /// Alipay gives keys out, without.
    #[must_use]
    pub fn from_pem(text: &str) -> Option<Self> {
        let bytes = unarmoured(text)?;
        RsaKeyPair::from_pkcs8(&bytes).or_else(|_| RsaKeyPair::from_der(&bytes)).ok().map(Self)
    }

    /// # Errors
    /// [`SettingError`] without anything of what the file holds.
    pub fn load(setting: &'static str, path: &Path) -> Result<Self, SettingError> {
        let no_key = || SettingError(setting, "the file holds no RSA private key of 2048 bits or more in PEM".into());
        Self::from_pem(read(setting, path)?.expose_secret()).ok_or_else(no_key)
    }

    /// The signature over `message`, in base64.
    ///
    /// # Errors
    /// [`GatewayError::Signature`] if there is no randomness.
    pub fn sign(&self, message: &[u8]) -> Result<String, GatewayError> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        let signed = self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
        signed.map_err(|_| GatewayError::Signature)?;
        Ok(STANDARD.encode(signature))
    }
}

impl PublicKey {
    /// `BEGIN PUBLIC KEY`, as `openssl x509 -pubkey -noout` makes of a certificate.
    #[must_use]
    pub fn from_pem(text: &str) -> Option<Self> {
        rsa_key_of(&unarmoured(text)?).map(|key| Self(key.to_vec()))
    }

    /// # Errors
    /// [`SettingError`].
    pub fn load(setting: &'static str, path: &Path) -> Result<Self, SettingError> {
        let no_key = || SettingError(setting, "the file holds no RSA public key in PEM (BEGIN PUBLIC KEY)".into());
        Self::from_pem(read(setting, path)?.expose_secret()).ok_or_else(no_key)
    }

    /// Whether `signature`, in base64, was made over `message` with the private key.
    ///
    /// # Errors
    /// [`GatewayError::Signature`].
    pub fn verify(&self, message: &[u8], signature: &str) -> Result<(), GatewayError> {
        let signature = STANDARD.decode(signature).map_err(|_| GatewayError::Signature)?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.0);
        key.verify(message, &signature).map_err(|_| GatewayError::Signature)
    }
}

/// A secret of a file, without the line's end.
///
/// # Errors
/// [`SettingError`].
pub fn read(setting: &'static str, path: &Path) -> Result<SecretString, SettingError> {
    let bad = |error: std::io::Error| SettingError(setting, format!("{} cannot be read: {error}", path.display()));
    if std::fs::metadata(path).map_err(bad)?.len() > FILE_MAX {
        return Err(SettingError(setting, "too large for a key".into()));
    }
    let text = std::fs::read_to_string(path).map_err(bad)?;
    Ok(text.trim().to_owned().into())
}

/// Opens what was sealed with AES-256-GCM; `key` has 32 bytes, `nonce` 12.
#[must_use]
pub fn open(key: &SecretString, nonce: &str, associated_data: &str, ciphertext: &str) -> Option<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.expose_secret().as_bytes()).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(nonce.as_bytes()).ok()?;
    let mut sealed = STANDARD.decode(ciphertext).ok()?;
    let opened = key.open_in_place(nonce, Aad::from(associated_data.as_bytes()), &mut sealed).ok()?;
    Some(opened.to_vec())
}

/// The bytes between the lines of a PEM file.
fn unarmoured(text: &str) -> Option<Vec<u8>> {
    let body: String = text.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).ok()
}

/// The RSA key inside of a SubjectPublicKeyInfo (RFC 5280): SEQUENCE { algorithm, BIT STRING }.
fn rsa_key_of(spki: &[u8]) -> Option<&[u8]> {
    /// rsaEncryption, 1.2.840.113549.1.1.1.
    const RSA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    let (whole, _) = element(0x30, spki)?;
    let (algorithm, rest) = element(0x30, whole)?;
    let (key, _) = element(0x03, rest)?;
    if !algorithm.starts_with(&RSA) {
        return None;
    }
    // The first byte says how many bits of the last are unused: none.
    key.strip_prefix(&[0])
}

/// The content of a DER element with this tag, and what comes after it.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<2>()?;
    let (length, rest) = match (head[0] == tag, head[1]) {
        (false, _) => return None,
        (true, short @ 0..=0x7f) => (usize::from(short), rest),
        (true, long) => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let length =
                digits.iter().try_fold(0_usize, |sum, digit| sum.checked_mul(256)?.checked_add((*digit).into()));
            (length?, rest)
        }
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = include_str!("../../tests/common/keys/merchant.pem");
    const PUBLIC: &str = include_str!("../../tests/common/keys/merchant.pub.pem");
    const OTHER: &str = include_str!("../../tests/common/keys/gateway.pub.pem");

    #[test]
    fn a_signature_is_of_its_key_and_of_its_message() {
        let signature = PrivateKey::from_pem(KEY).unwrap().sign(b"message").unwrap();
        let key = PublicKey::from_pem(PUBLIC).unwrap();
        assert!(key.verify(b"message", &signature).is_ok());
        assert!(key.verify(b"massage", &signature).is_err());
        assert!(key.verify(b"message", "").is_err());
        assert!(PublicKey::from_pem(OTHER).unwrap().verify(b"message", &signature).is_err());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "键", KEY] {
            assert!(PublicKey::from_pem(text).is_none());
        }
        assert!(PrivateKey::from_pem(PUBLIC).is_none());
        let whole = unarmoured(PUBLIC).unwrap();
        for length in 0..whole.len() {
            assert!(rsa_key_of(&whole[..length]).is_none());
        }
    }
}
