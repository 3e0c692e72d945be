//! Queries of the people of households.

use diesel::prelude::*;

use super::types::Relation;
use super::{HouseholdId, PersonId};
use crate::db::schema::household_people;
use crate::db::{Conn, DbResult};
use crate::kernel::{Instant, UserId};

/// A person as stored: what is personal is sealed.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = household_people)]
#[diesel(treat_none_as_default_value = false)]
pub struct PersonRow {
    pub id: PersonId,
    pub household_id: HouseholdId,
    pub relation: Relation,
    pub is_minor: bool,
    pub guardian_id: Option<PersonId>,
    pub name_sealed: Option<Vec<u8>>,
    pub phone_sealed: Option<Vec<u8>>,
    pub phone_index: Option<Vec<u8>>,
    pub id_number_sealed: Option<Vec<u8>>,
    pub id_number_index: Option<Vec<u8>>,
    pub bank_account_sealed: Option<Vec<u8>>,
    pub bank_account_index: Option<Vec<u8>>,
    pub created_at: Instant,
    pub erased_at: Option<Instant>,
}

pub fn insert(conn: &mut Conn, row: &PersonRow, recorded_by: UserId) -> DbResult<()> {
    diesel::insert_into(household_people::table)
        .values((row, household_people::recorded_by.eq(recorded_by)))
        .execute(conn)?;
    Ok(())
}

/// Somebody of the household.
pub fn find(conn: &mut Conn, household_id: HouseholdId, id: PersonId) -> DbResult<Option<PersonRow>> {
    Ok(household_people::table
        .find(id)
        .filter(household_people::household_id.eq(household_id))
        .select(PersonRow::as_select())
        .first(conn)
        .optional()?)
}

/// The head, unless erased.
pub fn find_head(conn: &mut Conn, household_id: HouseholdId) -> DbResult<Option<PersonRow>> {
    Ok(household_people::table
        .filter(household_people::household_id.eq(household_id))
        .filter(household_people::relation.eq(Relation::Head))
        .filter(household_people::erased_at.is_null())
        .select(PersonRow::as_select())
        .first(conn)
        .optional()?)
}

/// Everybody who was ever recorded, in that order.
pub fn list(conn: &mut Conn, household_id: HouseholdId) -> DbResult<Vec<PersonRow>> {
    Ok(household_people::table
        .filter(household_people::household_id.eq(household_id))
        .order((household_people::created_at, household_people::id))
        .select(PersonRow::as_select())
        .load(conn)?)
}

/// Whether somebody else has this id number.
pub fn is_id_number_taken(conn: &mut Conn, index: &[u8], by_other_than: PersonId) -> DbResult<bool> {
    let others = household_people::table
        .filter(household_people::id_number_index.eq(index))
        .filter(household_people::id.ne(by_other_than));
    Ok(diesel::select(diesel::dsl::exists(others)).get_result(conn)?)
}

/// Writes all that can change of a person; false if they were erased.
pub fn update(conn: &mut Conn, row: &PersonRow) -> DbResult<bool> {
    let standing = household_people::table.find(row.id).filter(household_people::erased_at.is_null());
    let changed = diesel::update(standing)
        .set((
            household_people::relation.eq(row.relation),
            household_people::is_minor.eq(row.is_minor),
            household_people::guardian_id.eq(row.guardian_id),
            household_people::name_sealed.eq(&row.name_sealed),
            household_people::phone_sealed.eq(&row.phone_sealed),
            household_people::phone_index.eq(&row.phone_index),
            household_people::id_number_sealed.eq(&row.id_number_sealed),
            household_people::id_number_index.eq(&row.id_number_index),
            household_people::bank_account_sealed.eq(&row.bank_account_sealed),
            household_people::bank_account_index.eq(&row.bank_account_index),
            household_people::erased_at.eq(row.erased_at),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Nobody has this guardian any more.
pub fn clear_guardian(conn: &mut Conn, guardian_id: PersonId) -> DbResult<()> {
    diesel::update(household_people::table.filter(household_people::guardian_id.eq(guardian_id)))
        .set(household_people::guardian_id.eq(None::<PersonId>))
        .execute(conn)?;
    Ok(())
}
