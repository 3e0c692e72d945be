//! Typed ids (UUIDv7) and where new ones come from.

use diesel::{AsExpression, FromSqlRow};
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::{IdSql, Instant, Invalid};

/// The id of one `T`; ids of different things do not mix.
///
/// UUIDv7, so ids made later sort later and index pages stay warm.
#[derive(AsExpression, FromSqlRow)]
#[diesel(sql_type = IdSql)]
pub struct Id<T: 'static> {
    uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, of: PhantomData }
    }

    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// The same id where the kind of thing is told elsewhere.
    #[must_use]
    pub const fn any(self) -> Id<Any> {
        Id::from_uuid(self.uuid)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Uuid::try_parse(text).map(Self::from_uuid).map_err(|_| Invalid::new("invalid_id"))
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.uuid.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}
impl<T> PartialSchema for Id<T> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
            .description(Some("UUIDv7"))
            .into()
    }
}
impl<T> ToSchema for Id<T> {
    fn name() -> Cow<'static, str> {
        "Id".into()
    }
}

/// Stands for the kind of thing where it is told elsewhere, or does not matter.
pub enum Any {}

/// Makes ids and unguessable codes: from the system's randomness, or from a seed where the
/// same run must give the same data (the demonstration, the simulation).
pub struct IdSource(Mutex<StdRng>);

/// Crockford's base 32 without the letters that are misread on paper.
const CODE_ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Whether `text` can be a code that [`IdSource::new_code`] made; nothing else is looked for.
#[must_use]
pub fn is_code(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|byte| CODE_ALPHABET.contains(&byte))
}

impl IdSource {
    #[must_use]
    pub fn random() -> Self {
        Self(Mutex::new(StdRng::from_os_rng()))
    }

    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    pub fn new_id<T>(&self, at: Instant) -> Id<T> {
        let mut random = [0; 10];
        self.with(|rng| rng.fill_bytes(&mut random));
        Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(at.unix_millis(), &random).into_uuid())
    }

    /// A code to print or to say: 5 bits for each of `length` characters.
    pub fn new_code(&self, length: usize) -> String {
        self.with(|rng| {
            (0..length).map(|_| char::from(CODE_ALPHABET[rng.random_range(0..CODE_ALPHABET.len())])).collect()
        })
    }

    fn with<R>(&self, draw: impl FnOnce(&mut StdRng) -> R) -> R {
        // A generator has no half-done state worth refusing, so a poisoned lock is taken over.
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let at = Instant::from_unix_micros(1_700_000_000_000_000);
        let draw = || {
            let ids = IdSource::seeded(7);
            (ids.new_id::<Thing>(at), ids.new_code(12))
        };
        assert_eq!(draw(), draw());
        assert_eq!(draw().0.uuid().get_version_num(), 7);
        assert_eq!(draw().1.len(), 12);
    }

    #[test]
    fn text_that_is_no_id_is_refused() {
        assert_eq!("42".parse::<Id<Thing>>().unwrap_err().code, "invalid_id");
    }
}
