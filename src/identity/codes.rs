//! Codes that are sent to somebody, to show that a number is theirs: for a forgotten password, and for
//! a new number.

use std::time::Duration;

use super::store_factors::{self as store, CodeRow};
use super::{IdentityError, Phone};
use crate::db::Conn;
use crate::kernel::{Act, Id, UserId, text_enum};
use crate::secrets::Secrets;

text_enum! {
    /// What a code is good for.
    pub enum Purpose {
        PasswordReset = "password_reset",
        PhoneChange = "phone_change",
    }
}

/// How long a code is good, how often it may be tried, and how soon it may be sent again.
pub const LIFE: Duration = Duration::from_secs(10 * 60);
const TRIES_MAX: i64 = 5;
const RESEND_AFTER: Duration = Duration::from_secs(60);

fn phone_context(id: Id<CodeRow>) -> String {
    format!("one_time_codes.phone:{id}")
}

fn digest(secrets: &Secrets, user_id: UserId, code: &str) -> Vec<u8> {
    secrets.derive("one-time code", &format!("{user_id}:{code}"))
}

/// The code of a row: it follows from the row's id, so that it can be sent again without being kept.
fn code_of(secrets: &Secrets, id: Id<CodeRow>) -> String {
    let bytes = secrets.derive("digits of a one-time code", &id.to_string());
    let number = bytes.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// A code for a forgotten password: the one that is still good, so that nobody voids the code of another by
/// asking for one; `None` if it was sent just now.
///
/// # Errors
/// Those of the database.
pub fn issue_for_reset(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
) -> Result<Option<String>, IdentityError> {
    let living = store::find_code(conn, user_id, Purpose::PasswordReset)?;
    match living.filter(|row| row.tries < TRIES_MAX && row.expires_at > act.at) {
        Some(row) if row.created_at.plus(RESEND_AFTER) > act.at => Ok(None),
        Some(row) => Ok(Some(code_of(secrets, row.id))),
        None => issue(conn, act, secrets, user_id, Purpose::PasswordReset, None).map(Some),
    }
}

/// A new code, in the place of an earlier one.
///
/// # Errors
/// Those of the database.
pub fn issue(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
    purpose: Purpose,
    phone: Option<&Phone>,
) -> Result<String, IdentityError> {
    let id = act.new_id();
    let code = code_of(secrets, id);
    let row = CodeRow {
        id,
        user_id,
        purpose,
        code_hash: digest(secrets, user_id, &code),
        phone_sealed: phone.map(|phone| secrets.seal(&phone_context(id), phone.as_str())),
        tries: 0,
        created_at: act.at,
        expires_at: act.at.plus(LIFE),
    };
    store::replace_code(conn, &row)?;
    Ok(code)
}

/// What became of a try. A wrong one is an outcome, not an error: it is counted, and that has to be kept.
pub enum Tried {
    /// With the number for which the code was issued.
    Right(Option<Phone>),
    Wrong,
}

/// Tries a code and uses it up if it is right.
///
/// # Errors
/// Those of the database.
pub fn redeem(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    user_id: UserId,
    purpose: Purpose,
    code: &str,
) -> Result<Tried, IdentityError> {
    let Some(row) = store::try_code(conn, user_id, purpose)? else { return Ok(Tried::Wrong) };
    let is_right = row.code_hash == digest(secrets, user_id, code.trim());
    if !is_right || row.tries > TRIES_MAX || row.expires_at <= act.at {
        return Ok(Tried::Wrong);
    }
    store::delete_code(conn, user_id, purpose)?;
    let phone = row.phone_sealed.map(|sealed| secrets.open(&phone_context(row.id), &sealed)).transpose()?;
    Ok(Tried::Right(phone.map(|phone| Phone::parse(&phone)).transpose()?))
}
