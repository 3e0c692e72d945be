//! Sealing (XChaCha20-Poly1305) and keyed digests (HMAC-SHA-256).
//!
//! A sealed value is one byte that names the key, 24 of nonce, then the cipher with its tag. It is bound
//! to a context, `table.column:row`, and does not open in any other place.

use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, Payload};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;

use super::ring::Kept;
use super::{Secrets, SecretsError, random};

const NONCE_LENGTH: usize = 24;

impl Secrets {
    /// Encrypts personal data. `context` says what it is and whose; a value moved to another row does not
    /// open there.
    #[must_use]
    pub fn seal(&self, context: &str, plain: &str) -> Vec<u8> {
        self.seal_bytes(context, plain.as_bytes())
    }

    /// # Errors
    /// [`SecretsError::Sealed`] if the key or the context is another one, or the bytes changed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<String, SecretsError> {
        String::from_utf8(self.open_bytes(context, sealed)?).map_err(|_| SecretsError::Sealed)
    }

    /// As [`Secrets::seal`], for what is no text.
    ///
    /// # Panics
    /// Never: encryption fails only beyond 256 GiB.
    #[must_use]
    pub fn seal_bytes(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        let (ring, nonce) = (self.ring(), random::<NONCE_LENGTH>());
        let key = ring.sealing();
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        let cipher = key.cipher.encrypt(&XNonce::from(nonce), payload).expect("plaintext is short");
        [&[key.id][..], &nonce, &cipher].concat()
    }

    /// # Errors
    /// As [`Secrets::open`].
    pub fn open_bytes(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let (key_id, rest) = sealed.split_first().ok_or(SecretsError::Sealed)?;
        let (nonce, cipher) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(SecretsError::Sealed)?;
        let key = self.look_up(|ring| ring.opening(*key_id)).ok_or(SecretsError::Sealed)?;
        let payload = Payload { msg: cipher, aad: context.as_bytes() };
        key.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SecretsError::Sealed)
    }

    /// A keyed digest under which sealed data is found again (blind index).
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    #[must_use]
    pub fn blind_index(&self, value: &str) -> Vec<u8> {
        digest(self.0.index_key.expose_secret(), value)
    }

    /// Bytes that follow from `value` for one purpose, and that nobody else can work out.
    #[must_use]
    pub fn derive(&self, purpose: &str, value: &str) -> Vec<u8> {
        self.blind_index(&format!("{purpose}:{value}"))
    }

    /// Whether a file is of this very installation: what its index key finds is found by ours.
    pub(super) fn is_index_key(&self, kept: &Kept) -> bool {
        kept.index_key().is_some_and(|key| digest(&key, "") == self.blind_index(""))
    }
}

fn digest(key: &[u8; 32], value: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(value.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_in_its_place() {
        let secrets = Secrets::ephemeral();
        let sealed = secrets.seal("users.phone:1", "13800001234");
        assert_eq!(secrets.open("users.phone:1", &sealed).unwrap(), "13800001234");
        assert!(secrets.open("users.phone:2", &sealed).is_err());
        assert!(Secrets::ephemeral().open("users.phone:1", &sealed).is_err());
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(secrets.open("users.phone:1", &changed).is_err());
        }
        assert!(secrets.open("users.phone:1", &[]).is_err());
    }
}
