//! Queries of who belongs to organisations.

use diesel::prelude::*;
use std::collections::HashSet;

use super::rules::{MemberRole, MemberState};
use super::types::{MembershipId, OrganisationId};
use crate::db::schema::organisation_members;
use crate::db::{Conn, DbResult};
use crate::kernel::{Instant, UserId};

/// Somebody who orders for an organisation, or is asked to.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organisation_members)]
#[diesel(treat_none_as_default_value = false)]
pub struct Membership {
    pub id: MembershipId,
    pub organisation_id: OrganisationId,
    pub role: MemberRole,
    pub state: MemberState,
    /// Of whom was asked; empty once the invitation was answered, as is its index.
    pub phone_sealed: Vec<u8>,
    pub phone_index: Vec<u8>,
    pub user_id: Option<UserId>,
    pub invited_by: UserId,
    pub invited_at: Instant,
    pub accepted_at: Option<Instant>,
    pub ended_at: Option<Instant>,
}

pub fn insert(conn: &mut Conn, member: &Membership) -> DbResult<()> {
    diesel::insert_into(organisation_members::table).values(member).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: MembershipId) -> DbResult<Option<Membership>> {
    Ok(organisation_members::table.find(id).select(Membership::as_select()).first(conn).optional()?)
}

/// The membership of somebody in an organisation that is in force.
pub fn find_active(conn: &mut Conn, id: OrganisationId, user_id: UserId) -> DbResult<Option<Membership>> {
    Ok(organisation_members::table
        .filter(organisation_members::organisation_id.eq(id))
        .filter(organisation_members::user_id.eq(user_id))
        .filter(organisation_members::state.eq(MemberState::Active))
        .select(Membership::as_select())
        .first(conn)
        .optional()?)
}

/// Which of these organisations each of these people orders for.
pub fn list_active_pairs(
    conn: &mut Conn,
    ids: &[OrganisationId],
    people: &[UserId],
) -> DbResult<HashSet<(OrganisationId, UserId)>> {
    let pairs: Vec<(OrganisationId, Option<UserId>)> = organisation_members::table
        .filter(organisation_members::organisation_id.eq_any(ids))
        .filter(organisation_members::user_id.eq_any(people))
        .filter(organisation_members::state.eq(MemberState::Active))
        .select((organisation_members::organisation_id, organisation_members::user_id))
        .load(conn)?;
    Ok(pairs.into_iter().filter_map(|(id, user_id)| Some((id, user_id?))).collect())
}

/// The people of an organisation who have not left, and open invitations.
pub fn list_unended(conn: &mut Conn, id: OrganisationId) -> DbResult<Vec<Membership>> {
    Ok(organisation_members::table
        .filter(organisation_members::organisation_id.eq(id))
        .filter(organisation_members::state.ne(MemberState::Ended))
        .order((organisation_members::invited_at.desc(), organisation_members::id.desc()))
        .select(Membership::as_select())
        .load(conn)?)
}

/// Every membership that somebody has or had.
pub fn list_of_user(conn: &mut Conn, user_id: UserId) -> DbResult<Vec<Membership>> {
    Ok(organisation_members::table
        .filter(organisation_members::user_id.eq(user_id))
        .order((organisation_members::invited_at.desc(), organisation_members::id.desc()))
        .select(Membership::as_select())
        .load(conn)?)
}

/// The invitations that are open to a number.
pub fn list_invited(conn: &mut Conn, phone_index: &[u8]) -> DbResult<Vec<Membership>> {
    Ok(organisation_members::table
        .filter(organisation_members::phone_index.eq(phone_index))
        .filter(organisation_members::state.eq(MemberState::Invited))
        .order((organisation_members::invited_at.desc(), organisation_members::id.desc()))
        .select(Membership::as_select())
        .load(conn)?)
}

/// False if it was no longer an invitation.
pub fn activate(conn: &mut Conn, id: MembershipId, user_id: UserId, at: Instant) -> DbResult<bool> {
    let row = organisation_members::table.find(id).filter(organisation_members::state.eq(MemberState::Invited));
    let moved = diesel::update(row).set((
        organisation_members::state.eq(MemberState::Active),
        organisation_members::user_id.eq(user_id),
        organisation_members::accepted_at.eq(at),
        organisation_members::phone_sealed.eq(Vec::new()),
        organisation_members::phone_index.eq(Vec::new()),
    ));
    Ok(moved.execute(conn)? == 1)
}

/// Ends a membership and forgets the number; false if it was no longer in the state.
pub fn end(conn: &mut Conn, id: MembershipId, from: MemberState, at: Instant) -> DbResult<bool> {
    let row = organisation_members::table.find(id).filter(organisation_members::state.eq(from));
    let moved = diesel::update(row).set((
        organisation_members::state.eq(MemberState::Ended),
        organisation_members::ended_at.eq(at),
        organisation_members::phone_sealed.eq(Vec::new()),
        organisation_members::phone_index.eq(Vec::new()),
    ));
    Ok(moved.execute(conn)? == 1)
}
