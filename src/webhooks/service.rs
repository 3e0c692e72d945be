//! Use cases of webhooks.

use rand::RngCore;
use serde_json::json;
use std::time::Duration;

use super::rules::{SECRET_BYTES, show_secret};
use super::store::{self, Message, Webhook};
use super::{Event, MessageId, MessageState, WebhookError, WebhookId};
use crate::db::{Conn, DbResult};
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Instant, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::secrets::Secrets;

/// How long messages are kept that ended.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

pub(super) fn sealing_context(id: WebhookId) -> String {
    format!("webhooks.secret:{id}")
}

/// Begins to tell an address of what happens in a region; gives the secret, which is shown this once.
///
/// # Errors
/// Those of the database.
pub fn register(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    by: UserId,
    region_code: &RegionCode,
    url: &url::Url,
) -> Result<(Webhook, String), WebhookError> {
    let mut secret = [0; SECRET_BYTES];
    rand::rng().fill_bytes(&mut secret);
    let secret = show_secret(&secret);
    let id = act.new_id();
    let webhook = Webhook {
        id,
        region_code: region_code.clone(),
        url: url.to_string(),
        secret_sealed: secrets.seal(&sealing_context(id), &secret),
        created_by: by,
        created_at: act.at,
        disabled_at: None,
        disabled_reason: None,
    };
    store::insert(conn, &webhook)?;
    log::append(conn, act, &Change::new(Subject::Webhook, id, "register"))?;
    Ok((webhook, secret))
}

/// A webhook of a region inside the scope.
///
/// # Errors
/// [`WebhookError::NotFound`].
pub fn load(conn: &mut Conn, scope: &Scope, id: WebhookId) -> Result<Webhook, WebhookError> {
    store::find(conn, id)?.filter(|webhook| scope.covers(&webhook.region_code)).ok_or(WebhookError::NotFound)
}

/// Tells nothing more; what waits is given up. Doing so again changes nothing.
///
/// # Errors
/// Those of the database.
pub fn disable(conn: &mut Conn, act: &Act, id: WebhookId, reason: &str) -> DbResult<()> {
    if store::disable(conn, id, act.at, reason)? {
        log::append(conn, act, &Change::new(Subject::Webhook, id, "disable").because(Some(reason)))?;
    }
    Ok(())
}

/// Tells everybody who wants to know of what happened at a place, as soon as the transaction is through.
/// `data` holds no personal data.
///
/// # Errors
/// Those of the database.
pub fn publish(conn: &mut Conn, act: &Act, event: Event, place: &RegionCode, data: &serde_json::Value) -> DbResult<()> {
    for webhook in store::list_for(conn, place)? {
        send(conn, act, webhook.id, event, data)?;
    }
    Ok(())
}

/// Sends a message to one webhook.
///
/// # Errors
/// Those of the database.
pub fn send(conn: &mut Conn, act: &Act, id: WebhookId, event: Event, data: &serde_json::Value) -> DbResult<()> {
    let message = Message {
        id: act.new_id(),
        webhook_id: id,
        event,
        body: json!({ "type": event, "timestamp": act.at, "data": data }).to_string(),
        state: MessageState::Pending,
        attempts: 0,
        last_answer: None,
        created_at: act.at,
        done_at: None,
    };
    store::insert_message(conn, &message)?;
    jobs::enqueue(conn, act, JobKind::DeliverWebhook, message.id, act.at)
}

/// Clears messages that ended a month ago.
///
/// # Errors
/// Those of the database.
pub fn tidy(conn: &mut Conn, at: Instant) -> DbResult<()> {
    store::delete_ended(conn, at.minus(KEPT))
}

/// Puts down how a message ended that [`super::deliver`] has told or given up.
///
/// # Errors
/// Those of the database.
pub fn finish(conn: &mut Conn, act: &Act, id: MessageId) -> DbResult<()> {
    let Some(message) = store::find_message(conn, id)? else { return Ok(()) };
    let answer = message.last_answer.as_deref().unwrap_or_default();
    if answer.starts_with('2') {
        return store::finish(conn, id, MessageState::Delivered, act.at);
    }
    if answer == "410" {
        disable(conn, act, message.webhook_id, "gone")?;
    }
    store::finish(conn, id, MessageState::GivenUp, act.at)
}
