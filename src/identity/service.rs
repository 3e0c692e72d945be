//! Use cases of people: registering, checking a password, entrusting staff.

use super::access::Caller;
use super::sessions::SessionId;
use super::store::{self, UserRow};
use super::types::Grant;
use super::{IdentityError, Password, Phone, password, store_sessions};
use crate::db::Conn;
use crate::kernel::{Act, Instant, Invalid, UserId};
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
    if !grant.role.is_granted() {
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

/// Who sends a request, if the session has not ended.
///
/// # Errors
/// [`IdentityError::Unauthenticated`].
pub fn load_caller(
    conn: &mut Conn,
    user_id: UserId,
    session_id: SessionId,
    at: Instant,
) -> Result<Caller, IdentityError> {
    let session = store_sessions::find_open(conn, session_id)?.filter(|session| session.user_id == user_id);
    let session = session.ok_or(IdentityError::Unauthenticated)?;
    let grants = store::list_grants(conn, user_id, at)?;
    Ok(Caller { user_id, session_id, has_second_factor: session.second_factor_at.is_some(), grants })
}

/// What is entrusted to somebody at a moment.
///
/// # Errors
/// Those of the database.
pub fn list_grants(conn: &mut Conn, user_id: UserId, at: Instant) -> Result<Vec<Grant>, IdentityError> {
    Ok(store::list_grants(conn, user_id, at)?)
}
