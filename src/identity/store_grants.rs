//! Queries of grants.

use diesel::prelude::*;
use std::collections::BTreeSet;

use super::grants::GrantId;
use super::types::Grant;
use crate::db::schema::grants;
use crate::db::{Conn, DbResult, lies_in};
use crate::kernel::{Instant, RegionCode, Role, Scope, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = grants)]
#[diesel(treat_none_as_default_value = false)]
pub struct GrantRow {
    pub id: GrantId,
    pub user_id: UserId,
    pub role: Role,
    pub region_code: RegionCode,
    pub valid_from: Instant,
    pub valid_until: Option<Instant>,
    pub granted_by: Option<UserId>,
    pub granted_at: Instant,
    pub revoked_at: Option<Instant>,
    pub revoked_by: Option<UserId>,
}

impl GrantRow {
    /// Whether it counts at a moment.
    #[must_use]
    pub fn is_in_force(&self, at: Instant) -> bool {
        self.revoked_at.is_none() && self.valid_from <= at && self.valid_until.is_none_or(|until| until > at)
    }
}

pub fn insert(conn: &mut Conn, row: &GrantRow) -> DbResult<()> {
    diesel::insert_into(grants::table).values(row).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: GrantId) -> DbResult<Option<GrantRow>> {
    Ok(grants::table.find(id).select(GrantRow::as_select()).first(conn).optional()?)
}

/// What is entrusted to somebody at a moment, with all that is known of it.
pub fn list_in_force(conn: &mut Conn, user_id: UserId, at: Instant) -> DbResult<Vec<GrantRow>> {
    Ok(grants::table
        .filter(grants::user_id.eq(user_id))
        .filter(grants::revoked_at.is_null())
        .filter(grants::valid_from.le(at))
        .filter(grants::valid_until.is_null().or(grants::valid_until.gt(at)))
        .order((grants::role, grants::region_code))
        .select(GrantRow::as_select())
        .load(conn)?)
}

/// What is entrusted to somebody at a moment.
pub fn list(conn: &mut Conn, user_id: UserId, at: Instant) -> DbResult<Vec<Grant>> {
    let rows = list_in_force(conn, user_id, at)?;
    Ok(rows.into_iter().map(|GrantRow { role, region_code, .. }| Grant { role, region_code }).collect())
}

/// All that somebody ever held, newest first.
pub fn list_of(conn: &mut Conn, user_id: UserId) -> DbResult<Vec<GrantRow>> {
    Ok(grants::table
        .filter(grants::user_id.eq(user_id))
        .order((grants::granted_at.desc(), grants::id.desc()))
        .select(GrantRow::as_select())
        .load(conn)?)
}

/// People who hold, or held, something in one of the regions.
pub fn list_holders(conn: &mut Conn, scope: &Scope, role: Option<Role>) -> DbResult<BTreeSet<UserId>> {
    let mut holders = BTreeSet::new();
    for region in scope.regions() {
        let mut query =
            grants::table.filter(lies_in!(grants::region_code, region)).select(grants::user_id).distinct().into_boxed();
        if let Some(role) = role {
            query = query.filter(grants::role.eq(role));
        }
        holders.extend(query.load::<UserId>(conn)?);
    }
    Ok(holders)
}

/// Takes a grant back; false if it was taken back before.
pub fn revoke(conn: &mut Conn, id: GrantId, at: Instant, by: Option<UserId>) -> DbResult<bool> {
    let living = grants::table.find(id).filter(grants::revoked_at.is_null());
    let changes = (grants::revoked_at.eq(Some(at)), grants::revoked_by.eq(by));
    Ok(diesel::update(living).set(changes).execute(conn)? == 1)
}

/// Puts down that a grant that has run out is over.
pub fn close_expired(conn: &mut Conn, user_id: UserId, role: Role, region: &RegionCode, at: Instant) -> DbResult<()> {
    let expired = grants::table
        .filter(grants::user_id.eq(user_id))
        .filter(grants::role.eq(role))
        .filter(grants::region_code.eq(region))
        .filter(grants::revoked_at.is_null())
        .filter(grants::valid_until.le(at));
    diesel::update(expired).set(grants::revoked_at.eq(grants::valid_until)).execute(conn)?;
    Ok(())
}
