//! The file of the keys on disk: private, whole at any moment, changed by one process at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::{Path, PathBuf};

use super::SecretsError;

/// Tells one state of a file from another without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    inode: u64,
    length: u64,
    changed: (i64, i64),
}

impl Stamp {
    pub fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|metadata| Self::from(&metadata))
    }

    fn from(metadata: &fs::Metadata) -> Self {
        Self { inode: metadata.ino(), length: metadata.len(), changed: (metadata.mtime(), metadata.mtime_nsec()) }
    }
}

/// The text, with the stamp of the very file that it was read from.
pub fn read(path: &Path) -> io::Result<(Stamp, String)> {
    let mut file = File::open(path)?;
    let stamp = Stamp::from(&file.metadata()?);
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok((stamp, text))
}

/// Reads the file; where there is none it is made, by one of the processes that start at once.
pub fn read_or_make(path: &Path, make: impl FnOnce() -> String) -> io::Result<(Stamp, String)> {
    match read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let _lock = lock(path)?;
            if !path.exists() {
                put_beside(path, &make(), None)?;
            }
            read(path)
        }
        outcome => outcome,
    }
}

/// Puts another text in the place of the file's own. A reader sees one or the other, whole, also after a
/// loss of power; owner and group stay.
pub fn replace(path: &Path, change: impl FnOnce(&str) -> Result<String, SecretsError>) -> Result<(), SecretsError> {
    let unusable = |error| SecretsError::File(path.display().to_string(), error);
    // A secret that is mounted is often a link: what it leads to is replaced, not the link.
    let path = path.canonicalize().map_err(unusable)?;
    let _lock = lock(&path).map_err(unusable)?;
    let (_, text) = read(&path).map_err(unusable)?;
    let text = change(&text)?;
    let owner = fs::metadata(&path).map(|metadata| (metadata.uid(), metadata.gid())).map_err(unusable)?;
    put_beside(&path, &text, Some(owner)).map_err(unusable)
}

/// Held until it is dropped, or the process ends in whatever way.
fn lock(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(beside(path, ".lock"))?;
    file.lock()?;
    Ok(file)
}

fn put_beside(path: &Path, text: &str, owner: Option<(u32, u32)>) -> io::Result<()> {
    let new = beside(path, ".new");
    // What a process left that was killed half-way; the lock says that nobody is at it now.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write_private(&new, text)?;
    if let Some((user, group)) = owner {
        chown(&new, Some(user), Some(group))?;
    }
    fs::rename(&new, path)?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(directory)?.sync_all()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Writes a file that only its owner may read, and never over another one.
///
/// # Errors
/// Those of the file system.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
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
    use crate::kernel::Instant;
    use crate::secrets::{Secrets, Turn};
    use std::os::unix::fs::PermissionsExt;

    const BOTH: Turn = Turn { tokens: true, sealing: true, forget_token_keys: false };

    fn now() -> Instant {
        Instant::from_unix_micros(1_790_000_000_000_000)
    }

    #[test]
    fn the_file_is_private_and_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/keys.json");
        let made = Secrets::load_or_create(&path).unwrap();
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        let again = Secrets::load_or_create(&path).unwrap();
        assert_eq!(made.blind_index("x"), again.blind_index("x"));
        made.turn(BOTH, now()).unwrap();
        assert_eq!(mode(), 0o600);
        fs::write(&path, "{}").unwrap();
        assert!(matches!(Secrets::load_or_create(&path), Err(SecretsError::Format(_))));
    }

    #[test]
    fn processes_that_start_at_once_have_the_same_keys() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys.json");
        let starting: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || Secrets::load_or_create(&path).unwrap().blind_index("x"))
            })
            .collect();
        let mut found: Vec<_> = starting.into_iter().map(|thread| thread.join().unwrap()).collect();
        found.dedup();
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn keys_that_turn_at_once_are_all_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys.json");
        Secrets::load_or_create(&path).unwrap();
        let turning: Vec<_> = (0..8)
            .map(|_| {
                let secrets = Secrets::load_or_create(&path).unwrap();
                std::thread::spawn(move || secrets.turn(BOTH, now()).unwrap())
            })
            .collect();
        turning.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(Secrets::load_or_create(&path).unwrap().sealing_keys().len(), 9);
    }
}
