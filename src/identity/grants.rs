//! Grants: a role in a region, from a moment, until another or for good, given by somebody.
//!
//! What always holds: an administrator gives only inside an own grant and not for longer than that one
//! lasts, never to themselves; what was given and taken back stays on record.

use super::IdentityError;
use super::store_grants::{self as store, GrantRow};
use super::types::{Grant, scope_of};
use crate::db::Conn;
use crate::kernel::{Act, Id, Instant, Invalid, RegionCode, Role, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::regions;

pub type GrantId = Id<Grant>;

/// A grant as an administrator asks for it.
#[derive(Debug, Clone)]
pub struct NewGrant {
    pub role: Role,
    pub region_code: RegionCode,
    /// From now on, if it is left out.
    pub valid_from: Option<Instant>,
    /// For good, if it is left out.
    pub valid_until: Option<Instant>,
}

impl NewGrant {
    #[must_use]
    pub const fn for_good(role: Role, region_code: RegionCode) -> Self {
        Self { role, region_code, valid_from: None, valid_until: None }
    }
}

/// Gives a role, as the command line does: nobody is asked who gives it.
///
/// # Errors
/// `unknown_word` for a role that is nobody's to give, `unknown_region`, `invalid_period`,
/// [`IdentityError::GrantExists`].
pub fn entrust(conn: &mut Conn, act: &Act, user_id: UserId, new: &NewGrant) -> Result<GrantRow, IdentityError> {
    let field = |pointer, code| IdentityError::Field(pointer, Invalid::new(code));
    if !new.role.is_granted() {
        return Err(IdentityError::Field("/role", Invalid::new("unknown_word").with("word", new.role)));
    }
    if !regions::exists(conn, &new.region_code)? {
        return Err(field("/region_code", "unknown_region"));
    }
    let valid_from = new.valid_from.unwrap_or(act.at);
    if new.valid_until.is_some_and(|until| until <= valid_from || until <= act.at) {
        return Err(field("/valid_until", "invalid_period"));
    }
    // One that has run out makes room for the next.
    store::close_expired(conn, user_id, new.role, &new.region_code, act.at)?;
    let row = GrantRow {
        id: act.new_id(),
        user_id,
        role: new.role,
        region_code: new.region_code.clone(),
        valid_from,
        valid_until: new.valid_until,
        granted_by: act.user_id,
        granted_at: act.at,
        revoked_at: None,
        revoked_by: None,
    };
    store::insert(conn, &row)
        .map_err(|error| if error.is_unique_violation() { IdentityError::GrantExists } else { error.into() })?;
    let reason = format!("{} {}", new.role, new.region_code);
    log::append(conn, act, &Change::new(Subject::User, user_id, "entrust").because(Some(&reason)))?;
    Ok(row)
}

/// Where somebody holds a role at a moment; `None` if nowhere.
///
/// # Errors
/// Those of the database.
pub fn scope_in_force(
    conn: &mut Conn,
    user_id: UserId,
    role: Role,
    at: Instant,
) -> Result<Option<Scope>, IdentityError> {
    Ok(scope_of(&store::list(conn, user_id, at)?, role))
}

/// Gives a role in an administrator's name.
///
/// # Errors
/// As [`entrust`]; [`IdentityError::SamePerson`] to oneself, [`IdentityError::OutOfScope`] outside of the
/// giver's regions, `grant_outlives_giver`, [`IdentityError::NotFound`] for nobody.
pub fn give(conn: &mut Conn, act: &Act, user_id: UserId, new: &NewGrant) -> Result<GrantRow, IdentityError> {
    if act.user_id == Some(user_id) {
        return Err(IdentityError::SamePerson);
    }
    check_giver(conn, act, new)?;
    super::store::find_open_account(conn, user_id)?.ok_or(IdentityError::NotFound)?;
    entrust(conn, act, user_id, new)
}

/// That the giver may give just this, now.
///
/// # Errors
/// [`IdentityError::OutOfScope`], `grant_outlives_giver`.
pub fn check_giver(conn: &mut Conn, act: &Act, new: &NewGrant) -> Result<(), IdentityError> {
    let giver = act.user_id.ok_or(IdentityError::OutOfScope)?;
    let own = store::list_in_force(conn, giver, act.at)?;
    let covering: Vec<&GrantRow> = own
        .iter()
        .filter(|grant| grant.role == Role::Administrator && grant.region_code.contains(&new.region_code))
        .collect();
    if covering.is_empty() {
        return Err(IdentityError::OutOfScope);
    }
    if covering.iter().any(|grant| lasts_as_long(grant.valid_until, new.valid_until)) {
        return Ok(());
    }
    Err(IdentityError::Field("/valid_until", Invalid::new("grant_outlives_giver")))
}

/// Whether what ends at `giver`, or never, lasts as long as what ends at `given`, or never.
fn lasts_as_long(giver: Option<Instant>, given: Option<Instant>) -> bool {
    match (giver, given) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(giver), Some(given)) => given <= giver,
    }
}

/// Takes a grant back, from now on.
///
/// # Errors
/// [`IdentityError::NotFound`] outside the scope, or when it is not in force any more;
/// [`IdentityError::SamePerson`] for one's own.
pub fn revoke(conn: &mut Conn, act: &Act, scope: &Scope, id: GrantId, reason: &str) -> Result<GrantRow, IdentityError> {
    let grant = store::find(conn, id)?.filter(|grant| scope.covers(&grant.region_code));
    let grant = grant.ok_or(IdentityError::NotFound)?;
    if act.user_id == Some(grant.user_id) {
        return Err(IdentityError::SamePerson);
    }
    if !store::revoke(conn, id, act.at, act.user_id)? {
        return Err(IdentityError::NotFound);
    }
    let reason = format!("{} {}: {reason}", grant.role, grant.region_code);
    log::append(conn, act, &Change::new(Subject::User, grant.user_id, "revoke").because(Some(&reason)))?;
    store::find(conn, id)?.ok_or(IdentityError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outlives_its_giver() {
        let at = |seconds: i64| Some(Instant::from_unix_micros(seconds * 1_000_000));
        for (giver, given, fine) in
            [(None, None, true), (None, at(5), true), (at(5), None, false), (at(5), at(5), true), (at(5), at(6), false)]
        {
            assert_eq!(lasts_as_long(giver, given), fine, "{giver:?} {given:?}");
        }
    }
}
