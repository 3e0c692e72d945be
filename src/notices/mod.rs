//! Messages to people: a code, a word that something changed.
//!
//! What always holds: a message is a sealed row, written in the transaction that causes it, and gone once
//! the notifier has taken it; it is sent at least once, and stands in no log. Table: `notices`.

mod store;

pub use store::Notice;

use crate::context::Context;
use crate::db::{Conn, DbError};
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Id};
use crate::notifier::{Channel, Message, NotifierError};
use crate::secrets::{Secrets, SecretsError};

#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error("the message cannot be written or read: {0}")]
    Form(#[from] serde_json::Error),
    #[error(transparent)]
    Notifier(#[from] NotifierError),
    #[error(transparent)]
    Db(#[from] DbError),
}

fn sealing_context(id: Id<Notice>) -> String {
    format!("notices.message:{id}")
}

/// Sends a message as soon as the transaction is through.
///
/// # Errors
/// Those of the database.
pub fn send(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    channel: Channel,
    message: &Message,
) -> Result<(), NoticeError> {
    let id = act.new_id();
    let message_sealed = secrets.seal(&sealing_context(id), &serde_json::to_string(message)?);
    store::insert(conn, &Notice { id, channel, message_sealed, created_at: act.at })?;
    Ok(jobs::enqueue(conn, act, JobKind::SendNotice, id, act.at)?)
}

/// Hands a message to the notifier; outside of any transaction, because it may take long.
///
/// # Errors
/// Those of the notifier; then it is tried again later.
pub fn deliver(context: &Context, id: Id<Notice>) -> Result<(), NoticeError> {
    let Some(notice) = context.db.read_blocking(|conn| store::find(conn, id))? else { return Ok(()) };
    let message: Message = serde_json::from_str(&context.secrets.open(&sealing_context(id), &notice.message_sealed)?)?;
    Ok(context.notifier.send(notice.channel, &message)?)
}

/// Forgets a message that was sent.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, id: Id<Notice>) -> Result<(), NoticeError> {
    Ok(store::delete(conn, id)?)
}
