//! Queries of households.

use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};

use super::{HouseholdId, HouseholdRef};
use crate::db::schema::households;
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::kernel::{Cursor, Instant, Page, RegionCode, Scope, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = households)]
#[diesel(treat_none_as_default_value = false)]
pub struct Household {
    pub id: HouseholdId,
    pub village_code: RegionCode,
    pub alias: String,
    pub story: Option<String>,
    pub members: Option<i64>,
    pub created_at: Instant,
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

/// How to mention many households at once.
///
/// # Errors
/// Those of the database.
pub fn refs(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = HouseholdId>,
) -> DbResult<HashMap<HouseholdId, HouseholdRef>> {
    let ids: BTreeSet<HouseholdId> = ids.into_iter().collect();
    let rows: Vec<(HouseholdId, String)> =
        households::table.filter(households::id.eq_any(ids)).select((households::id, households::alias)).load(conn)?;
    Ok(rows.into_iter().map(|(id, alias)| (id, HouseholdRef { id, alias })).collect())
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
