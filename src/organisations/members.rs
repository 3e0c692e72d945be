//! Use cases of who orders for an organisation, and of who wants to be left alone.

use super::rules::{MemberRole, MemberState, MemberStep, decide_member};
use super::store::{self, Organisation};
use super::store_members::{self, Membership};
use super::types::{MembershipId, OrganisationError, OrganisationId};
use crate::db::Conn;
use crate::identity::{self, IdentityError, Phone};
use crate::kernel::{Act, Instant, Invalid, UserId};
use crate::log::{self, Change, Subject};
use crate::secrets::Secrets;

/// People and open invitations of one organisation.
const MEMBERS_MAX: usize = 50;

/// The organisation and what somebody is in it.
///
/// # Errors
/// [`OrganisationError::NotFound`] for one of others: that it buys here is its own.
pub fn load_own(
    conn: &mut Conn,
    id: OrganisationId,
    user_id: UserId,
) -> Result<(Organisation, Membership), OrganisationError> {
    let member = store_members::find_active(conn, id, user_id)?.ok_or(OrganisationError::NotFound)?;
    Ok((store::find(conn, id)?.ok_or(OrganisationError::NotFound)?, member))
}

/// The same, for its managers; locked until the transaction ends.
///
/// # Errors
/// [`OrganisationError::NotFound`], [`OrganisationError::NotManager`].
pub fn load_managed(conn: &mut Conn, id: OrganisationId, user_id: UserId) -> Result<Organisation, OrganisationError> {
    let organisation = store::lock(conn, id)?.ok_or(OrganisationError::NotFound)?;
    match store_members::find_active(conn, id, user_id)?.map(|member| member.role) {
        Some(MemberRole::Manager) => Ok(organisation),
        Some(MemberRole::Buyer) => Err(OrganisationError::NotManager),
        None => Err(OrganisationError::NotFound),
    }
}

/// Locks an organisation for somebody who orders for it: what it owes changes one after another.
///
/// # Errors
/// [`OrganisationError::NotFound`] if they do not.
pub fn lock_for_member(conn: &mut Conn, id: OrganisationId, user_id: UserId) -> Result<(), OrganisationError> {
    store::lock(conn, id)?.ok_or(OrganisationError::NotFound)?;
    store_members::find_active(conn, id, user_id)?.map(|_| ()).ok_or(OrganisationError::NotFound)
}

/// A manager asks whoever has a number to order for the organisation. Nothing tells whether the number has an
/// account, nor whether its owner wants to be left alone: an invitation that nobody sees is never answered.
/// Asking again changes nothing.
///
/// # Errors
/// [`OrganisationError::NotManager`], `own_number`, `too_many`.
pub fn invite(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    id: OrganisationId,
    by: UserId,
    (phone, role): (&Phone, MemberRole),
) -> Result<Membership, OrganisationError> {
    let organisation = load_managed(conn, id, by)?;
    let phone_index = secrets.blind_index(phone.as_str());
    if identity::find_phone_index(conn, by)?.ok_or(IdentityError::Unauthenticated)? == phone_index {
        return Err(OrganisationError::Invalid("/phone", Invalid::new("own_number")));
    }
    let known = store_members::list_unended(conn, organisation.id)?;
    if let Some(open) = known.iter().find(|member| member.phone_index == phone_index) {
        return Ok(open.clone());
    }
    if known.len() >= MEMBERS_MAX {
        return Err(OrganisationError::Invalid("/phone", Invalid::new("too_many").with("max", MEMBERS_MAX)));
    }
    let member_id: MembershipId = act.new_id();
    let member = Membership {
        id: member_id,
        organisation_id: organisation.id,
        role,
        state: MemberState::Invited,
        phone_sealed: secrets.seal(&phone_context(member_id), phone.as_str()),
        phone_index,
        user_id: None,
        invited_by: by,
        invited_at: act.at,
        accepted_at: None,
        ended_at: None,
    };
    store_members::insert(conn, &member)?;
    log_step(conn, act, member.id, "invite", None, member.state)?;
    Ok(member)
}

fn phone_context(id: MembershipId) -> String {
    format!("organisation_members.phone:{id}")
}

/// The number that was asked, while it is asked.
///
/// # Errors
/// [`OrganisationError::Secrets`] for a number sealed with another key.
pub fn open_phone(secrets: &Secrets, member: &Membership) -> Result<Option<Phone>, OrganisationError> {
    if member.phone_sealed.is_empty() {
        return Ok(None);
    }
    let number = secrets.open(&phone_context(member.id), &member.phone_sealed)?;
    Ok(Some(Phone::parse(&number).map_err(IdentityError::from)?))
}

/// The invitations that somebody is shown: none while they want to be left alone.
///
/// # Errors
/// Those of the database.
pub fn list_invitations(conn: &mut Conn, user_id: UserId) -> Result<Vec<Membership>, OrganisationError> {
    if store::left_alone_since(conn, user_id)?.is_some() {
        return Ok(Vec::new());
    }
    let index = identity::find_phone_index(conn, user_id)?.ok_or(IdentityError::Unauthenticated)?;
    Ok(store_members::list_invited(conn, &index)?)
}

