//! People as they are shown.

use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use super::grants::GrantId;
use super::invitations::{Invitation, InvitationId, InvitationState};
use super::store_grants::{self, GrantRow};
use super::{IdentityError, load_person, second_factor, store};
use crate::db::Conn;
use crate::kernel::{Instant, Role, UserId, text_enum};
use crate::regions::{self, RegionRef};
use crate::secrets::Secrets;

text_enum! {
    /// Whether somebody has a second factor, or lacks one that a role asks for.
    pub enum FactorState {
        None = "none",
        Required = "required",
        Active = "active",
    }
}

/// A role that somebody holds.
#[derive(Serialize, ToSchema)]
pub struct GrantOut {
    role: Role,
    region: RegionRef,
    valid_until: Option<Instant>,
}

/// Somebody with an account, shown to themselves.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserOut {
    pub id: UserId,
    display_name: String,
    #[schema(example = "138****1234")]
    phone_masked: String,
    #[schema(example = "c***@example.org")]
    email_masked: Option<String>,
    roles: Vec<Role>,
    grants: Vec<GrantOut>,
    second_factor: FactorState,
}

/// # Errors
/// Those of the database.
pub fn show_user(conn: &mut Conn, secrets: &Secrets, user_id: UserId, at: Instant) -> Result<UserOut, IdentityError> {
    let person = load_person(conn, secrets, user_id)?;
    let grants = store_grants::list_in_force(conn, user_id, at)?;
    let names = regions::names(conn, grants.iter().map(|grant| &grant.region_code))?;
    let mut roles = vec![Role::Buyer];
    roles.extend(grants.iter().map(|grant| grant.role));
    roles.dedup();
    let second_factor = match (second_factor::is_active(conn, user_id)?, grants.is_empty()) {
        (true, _) => FactorState::Active,
        (false, true) => FactorState::None,
        (false, false) => FactorState::Required,
    };
    let show = |grant: GrantRow| GrantOut {
        role: grant.role,
        region: names[&grant.region_code].clone(),
        valid_until: grant.valid_until,
    };
    Ok(UserOut {
        id: user_id,
        phone_masked: person.phone_masked().unwrap_or_default(),
        display_name: person.display_name,
        email_masked: person.email.map(|email| email.masked()),
        roles,
        grants: grants.into_iter().map(show).collect(),
        second_factor,
    })
}

text_enum! {
    /// Whether a grant counts.
    pub enum GrantState {
        Pending = "pending",
        InForce = "in_force",
        Expired = "expired",
        Revoked = "revoked",
    }
}

/// A grant with all that is known of it, for administrators.
#[derive(Serialize, ToSchema)]
pub struct StaffGrant {
    id: GrantId,
    role: Role,
    region: RegionRef,
    state: GrantState,
    valid_from: Instant,
    valid_until: Option<Instant>,
    /// Who gave it; nobody for what the command line gave.
    granted_by: Option<String>,
    granted_at: Instant,
    revoked_by: Option<String>,
    revoked_at: Option<Instant>,
}

/// Somebody of the staff, for administrators.
#[derive(Serialize, ToSchema)]
pub struct StaffOut {
    id: UserId,
    display_name: String,
    /// Nothing once the account is deleted.
    phone_masked: Option<String>,
    second_factor: bool,
    /// In the administrator's regions.
    grants: Vec<StaffGrant>,
}

fn grant_state(grant: &GrantRow, at: Instant) -> GrantState {
    match grant {
        GrantRow { valid_until: Some(until), .. } if *until <= at => GrantState::Expired,
        GrantRow { revoked_at: Some(_), .. } => GrantState::Revoked,
        GrantRow { valid_from, .. } if *valid_from > at => GrantState::Pending,
        GrantRow { .. } => GrantState::InForce,
    }
}

/// Grants with the names of those who gave and took them.
///
/// # Errors
/// Those of the database.
pub fn show_grants(conn: &mut Conn, grants: Vec<GrantRow>, at: Instant) -> Result<Vec<StaffGrant>, IdentityError> {
    let regions = regions::names(conn, grants.iter().map(|grant| &grant.region_code))?;
    let people = grants.iter().flat_map(|grant| [grant.granted_by, grant.revoked_by]).flatten();
    let people: HashMap<UserId, String> = store::names(conn, people)?;
    let name = |id: Option<UserId>| id.and_then(|id| people.get(&id).cloned());
    let show = |grant: GrantRow| StaffGrant {
        state: grant_state(&grant, at),
        id: grant.id,
        role: grant.role,
        region: regions[&grant.region_code].clone(),
        valid_from: grant.valid_from,
        valid_until: grant.valid_until,
        granted_by: name(grant.granted_by),
        granted_at: grant.granted_at,
        revoked_by: name(grant.revoked_by),
        revoked_at: grant.revoked_at,
    };
    Ok(grants.into_iter().map(show).collect())
}

/// Somebody of the staff, with the grants that `may_see` lets pass.
///
/// # Errors
/// [`IdentityError::NotFound`] if there are none: then it is nobody of this administrator's.
pub fn show_staff(
    conn: &mut Conn,
    secrets: &Secrets,
    user_id: UserId,
    may_see: impl Fn(&GrantRow) -> bool,
    at: Instant,
) -> Result<StaffOut, IdentityError> {
    let grants: Vec<GrantRow> =
        store_grants::list_of(conn, user_id)?.into_iter().filter(|grant| may_see(grant)).collect();
    if grants.is_empty() {
        return Err(IdentityError::NotFound);
    }
    let person = load_person(conn, secrets, user_id)?;
    Ok(StaffOut {
        id: user_id,
        phone_masked: person.phone_masked(),
        display_name: person.display_name,
        second_factor: second_factor::is_active(conn, user_id)?,
        grants: show_grants(conn, grants, at)?,
    })
}

/// An invitation, for administrators.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationOut {
    id: InvitationId,
    role: Role,
    region: RegionRef,
    state: InvitationState,
    note: Option<String>,
    valid_until: Option<Instant>,
    invited_by: Option<String>,
    accepted_by: Option<String>,
    created_at: Instant,
    expires_at: Instant,
    /// The link to hand over; shown this once, when it is made.
    url: Option<String>,
}

/// # Errors
/// Those of the database.
pub fn show_invitations(
    conn: &mut Conn,
    invitations: Vec<Invitation>,
    at: Instant,
    url: Option<&str>,
) -> Result<Vec<InvitationOut>, IdentityError> {
    let regions = regions::names(conn, invitations.iter().map(|invitation| &invitation.region_code))?;
    let people =
        invitations.iter().flat_map(|invitation| [Some(invitation.invited_by), invitation.accepted_by]).flatten();
    let people = store::names(conn, people)?;
    let show = |invitation: Invitation| InvitationOut {
        state: invitation.state(at),
        id: invitation.id,
        role: invitation.role,
        region: regions[&invitation.region_code].clone(),
        note: invitation.note,
        valid_until: invitation.valid_until,
        invited_by: people.get(&invitation.invited_by).cloned(),
        accepted_by: invitation.accepted_by.and_then(|id| people.get(&id).cloned()),
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
        url: url.map(ToOwned::to_owned),
    };
    Ok(invitations.into_iter().map(show).collect())
}
