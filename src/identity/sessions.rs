//! Sessions: a log-in on one device, and all the tokens that follow from it.
//!
//! What always holds: a refresh token is good once, and its successor is derived from it, so that the
//! chain never forks; a token that comes back after the leeway ends the session.

use std::time::Duration;

use super::IdentityError;
use super::store_sessions::{self as store, RefreshRow};
use super::token::{self, REFRESH_LIFE, SESSION_LIFE};
use crate::db::Conn;
use crate::kernel::{Act, Id, UserId, text_enum};
use crate::log::{self, Change, Subject};
use crate::secrets::Secrets;

pub use super::store_sessions::Session;

pub type SessionId = Id<Session>;

/// A session that has just begun or been renewed, with the refresh token, which is shown this once.
#[derive(Debug, Clone)]
pub struct Opened {
    pub session: Session,
    pub refresh: String,
}

/// Begins a session.
///
/// # Errors
/// Those of the database.
pub fn begin(
    conn: &mut Conn,
    act: &Act,
    user_id: UserId,
    device: &str,
    with_second_factor: bool,
) -> Result<Opened, IdentityError> {
    let session = Session {
        id: act.new_id(),
        user_id,
        device: device.to_owned(),
        began_at: act.at,
        last_used_at: act.at,
        second_factor_at: with_second_factor.then_some(act.at),
    };
    store::insert(conn, &session)?;
    let refresh = token::new_refresh();
    insert_refresh(conn, act, &session, &refresh)?;
    Ok(Opened { session, refresh })
}

fn insert_refresh(conn: &mut Conn, act: &Act, session: &Session, refresh: &str) -> Result<(), IdentityError> {
    let row = RefreshRow {
        token_hash: token::digest(refresh),
        session_id: session.id,
        issued_at: act.at,
        expires_at: act.at.plus(REFRESH_LIFE).min(session.began_at.plus(SESSION_LIFE)),
        used_at: None,
    };
    Ok(store::insert_refresh(conn, &row)?)
}

/// What became of a refresh token. A refusal is an outcome, not an error: it ends the session, and
/// that has to be kept.
pub enum Renewal {
    Renewed(Opened),
    Refused,
}

/// How long a token that was used may come back: a page that is reloaded while it renews its session,
/// or two tabs that do so at once, must not sign anybody out. They get the same successor.
pub const REUSE_LEEWAY: Duration = Duration::from_secs(20);

/// Trades a refresh token for the next one. A token used again after the leeway has been stolen, or its
/// thief was first: the session ends.
///
/// # Errors
/// Those of the database.
pub fn renew(conn: &mut Conn, act: &Act, secrets: &Secrets, refresh: &str) -> Result<Renewal, IdentityError> {
    let token_hash = token::digest(refresh);
    let Some(row) = store::find_refresh(conn, &token_hash)? else { return Ok(Renewal::Refused) };
    let is_first = store::use_refresh(conn, &token_hash, act.at)?;
    let Some(session) = store::find_open(conn, row.session_id)? else { return Ok(Renewal::Refused) };
    if row.expires_at <= act.at {
        end(conn, act, session.id, EndReason::Rested)?;
        return Ok(Renewal::Refused);
    }
    if !is_first && !was_just_used(conn, act, &token_hash)? {
        end(conn, act, session.id, EndReason::TokenReused)?;
        return Ok(Renewal::Refused);
    }
    let successor = token::successor(secrets, refresh);
    if is_first {
        insert_refresh(conn, act, &session, &successor)?;
        store::update_used(conn, session.id, act.at)?;
    }
    Ok(Renewal::Renewed(Opened { session, refresh: successor }))
}

/// Read after the attempt to use it, so that a tab that was faster is seen.
fn was_just_used(conn: &mut Conn, act: &Act, token_hash: &[u8]) -> Result<bool, IdentityError> {
    let used_at = store::find_refresh(conn, token_hash)?.and_then(|row| row.used_at);
    Ok(used_at.is_some_and(|used_at| act.at <= used_at.plus(REUSE_LEEWAY)))
}

text_enum! {
    /// Why a session has ended; its owner reads it in the log.
    pub enum EndReason {
        SignedOut = "signed_out",
        TokenReused = "token_reused",
        Rested = "rested",
        PasswordChanged = "password_changed",
        SecondFactorReset = "second_factor_reset",
        AccountDeleted = "account_deleted",
    }
}

/// Ends a session; ending it again changes nothing.
///
/// # Errors
/// Those of the database.
pub fn end(conn: &mut Conn, act: &Act, id: SessionId, why: EndReason) -> Result<(), IdentityError> {
    let Some(session) = store::find_open(conn, id)? else { return Ok(()) };
    if store::end(conn, id, act.at, why.as_str())? {
        let change = Change::new(Subject::User, session.user_id, "end_session").because(Some(why.as_str()));
        log::append(conn, act, &change)?;
    }
    Ok(())
}

/// Ends the session that the refresh token belongs to, if there is one.
///
/// # Errors
/// Those of the database.
pub fn end_by_token(conn: &mut Conn, act: &Act, refresh: &str) -> Result<(), IdentityError> {
    match store::find_refresh(conn, &token::digest(refresh))? {
        Some(row) => end(conn, act, row.session_id, EndReason::SignedOut),
        None => Ok(()),
    }
}

/// Ends everywhere that somebody is signed in, but for the session to keep.
///
/// # Errors
/// Those of the database.
pub fn end_all(
    conn: &mut Conn,
    act: &Act,
    user_id: UserId,
    keep: Option<SessionId>,
    why: EndReason,
) -> Result<(), IdentityError> {
    for session in store::list_open(conn, user_id)? {
        if Some(session.id) != keep {
            end(conn, act, session.id, why)?;
        }
    }
    Ok(())
}

/// Where somebody is signed in, last used first.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, user_id: UserId) -> Result<Vec<Session>, IdentityError> {
    Ok(store::list_open(conn, user_id)?)
}
