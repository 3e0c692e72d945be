//! The server's own keys, and what is done with them: sealing personal data, finding it again
//! without reading it, signing.
//!
//! What always holds: there is no default key. They are made on first start in a file that only
//! its owner can read; where several processes share a database the file has to be named.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::SigningKey;
use hmac::{Hmac, Mac};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretBox};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("keys file {0} cannot be read or made: {1}")]
    File(String, std::io::Error),
    #[error("keys file {0} is not valid")]
    Format(String),
    #[error("sealed data does not open: another key, or it was changed")]
    Sealed,
}

/// The keys as they stand in the file, base64.
#[derive(Serialize, Deserialize)]
struct File {
    /// Names the sealing key in every sealed value, so that keys can be changed later.
    sealing_key_id: u8,
    sealing_key: String,
    index_key: String,
    token_key_id: String,
    token_key: String,
    sandbox_key: String,
}

/// The keys in memory; cheap to clone, never printed.
#[derive(Clone)]
pub struct Secrets(Arc<Inner>);

struct Inner {
    sealing_key_id: u8,
    sealing: XChaCha20Poly1305,
    index_key: SecretBox<[u8; 32]>,
    token_key_id: String,
    token_key: SigningKey,
    sandbox_key: SigningKey,
}

const NONCE_LENGTH: usize = 24;

impl Secrets {
    /// Reads the file, or makes it with new keys if it is not there.
    ///
    /// # Errors
    /// [`SecretsError`] naming the file.
    pub fn load_or_create(path: &Path) -> Result<Self, SecretsError> {
        let shown = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(json) => Self::from_json(&json).ok_or(SecretsError::Format(shown)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let json = Self::new_json();
                write_private(path, &json).map_err(|error| SecretsError::File(shown.clone(), error))?;
                Self::from_json(&json).ok_or(SecretsError::Format(shown))
            }
            Err(error) => Err(SecretsError::File(shown, error)),
        }
    }

    /// Keys that live as long as the process.
    ///
    /// # Panics
    /// Never: keys just made are valid.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self::from_json(&Self::new_json()).expect("new keys are valid")
    }

    fn new_json() -> String {
        let key = || STANDARD.encode(random::<32>());
        let file = File {
            sealing_key_id: 1,
            sealing_key: key(),
            index_key: key(),
            token_key_id: format!("{:08x}", u32::from_be_bytes(random())),
            token_key: key(),
            sandbox_key: key(),
        };
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    fn from_json(json: &str) -> Option<Self> {
        let file: File = serde_json::from_str(json).ok()?;
        let key = |text: &str| -> Option<[u8; 32]> { STANDARD.decode(text).ok()?.try_into().ok() };
        Some(Self(Arc::new(Inner {
            sealing_key_id: file.sealing_key_id,
            sealing: XChaCha20Poly1305::new(&key(&file.sealing_key)?.into()),
            index_key: SecretBox::new(Box::new(key(&file.index_key)?)),
            token_key_id: file.token_key_id,
            token_key: SigningKey::from_bytes(&key(&file.token_key)?),
            sandbox_key: SigningKey::from_bytes(&key(&file.sandbox_key)?),
        })))
    }

    /// Encrypts personal data (XChaCha20-Poly1305). `context` says what it is and whose; a value
    /// moved to another row does not open there.
    ///
    /// # Panics
    /// Never: encryption fails only beyond 256 GiB.
    #[must_use]
    pub fn seal(&self, context: &str, plain: &str) -> Vec<u8> {
        let nonce: [u8; NONCE_LENGTH] = random();
        let payload = Payload { msg: plain.as_bytes(), aad: context.as_bytes() };
        let cipher = self.0.sealing.encrypt(&XNonce::from(nonce), payload).expect("plaintext is short");
        [&[self.0.sealing_key_id][..], &nonce, &cipher].concat()
    }

    /// # Errors
    /// [`SecretsError::Sealed`] if the key or the context is another one, or the bytes changed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<String, SecretsError> {
        let (key_id, rest) = sealed.split_first().ok_or(SecretsError::Sealed)?;
        let (nonce, cipher) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(SecretsError::Sealed)?;
        if *key_id != self.0.sealing_key_id {
            return Err(SecretsError::Sealed);
        }
        let payload = Payload { msg: cipher, aad: context.as_bytes() };
        let plain = self.0.sealing.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SecretsError::Sealed)?;
        String::from_utf8(plain).map_err(|_| SecretsError::Sealed)
    }

    /// A keyed digest under which sealed data is found again (blind index, HMAC-SHA-256).
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    #[must_use]
    pub fn blind_index(&self, value: &str) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.index_key.expose_secret()).expect("any length");
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// Bytes that follow from `value` for one purpose, and that nobody else can work out (HMAC-SHA-256).
    #[must_use]
    pub fn derive(&self, purpose: &str, value: &str) -> Vec<u8> {
        self.blind_index(&format!("{purpose}:{value}"))
    }

    #[must_use]
    pub fn token_key(&self) -> (&str, &SigningKey) {
        (&self.0.token_key_id, &self.0.token_key)
    }

    #[must_use]
    pub fn sandbox_key(&self) -> &SigningKey {
        &self.0.sandbox_key
    }

    /// As [`Secrets::seal`], for a file.
    #[must_use]
    pub fn seal_bytes(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        self.seal(context, &STANDARD.encode(plain))
    }

    /// # Errors
    /// As [`Secrets::open`].
    pub fn open_bytes(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SecretsError> {
        STANDARD.decode(self.open(context, sealed)?).map_err(|_| SecretsError::Sealed)
    }
}

/// Random bytes from the system.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// Writes a file that only its owner may read, and never over another one.
///
/// # Errors
/// Those of the file system.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

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

    #[test]
    fn files_are_sealed_as_texts_are() {
        let secrets = Secrets::ephemeral();
        let file = [0, 255, 7, 10];
        let sealed = secrets.seal_bytes("evidence:1", &file);
        assert_eq!(secrets.open_bytes("evidence:1", &sealed).unwrap(), file);
        assert!(secrets.open_bytes("evidence:2", &sealed).is_err());
    }

    #[test]
    fn the_file_is_private_and_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/keys.json");
        let made = Secrets::load_or_create(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = Secrets::load_or_create(&path).unwrap();
        assert_eq!(made.blind_index("x"), again.blind_index("x"));
        fs::write(&path, "{}").unwrap();
        assert!(matches!(Secrets::load_or_create(&path), Err(SecretsError::Format(_))));
    }
}
