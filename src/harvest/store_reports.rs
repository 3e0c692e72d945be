//! Queries of supply reports.

use diesel::prelude::*;

use super::types::ReportId;
use crate::db::schema::supply_reports;
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::households::HouseholdId;
use crate::kernel::{Any, Cursor, Id, Instant, Page, RegionCode, Scope, UserId};
use crate::templates::TemplateId;

/// What a household says it will bring.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = supply_reports)]
#[diesel(treat_none_as_default_value = false)]
pub struct SupplyReport {
    pub id: ReportId,
    pub village_code: RegionCode,
    pub household_id: HouseholdId,
    pub template_id: TemplateId,
    pub cycle_id: Option<Id<Any>>,
    /// In base units of the template; 0 takes back what was said.
    pub quantity: i64,
    pub ready_on: String,
    pub note: Option<String>,
    pub recorded_by: UserId,
    pub created_at: Instant,
}

pub fn insert(conn: &mut Conn, report: &SupplyReport) -> DbResult<()> {
    diesel::insert_into(supply_reports::table).values(report).execute(conn)?;
    Ok(())
}

pub fn list_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    template_id: Option<TemplateId>,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<SupplyReport>> {
    let load = |region: &RegionCode| {
        let mut query = supply_reports::table
            .filter(lies_in!(supply_reports::village_code, region))
            .order((supply_reports::created_at.desc(), supply_reports::id.desc()))
            .limit(limit + 1)
            .select(SupplyReport::as_select())
            .into_boxed();
        if let Some(id) = template_id {
            query = query.filter(supply_reports::template_id.eq(id));
        }
        Ok(older_than!(query, supply_reports::created_at, supply_reports::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &SupplyReport| Cursor::at(last.created_at, last.id))
}

/// Reports of a scope since a moment, the oldest first.
pub fn list_since(conn: &mut Conn, scope: &Scope, since: Instant) -> DbResult<Vec<SupplyReport>> {
    let mut rows = Vec::new();
    for region in scope.regions() {
        let found: Vec<SupplyReport> = supply_reports::table
            .filter(lies_in!(supply_reports::village_code, region))
            .filter(supply_reports::created_at.ge(since))
            .order((supply_reports::created_at, supply_reports::id))
            .select(SupplyReport::as_select())
            .load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

pub fn cycle_exists(conn: &mut Conn, id: Id<Any>, village: &RegionCode) -> DbResult<bool> {
    use crate::db::schema::order_cycles;
    let cycle = order_cycles::table.filter(order_cycles::id.eq(id)).filter(order_cycles::village_code.eq(village));
    Ok(diesel::select(diesel::dsl::exists(cycle)).get_result(conn)?)
}
