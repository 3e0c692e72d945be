//! Queries of address books.

use diesel::prelude::*;

use super::AddressId;
use crate::db::schema::{addresses, users};
use crate::db::{Conn, DbResult};
use crate::kernel::{Instant, RegionCode, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = addresses)]
pub struct AddressRow {
    pub id: AddressId,
    pub user_id: UserId,
    pub address_sealed: Vec<u8>,
    pub region_code: RegionCode,
    /// Offered first.
    pub is_default: bool,
    pub created_at: Instant,
}

/// Makes changes of one book wait for each other. SQLite has one writer anyway.
pub fn lock_owner(conn: &mut Conn, id: UserId) -> DbResult<()> {
    if let Conn::Pg(conn) = conn {
        users::table.find(id).select(users::id).for_no_key_update().first::<UserId>(conn)?;
    }
    Ok(())
}

/// A book, newest first.
pub fn list_of_owner(conn: &mut Conn, user_id: UserId) -> DbResult<Vec<AddressRow>> {
    Ok(addresses::table
        .filter(addresses::user_id.eq(user_id))
        .order((addresses::created_at.desc(), addresses::id.desc()))
        .select(AddressRow::as_select())
        .load(conn)?)
}

pub fn insert(conn: &mut Conn, row: &AddressRow) -> DbResult<()> {
    diesel::insert_into(addresses::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes another content into a row of its owner.
pub fn update(conn: &mut Conn, row: &AddressRow) -> DbResult<()> {
    let own = addresses::table.find(row.id).filter(addresses::user_id.eq(row.user_id));
    diesel::update(own)
        .set((addresses::address_sealed.eq(&row.address_sealed), addresses::region_code.eq(&row.region_code)))
        .execute(conn)?;
    Ok(())
}

/// Offers one address first, and no other.
pub fn make_default(conn: &mut Conn, user_id: UserId, id: AddressId) -> DbResult<()> {
    let others = addresses::table
        .filter(addresses::user_id.eq(user_id))
        .filter(addresses::id.ne(id))
        .filter(addresses::is_default.eq(true));
    diesel::update(others).set(addresses::is_default.eq(false)).execute(conn)?;
    let own = addresses::table.find(id).filter(addresses::user_id.eq(user_id));
    diesel::update(own).set(addresses::is_default.eq(true)).execute(conn)?;
    Ok(())
}

pub fn delete(conn: &mut Conn, user_id: UserId, id: AddressId) -> DbResult<()> {
    diesel::delete(addresses::table.find(id).filter(addresses::user_id.eq(user_id))).execute(conn)?;
    Ok(())
}

pub fn delete_all(conn: &mut Conn, user_id: UserId) -> DbResult<()> {
    diesel::delete(addresses::table.filter(addresses::user_id.eq(user_id))).execute(conn)?;
    Ok(())
}
