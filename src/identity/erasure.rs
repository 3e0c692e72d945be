//! What is kept of an account, and how it is erased.

use serde::Serialize;
use utoipa::ToSchema;

use super::sessions::{self, EndReason};
use super::{IdentityError, store, store_erasure};
use crate::db::Conn;
use crate::kernel::{Act, Instant, RegionCode, Role, UserId};
use crate::log::{self, Change, Subject};
use crate::secrets::{Secrets, random};

/// An account in full, for the person whose it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountRecord)]
pub struct Account {
    pub id: UserId,
    pub display_name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub created_at: Instant,
    pub second_factor: Option<SecondFactorRecord>,
    /// All that was ever entrusted.
    pub grants: Vec<GrantRecord>,
    /// Where and when the person was signed in.
    pub sessions: Vec<SessionRecord>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorRecord {
    pub created_at: Instant,
    pub confirmed_at: Option<Instant>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GrantRecord {
    pub role: Role,
    pub region_code: RegionCode,
    pub valid_from: Instant,
    pub valid_until: Option<Instant>,
    pub granted_at: Instant,
    pub revoked_at: Option<Instant>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SessionRecord {
    pub device: String,
    pub began_at: Instant,
    pub last_used_at: Instant,
    pub second_factor_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    pub end_reason: Option<String>,
}

/// Everything that this module keeps of somebody, opened.
///
/// # Errors
/// [`IdentityError::NotFound`]; [`IdentityError::Secrets`] for what was sealed with another key.
pub fn load_account(conn: &mut Conn, secrets: &Secrets, id: UserId) -> Result<Account, IdentityError> {
    let row = store_erasure::find_account(conn, id)?.ok_or(IdentityError::NotFound)?;
    let open = |context: String, sealed: Vec<u8>| match sealed.is_empty() {
        true => Ok(None),
        false => secrets.open(&context, &sealed).map(Some),
    };
    let grant = |(role, region_code, (valid_from, valid_until, granted_at, revoked_at))| GrantRecord {
        role,
        region_code,
        valid_from,
        valid_until,
        granted_at,
        revoked_at,
    };
    let session = |row: store_erasure::SessionRow| {
        let store_erasure::SessionRow { device, began_at, last_used_at, second_factor_at, ended_at, end_reason } = row;
        SessionRecord { device, began_at, last_used_at, second_factor_at, ended_at, end_reason }
    };
    Ok(Account {
        id,
        display_name: row.display_name,
        phone: open(store::phone_context(id), row.phone_sealed)?,
        email: open(store::email_context(id), row.email_sealed.unwrap_or_default())?,
        created_at: row.created_at,
        second_factor: store_erasure::find_second_factor(conn, id)?
            .map(|(created_at, confirmed_at)| SecondFactorRecord { created_at, confirmed_at }),
        grants: store_erasure::list_grants(conn, id)?.into_iter().map(grant).collect(),
        sessions: store_erasure::list_sessions(conn, id)?.into_iter().map(session).collect(),
    })
}

/// Keeps an account as it is until the transaction ends: nothing new comes to belong to it meanwhile, and of
/// two last administrators who leave at once one stays.
///
/// # Errors
/// [`IdentityError::Unauthenticated`] if it was deleted.
pub fn lock_account(conn: &mut Conn, id: UserId) -> Result<(), IdentityError> {
    if !store_erasure::lock(conn, id)? {
        return Err(IdentityError::Unauthenticated);
    }
    Ok(store_erasure::lock_administrators(conn)?)
}

/// Whether without this person nobody could give roles any more.
///
/// # Errors
/// Those of the database.
pub fn is_last_administrator(conn: &mut Conn, id: UserId, at: Instant) -> Result<bool, IdentityError> {
    let administrators = store_erasure::list_administrators(conn, at)?;
    Ok(administrators.contains(&id) && administrators.iter().all(|administrator| *administrator == id))
}

/// Erases an account: sessions and grants end, and nothing says any more who it was. What was traded and who
/// did what still points to it.
///
/// # Errors
/// Those of the database.
pub fn erase(conn: &mut Conn, act: &Act, id: UserId) -> Result<(), IdentityError> {
    sessions::end_all(conn, act, id, None, EndReason::AccountDeleted)?;
    for (role, region_code) in store_erasure::revoke_grants(conn, id, act.at)? {
        let what = format!("{role} {region_code}");
        log::append(conn, act, &Change::new(Subject::User, id, "revoke").because(Some(&what)))?;
    }
    // The number may register again, as somebody new.
    store_erasure::erase(conn, id, random::<32>().to_vec(), act.at)?;
    Ok(log::append(conn, act, &Change::new(Subject::User, id, "erase"))?)
}
