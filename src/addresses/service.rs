//! Use cases of the address book.

use serde::{Deserialize, Serialize};

use super::places::Gazetteer;
use super::rules::{self, Parsed};
use super::store::{self, AddressRow};
use super::{AddressError, AddressId};
use crate::db::{Conn, DbResult};
use crate::identity::Phone;
use crate::kernel::{Act, Instant, RegionCode, UserId, line};
use crate::regions;
use crate::secrets::{Secrets, SecretsError};

/// Far more doors than anybody sends to.
pub const ADDRESSES_MAX: usize = 20;

/// To whom, and to which door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    pub recipient: String,
    pub phone: String,
    pub region_code: RegionCode,
    pub detail: String,
}

/// An address of the book, opened.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: AddressId,
    pub door: Door,
    pub is_default: bool,
    pub created_at: Instant,
}

impl Door {
    /// # Errors
    /// The first field that is not acceptable.
    pub fn parse(recipient: &str, phone: &str, region_code: &str, detail: &str) -> Result<Self, AddressError> {
        let refuse = AddressError::Invalid;
        Ok(Self {
            recipient: line(recipient, 40).map_err(|invalid| refuse("/recipient", invalid))?,
            phone: Phone::parse(phone).map_err(|invalid| refuse("/phone", invalid))?.as_str().to_owned(),
            region_code: RegionCode::parse(region_code).map_err(|invalid| refuse("/region_code", invalid))?,
            detail: line(detail, 200).map_err(|invalid| refuse("/detail", invalid))?,
        })
    }

    fn context(id: AddressId) -> String {
        format!("addresses.address:{id}")
    }

    fn seal(&self, secrets: &Secrets, id: AddressId) -> Vec<u8> {
        let json = serde_json::json!(self).to_string();
        secrets.seal(&Self::context(id), &json)
    }
}

fn open(secrets: &Secrets, row: AddressRow) -> Result<Entry, SecretsError> {
    let json = secrets.open(&Door::context(row.id), &row.address_sealed)?;
    let door = serde_json::from_str(&json).map_err(|_| SecretsError::Sealed)?;
    Ok(Entry { id: row.id, door, is_default: row.is_default, created_at: row.created_at })
}

/// A book, the address that is offered first at its head.
///
/// # Errors
/// Those of the database, and of what was sealed with another key.
pub fn list_opened(conn: &mut Conn, secrets: &Secrets, owner: UserId) -> Result<Vec<Entry>, AddressError> {
    let rows = store::list_of_owner(conn, owner)?.into_iter();
    let mut entries = rows.map(|row| open(secrets, row)).collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|entry| !entry.is_default);
    Ok(entries)
}

/// Writes an address down; one that stands in the book already is that one. The first is offered first.
///
/// # Errors
/// [`AddressError::Full`], a region to which nothing can be sent.
pub fn add(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    owner: UserId,
    door: &Door,
    is_default: bool,
) -> Result<AddressId, AddressError> {
    store::lock_owner(conn, owner)?;
    regions::check_address(conn, &door.region_code)?;
    let entries = list_opened(conn, secrets, owner)?;
    let id = match entries.iter().find(|entry| entry.door == *door) {
        Some(entry) => entry.id,
        None if entries.len() >= ADDRESSES_MAX => return Err(AddressError::Full),
        None => {
            let id = act.new_id();
            let row = AddressRow {
                id,
                user_id: owner,
                address_sealed: door.seal(secrets, id),
                region_code: door.region_code.clone(),
                is_default: false,
                created_at: act.at,
            };
            store::insert(conn, &row)?;
            id
        }
    };
    if is_default || entries.is_empty() {
        store::make_default(conn, owner, id)?;
    }
    Ok(id)
}

/// Writes another address over one; it can become the one that is offered first.
///
/// # Errors
/// [`AddressError::NotFound`], a region to which nothing can be sent.
pub fn replace(
    conn: &mut Conn,
    secrets: &Secrets,
    owner: UserId,
    id: AddressId,
    door: &Door,
    is_default: bool,
) -> Result<(), AddressError> {
    store::lock_owner(conn, owner)?;
    regions::check_address(conn, &door.region_code)?;
    let rows = store::list_of_owner(conn, owner)?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or(AddressError::NotFound)?;
    let (was_default, held) = (row.is_default, open(secrets, row.clone())?);
    if held.door != *door {
        let sealed = door.seal(secrets, id);
        store::update(conn, &AddressRow { address_sealed: sealed, region_code: door.region_code.clone(), ..row })?;
    }
    if is_default && !was_default {
        store::make_default(conn, owner, id)?;
    }
    Ok(())
}

/// Takes an address out of the book; the newest that is left is offered first then.
///
/// # Errors
/// Those of the database.
pub fn remove(conn: &mut Conn, owner: UserId, id: AddressId) -> DbResult<()> {
    store::lock_owner(conn, owner)?;
    store::delete(conn, owner, id)?;
    let rows = store::list_of_owner(conn, owner)?;
    match rows.first() {
        Some(newest) if rows.iter().all(|row| !row.is_default) => store::make_default(conn, owner, newest.id),
        _ => Ok(()),
    }
}

/// Empties the book of somebody whose account is deleted.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, owner: UserId) -> DbResult<()> {
    store::delete_all(conn, owner)
}

/// Takes a pasted line apart.
///
/// # Errors
/// Those of the database.
pub fn parse(conn: &mut Conn, text: &str) -> DbResult<Parsed> {
    Ok(rules::parse(text, &Gazetteer::new(regions::list_down_to_counties(conn)?)))
}
