//! People: accounts, sessions, second factors, and what was entrusted to whom and where.
//!
//! What always holds: a phone number is stored sealed and found by its blind index; a password
//! only as an argon2id hash; a token, an invitation and a code only as a digest, used once. Sessions and
//! grants are read from the database at each request, so ending one takes effect at once. Staff act only
//! with a second factor. Tables: `users`, `grants`, `invitations`, `sessions`, `refresh_tokens`,
//! `second_factors`, `recovery_codes`, `one_time_codes`, `throttles`. Read docs/people.md, then
//! `access.rs` for the permissions, then `service.rs`.

pub mod access;
mod codes;
mod erasure;
mod grants;
pub mod http;
mod http_admin;
mod http_admin_invitations;
mod http_invitations;
mod http_me;
mod http_totp;
mod invitations;
mod password;
pub mod second_factor;
pub mod service;
pub mod sessions;
mod store;
mod store_erasure;
mod store_factors;
mod store_grants;
mod store_invitations;
mod store_sessions;
mod store_throttles;
mod throttle;
mod token;
mod totp;
mod types;
mod view;

pub use erasure::{Account, erase, is_last_administrator, load_account, lock_account};
pub use grants::{NewGrant, entrust, scope_in_force};
pub use http_me::confirm_password;
pub use http_totp::confirm_second_factor;
pub use password::hash as hash_password;
pub use service::tidy;
pub use store::{Person, find_person, find_phone_index, list_living, names};
pub use totp::TotpSecret;
pub use types::{ERASED_NAME, Email, Grant, IdentityError, Password, Phone, mask_name, scope_of};

use crate::db::Conn;
use crate::kernel::UserId;
use crate::secrets::Secrets;

/// What may be shown of a person to those who deal with them.
///
/// # Errors
/// Those of the database; `not_found` if there is no such person.
pub fn load_person(conn: &mut Conn, secrets: &Secrets, id: UserId) -> Result<Person, IdentityError> {
    find_person(conn, secrets, id)?.ok_or(IdentityError::NotFound)
}
