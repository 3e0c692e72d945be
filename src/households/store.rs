//! Queries of households.

use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};

use super::seller::{CreditCode, SellerType};
use super::types::{Field, Purpose};
use super::{HouseholdId, HouseholdRef, PersonId};
use crate::db::schema::{consents, households};
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::kernel::{Cursor, Instant, Page, RegionCode, Scope, UserId};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = households)]
#[diesel(treat_none_as_default_value = false)]
pub struct Household {
    pub id: HouseholdId,
    pub village_code: RegionCode,
    pub alias: String,
    pub story: Option<String>,
    pub members: Option<i64>,
    pub created_at: Instant,
    pub seller_type: SellerType,
    /// Of co-ops and firms.
    pub credit_code: Option<CreditCode>,
    /// To whose bank account the household's money goes.
    pub payee_person_id: Option<PersonId>,
}

pub fn insert(conn: &mut Conn, household: &Household, recorded_by: UserId) -> DbResult<()> {
    diesel::insert_into(households::table)
        .values((household, households::recorded_by.eq(recorded_by)))
        .execute(conn)?;
    Ok(())
}

/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: HouseholdId) -> DbResult<Option<Household>> {
    Ok(households::table.find(id).select(Household::as_select()).first(conn).optional()?)
}

/// The household, locked until the transaction ends: what is changed of it and of its people is changed
/// one after the other.
pub fn lock(conn: &mut Conn, id: HouseholdId) -> DbResult<Option<Household>> {
    if let Conn::Pg(conn) = conn {
        let row = households::table.find(id).select(households::id).for_no_key_update();
        row.first::<HouseholdId>(conn).optional()?;
    }
    find(conn, id)
}

pub fn update(conn: &mut Conn, household: &Household) -> DbResult<()> {
    diesel::update(households::table.find(household.id))
        .set((
            households::alias.eq(&household.alias),
            households::story.eq(&household.story),
            households::members.eq(household.members),
            households::seller_type.eq(household.seller_type),
            households::credit_code.eq(&household.credit_code),
            households::payee_person_id.eq(household.payee_person_id),
        ))
        .execute(conn)?;
    Ok(())
}

/// As what a household sells.
///
/// # Errors
/// Those of the database, also for a household that does not exist.
pub fn seller_type(conn: &mut Conn, id: HouseholdId) -> DbResult<SellerType> {
    Ok(households::table.find(id).select(households::seller_type).first(conn)?)
}

/// Nobody's money goes to this person any more; gives the households of which it did.
pub fn clear_payee(conn: &mut Conn, person_id: PersonId) -> DbResult<Vec<HouseholdId>> {
    let paid = households::table.filter(households::payee_person_id.eq(person_id));
    let row = diesel::update(paid).set(households::payee_person_id.eq(None::<PersonId>));
    Ok(row.returning(households::id).get_results(conn)?)
}

/// How the public may mention many households at once.
///
/// # Errors
/// Those of the database.
pub fn refs(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = HouseholdId>,
) -> DbResult<HashMap<HouseholdId, HouseholdRef>> {
    let ids: BTreeSet<HouseholdId> = ids.into_iter().collect();
    let agreed = consents::table.on(consents::household_id
        .eq(households::id)
        .and(consents::purpose.eq(Purpose::Publication))
        .and(consents::field.eq(Field::Alias))
        .and(consents::withdrawn_at.is_null()));
    let rows: Vec<(HouseholdId, String, Option<Instant>)> = households::table
        .left_join(agreed)
        .filter(households::id.eq_any(ids))
        .select((households::id, households::alias, consents::granted_at.nullable()))
        .load(conn)?;
    let show = |(id, alias, agreed_at): (HouseholdId, String, Option<Instant>)| {
        (id, HouseholdRef { id, alias: agreed_at.map(|_| alias) })
    };
    Ok(rows.into_iter().map(show).collect())
}

/// How those who look after a village mention many of its households at once.
///
/// # Errors
/// Those of the database.
pub fn refs_for_staff(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = HouseholdId>,
) -> DbResult<HashMap<HouseholdId, HouseholdRef>> {
    let ids: BTreeSet<HouseholdId> = ids.into_iter().collect();
    let rows: Vec<(HouseholdId, String)> =
        households::table.filter(households::id.eq_any(ids)).select((households::id, households::alias)).load(conn)?;
    Ok(rows.into_iter().map(|(id, alias)| (id, HouseholdRef { id, alias: Some(alias) })).collect())
}

/// Households of a scope, newest first.
pub fn list_in_scope(conn: &mut Conn, scope: &Scope, limit: i64, after: Option<Cursor>) -> DbResult<Page<Household>> {
    let load = |region: &RegionCode| {
        let query = households::table
            .filter(lies_in!(households::village_code, region))
            .order((households::created_at.desc(), households::id.desc()))
            .limit(limit + 1)
            .select(Household::as_select())
            .into_boxed();
        Ok(older_than!(query, households::created_at, households::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last| Cursor::at(last.created_at, last.id))
}
