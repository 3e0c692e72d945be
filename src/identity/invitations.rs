//! Invitations: how somebody becomes staff. A link that works once, and not for long.
//!
//! What always holds: the token is kept as a digest, and shown once, behind the `#` of the link, which
//! no browser sends to a server; what an invitation gives is checked when it is made and when it is taken.

use std::time::Duration;

use super::grants::{self, NewGrant};
use super::{IdentityError, store_invitations as store, token};
use crate::db::Conn;
use crate::kernel::{Act, Id, Instant, Invalid, Role, Scope, UserId, text_enum};
use crate::log::{self, Change, Subject};

pub use super::store_invitations::Invitation;

pub type InvitationId = Id<Invitation>;

text_enum! {
    /// Whether an invitation can still be used.
    pub enum InvitationState {
        Open = "open",
        Accepted = "accepted",
        Revoked = "revoked",
        Expired = "expired",
    }
}

impl Invitation {
    #[must_use]
    pub fn state(&self, at: Instant) -> InvitationState {
        match self {
            Self { accepted_at: Some(_), .. } => InvitationState::Accepted,
            Self { revoked_at: Some(_), .. } => InvitationState::Revoked,
            Self { expires_at, .. } if *expires_at <= at => InvitationState::Expired,
            Self { .. } => InvitationState::Open,
        }
    }

    fn grant(&self) -> NewGrant {
        NewGrant {
            role: self.role,
            region_code: self.region_code.clone(),
            valid_from: None,
            valid_until: self.valid_until,
        }
    }
}

/// Hours in which a link can be used, by default and at most.
pub const HOURS_DEFAULT: u64 = 72;
const HOURS_MAX: u64 = 14 * 24;

/// Invites somebody, and gives the token, which is shown this once.
///
/// # Errors
/// As [`grants::give`]; `invalid_period` for more than 14 days.
pub fn invite(
    conn: &mut Conn,
    act: &Act,
    new: &NewGrant,
    note: Option<String>,
    hours: u64,
) -> Result<(Invitation, String), IdentityError> {
    let field = |pointer, code| IdentityError::Field(pointer, Invalid::new(code));
    if !new.role.is_granted() {
        return Err(IdentityError::Field("/role", Invalid::new("unknown_word").with("word", new.role)));
    }
    if !(1..=HOURS_MAX).contains(&hours) {
        return Err(field("/expires_in_h", "invalid_period"));
    }
    if !crate::regions::exists(conn, &new.region_code)? {
        return Err(field("/region_code", "unknown_region"));
    }
    if new.valid_until.is_some_and(|until| until <= act.at) {
        return Err(field("/valid_until", "invalid_period"));
    }
    grants::check_giver(conn, act, new)?;
    let token = token::new_refresh();
    let invitation = Invitation {
        id: act.new_id(),
        token_hash: token::digest(&token),
        role: new.role,
        region_code: new.region_code.clone(),
        valid_until: new.valid_until,
        note,
        invited_by: act.user_id.ok_or(IdentityError::OutOfScope)?,
        created_at: act.at,
        expires_at: act.at.plus(Duration::from_secs(hours * 3600)),
        accepted_by: None,
        accepted_at: None,
        revoked_at: None,
    };
    store::insert(conn, &invitation)?;
    let what = format!("{} {}", new.role, new.region_code);
    log::append(conn, act, &Change::new(Subject::Invitation, invitation.id, "invite").because(Some(&what)))?;
    Ok((invitation, token))
}

/// The invitation of a token, if it can still be used.
///
/// # Errors
/// [`IdentityError::InvitationGone`].
pub fn look(conn: &mut Conn, token: &str, at: Instant) -> Result<Invitation, IdentityError> {
    let invitation = store::find_by_token(conn, &token::digest(token))?;
    invitation.filter(|invitation| invitation.state(at) == InvitationState::Open).ok_or(IdentityError::InvitationGone)
}

/// Gives what was offered. The inviter must still be able to give it.
///
/// # Errors
/// [`IdentityError::InvitationGone`]; [`IdentityError::SamePerson`] for one's own invitation;
/// [`IdentityError::GrantExists`].
pub fn accept(conn: &mut Conn, act: &Act, token: &str, user_id: UserId) -> Result<(), IdentityError> {
    let invitation = look(conn, token, act.at)?;
    if invitation.invited_by == user_id {
        return Err(IdentityError::SamePerson);
    }
    let inviter = Act { user_id: Some(invitation.invited_by), role: Role::Administrator, ..act.clone() };
    let grant = invitation.grant();
    grants::check_giver(conn, &inviter, &grant).map_err(|error| match error {
        IdentityError::OutOfScope | IdentityError::Field(..) => IdentityError::InvitationGone,
        other => other,
    })?;
    if !store::accept(conn, invitation.id, user_id, act.at)? {
        return Err(IdentityError::InvitationGone);
    }
    grants::entrust(conn, &inviter, user_id, &grant)?;
    let by_user = Act { user_id: Some(user_id), ..act.clone() };
    Ok(log::append(conn, &by_user, &Change::new(Subject::Invitation, invitation.id, "accept"))?)
}

/// Takes an invitation back.
///
/// # Errors
/// [`IdentityError::NotFound`] outside the scope, [`IdentityError::InvitationGone`] if it was used or
/// taken back before.
pub fn revoke(conn: &mut Conn, act: &Act, scope: &Scope, id: InvitationId) -> Result<Invitation, IdentityError> {
    let invitation = store::find(conn, id)?.filter(|invitation| scope.covers(&invitation.region_code));
    let invitation = invitation.ok_or(IdentityError::NotFound)?;
    if !store::revoke(conn, id, act.at)? {
        return Err(IdentityError::InvitationGone);
    }
    log::append(conn, act, &Change::new(Subject::Invitation, id, "revoke"))?;
    Ok(Invitation { revoked_at: Some(act.at), ..invitation })
}
