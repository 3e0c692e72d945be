//! Queries of many households at once.

use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};

use super::seller::{CreditCode, SellerType};
use super::store::Household;
use super::store_consents::Consent;
use super::store_people::PersonRow;
use super::types::{Field, Purpose};
use super::{HouseholdId, PersonId};
use crate::db::schema::{consents, household_people, households};
use crate::db::{Conn, DbResult, native};
use crate::kernel::{Instant, RegionCode, UserId};

/// Rows per statement; SQLite takes 32,766 parameters, and the widest row here has 13.
const CHUNK: usize = 500;

#[derive(Insertable)]
#[diesel(table_name = households)]
#[diesel(treat_none_as_default_value = false)]
struct HouseholdRow<'a> {
    id: HouseholdId,
    village_code: &'a RegionCode,
    alias: &'a str,
    story: Option<&'a str>,
    members: Option<i64>,
    created_at: Instant,
    recorded_by: UserId,
    seller_type: SellerType,
    credit_code: Option<&'a CreditCode>,
}

impl<'a> HouseholdRow<'a> {
    fn of(one: &'a Household, recorded_by: UserId) -> Self {
        Self {
            id: one.id,
            village_code: &one.village_code,
            alias: &one.alias,
            story: one.story.as_deref(),
            members: one.members,
            created_at: one.created_at,
            recorded_by,
            seller_type: one.seller_type,
            credit_code: one.credit_code.as_ref(),
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = household_people)]
#[diesel(treat_none_as_default_value = false)]
struct HeadRow {
    id: PersonId,
    household_id: HouseholdId,
    relation: super::Relation,
    is_minor: bool,
    created_at: Instant,
    recorded_by: UserId,
}

/// Writes households, their heads of whom nothing is known yet, and what these agree to.
pub fn insert(
    conn: &mut Conn,
    by: UserId,
    households: &[Household],
    heads: &[PersonRow],
    consents: &[Consent],
) -> DbResult<()> {
    for chunk in households.chunks(CHUNK) {
        let rows: Vec<HouseholdRow<'_>> = chunk.iter().map(|one| HouseholdRow::of(one, by)).collect();
        native!(conn, diesel::insert_into(households::table).values(rows).execute(conn))?;
    }
    for chunk in heads.chunks(CHUNK) {
        let head = |one: &PersonRow| HeadRow {
            id: one.id,
            household_id: one.household_id,
            relation: one.relation,
            is_minor: one.is_minor,
            created_at: one.created_at,
            recorded_by: by,
        };
        let rows: Vec<HeadRow> = chunk.iter().map(head).collect();
        native!(conn, diesel::insert_into(household_people::table).values(rows).execute(conn))?;
    }
    for rows in consents.chunks(CHUNK) {
        native!(conn, diesel::insert_into(consents::table).values(rows).execute(conn))?;
    }
    Ok(())
}

/// The households of these aliases in these villages.
///
/// # Errors
/// Those of the database.
pub fn list_named<'a>(
    conn: &mut Conn,
    names: impl Iterator<Item = (&'a RegionCode, &'a str)>,
) -> DbResult<HashMap<(RegionCode, String), Vec<HouseholdId>>> {
    let (villages, aliases): (BTreeSet<&RegionCode>, BTreeSet<&str>) = names.unzip();
    let rows: Vec<(HouseholdId, RegionCode, String)> = households::table
        .filter(households::village_code.eq_any(villages))
        .filter(households::alias.eq_any(aliases))
        .order((households::created_at, households::id))
        .select((households::id, households::village_code, households::alias))
        .load(conn)?;
    let mut named: HashMap<(RegionCode, String), Vec<HouseholdId>> = HashMap::new();
    for (id, village, alias) in rows {
        named.entry((village, alias)).or_default().push(id);
    }
    Ok(named)
}

/// In which village each of these households lives.
///
/// # Errors
/// Those of the database.
pub fn villages(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = HouseholdId>,
) -> DbResult<HashMap<HouseholdId, RegionCode>> {
    let ids: BTreeSet<HouseholdId> = ids.into_iter().collect();
    let rows: Vec<(HouseholdId, RegionCode)> = households::table
        .filter(households::id.eq_any(ids))
        .select((households::id, households::village_code))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Those of the households whose head once agreed that the public reads the alias, and no longer does.
///
/// # Errors
/// Those of the database.
pub fn list_withdrawn(conn: &mut Conn, ids: &[HouseholdId]) -> DbResult<BTreeSet<HouseholdId>> {
    let rows: Vec<(HouseholdId, Option<Instant>)> = consents::table
        .filter(consents::household_id.eq_any(ids))
        .filter(consents::purpose.eq(Purpose::Publication))
        .filter(consents::field.eq(Field::Alias))
        .select((consents::household_id, consents::withdrawn_at))
        .load(conn)?;
    let standing: BTreeSet<HouseholdId> =
        rows.iter().filter(|(_, withdrawn)| withdrawn.is_none()).map(|(id, _)| *id).collect();
    Ok(rows.into_iter().map(|(id, _)| id).filter(|id| !standing.contains(id)).collect())
}
