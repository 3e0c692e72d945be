//! Use cases of accounts: making one, signing in, changing what it says.

use super::access::Caller;
use super::codes::{self, Purpose, Tried};
use super::sessions::{self, EndReason, Opened, SessionId};
use super::store::{self, UserRow};
use super::throttle::{self, ThrottleKeys};
use super::{
    Email, IdentityError, Password, Phone, load_person, password, second_factor, store_factors, store_grants,
    store_sessions, store_throttles,
};
use crate::db::Conn;
use crate::kernel::{Act, Instant, UserId};
use crate::log::{self, Change, Subject};
use crate::notices;
use crate::notifier::{Channel, Message};
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

/// The account behind a phone number and its password hash.
#[derive(Clone)]
pub struct Credentials(Option<(UserId, String)>);

/// Whose number it is.
///
/// # Errors
/// Those of the database.
pub fn find_by_phone(conn: &mut Conn, secrets: &Secrets, phone: &Phone) -> Result<Option<UserId>, IdentityError> {
    Ok(store::find_user_by_phone(conn, &secrets.blind_index(phone.as_str()))?.map(|(user_id, _)| user_id))
}

/// Counts an attempt to sign in, before the slow part, so that many at once do not get past; and finds
/// the account, if there is one.
///
/// # Errors
/// [`IdentityError::TooManyAttempts`], the same for numbers with and without an account.
pub fn begin_attempt(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    keys: &ThrottleKeys,
    phone: &Phone,
) -> Result<Credentials, IdentityError> {
    throttle::count(conn, keys, act.at)?;
    Ok(Credentials(store::find_user_by_phone(conn, &secrets.blind_index(phone.as_str()))?))
}

/// Checks a password; an unknown phone number takes as long as a wrong password, so that the time
/// of the answer does not tell which numbers have accounts.
///
/// # Errors
/// [`IdentityError::WrongCredentials`].
pub fn check_password(
    Credentials(found): Credentials,
    given: &Password,
    memory_kib: u32,
) -> Result<UserId, IdentityError> {
    match found {
        Some((user_id, hash)) if password::verify(given, &hash) => Ok(user_id),
        Some(_) => Err(IdentityError::WrongCredentials),
        None => {
            password::hash(given, memory_kib)?;
            Err(IdentityError::WrongCredentials)
        }
    }
}

/// The credentials of somebody who is signed in and shows the password again.
///
/// # Errors
/// Those of the database.
pub fn own_credentials(conn: &mut Conn, user_id: UserId) -> Result<Credentials, IdentityError> {
    Ok(Credentials(store::find_password_hash(conn, user_id)?.map(|hash| (user_id, hash))))
}

/// What became of an attempt to sign in with the right password. A wrong code is an outcome, not an
/// error: it has been counted, and that has to be kept.
pub enum SignIn {
    Done(Opened),
    TotpRequired,
    WrongTotp,
}

/// Signs in somebody whose password was right.
///
/// # Errors
/// Those of the database.
pub fn sign_in(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    keys: &ThrottleKeys,
    user_id: UserId,
    totp: Option<&str>,
    device: &str,
) -> Result<SignIn, IdentityError> {
    let act = Act { user_id: Some(user_id), ..act.clone() };
    let needs_code = second_factor::is_active(conn, user_id)?;
    if needs_code {
        match totp {
            None => {
                throttle::uncount(conn, keys)?;
                return Ok(SignIn::TotpRequired);
            }
            Some(code) if second_factor::check(conn, &act, secrets, user_id, code)? => {}
            Some(_) => return Ok(SignIn::WrongTotp),
        }
    }
    throttle::uncount(conn, keys)?;
    throttle::forget_account(conn, keys)?;
    Ok(SignIn::Done(sessions::begin(conn, &act, user_id, device, needs_code)?))
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
    let grants = store_grants::list(conn, user_id, at)?;
    Ok(Caller::new(user_id, session_id, session.second_factor_at.is_some(), grants))
}

/// # Errors
/// Those of the database.
pub fn rename(conn: &mut Conn, act: &Act, user_id: UserId, name: &str) -> Result<(), IdentityError> {
    store::update_name(conn, user_id, name)?;
    Ok(log::append(conn, act, &Change::new(Subject::User, user_id, "rename"))?)
}

