//! The key ring: as it stands in the file, and as it is used.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::KeyInit;
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

use super::{SecretsError, random};
use crate::kernel::Instant;

/// How long a key that signs no more still verifies: a quarter of an hour that a token lives, and a
/// margin for processes that learn of the new key later.
pub const TOKEN_KEY_REST: Duration = Duration::from_secs(20 * 60);

/// Which keys are to be new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    pub tokens: bool,
    pub sealing: bool,
    /// Tokens of the former keys count no more: for a key that has been stolen.
    pub forget_token_keys: bool,
}

/// The keys as they stand in the file, base64, oldest first.
#[derive(Clone, Serialize, Deserialize)]
pub struct Kept {
    version: u8,
    token_keys: Vec<KeptTokenKey>,
    sealing_keys: Vec<KeptSealingKey>,
    index_key: String,
    sandbox_key: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct KeptTokenKey {
    kid: String,
    /// Unknown of keys from before they could be turned.
    created_at: Option<Instant>,
    key: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct KeptSealingKey {
    /// Names the key in every value that it has sealed.
    id: u8,
    created_at: Option<Instant>,
    key: String,
}

/// The file from before keys could be turned: one of each. It is read, and written anew by the next turn.
#[derive(Deserialize)]
struct Flat {
    sealing_key_id: u8,
    sealing_key: String,
    index_key: String,
    token_key_id: String,
    token_key: String,
    sandbox_key: String,
}

const VERSION: u8 = 2;

impl Kept {
    pub fn new(at: Instant) -> Self {
        let mut kept = Self {
            version: VERSION,
            token_keys: Vec::new(),
            sealing_keys: vec![KeptSealingKey { id: 1, created_at: Some(at), key: new_key() }],
            index_key: new_key(),
            sandbox_key: new_key(),
        };
        kept.add_token_key(at);
        kept
    }

    /// Either form of the file.
    pub fn parse(json: &str) -> Option<Self> {
        let kept = serde_json::from_str(json).ok().filter(|kept: &Self| kept.version == VERSION);
        kept.or_else(|| serde_json::from_str(json).ok().map(Flat::into_kept))
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    pub fn index_key(&self) -> Option<[u8; 32]> {
        decode(&self.index_key)
    }

    pub fn sandbox_key(&self) -> Option<[u8; 32]> {
        decode(&self.sandbox_key)
    }

    /// # Errors
    /// [`SecretsError::NoNumberLeft`].
    pub fn turn(&mut self, turn: Turn, at: Instant) -> Result<(), SecretsError> {
        if turn.sealing {
            let id = self.free_number().ok_or(SecretsError::NoNumberLeft)?;
            self.sealing_keys.push(KeptSealingKey { id, created_at: Some(at), key: new_key() });
        }
        if turn.tokens {
            self.drop_rested(at);
            if turn.forget_token_keys {
                self.token_keys.clear();
            }
            self.add_token_key(at);
        }
        Ok(())
    }

    fn add_token_key(&mut self, at: Instant) {
        let kid = format!("{:08x}", u32::from_be_bytes(random()));
        self.token_keys.push(KeptTokenKey { kid, created_at: Some(at), key: new_key() });
    }

    /// A key rests from when the next one was made.
    fn drop_rested(&mut self, at: Instant) {
        let successors: Vec<_> = self.token_keys.iter().skip(1).map(|key| key.created_at).collect();
        let mut successors = successors.into_iter();
        self.token_keys.retain(|_| successors.next().is_none_or(|since| !has_rested(since, at)));
    }

    /// The number after the newest key's that no key has; 255 is followed by 1.
    fn free_number(&self) -> Option<u8> {
        let newest = self.sealing_keys.last().map_or(0, |key| key.id);
        let numbers = (newest..u8::MAX).map(|before| before + 1).chain(1..=newest);
        numbers.into_iter().find(|id| self.sealing_keys.iter().all(|key| key.id != *id))
    }

    pub fn drop_sealing_keys(&mut self, ids: &[u8]) {
        let newest = self.sealing_keys.last().map(|key| key.id);
        self.sealing_keys.retain(|key| Some(key.id) == newest || !ids.contains(&key.id));
    }

    /// Ready for use; `None` if a key is none or two have one name.
    pub fn ring(&self) -> Option<Ring> {
        let token_key = |kept: &KeptTokenKey| {
            let key = SigningKey::from_bytes(&decode(&kept.key)?);
            Some(Arc::new(TokenKey { kid: kept.kid.clone(), created_at: kept.created_at, key }))
        };
        let sealing_key = |kept: &KeptSealingKey| {
            let cipher = XChaCha20Poly1305::new(&decode(&kept.key)?.into());
            Some(SealingKey { id: kept.id, created_at: kept.created_at, cipher })
        };
        let ring = Ring {
            token_keys: self.token_keys.iter().map(token_key).collect::<Option<_>>()?,
            sealing_keys: self.sealing_keys.iter().map(sealing_key).collect::<Option<_>>()?,
        };
        ring.is_sound().then_some(ring)
    }
}

impl Flat {
    fn into_kept(self) -> Kept {
        Kept {
            version: VERSION,
            token_keys: vec![KeptTokenKey { kid: self.token_key_id, created_at: None, key: self.token_key }],
            sealing_keys: vec![KeptSealingKey { id: self.sealing_key_id, created_at: None, key: self.sealing_key }],
            index_key: self.index_key,
            sandbox_key: self.sandbox_key,
        }
    }
}

fn new_key() -> String {
    STANDARD.encode(random::<32>())
}

fn decode(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// A key that signs access tokens, or has signed some.
pub struct TokenKey {
    pub kid: String,
    pub created_at: Option<Instant>,
    pub key: SigningKey,
}

pub struct SealingKey {
    pub id: u8,
    pub created_at: Option<Instant>,
    pub cipher: XChaCha20Poly1305,
}

/// The keys that turn, ready for use; at least one of each kind.
pub struct Ring {
    token_keys: Vec<Arc<TokenKey>>,
    sealing_keys: Vec<SealingKey>,
}

impl Ring {
    fn is_sound(&self) -> bool {
        let mut kids: Vec<_> = self.token_keys.iter().map(|key| &key.kid).collect();
        let mut ids: Vec<_> = self.sealing_keys.iter().map(|key| key.id).collect();
        kids.sort();
        ids.sort_unstable();
        let once = kids.windows(2).all(|pair| pair[0] != pair[1]) && ids.windows(2).all(|pair| pair[0] != pair[1]);
        once && !kids.is_empty() && !ids.is_empty()
    }

    /// # Panics
    /// Never: a ring without a token key is not made.
    pub fn signing(&self) -> Arc<TokenKey> {
        self.token_keys.last().expect("a ring holds a token key").clone()
    }

    pub fn verifying(&self, kid: &str, now: Instant) -> Option<VerifyingKey> {
        self.verifying_keys(now).iter().find(|key| key.kid == kid).map(|key| key.key.verifying_key())
    }

    pub fn verifying_keys(&self, now: Instant) -> Vec<Arc<TokenKey>> {
        let successors = self.token_keys.iter().skip(1).map(|key| Some(key.created_at)).chain([None]);
        let keys = self.token_keys.iter().zip(successors);
        keys.filter(|(_, since)| since.is_none_or(|since| !has_rested(since, now)))
            .map(|(key, _)| key.clone())
            .collect()
    }

    /// # Panics
    /// Never: a ring without a sealing key is not made.
    pub fn sealing(&self) -> &SealingKey {
        self.sealing_keys.last().expect("a ring holds a sealing key")
    }

    pub fn opening(&self, id: u8) -> Option<XChaCha20Poly1305> {
        self.sealing_keys.iter().find(|key| key.id == id).map(|key| key.cipher.clone())
    }

    pub fn sealing_keys(&self) -> Vec<(u8, Option<Instant>)> {
        self.sealing_keys.iter().map(|key| (key.id, key.created_at)).collect()
    }
}

/// Whether nothing that was signed before `since` can still be good.
fn has_rested(since: Option<Instant>, now: Instant) -> bool {
    since.is_some_and(|since| since.plus(TOKEN_KEY_REST) <= now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Secrets;
    use std::fs;

    const BOTH: Turn = Turn { tokens: true, sealing: true, forget_token_keys: false };

    fn now() -> Instant {
        Instant::from_unix_micros(1_790_000_000_000_000)
    }

    #[test]
    fn a_file_from_before_keys_could_be_turned_is_read_and_written_anew() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys.json");
        let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
        let flat = serde_json::json!({
            "sealing_key_id": 1, "sealing_key": key, "index_key": key,
            "token_key_id": "0badcafe", "token_key": key, "sandbox_key": key,
        });
        fs::write(&path, flat.to_string()).unwrap();
        let secrets = Secrets::load_or_create(&path).unwrap();
        assert_eq!((secrets.token_key().kid.as_str(), secrets.sealing_keys()), ("0badcafe", vec![(1, None)]));
        let sealed = secrets.seal("x", "old");
        secrets.turn(BOTH, now()).unwrap();
        let again = Secrets::load_or_create(&path).unwrap();
        assert_eq!(again.open("x", &sealed).unwrap(), "old");
        assert!(again.verifying_key("0badcafe", now()).is_some());
        assert_eq!(again.sealing_keys(), [(1, None), (2, Some(now()))]);
        assert!(fs::read_to_string(&path).unwrap().contains("\"version\": 2"));
    }

    #[test]
    fn the_number_of_a_key_comes_again_only_when_the_key_is_gone() {
        let secrets = Secrets::ephemeral();
        for _ in 2..=255_u8 {
            secrets.turn(Turn { tokens: false, ..BOTH }, now()).unwrap();
        }
        assert_eq!(secrets.newest_sealing_key(), 255);
        let turn = |secrets: &Secrets| secrets.turn(Turn { tokens: false, ..BOTH }, now());
        assert!(matches!(turn(&secrets), Err(SecretsError::NoNumberLeft)));
        secrets.drop_sealing_keys(&[3, 255]).unwrap();
        assert_eq!(secrets.newest_sealing_key(), 255, "the key that seals is never dropped");
        turn(&secrets).unwrap();
        assert_eq!(secrets.newest_sealing_key(), 3);
    }
}
