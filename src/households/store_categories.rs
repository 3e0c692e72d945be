//! Queries of why households are looked after.

use diesel::prelude::*;
use std::collections::BTreeSet;

use super::{CategoryId, HouseholdId};
use crate::db::schema::household_categories;
use crate::db::{Conn, DbResult};
use crate::kernel::{Day, Instant, UserId};

/// A category as stored: which one it is is sealed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = household_categories)]
#[diesel(treat_none_as_default_value = false)]
pub struct CategoryRow {
    pub id: CategoryId,
    pub household_id: HouseholdId,
    pub category_sealed: Vec<u8>,
    pub valid_from: String,
    pub valid_until: Option<String>,
    pub recorded_by: UserId,
    pub created_at: Instant,
}

pub fn insert(conn: &mut Conn, row: &CategoryRow) -> DbResult<()> {
    diesel::insert_into(household_categories::table).values(row).execute(conn)?;
    Ok(())
}

/// In the order in which they were recorded.
pub fn list(conn: &mut Conn, household_id: HouseholdId) -> DbResult<Vec<CategoryRow>> {
    Ok(household_categories::table
        .filter(household_categories::household_id.eq(household_id))
        .order((household_categories::created_at, household_categories::id))
        .select(CategoryRow::as_select())
        .load(conn)?)
}

/// Those of the households that are looked after on a day; why stays sealed.
///
/// # Errors
/// Those of the database.
pub fn looked_after(conn: &mut Conn, ids: &[HouseholdId], on_day: Day) -> DbResult<BTreeSet<HouseholdId>> {
    let day = on_day.to_string();
    let is_open = household_categories::valid_until.is_null().or(household_categories::valid_until.ge(day.clone()));
    let rows: Vec<HouseholdId> = household_categories::table
        .filter(household_categories::household_id.eq_any(ids))
        .filter(household_categories::valid_from.le(day))
        .filter(is_open.assume_not_null())
        .select(household_categories::household_id)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

pub fn update_end(conn: &mut Conn, id: CategoryId, valid_until: Option<&str>) -> DbResult<()> {
    diesel::update(household_categories::table.find(id))
        .set(household_categories::valid_until.eq(valid_until))
        .execute(conn)?;
    Ok(())
}

pub fn delete(conn: &mut Conn, id: CategoryId) -> DbResult<()> {
    diesel::delete(household_categories::table.find(id)).execute(conn)?;
    Ok(())
}

/// Gives how many there were.
pub fn delete_all(conn: &mut Conn, household_id: HouseholdId) -> DbResult<usize> {
    let all = household_categories::table.filter(household_categories::household_id.eq(household_id));
    Ok(diesel::delete(all).execute(conn)?)
}
