//! Why a household is looked after: written by its coordinator, sealed, read with a reason and on no
//! public page. It goes when the coordinator removes it, and when the head is erased.

use super::service::load_for_change;
use super::store_categories::{self, CategoryRow};
use super::types::{Category, HouseholdError};
use super::{CategoryId, HouseholdId, store_people};
use crate::db::Conn;
use crate::kernel::{Act, Day, Invalid, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::privacy::{self, Access, ThingKind};
use crate::secrets::Secrets;

/// A category that is to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct NewCategory {
    pub category: Category,
    pub valid_from: Day,
    /// The last day, if it is known.
    pub valid_until: Option<Day>,
}

/// A category, opened.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub id: CategoryId,
    pub category: Category,
    pub valid_from: String,
    pub valid_until: Option<String>,
}

const CATEGORIES_MAX: usize = 20;

fn context(id: CategoryId) -> String {
    format!("household_categories.category:{id}")
}

/// # Errors
/// [`HouseholdError::NotFound`] outside the scope, `head_required`, `too_many`, `days_out_of_order`.
pub fn record(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    (by, scope): (UserId, &Scope),
    household_id: HouseholdId,
    new: NewCategory,
) -> Result<Recorded, HouseholdError> {
    load_for_change(conn, scope, household_id)?;
    check_order(&new.valid_from.to_string(), new.valid_until)?;
    if store_people::find_head(conn, household_id)?.is_none() {
        return Err(HouseholdError::Invalid("", Invalid::new("head_required")));
    }
    if store_categories::list(conn, household_id)?.len() >= CATEGORIES_MAX {
        return Err(HouseholdError::Invalid("", Invalid::new("too_many").with("max", CATEGORIES_MAX)));
    }
    let id = act.new_id();
    let row = CategoryRow {
        id,
        household_id,
        category_sealed: secrets.seal(&context(id), new.category.as_str()),
        valid_from: new.valid_from.to_string(),
        valid_until: new.valid_until.map(|day| day.to_string()),
        recorded_by: by,
        created_at: act.at,
    };
    store_categories::insert(conn, &row)?;
    log_change(conn, act, household_id, "record_category")?;
    open(secrets, row)
}

/// Says when a category ends, or that it does not end yet.
///
/// # Errors
/// [`HouseholdError::NotFound`], `days_out_of_order`.
pub fn end(
    conn: &mut Conn,
    act: &Act,
    scope: &Scope,
    (household_id, id): (HouseholdId, CategoryId),
    valid_until: Option<Day>,
) -> Result<(), HouseholdError> {
    let row = load(conn, scope, household_id, id)?;
    check_order(&row.valid_from, valid_until)?;
    let valid_until = valid_until.map(|day| day.to_string());
    if valid_until == row.valid_until {
        return Ok(());
    }
    store_categories::update_end(conn, id, valid_until.as_deref())?;
    log_change(conn, act, household_id, "end_category")
}

/// Removes what should not have been recorded.
///
/// # Errors
/// [`HouseholdError::NotFound`].
pub fn remove(
    conn: &mut Conn,
    act: &Act,
    scope: &Scope,
    (household_id, id): (HouseholdId, CategoryId),
) -> Result<(), HouseholdError> {
    load(conn, scope, household_id, id)?;
    store_categories::delete(conn, id)?;
    log_change(conn, act, household_id, "remove_category")
}

/// Nothing is kept of why a household is looked after, once its head is erased.
pub fn erase_all(conn: &mut Conn, act: &Act, household_id: HouseholdId) -> Result<(), HouseholdError> {
    if store_categories::delete_all(conn, household_id)? > 0 {
        log_change(conn, act, household_id, "remove_category")?;
    }
    Ok(())
}

/// Opens what is recorded of a household, and writes down, with its head, that somebody read it.
///
/// # Errors
/// Those of the database, [`HouseholdError::Secrets`].
pub fn unmask(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    (household_id, village_code): (HouseholdId, &RegionCode),
    reason: &str,
) -> Result<Vec<Recorded>, HouseholdError> {
    let rows = store_categories::list(conn, household_id)?;
    if let Some(head) = store_people::find_head(conn, household_id)? {
        let access = Access {
            subject: privacy::Subject::person(head.id),
            village_code: Some(village_code),
            fields: &["category"],
            thing_kind: ThingKind::Person,
            thing_id: head.id.uuid(),
            reason,
        };
        privacy::record(conn, act, &access)?;
    }
    rows.into_iter().map(|row| open(secrets, row)).collect()
}

fn open(secrets: &Secrets, row: CategoryRow) -> Result<Recorded, HouseholdError> {
    let word = secrets.open(&context(row.id), &row.category_sealed)?;
    let category = word.parse().map_err(|invalid: Invalid| HouseholdError::Db(invalid.into()))?;
    Ok(Recorded { id: row.id, category, valid_from: row.valid_from, valid_until: row.valid_until })
}

fn load(
    conn: &mut Conn,
    scope: &Scope,
    household_id: HouseholdId,
    id: CategoryId,
) -> Result<CategoryRow, HouseholdError> {
    load_for_change(conn, scope, household_id)?;
    let row = store_categories::list(conn, household_id)?.into_iter().find(|row| row.id == id);
    row.ok_or(HouseholdError::NotFound)
}

/// Days as text order as days do.
fn check_order(valid_from: &str, valid_until: Option<Day>) -> Result<(), HouseholdError> {
    let is_in_order = valid_until.is_none_or(|until| until.to_string().as_str() >= valid_from);
    let refuse = || HouseholdError::Invalid("/valid_until", Invalid::new("days_out_of_order"));
    is_in_order.then_some(()).ok_or_else(refuse)
}

/// The log says that something was recorded or removed, never what.
fn log_change(conn: &mut Conn, act: &Act, id: HouseholdId, action: &str) -> Result<(), HouseholdError> {
    Ok(log::append(conn, act, &Change::new(Subject::Household, id, action))?)
}
