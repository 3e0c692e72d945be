//! The server's own keys, and what is done with them: sealing personal data, finding it again
//! without reading it, signing.
//!
//! What always holds: there is no default key. They are made on first start in a file that only
//! its owner can read; where several processes share a database the file has to be named. Keys can be
//! turned while the server runs: the newest seals and signs, older ones still open and verify, and a
//! process that meets a key it does not know reads the file again. Read `ring.rs` next.

mod file;
mod ring;
mod seal;

pub use file::write_private;
pub use ring::{TOKEN_KEY_REST, TokenKey, Turn};

use ed25519_dalek::{SigningKey, VerifyingKey};
use rand::RngCore;
use secrecy::SecretBox;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::kernel::{Clock, Instant};
use file::Stamp;
use ring::{Kept, Ring};

#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("keys file {0} cannot be read or written: {1}")]
    File(String, std::io::Error),
    #[error("keys file {0} is not valid")]
    Format(String),
    #[error("keys file {0} holds the keys of another installation")]
    OtherInstallation(String),
    #[error("sealed data does not open: another key, or it was changed")]
    Sealed,
    #[error("all 255 numbers of sealing keys are in use: retire the old ones first")]
    NoNumberLeft,
}

/// The keys in memory; cheap to clone, never printed. All clones turn together.
#[derive(Clone)]
pub struct Secrets(Arc<Inner>);

struct Inner {
    /// What was made with these two is looked up or checked for ever, so they never turn.
    index_key: SecretBox<[u8; 32]>,
    sandbox_key: SigningKey,
    ring: RwLock<Arc<Ring>>,
    source: Source,
}

/// Where the keys are kept.
enum Source {
    File { path: PathBuf, read: Mutex<Option<Stamp>> },
    Memory(Mutex<Kept>),
}

impl Secrets {
    /// Reads the file, or makes it with new keys if it is not there.
    ///
    /// # Errors
    /// [`SecretsError`] naming the file.
    pub fn load_or_create(path: &Path) -> Result<Self, SecretsError> {
        let shown = path.display().to_string();
        let unusable = |error| SecretsError::File(shown.clone(), error);
        let make = || Kept::new(Clock::System.now()).to_json();
        let (stamp, json) = file::read_or_make(path, make).map_err(unusable)?;
        let kept = Kept::parse(&json).ok_or_else(|| SecretsError::Format(shown.clone()))?;
        let source = Source::File { path: path.to_owned(), read: Mutex::new(Some(stamp)) };
        Self::of(&kept, source).ok_or(SecretsError::Format(shown))
    }

    /// Keys that live as long as the process.
    ///
    /// # Panics
    /// Never: keys just made are valid.
    #[must_use]
    pub fn ephemeral() -> Self {
        let kept = Kept::new(Clock::System.now());
        Self::of(&kept.clone(), Source::Memory(Mutex::new(kept))).expect("new keys are valid")
    }

    fn of(kept: &Kept, source: Source) -> Option<Self> {
        Some(Self(Arc::new(Inner {
            index_key: SecretBox::new(Box::new(kept.index_key()?)),
            sandbox_key: SigningKey::from_bytes(&kept.sandbox_key()?),
            ring: RwLock::new(Arc::new(kept.ring()?)),
            source,
        })))
    }

    /// Reads the file again if it is another one than was read last. A file that cannot be used changes
    /// nothing and is not read twice.
    ///
    /// # Errors
    /// [`SecretsError`] naming the file, once for each such file.
    pub fn refresh(&self) -> Result<(), SecretsError> {
        let Source::File { path, read } = &self.0.source else { return Ok(()) };
        let mut read = locked(read);
        let stamp = Stamp::of(path).ok();
        if *read == stamp {
            return Ok(());
        }
        *read = stamp;
        let shown = path.display().to_string();
        let (stamp, json) = file::read(path).map_err(|error| SecretsError::File(shown.clone(), error))?;
        *read = Some(stamp);
        self.take(&Kept::parse(&json).ok_or_else(|| SecretsError::Format(shown.clone()))?, shown)
    }

