//! Use cases of people: registering, logging in, renewing and ending a session, entrusting staff.

use std::time::Duration;

use super::store::{self, Family, RefreshRow, UserRow};
use super::token::{self, REFRESH_LIFE};
use super::types::Grant;
use super::{IdentityError, Password, Phone, password};
use crate::db::Conn;
use crate::kernel::{Act, Id, Invalid, Role, UserId};
use crate::log::{self, Change, Subject};
use crate::regions;
use crate::secrets::Secrets;

/// Makes an account. The hash is made before, off the database's thread.
///
/// # Errors
/// [`IdentityError::PhoneTaken`].
pub fn register(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    phone: &Phone,
    display_name: &str,
    password_hash: &str,
) -> Result<UserId, IdentityError> {
    let id: UserId = act.new_id();
    let row = UserRow {
        id,
        phone_sealed: secrets.seal(&store::phone_context(id), phone.as_str()),
        phone_index: secrets.blind_index(phone.as_str()),
        display_name,
        password_hash,
        created_at: act.at,
    };
    store::insert_user(conn, &row)
        .map_err(|error| if error.is_unique_violation() { IdentityError::PhoneTaken } else { error.into() })?;
    log::append(conn, &Act { user_id: Some(id), ..act.clone() }, &Change::new(Subject::User, id, "register"))?;
    Ok(id)
}

/// Entrusts somebody with a role in a region.
///
/// # Errors
/// `unknown_word` for a role that is nobody's to grant, `unknown_region`.
pub fn entrust(conn: &mut Conn, act: &Act, user_id: UserId, grant: &Grant) -> Result<(), IdentityError> {
    if matches!(grant.role, Role::Buyer | Role::System) {
        return Err(Invalid::new("unknown_word").with("word", grant.role).into());
    }
    if !regions::exists(conn, &grant.region_code)? {
        return Err(Invalid::new("unknown_region").into());
    }
    store::insert_grant(conn, act.new_id(), user_id, grant, act.user_id, act.at)?;
    let reason = format!("{} {}", grant.role, grant.region_code);
    log::append(conn, act, &Change::new(Subject::User, user_id, "entrust").because(Some(&reason)))?;
    Ok(())
}

/// The account behind a phone number and its password hash.
///
/// # Errors
/// Those of the database.
pub fn find_credentials(
    conn: &mut Conn,
    secrets: &Secrets,
    phone: &Phone,
) -> Result<Option<(UserId, String)>, IdentityError> {
    Ok(store::find_user_by_phone(conn, &secrets.blind_index(phone.as_str()))?)
}

/// Checks a password; an unknown phone number takes as long as a wrong password, so that the time
/// of the answer does not tell which numbers have accounts.
///
/// # Errors
/// [`IdentityError::WrongCredentials`].
pub fn check_password(
    credentials: Option<(UserId, String)>,
    given: &Password,
    memory_kib: u32,
) -> Result<UserId, IdentityError> {
    match credentials {
        Some((user_id, hash)) if password::verify(given, &hash) => Ok(user_id),
        Some(_) => Err(IdentityError::WrongCredentials),
        None => {
            password::hash(given, memory_kib)?;
            Err(IdentityError::WrongCredentials)
        }
    }
}

/// Begins a session and gives the refresh token, which is shown this once.
///
/// # Errors
/// Those of the database.
pub fn begin_session(conn: &mut Conn, act: &Act, user_id: UserId) -> Result<String, IdentityError> {
    issue_refresh(conn, act, user_id, act.new_id())
}

fn issue_refresh(conn: &mut Conn, act: &Act, user_id: UserId, family_id: Id<Family>) -> Result<String, IdentityError> {
    let refresh = token::new_refresh();
    let row = RefreshRow {
        token_hash: token::digest(&refresh),
        family_id,
        user_id,
        issued_at: act.at,
        expires_at: act.at.plus(REFRESH_LIFE),
        used_at: None,
    };
    store::insert_refresh(conn, &row)?;
    Ok(refresh)
}

/// What became of a refresh token. A refusal is an outcome, not an error: it ends the session, and
/// that has to be kept.
pub enum Renewal {
    Renewed { user_id: UserId, refresh: String },
    Refused,
}

/// How long a token that was used may be used again: a page that is reloaded while it renews its
/// session, or two tabs that do so at once, must not sign anybody out.
pub const REUSE_LEEWAY: Duration = Duration::from_secs(20);

/// Trades a refresh token for the next one. A token used again after the leeway has been stolen, or its
/// thief was first: the whole session ends.
///
/// # Errors
/// Those of the database.
pub fn renew_session(conn: &mut Conn, act: &Act, refresh: &str) -> Result<Renewal, IdentityError> {
    let token_hash = token::digest(refresh);
    let Some(row) = store::find_refresh(conn, &token_hash)? else { return Ok(Renewal::Refused) };
    let usable = store::use_refresh(conn, &token_hash, act.at)? || was_just_used(conn, act, &token_hash)?;
    if row.expires_at <= act.at || !usable {
        store::delete_family(conn, row.family_id)?;
        return Ok(Renewal::Refused);
    }
    let refresh = issue_refresh(conn, act, row.user_id, row.family_id)?;
    Ok(Renewal::Renewed { user_id: row.user_id, refresh })
}

/// Read after the attempt to use it, so that a tab that was faster is seen.
fn was_just_used(conn: &mut Conn, act: &Act, token_hash: &[u8]) -> Result<bool, IdentityError> {
    let used_at = store::find_refresh(conn, token_hash)?.and_then(|row| row.used_at);
    Ok(used_at.is_some_and(|used_at| act.at <= used_at.plus(REUSE_LEEWAY)))
}

/// Ends the session that the token belongs to, if there is one.
///
/// # Errors
/// Those of the database.
pub fn end_session(conn: &mut Conn, refresh: &str) -> Result<(), IdentityError> {
    if let Some(row) = store::find_refresh(conn, &token::digest(refresh))? {
        store::delete_family(conn, row.family_id)?;
    }
    Ok(())
}

/// What was entrusted to somebody.
///
/// # Errors
/// Those of the database.
pub fn list_grants(conn: &mut Conn, user_id: UserId) -> Result<Vec<Grant>, IdentityError> {
    Ok(store::list_grants(conn, user_id)?)
}
