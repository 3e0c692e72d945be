//! Writing messages, and clearing them away.

use std::time::Duration;

use super::Kind;
use super::store::{self, Message};
use crate::db::{Conn, DbResult};
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Any, Id, Instant, Money, RegionCode, Role, UserId};

/// How long a message is kept; longer than any claim, season or term of payment.
const KEPT: Duration = Duration::from_secs(365 * 24 * 3600);

/// Something that somebody is to know.
pub struct Told<'a> {
    to: To<'a>,
    kind: Kind,
    thing_id: Id<Any>,
    number: Option<&'a str>,
    amount_fen: Option<Money>,
}

enum To<'a> {
    Person(UserId),
    Role(Role, &'a RegionCode),
}

impl<'a> Told<'a> {
    #[must_use]
    pub const fn person<T>(user_id: UserId, kind: Kind, thing: Id<T>) -> Self {
        Self { to: To::Person(user_id), kind, thing_id: thing.any(), number: None, amount_fen: None }
    }

    /// Everybody who has the role at the place.
    #[must_use]
    pub const fn role<T>(role: Role, place: &'a RegionCode, kind: Kind, thing: Id<T>) -> Self {
        Self { to: To::Role(role, place), kind, thing_id: thing.any(), number: None, amount_fen: None }
    }

    /// By what it is called: the number of an order, a title.
    #[must_use]
    pub const fn called(self, number: &'a str) -> Self {
        Self { number: Some(number), ..self }
    }

    #[must_use]
    pub const fn amount(self, amount_fen: Money) -> Self {
        Self { amount_fen: Some(amount_fen), ..self }
    }
}

/// Tells people, in the transaction of what happened.
///
/// # Errors
/// Those of the database.
pub fn tell(conn: &mut Conn, act: &Act, told: &[Told<'_>]) -> DbResult<()> {
    let of_others = |it: &&Told<'_>| !matches!(it.to, To::Person(id) if act.user_id == Some(id));
    let messages: Vec<Message> = told.iter().filter(of_others).map(|it| write(act, it)).collect();
    store::insert_all(conn, &messages)?;
    for message in messages.iter().filter(|message| message.user_id.is_some() && message.kind.is_urgent()) {
        jobs::enqueue(conn, act, JobKind::SendInboxMessage, message.id, act.at)?;
    }
    Ok(())
}

fn write(act: &Act, told: &Told<'_>) -> Message {
    let (user_id, role, region_code) = match told.to {
        To::Person(id) => (Some(id), None, None),
        To::Role(role, place) => (None, Some(role), Some(place.clone())),
    };
    Message {
        id: act.new_id(),
        user_id,
        role,
        region_code,
        kind: told.kind,
        thing_id: told.thing_id,
        number: told.number.map(ToOwned::to_owned),
        amount_fen: told.amount_fen,
        created_at: act.at,
    }
}

/// Forgets what somebody was told: their account is deleted.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, user_id: UserId) -> DbResult<()> {
    store::delete_all_of(conn, user_id)
}

/// Clears what is older than a year.
///
/// # Errors
/// Those of the database.
pub fn tidy(conn: &mut Conn, at: Instant) -> DbResult<()> {
    store::delete_older(conn, at.minus(KEPT))
}
