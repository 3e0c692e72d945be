//! The access log: who looked at whose personal data, and why.
//!
//! What always holds: a row is written in the transaction in which something is shown unmasked, and
//! never changed or removed (triggers refuse it). The person concerned and the auditors of the place
//! read it. Table: `data_accesses`.

pub mod http;
mod store;

use uuid::Uuid;

pub use store::{Entry, Filter, count_of_user, list_in_scope, list_of_people, list_of_user};

use crate::db::{Conn, DbResult};
use crate::kernel::{Act, Any, Id, RegionCode, UserId, text_enum};

/// Of a thing or a person whose kind is told beside it.
pub type AnyId = Id<Any>;

text_enum! {
    /// In what kind of thing the data stood.
    pub enum ThingKind as AccessedKind {
        Person = "household_person",
        Evidence = "evidence",
        Order = "order",
        User = "user",
    }
}

/// Whose data it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    User(UserId),
    /// A person of a household, who mostly has no account.
    Person(AnyId),
}

impl Subject {
    #[must_use]
    pub const fn person<T>(id: Id<T>) -> Self {
        Self::Person(Id::from_uuid(id.uuid()))
    }
}

/// Somebody's data is shown to somebody else.
#[derive(Debug, Clone)]
pub struct Access<'a> {
    pub subject: Subject,
    /// Where the auditors who may know of it audit.
    pub village_code: Option<&'a RegionCode>,
    pub fields: &'a [&'a str],
    pub thing_kind: ThingKind,
    pub thing_id: Uuid,
    /// The person concerned reads it.
    pub reason: &'a str,
}

/// Writes down that somebody looks. Call it in the transaction of what they get to see.
///
/// # Errors
/// Those of the database.
///
/// # Panics
/// If the program itself looks: nothing is unmasked for it.
pub fn record(conn: &mut Conn, act: &Act, access: &Access<'_>) -> DbResult<()> {
    let actor_id = act.user_id.expect("a person looks");
    store::insert(conn, act, actor_id, access)
}
