//! Queries of invitations.

use diesel::prelude::*;

use super::invitations::InvitationId;
use crate::db::schema::invitations;
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::kernel::{Cursor, Instant, Page, RegionCode, Role, Scope, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = invitations)]
#[diesel(treat_none_as_default_value = false)]
pub struct Invitation {
    pub id: InvitationId,
    pub token_hash: Vec<u8>,
    pub role: Role,
    pub region_code: RegionCode,
    /// Until when the grant will last.
    pub valid_until: Option<Instant>,
    /// Whom it is for, in the words of the inviter.
    pub note: Option<String>,
    pub invited_by: UserId,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub accepted_by: Option<UserId>,
    pub accepted_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
}

pub fn insert(conn: &mut Conn, invitation: &Invitation) -> DbResult<()> {
    diesel::insert_into(invitations::table).values(invitation).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: InvitationId) -> DbResult<Option<Invitation>> {
    Ok(invitations::table.find(id).select(Invitation::as_select()).first(conn).optional()?)
}

pub fn find_by_token(conn: &mut Conn, token_hash: &[u8]) -> DbResult<Option<Invitation>> {
    Ok(invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .select(Invitation::as_select())
        .first(conn)
        .optional()?)
}

/// Uses an invitation up; false if it was used, taken back or is over.
pub fn accept(conn: &mut Conn, id: InvitationId, by: UserId, at: Instant) -> DbResult<bool> {
    let open = invitations::table
        .find(id)
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(at));
    let changes = (invitations::accepted_at.eq(Some(at)), invitations::accepted_by.eq(Some(by)));
    Ok(diesel::update(open).set(changes).execute(conn)? == 1)
}

/// Takes an invitation back; false if it was used or taken back before.
pub fn revoke(conn: &mut Conn, id: InvitationId, at: Instant) -> DbResult<bool> {
    let open = invitations::table
        .find(id)
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null());
    Ok(diesel::update(open).set(invitations::revoked_at.eq(Some(at))).execute(conn)? == 1)
}

/// Invitations into a scope, newest first.
pub fn list(conn: &mut Conn, scope: &Scope, limit: i64, after: Option<Cursor>) -> DbResult<Page<Invitation>> {
    let load = |region: &RegionCode| {
        let query = invitations::table
            .filter(lies_in!(invitations::region_code, region))
            .order((invitations::created_at.desc(), invitations::id.desc()))
            .limit(limit + 1)
            .select(Invitation::as_select())
            .into_boxed();
        Ok(older_than!(query, invitations::created_at, invitations::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Invitation| Cursor::at(last.created_at, last.id))
}
