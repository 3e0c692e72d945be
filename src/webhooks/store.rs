//! Queries of webhooks and their messages.

use diesel::prelude::*;

use super::{Event, MessageId, MessageState, WebhookId};
use crate::db::schema::{webhook_messages, webhooks};
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::kernel::{Cursor, Instant, Page, RegionCode, Scope, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhooks)]
#[diesel(treat_none_as_default_value = false)]
pub struct Webhook {
    pub id: WebhookId,
    pub region_code: RegionCode,
    pub url: String,
    pub secret_sealed: Vec<u8>,
    pub created_by: UserId,
    pub created_at: Instant,
    pub disabled_at: Option<Instant>,
    pub disabled_reason: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_messages)]
#[diesel(treat_none_as_default_value = false)]
pub struct Message {
    pub id: MessageId,
    pub webhook_id: WebhookId,
    pub event: Event,
    pub body: String,
    pub state: MessageState,
    pub attempts: i64,
    pub last_answer: Option<String>,
    pub created_at: Instant,
    pub done_at: Option<Instant>,
}

pub fn insert(conn: &mut Conn, webhook: &Webhook) -> DbResult<()> {
    diesel::insert_into(webhooks::table).values(webhook).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: WebhookId) -> DbResult<Option<Webhook>> {
    Ok(webhooks::table.find(id).select(Webhook::as_select()).first(conn).optional()?)
}

/// Those that are told of what happens at a place: their region holds it.
pub fn list_for(conn: &mut Conn, place: &RegionCode) -> DbResult<Vec<Webhook>> {
    let mut around = place.ancestors();
    around.push(place.clone());
    Ok(webhooks::table
        .filter(webhooks::region_code.eq_any(around))
        .filter(webhooks::disabled_at.is_null())
        .order(webhooks::id)
        .select(Webhook::as_select())
        .load(conn)?)
}

pub fn list_in_scope(conn: &mut Conn, scope: &Scope, limit: i64, after: Option<Cursor>) -> DbResult<Page<Webhook>> {
    let load = |region: &RegionCode| {
        let query = webhooks::table
            .filter(lies_in!(webhooks::region_code, region))
            .order((webhooks::created_at.desc(), webhooks::id.desc()))
            .limit(limit + 1)
            .select(Webhook::as_select())
            .into_boxed();
        Ok(older_than!(query, webhooks::created_at, webhooks::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Webhook| Cursor::at(last.created_at, last.id))
}

/// Ends a webhook; false if it had ended before.
pub fn disable(conn: &mut Conn, id: WebhookId, at: Instant, reason: &str) -> DbResult<bool> {
    let row = webhooks::table.find(id).filter(webhooks::disabled_at.is_null());
    let set = (webhooks::disabled_at.eq(at), webhooks::disabled_reason.eq(reason));
    Ok(diesel::update(row).set(set).execute(conn)? == 1)
}

pub fn insert_message(conn: &mut Conn, message: &Message) -> DbResult<()> {
    diesel::insert_into(webhook_messages::table).values(message).execute(conn)?;
    Ok(())
}

pub fn find_message(conn: &mut Conn, id: MessageId) -> DbResult<Option<Message>> {
    Ok(webhook_messages::table.find(id).select(Message::as_select()).first(conn).optional()?)
}

pub fn list_messages(conn: &mut Conn, id: WebhookId, limit: i64, after: Option<Cursor>) -> DbResult<Page<Message>> {
    let query = webhook_messages::table
        .filter(webhook_messages::webhook_id.eq(id))
        .order((webhook_messages::created_at.desc(), webhook_messages::id.desc()))
        .limit(limit + 1)
        .select(Message::as_select())
        .into_boxed();
    let rows = older_than!(query, webhook_messages::created_at, webhook_messages::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Message| Cursor::at(last.created_at, last.id)))
}

/// Puts down how an attempt ended.
pub fn record_attempt(conn: &mut Conn, id: MessageId, answer: &str) -> DbResult<()> {
    let set = (webhook_messages::attempts.eq(webhook_messages::attempts + 1), webhook_messages::last_answer.eq(answer));
    diesel::update(webhook_messages::table.find(id)).set(set).execute(conn)?;
    Ok(())
}

/// Ends a message that was pending.
pub fn finish(conn: &mut Conn, id: MessageId, state: MessageState, at: Instant) -> DbResult<()> {
    let row = webhook_messages::table.find(id).filter(webhook_messages::state.eq(MessageState::Pending));
    diesel::update(row).set((webhook_messages::state.eq(state), webhook_messages::done_at.eq(at))).execute(conn)?;
    Ok(())
}

pub fn delete_ended(conn: &mut Conn, before: Instant) -> DbResult<()> {
    diesel::delete(webhook_messages::table.filter(webhook_messages::done_at.lt(before))).execute(conn)?;
    Ok(())
}
