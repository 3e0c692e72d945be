//! The second factor: an authenticator app, with recovery codes for the day it is lost.
//!
//! What always holds: a code is taken once; staff act only in a session that has shown one.

use std::time::Duration;

use super::sessions::SessionId;
use super::store_factors::{self as store, FactorRow};
use super::throttle::{self, ThrottleKeys};
use super::totp::TotpSecret;
use super::{IdentityError, Person, store_sessions};
use crate::db::Conn;
use crate::kernel::{Act, UserId};
use crate::log::{self, Change, Subject};
use crate::secrets::Secrets;

const TIME_TO_CONFIRM: Duration = Duration::from_secs(15 * 60);
const RECOVERY_CODES: usize = 10;
const RECOVERY_CODE_LENGTH: usize = 10;

/// What an app is to be told, shown this once.
pub struct Enrolment {
    pub secret: TotpSecret,
    pub uri: String,
}

fn context(user_id: UserId) -> String {
    format!("second_factors.secret:{user_id}")
}

fn pending_context(user_id: UserId) -> String {
    format!("second_factors.pending:{user_id}")
}

fn recovery_hash(secrets: &Secrets, user_id: UserId, code: &str) -> Vec<u8> {
    secrets.derive("recovery code", &format!("{user_id}:{code}"))
}

/// Begins to set an app up. While it is not confirmed, an earlier one stays what it is.
///
/// `None` if there is one and `current` is no code of it: an outcome, because it has been counted.
///
/// # Errors
/// [`IdentityError::TooManyAttempts`].
pub fn begin(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    person: &Person,
    current: Option<&str>,
) -> Result<Option<Enrolment>, IdentityError> {
    if store::is_confirmed(conn, person.id)? && !check(conn, act, secrets, person.id, current.unwrap_or_default())? {
        return Ok(None);
    }
    let secret = TotpSecret::random();
    let until = act.at.plus(TIME_TO_CONFIRM).unix_seconds();
    let pending_sealed = Some(secrets.seal(&pending_context(person.id), &format!("{until} {}", secret.base32())));
    let row = match store::find(conn, person.id)? {
        Some(row) => FactorRow { pending_sealed, ..row },
        None => FactorRow {
            user_id: person.id,
            secret_sealed: None,
            pending_sealed,
            created_at: act.at,
            confirmed_at: None,
            last_step: None,
        },
    };
    store::replace(conn, &row)?;
    Ok(Some(Enrolment { uri: secret.uri(&person.phone_masked().unwrap_or_default())?, secret }))
}

/// Confirms the app by a code of it, soon after it was set up: it counts from now on, and the session has a
/// second factor. Gives the recovery codes, which are shown this once; `None` for a wrong code: an outcome,
/// because it has been counted.
///
/// # Errors
/// [`IdentityError::TooManyAttempts`].
pub fn confirm(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
    session_id: SessionId,
    code: &str,
) -> Result<Option<Vec<String>>, IdentityError> {
    let keys = ThrottleKeys::of_account(secrets, &format!("totp {user_id}"));
    throttle::count(conn, &keys, act.at)?;
    let Some(secret) = find_pending(conn, act, secrets, user_id)? else { return Ok(None) };
    let Some(step) = secret.step_of(code.trim(), act.at)? else { return Ok(None) };
    throttle::forget_account(conn, &keys)?;
    install(conn, act, secrets, user_id, &secret, Some(step))?;
    store_sessions::update_second_factor(conn, session_id, act.at)?;
    log::append(conn, act, &Change::new(Subject::User, user_id, "confirm_second_factor"))?;
    renew_recovery(conn, act, secrets, user_id).map(Some)
}

/// The app that is being set up, if that began a short time ago.
fn find_pending(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
) -> Result<Option<TotpSecret>, IdentityError> {
    let Some(sealed) = store::find(conn, user_id)?.and_then(|row| row.pending_sealed) else { return Ok(None) };
    let opened = secrets.open(&pending_context(user_id), &sealed)?;
    let (until, secret) = opened.split_once(' ').unwrap_or_default();
    let is_living = until.parse().is_ok_and(|until: i64| act.at.unix_seconds() < until);
    is_living.then(|| TotpSecret::from_base32(secret)).transpose()
}

/// Makes an app the one that counts, its steps up to `last_step` used. Without asking for a code: also for
/// the demonstration and for tests.
///
/// # Errors
/// Those of the database.
pub fn install(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
    secret: &TotpSecret,
    last_step: Option<i64>,
) -> Result<(), IdentityError> {
    let row = FactorRow {
        user_id,
        secret_sealed: Some(secrets.seal(&context(user_id), secret.base32())),
        pending_sealed: None,
        created_at: act.at,
        confirmed_at: Some(act.at),
        last_step,
    };
    Ok(store::replace(conn, &row)?)
}

/// New recovery codes; the old ones are void.
///
/// # Errors
/// Those of the database.
pub fn renew_recovery(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
) -> Result<Vec<String>, IdentityError> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| act.ids.new_code(RECOVERY_CODE_LENGTH)).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| recovery_hash(secrets, user_id, code)).collect();
    store::replace_recovery(conn, user_id, &hashes)?;
    log::append(conn, act, &Change::new(Subject::User, user_id, "renew_recovery_codes"))?;
    Ok(codes)
}

/// Whether somebody has a second factor.
///
/// # Errors
/// Those of the database.
pub fn is_active(conn: &mut Conn, user_id: UserId) -> Result<bool, IdentityError> {
    Ok(store::is_confirmed(conn, user_id)?)
}

/// Whether `code` is the app's or a recovery code; it is used up by this. Guessing is throttled: a wrong
/// code is counted, so its transaction has to be kept.
///
/// # Errors
/// [`IdentityError::TooManyAttempts`].
pub fn check(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
    code: &str,
) -> Result<bool, IdentityError> {
    let keys = ThrottleKeys::of_account(secrets, &format!("totp {user_id}"));
    throttle::count(conn, &keys, act.at)?;
    let is_right =
        check_app(conn, act, secrets, user_id, code.trim())? || check_recovery(conn, act, secrets, user_id, code)?;
    if is_right {
        throttle::forget_account(conn, &keys)?;
    }
    Ok(is_right)
}

fn check_recovery(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
    code: &str,
) -> Result<bool, IdentityError> {
    let code = code.trim();
    let hash = recovery_hash(secrets, user_id, &code.to_ascii_uppercase().replace('-', ""));
    let used = store::use_recovery(conn, user_id, &hash, act.at)?;
    if used {
        let left = format!("{} left", store::count_recovery(conn, user_id)?);
        log::append(conn, act, &Change::new(Subject::User, user_id, "use_recovery_code").because(Some(&left)))?;
    }
    Ok(used)
}

fn check_app(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
    code: &str,
) -> Result<bool, IdentityError> {
    let Some(sealed) = store::find(conn, user_id)?.and_then(|row| row.secret_sealed) else { return Ok(false) };
    let secret = TotpSecret::from_base32(&secrets.open(&context(user_id), &sealed)?)?;
    match secret.step_of(code, act.at)? {
        Some(step) => Ok(store::use_step(conn, user_id, step)?),
        None => Ok(false),
    }
}

/// Takes the second factor away, for somebody whose phone is lost: they set up another one before they
/// can act again.
///
/// # Errors
/// Those of the database.
pub fn reset(conn: &mut Conn, act: &Act, user_id: UserId, reason: &str) -> Result<(), IdentityError> {
    store::delete_all(conn, user_id)?;
    let change = Change::new(Subject::User, user_id, "reset_second_factor").because(Some(reason));
    Ok(log::append(conn, act, &change)?)
}
