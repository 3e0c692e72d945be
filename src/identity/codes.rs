//! Codes that are sent to somebody, to show that a number is theirs: for a forgotten password, and for
//! a new number.

use std::time::Duration;

use super::store_factors::{self as store, CodeRow};
use super::{IdentityError, Phone};
use crate::db::Conn;
use crate::kernel::{Act, UserId, text_enum};
use crate::secrets::{self, Secrets};

text_enum! {
    /// What a code is good for.
    pub enum Purpose {
        PasswordReset = "password_reset",
        PhoneChange = "phone_change",
    }
}

/// How long a code is good, and how often it may be tried.
pub const LIFE: Duration = Duration::from_secs(10 * 60);
const TRIES_MAX: i64 = 5;

/// Six digits, each as likely as the other.
#[must_use]
pub fn six_digits() -> String {
    // The bias of 2^64 modulo a million is beyond notice.
    format!("{:06}", u64::from_be_bytes(secrets::random()) % 1_000_000)
}

fn phone_context(id: crate::kernel::Id<CodeRow>) -> String {
    format!("one_time_codes.phone:{id}")
}

fn digest(secrets: &Secrets, user_id: UserId, code: &str) -> Vec<u8> {
    secrets.derive("one-time code", &format!("{user_id}:{code}"))
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
    let (id, code) = (act.new_id(), six_digits());
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