    /// Takes over the keys of a file, if it is a later state of the same one.
    fn take(&self, kept: &Kept, shown: String) -> Result<(), SecretsError> {
        if !self.is_index_key(kept) {
            return Err(SecretsError::OtherInstallation(shown));
        }
        let ring = kept.ring().ok_or(SecretsError::Format(shown))?;
        *self.0.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// Makes new keys, which sign and seal from now on. Nothing that was signed or sealed before loses
    /// its worth by it.
    ///
    /// # Errors
    /// [`SecretsError`] naming the file, which then is as it was.
    pub fn turn(&self, turn: Turn, at: Instant) -> Result<(), SecretsError> {
        self.change(|kept| kept.turn(turn, at))
    }

    /// Drops sealing keys for good, but never the one that seals.
    ///
    /// # Errors
    /// As [`Secrets::turn`].
    pub fn drop_sealing_keys(&self, ids: &[u8]) -> Result<(), SecretsError> {
        self.change(|kept| {
            kept.drop_sealing_keys(ids);
            Ok(())
        })
    }

    fn change(&self, mut change: impl FnMut(&mut Kept) -> Result<(), SecretsError>) -> Result<(), SecretsError> {
        match &self.0.source {
            Source::Memory(kept) => {
                let mut kept = locked(kept);
                change(&mut kept)?;
                self.take(&kept, String::new())
            }
            Source::File { path, .. } => {
                let shown = path.display().to_string();
                file::replace(path, |json| {
                    let mut kept = Kept::parse(json).ok_or_else(|| SecretsError::Format(shown.clone()))?;
                    if !self.is_index_key(&kept) {
                        return Err(SecretsError::OtherInstallation(shown.clone()));
                    }
                    change(&mut kept)?;
                    Ok(kept.to_json())
                })?;
                self.refresh()
            }
        }
    }

    fn ring(&self) -> Arc<Ring> {
        self.0.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks something up in the ring, and once more after reading the file again if it is not there.
    fn look_up<T>(&self, find: impl Fn(&Ring) -> Option<T>) -> Option<T> {
        find(&self.ring()).or_else(|| {
            if let Err(error) = self.refresh() {
                tracing::error!(%error, "keys are not read again");
            }
            find(&self.ring())
        })
    }

    /// The key that signs tokens now.
    #[must_use]
    pub fn token_key(&self) -> Arc<TokenKey> {
        self.ring().signing()
    }

    /// The key of this name, if tokens that it has signed can still be good.
    #[must_use]
    pub fn verifying_key(&self, kid: &str, now: Instant) -> Option<VerifyingKey> {
        self.look_up(|ring| ring.verifying(kid, now))
    }

    /// The keys by which tokens are verified now, oldest first; the last one signs.
    #[must_use]
    pub fn token_keys(&self, now: Instant) -> Vec<Arc<TokenKey>> {
        self.ring().verifying_keys(now)
    }

    /// Number and age of the sealing keys, oldest first; the last one seals.
    #[must_use]
    pub fn sealing_keys(&self) -> Vec<(u8, Option<Instant>)> {
        self.ring().sealing_keys()
    }

    /// The number of the key that seals now.
    #[must_use]
    pub fn newest_sealing_key(&self) -> u8 {
        self.ring().sealing().id
    }

    #[must_use]
    pub fn sandbox_key(&self) -> &SigningKey {
        &self.0.sandbox_key
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Random bytes from the system.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const BOTH: Turn = Turn { tokens: true, sealing: true, forget_token_keys: false };

    fn now() -> Instant {
        Instant::from_unix_micros(1_790_000_000_000_000)
    }

    fn kids(secrets: &Secrets, at: Instant) -> Vec<String> {
        secrets.token_keys(at).iter().map(|key| key.kid.clone()).collect()
    }

    #[test]
    fn a_turned_ring_opens_and_verifies_what_is_older() {
        for secrets in [Secrets::ephemeral(), in_file().0] {
            let (sealed, token_key) = (secrets.seal("x", "old"), secrets.token_key());
            secrets.turn(BOTH, now()).unwrap();
            assert_eq!(secrets.open("x", &sealed).unwrap(), "old");
            assert_eq!((sealed[0], secrets.seal("x", "new")[0]), (1, 2));
            assert_ne!(secrets.token_key().kid, token_key.kid);
            assert_eq!(kids(&secrets, now()), [token_key.kid.clone(), secrets.token_key().kid.clone()]);
            assert!(secrets.verifying_key(&token_key.kid, now()).is_some());
            let rested = now().plus(TOKEN_KEY_REST);
            assert!(secrets.verifying_key(&token_key.kid, rested).is_none(), "its last token has run out");
            secrets.turn(Turn { sealing: false, ..BOTH }, rested).unwrap();
            assert!(secrets.verifying_key(&token_key.kid, now()).is_none(), "it has been dropped");
            assert_eq!(kids(&secrets, rested).len(), 2);
            assert_eq!(secrets.newest_sealing_key(), 2);
        }
    }

    fn in_file() -> (Secrets, tempfile::TempDir) {
        let directory = tempfile::tempdir().unwrap();
        (Secrets::load_or_create(&directory.path().join("keys.json")).unwrap(), directory)
    }

    #[test]
    fn keys_that_were_stolen_can_be_forgotten_at_once() {
        let secrets = Secrets::ephemeral();
        let stolen = secrets.token_key();
        secrets.turn(Turn { sealing: false, forget_token_keys: true, ..BOTH }, now()).unwrap();
        assert!(secrets.verifying_key(&stolen.kid, now()).is_none());
        assert_eq!(kids(&secrets, now()), [secrets.token_key().kid.clone()]);
    }

    #[test]
    fn another_process_learns_of_new_keys_when_it_meets_them() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys.json");
        let (first, second) = (Secrets::load_or_create(&path).unwrap(), Secrets::load_or_create(&path).unwrap());
        first.turn(BOTH, now()).unwrap();
        assert_ne!(second.token_key().kid, first.token_key().kid);
        assert!(second.verifying_key(&first.token_key().kid, now()).is_some());
        assert_eq!(second.token_key().kid, first.token_key().kid);

        first.turn(BOTH, now()).unwrap();
        assert_eq!(second.open("x", &first.seal("x", "new")).unwrap(), "new");

        first.turn(BOTH, now()).unwrap();
        second.refresh().unwrap();
        assert_eq!(second.newest_sealing_key(), first.newest_sealing_key());
    }

    #[test]
    fn a_file_that_cannot_be_used_changes_nothing_and_is_told_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys.json");
        let secrets = Secrets::load_or_create(&path).unwrap();
        let kid = secrets.token_key().kid.clone();
        fs::write(&path, "half a fi").unwrap();
        assert!(matches!(secrets.refresh(), Err(SecretsError::Format(_))));
        secrets.refresh().unwrap();
        let other = Secrets::load_or_create(&directory.path().join("other.json")).unwrap();
        fs::copy(directory.path().join("other.json"), &path).unwrap();
        assert!(matches!(secrets.refresh(), Err(SecretsError::OtherInstallation(_))));
        assert!(matches!(secrets.turn(BOTH, now()), Err(SecretsError::OtherInstallation(_))));
        assert_eq!(secrets.token_key().kid, kid);
        assert!(secrets.verifying_key(&other.token_key().kid, now()).is_none());
        fs::remove_file(&path).unwrap();
        assert!(secrets.refresh().is_err());
    }
}
