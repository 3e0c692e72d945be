//! A repeated request is answered, not carried out again.
//!
//! The answer is saved in the transaction of its effect, under the caller and the key, with a
//! fingerprint of the request: same key and same request give the saved answer, same key and
//! another request are refused. A refusal is not saved: nothing happened.

use actix_web::HttpResponse;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};
use diesel::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::future::{Ready, ready};

use super::{ApiError, ApiResult, Code};
use crate::db::schema::{idempotency_keys, users};
use crate::db::{Conn, DbResult};
use crate::kernel::{Instant, UserId};
use crate::secrets::Secrets;

/// The `Idempotency-Key` of a request that may be sent without one.
#[derive(Debug, Clone)]
pub struct OptionalKey {
    key: Option<String>,
    address: String,
}

/// The `Idempotency-Key` of a request that may not.
#[derive(Debug, Clone)]
pub struct RequiredKey(OptionalKey);

/// Whose request it is, under which key, and what exactly was asked; with what seals its answer, which
/// may hold an address.
#[derive(Clone)]
pub struct Ticket {
    pub user_id: UserId,
    pub key: String,
    pub request_hash: Vec<u8>,
    secrets: Secrets,
}

impl Ticket {
    #[must_use]
    pub fn new(user_id: UserId, key: String, request_hash: Vec<u8>, secrets: &Secrets) -> Self {
        Self { user_id, key, request_hash, secrets: secrets.clone() }
    }

    /// What the saved answer is bound to.
    fn context(&self) -> String {
        format!("idempotency_keys.body:{}:{}", self.user_id, self.key)
    }
}

/// The longest key; a UUID has 36 characters.
const KEY_MAX: usize = 200;

impl FromRequest for OptionalKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let address = format!("{} {}", request.method(), request.path());
        let Some(header) = request.headers().get("Idempotency-Key") else {
            return ready(Ok(Self { key: None, address }));
        };
        let key = header.to_str().ok().filter(|key| (1..=KEY_MAX).contains(&key.len()) && !key.contains(' '));
        ready(match key {
            Some(key) => Ok(Self { key: Some(key.to_owned()), address }),
            None => Err(ApiError::new(Code::IdempotencyKeyRequired)),
        })
    }
}

impl FromRequest for RequiredKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = OptionalKey::from_request(request, payload).into_inner();
        ready(key.and_then(|key| match key.key {
            Some(_) => Ok(Self(key)),
            None => Err(ApiError::new(Code::IdempotencyKeyRequired)),
        }))
    }
}

impl OptionalKey {
    /// `None` if the caller sent no key. `body` is the digest of the request's body, if it has one.
    #[must_use]
    pub fn ticket(self, user_id: UserId, body: &[u8], secrets: &Secrets) -> Option<Ticket> {
        let request_hash = Sha256::new().chain_update(self.address).chain_update(body).finalize().to_vec();
        self.key.map(|key| Ticket::new(user_id, key, request_hash, secrets))
    }
}

impl RequiredKey {
    /// # Panics
    /// Never: the extractor lets no request without a key pass.
    #[must_use]
    pub fn ticket(self, user_id: UserId, body: &[u8], secrets: &Secrets) -> Ticket {
        self.0.ticket(user_id, body, secrets).expect("the key was checked")
    }
}

/// An answer as it went out the first time.
#[derive(Debug, Clone)]
pub struct Saved {
    pub status: StatusCode,
    pub body: String,
}

impl Saved {
    /// # Errors
    /// [`serde_json::Error`] if `value` cannot be written as JSON.
    pub fn new(status: StatusCode, value: &impl Serialize) -> serde_json::Result<Self> {
        Ok(Self { status, body: serde_json::to_string(value)? })
    }

    #[must_use]
    pub fn into_response(self) -> HttpResponse {
        HttpResponse::build(self.status).content_type("application/json").body(self.body)
    }
}

/// Carries out `work` unless the ticket was used before; call it inside `Db::write`.
///
/// # Errors
/// `idempotency_conflict` if the key was used for another request, and those of `work`.
pub fn once<T: Serialize>(
    conn: &mut Conn,
    ticket: Option<&Ticket>,
    at: Instant,
    status: StatusCode,
    work: impl FnOnce(&mut Conn) -> ApiResult<T>,
) -> ApiResult<Saved> {
    let Some(ticket) = ticket else { return Saved::new(status, &work(conn)?).map_err(ApiError::internal) };
    lock_user(conn, ticket.user_id)?;
    if let Some(saved) = load(conn, ticket)? {
        return saved;
    }
    let saved = Saved::new(status, &work(conn)?).map_err(ApiError::internal)?;
    save(conn, ticket, &saved, at)?;
    Ok(saved)
}

/// Requests of one person with a key run one after the other, so that two with the same key
/// cannot both find nothing saved. SQLite has one writer anyway.
fn lock_user(conn: &mut Conn, user_id: UserId) -> DbResult<()> {
    if let Conn::Pg(conn) = conn {
        users::table.find(user_id).select(users::id).for_no_key_update().first::<UserId>(conn)?;
    }
    Ok(())
}

/// The saved answer to this very request, or the refusal of another one under its key.
fn load(conn: &mut Conn, ticket: &Ticket) -> DbResult<Option<ApiResult<Saved>>> {
    let row = idempotency_keys::table
        .find((ticket.user_id, &ticket.key))
        .select(KeyRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(|row| replay(ticket, &row)))
}

/// The answer that a row holds.
///
/// # Errors
/// `idempotency_conflict` if it was another request; `internal` for an answer sealed with another key.
pub fn replay(ticket: &Ticket, row: &KeyRow) -> ApiResult<Saved> {
    if row.request_hash != ticket.request_hash {
        return Err(ApiError::new(Code::IdempotencyConflict));
    }
    let status = u16::try_from(row.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let body = ticket.secrets.open(&ticket.context(), &row.body_sealed).map_err(ApiError::internal)?;
    Ok(Saved { status: status.unwrap_or(StatusCode::OK), body })
}

/// Forgets the answers that somebody was given: they may hold an address.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, user_id: UserId) -> DbResult<()> {
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::user_id.eq(user_id))).execute(conn)?;
    Ok(())
}

fn save(conn: &mut Conn, ticket: &Ticket, saved: &Saved, at: Instant) -> DbResult<()> {
    diesel::insert_into(idempotency_keys::table).values(row(ticket, saved, at)).execute(conn)?;
    Ok(())
}

/// Forgets the answers of requests that nobody repeats any more.
///
/// # Errors
/// Those of the database.
pub fn forget_older(conn: &mut Conn, than: Instant) -> DbResult<()> {
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(than))).execute(conn)?;
    Ok(())
}

/// A saved answer; a batch reads and inserts many at once.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys)]
#[diesel(treat_none_as_default_value = false)]
pub struct KeyRow {
    pub user_id: UserId,
    pub key: String,
    request_hash: Vec<u8>,
    status: i64,
    body_sealed: Vec<u8>,
    created_at: Instant,
}

/// The row that saves `saved` under `ticket`.
#[must_use]
pub fn row(ticket: &Ticket, saved: &Saved, at: Instant) -> KeyRow {
    KeyRow {
        user_id: ticket.user_id,
        key: ticket.key.clone(),
        request_hash: ticket.request_hash.clone(),
        status: i64::from(saved.status.as_u16()),
        body_sealed: ticket.secrets.seal(&ticket.context(), &saved.body),
        created_at: at,
    }
}