/// Somebody whose number was asked says yes. Saying so again changes nothing.
///
/// # Errors
/// [`OrganisationError::NotFound`] for an invitation of others, [`OrganisationError::MemberState`].
pub fn accept(conn: &mut Conn, act: &Act, id: MembershipId, user_id: UserId) -> Result<Membership, OrganisationError> {
    let member = store_members::find(conn, id)?.ok_or(OrganisationError::NotFound)?;
    if member.user_id == Some(user_id) && member.state == MemberState::Active {
        return Ok(member);
    }
    let own = list_invitations(conn, user_id)?.into_iter().find(|own| own.id == id);
    let member = own.ok_or(OrganisationError::NotFound)?;
    store::lock(conn, member.organisation_id)?;
    let next = decide_member(member.state, MemberStep::Accept).map_err(OrganisationError::MemberState)?;
    if store_members::find_active(conn, member.organisation_id, user_id)?.is_some() {
        return Err(OrganisationError::MemberState(MemberState::Active));
    }
    if !store_members::activate(conn, id, user_id, act.at)? {
        return Err(OrganisationError::MemberState(MemberState::Ended));
    }
    log_step(conn, act, id, "accept", Some(member.state), next)?;
    store_members::find(conn, id)?.ok_or(OrganisationError::NotFound)
}

/// A manager ends a membership or takes an invitation back; a member leaves; who was asked says no. Ending it
/// again changes nothing.
///
/// # Errors
/// [`OrganisationError::NotFound`] for one of others, [`OrganisationError::LastManager`].
pub fn end(conn: &mut Conn, act: &Act, id: MembershipId, user_id: UserId) -> Result<Membership, OrganisationError> {
    let member = store_members::find(conn, id)?.ok_or(OrganisationError::NotFound)?;
    store::lock(conn, member.organisation_id)?;
    let own = member.user_id == Some(user_id) || list_invitations(conn, user_id)?.iter().any(|own| own.id == id);
    if !own {
        load_managed(conn, member.organisation_id, user_id)?;
    }
    if member.state == MemberState::Active && member.role == MemberRole::Manager {
        let others = store_members::list_unended(conn, member.organisation_id)?;
        let leads = |other: &Membership| other.role == MemberRole::Manager && other.state == MemberState::Active;
        if !others.iter().any(|other| other.id != id && leads(other)) {
            return Err(OrganisationError::LastManager);
        }
    }
    end_one(conn, act, &member)?;
    store_members::find(conn, id)?.ok_or(OrganisationError::NotFound)
}

fn end_one(conn: &mut Conn, act: &Act, member: &Membership) -> Result<(), OrganisationError> {
    let next = decide_member(member.state, MemberStep::End).map_err(OrganisationError::MemberState)?;
    if next == member.state {
        return Ok(());
    }
    if !store_members::end(conn, member.id, member.state, act.at)? {
        return Err(OrganisationError::MemberState(member.state));
    }
    log_step(conn, act, member.id, "end", Some(member.state), next)
}

/// An account is deleted: it orders for nobody any more, and nothing is kept of its number or wish.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, act: &Act, user_id: UserId) -> Result<(), OrganisationError> {
    let mut members = store_members::list_of_user(conn, user_id)?;
    if let Some(index) = identity::find_phone_index(conn, user_id)? {
        members.extend(store_members::list_invited(conn, &index)?);
    }
    for member in &members {
        end_one(conn, act, member)?;
    }
    Ok(store::forget_left_alone(conn, user_id)?)
}

/// Somebody says whether any unit, employer or village may ask them to order. Saying so again changes nothing.
///
/// # Errors
/// Those of the database.
pub fn leave_alone(
    conn: &mut Conn,
    act: &Act,
    user_id: UserId,
    wanted: bool,
) -> Result<Option<Instant>, OrganisationError> {
    let before = store::left_alone_since(conn, user_id)?;
    match (before, wanted) {
        (None, true) => {
            store::leave_alone(conn, user_id, act.at)?;
            log::append(conn, act, &Change::new(Subject::User, user_id, "leave_alone"))?;
        }
        (Some(_), false) => {
            store::forget_left_alone(conn, user_id)?;
            log::append(conn, act, &Change::new(Subject::User, user_id, "may_be_asked"))?;
        }
        _ => {}
    }
    Ok(store::left_alone_since(conn, user_id)?)
}

fn log_step(
    conn: &mut Conn,
    act: &Act,
    id: MembershipId,
    action: &str,
    from: Option<MemberState>,
    to: MemberState,
) -> Result<(), OrganisationError> {
    let change =
        Change::new(Subject::OrganisationMember, id, action).states(from.map(MemberState::as_str), to.as_str());
    Ok(log::append(conn, act, &change)?)
}
