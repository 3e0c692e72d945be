//! Queries of carts.

use diesel::prelude::*;
use diesel::upsert::excluded;
use std::collections::HashMap;

use super::rules::Facts;
use crate::catalog::{ListingId, ListingState};
use crate::db::schema::{cart_lines, listing_versions, listings, product_templates, users};
use crate::db::{Conn, DbResult, native};
use crate::kernel::{Instant, Money, Quantity, UserId};
use crate::templates::ReturnsRule;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = cart_lines)]
pub struct CartLine {
    pub user_id: UserId,
    pub listing_id: ListingId,
    pub quantity: Quantity,
    /// The version of the listing that its owner saw.
    pub seen_version: i64,
    pub added_at: Instant,
}

/// Makes changes of one cart wait for each other. SQLite has one writer anyway.
pub fn lock_owner(conn: &mut Conn, id: UserId) -> DbResult<()> {
    if let Conn::Pg(conn) = conn {
        users::table.find(id).select(users::id).for_no_key_update().first::<UserId>(conn)?;
    }
    Ok(())
}

/// A cart, in the order in which it was filled.
///
/// # Errors
/// Those of the database.
pub fn list_of_owner(conn: &mut Conn, user_id: UserId) -> DbResult<Vec<CartLine>> {
    Ok(cart_lines::table
        .filter(cart_lines::user_id.eq(user_id))
        .order((cart_lines::added_at, cart_lines::listing_id))
        .select(CartLine::as_select())
        .load(conn)?)
}

/// What lies of any of these listings in the carts of any of these people.
pub fn list_chosen(conn: &mut Conn, owners: &[UserId], ids: &[ListingId]) -> DbResult<Vec<(UserId, ListingId)>> {
    Ok(cart_lines::table
        .filter(cart_lines::user_id.eq_any(owners))
        .filter(cart_lines::listing_id.eq_any(ids))
        .select((cart_lines::user_id, cart_lines::listing_id))
        .load(conn)?)
}

/// Writes a line, or what changed of it.
pub fn put(conn: &mut Conn, line: &CartLine) -> DbResult<()> {
    native!(
        conn,
        diesel::insert_into(cart_lines::table)
            .values(line)
            .on_conflict((cart_lines::user_id, cart_lines::listing_id))
            .do_update()
            .set((
                cart_lines::quantity.eq(excluded(cart_lines::quantity)),
                cart_lines::seen_version.eq(excluded(cart_lines::seen_version)),
            ))
            .execute(conn)
    )?;
    Ok(())
}

pub fn delete(conn: &mut Conn, user_id: UserId, listing_id: ListingId) -> DbResult<()> {
    diesel::delete(cart_lines::table.find((user_id, listing_id))).execute(conn)?;
    Ok(())
}

pub fn delete_all(conn: &mut Conn, user_id: UserId) -> DbResult<()> {
    diesel::delete(cart_lines::table.filter(cart_lines::user_id.eq(user_id))).execute(conn)?;
    Ok(())
}

/// How listings stand now.
pub fn list_facts(conn: &mut Conn, ids: &[ListingId]) -> DbResult<HashMap<ListingId, Facts>> {
    type Row = (ListingId, ListingState, Option<Instant>, i64, i64);
    let rows: Vec<Row> = listings::table
        .filter(listings::id.eq_any(ids))
        .select((listings::id, listings::state, listings::published_at, listings::stock_available, listings::version))
        .load(conn)?;
    let read = |(id, state, published_at, stock_available, version): Row| {
        let is_known = published_at.is_some() && state != ListingState::Rejected;
        (id, Facts { state, is_known, stock_available, version })
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Of these listings those that do not come back without a reason.
///
/// # Errors
/// Those of the database.
pub fn list_perishable(conn: &mut Conn, ids: &[ListingId]) -> DbResult<Vec<ListingId>> {
    Ok(listings::table
        .inner_join(product_templates::table)
        .filter(listings::id.eq_any(ids))
        .filter(product_templates::returns_rule.eq(ReturnsRule::Perishable))
        .select(listings::id)
        .load(conn)?)
}

/// Title and price of versions.
pub fn list_seen(conn: &mut Conn, seen: &[(ListingId, i64)]) -> DbResult<HashMap<(ListingId, i64), (String, Money)>> {
    let (ids, versions): (Vec<ListingId>, Vec<i64>) = seen.iter().copied().unzip();
    let rows: Vec<(ListingId, i64, String, Money)> = listing_versions::table
        .filter(listing_versions::listing_id.eq_any(ids))
        .filter(listing_versions::version.eq_any(versions))
        .select((
            listing_versions::listing_id,
            listing_versions::version,
            listing_versions::title,
            listing_versions::price_fen,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, version, title, price_fen)| ((id, version), (title, price_fen))).collect())
}