/// Sets or removes the mail address.
///
/// # Errors
/// Those of the database.
pub fn set_email(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
    email: Option<&Email>,
) -> Result<(), IdentityError> {
    let sealed = email.map(|email| secrets.seal(&store::email_context(user_id), email.as_str()));
    store::update_email(conn, user_id, sealed)?;
    Ok(log::append(conn, act, &Change::new(Subject::User, user_id, "set_email"))?)
}

/// Changes the password; other devices have to sign in anew.
///
/// # Errors
/// Those of the database.
pub fn change_password(
    conn: &mut Conn,
    act: &Act,
    user_id: UserId,
    keep: Option<SessionId>,
    password_hash: &str,
) -> Result<(), IdentityError> {
    store::update_password(conn, user_id, password_hash)?;
    log::append(conn, act, &Change::new(Subject::User, user_id, "change_password"))?;
    sessions::end_all(conn, act, user_id, keep, EndReason::PasswordChanged)
}

/// Sends a code to the owner of a number who has forgotten the password, if there is one. By mail where
/// only mail is carried and an address is known.
///
/// # Errors
/// Those of the database.
pub fn request_reset(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    phone: &Phone,
    by_mail: bool,
) -> Result<(), IdentityError> {
    let found = store::find_user_by_phone(conn, &secrets.blind_index(phone.as_str()))?;
    let Some((user_id, _)) = found else { return Ok(()) };
    let Some(code) = codes::issue_for_reset(conn, act, secrets, user_id)? else { return Ok(()) };
    let (channel, to) = match load_person(conn, secrets, user_id)?.email {
        Some(email) if by_mail => (Channel::Email, email.as_str().to_owned()),
        _ => (Channel::Sms, phone.as_str().to_owned()),
    };
    let text = format!("【远山】{code} 是您重设密码的验证码，10 分钟内有效。不是您本人操作请忽略。");
    let message = Message { to, subject: "远山：重设密码".into(), text };
    Ok(notices::send(conn, act, secrets, channel, &message)?)
}

/// Sets a new password for whoever has the code. False if it is wrong, which has been counted.
///
/// # Errors
/// Those of the database.
pub fn reset_password(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    Credentials(found): &Credentials,
    code: &str,
    password_hash: &str,
) -> Result<bool, IdentityError> {
    let Some((user_id, _)) = found else { return Ok(false) };
    match codes::redeem(conn, act, secrets, *user_id, Purpose::PasswordReset, code)? {
        Tried::Wrong => Ok(false),
        Tried::Right(_) => {
            let act = Act { user_id: Some(*user_id), ..act.clone() };
            change_password(conn, &act, *user_id, None, password_hash)?;
            Ok(true)
        }
    }
}

/// Sends a code to the number that is to be the new one. Whether it has an account is not told before
/// the code was shown.
///
/// # Errors
/// Those of the database.
pub fn request_phone_change(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
    phone: &Phone,
) -> Result<(), IdentityError> {
    let code = codes::issue(conn, act, secrets, user_id, Purpose::PhoneChange, Some(phone))?;
    let text = format!("【远山】{code} 是您更换手机号的验证码，10 分钟内有效。");
    let message = Message { to: phone.as_str().to_owned(), subject: "远山：更换手机号".into(), text };
    Ok(notices::send(conn, act, secrets, Channel::Sms, &message)?)
}

/// Takes the new number. False if the code is wrong, which has been counted.
///
/// # Errors
/// [`IdentityError::PhoneTaken`].
pub fn change_phone(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
    code: &str,
) -> Result<bool, IdentityError> {
    let Tried::Right(Some(phone)) = codes::redeem(conn, act, secrets, user_id, Purpose::PhoneChange, code)? else {
        return Ok(false);
    };
    let sealed = secrets.seal(&store::phone_context(user_id), phone.as_str());
    store::update_phone(conn, user_id, sealed, secrets.blind_index(phone.as_str()))
        .map_err(|error| if error.is_unique_violation() { IdentityError::PhoneTaken } else { error.into() })?;
    log::append(conn, act, &Change::new(Subject::User, user_id, "change_phone"))?;
    Ok(true)
}

/// Clears away what has run out.
///
/// # Errors
/// Those of the database.
pub fn tidy(conn: &mut Conn, act: &Act) -> Result<(), IdentityError> {
    store_sessions::delete_over(conn, act.at, act.at.minus(ENDED_SESSIONS_KEPT))?;
    store_factors::delete_expired(conn, act.at)?;
    store_throttles::delete_older(conn, act.at.minus(throttle::MEMORY))?;
    Ok(())
}

/// So long a session that has ended can be asked about.
const ENDED_SESSIONS_KEPT: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 3600);
