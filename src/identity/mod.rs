//! People: accounts, sessions, and what was entrusted to whom and where.
//!
//! What always holds: a phone number is stored sealed and found by its blind index; a password
//! only as an argon2id hash; a refresh token only as its digest, used once. Grants are read from the
//! database at each request, so taking one back takes effect at once. Tables: `users`, `grants`,
//! `refresh_tokens`. Read `access.rs` for the permissions, then `service.rs`.

pub mod access;
mod erasure;
pub mod http;
mod password;
pub mod service;
pub mod sessions;
mod store;
mod store_erasure;
mod store_sessions;
mod token;
mod types;

pub use erasure::{
    Account, check_second_factor, erase, find_own_credentials, is_last_administrator, load_account, lock_account,
};
pub use password::hash as hash_password;
pub use store::{Person, find_person, find_phone_index, list_living, names};
pub use types::{ERASED_NAME, Grant, IdentityError, Password, Phone, mask_name};

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
