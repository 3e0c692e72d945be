//! Farmer households, as a coordinator records them: most have no phone and no account.
//!
//! What always holds: the public sees an alias, a story and the village, never a name, a phone, how
//! many live there or why they are poor. Table: `households`.

pub mod http;
mod store;

use serde::Serialize;
use utoipa::ToSchema;

pub use store::{Household, find, refs};

use crate::db::{Conn, DbError};
use crate::kernel::{Act, Id, Invalid, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::regions::{self, RegionError};

pub type HouseholdId = Id<Household>;

/// A household as other things mention it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HouseholdRef {
    pub id: HouseholdId,
    pub alias: String,
}

#[derive(Debug, thiserror::Error)]
pub enum HouseholdError {
    #[error("no such household")]
    NotFound,
    #[error("the village is outside the scope")]
    OutOfScope,
    #[error(transparent)]
    Region(#[from] RegionError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What is recorded of a household, checked.
#[derive(Debug, Clone)]
pub struct NewHousehold {
    pub village_code: RegionCode,
    pub alias: String,
    pub story: Option<String>,
    pub members: Option<i64>,
}

/// # Errors
/// `members` outside 1 to 30.
pub fn check_members(members: i64) -> Result<i64, Invalid> {
    const MAX: i64 = 30;
    if (1..=MAX).contains(&members) { Ok(members) } else { Err(Invalid::new("invalid_members").with("max", MAX)) }
}

/// Records a household of a village in the coordinator's scope.
///
/// # Errors
/// [`HouseholdError::OutOfScope`], [`HouseholdError::Region`].
pub fn record(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    new: &NewHousehold,
) -> Result<Household, HouseholdError> {
    let village = regions::load_village(conn, &new.village_code)?;
    if !scope.covers(&village.code) {
        return Err(HouseholdError::OutOfScope);
    }
    let household = Household {
        id: act.new_id(),
        village_code: village.code,
        alias: new.alias.clone(),
        story: new.story.clone(),
        members: new.members,
        created_at: act.at,
    };
    store::insert(conn, &household, by)?;
    log::append(conn, act, &Change::new(Subject::Household, household.id, "record"))?;
    Ok(household)
}

/// A household in the scope.
///
/// # Errors
/// [`HouseholdError::NotFound`], [`HouseholdError::OutOfScope`].
pub fn load_in_scope(conn: &mut Conn, scope: &Scope, id: HouseholdId) -> Result<Household, HouseholdError> {
    let household = find(conn, id)?.ok_or(HouseholdError::NotFound)?;
    if scope.covers(&household.village_code) { Ok(household) } else { Err(HouseholdError::OutOfScope) }
}
