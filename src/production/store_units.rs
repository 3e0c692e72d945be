//! Queries of producing units and their diaries.

use diesel::prelude::*;

use super::rules::UnitState;
use super::types::{EventId, EventKind, UnitId, UnitKind};
use crate::db::schema::{producing_unit_events, producing_units};
use crate::db::{Conn, DbResult, older_than};
use crate::households::HouseholdId;
use crate::kernel::{Cursor, Instant, Page, RegionCode, UserId};
use crate::photos::PhotoId;
use crate::templates::TemplateId;

/// A group of hens, a pig, a plot, a tree, a hive.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = producing_units)]
#[diesel(treat_none_as_default_value = false)]
pub struct ProducingUnit {
    pub id: UnitId,
    pub household_id: HouseholdId,
    pub village_code: RegionCode,
    pub kind: UnitKind,
    pub template_id: Option<TemplateId>,
    /// Ear tag, leg ring, sign on the tree; once in a village.
    pub tag: String,
    pub insured_no: Option<String>,
    /// Animals, trees, hives, or hundredths of a 亩.
    pub size: i64,
    /// Into how many shares it can be taken by buyers.
    pub share_total: i64,
    pub started_on: String,
    pub state: UnitState,
    pub recorded_by: UserId,
    pub created_at: Instant,
}

/// Something that happened with it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = producing_unit_events)]
#[diesel(treat_none_as_default_value = false)]
pub struct UnitEvent {
    pub id: EventId,
    pub unit_id: UnitId,
    pub kind: EventKind,
    pub happened_on: String,
    pub note: Option<String>,
    pub photo_id: Option<PhotoId>,
    pub recorded_by: UserId,
    pub created_at: Instant,
}

pub fn insert(conn: &mut Conn, unit: &ProducingUnit) -> DbResult<()> {
    diesel::insert_into(producing_units::table).values(unit).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: UnitId) -> DbResult<Option<ProducingUnit>> {
    Ok(producing_units::table.find(id).select(ProducingUnit::as_select()).first(conn).optional()?)
}

pub fn is_tag_taken(conn: &mut Conn, village_code: &RegionCode, tag: &str) -> DbResult<bool> {
    let with_tag = producing_units::table
        .filter(producing_units::village_code.eq(village_code))
        .filter(producing_units::tag.eq(tag));
    Ok(diesel::select(diesel::dsl::exists(with_tag)).get_result(conn)?)
}

/// Moves a unit from one state to another; false if it was no longer in the first.
pub fn update_state(conn: &mut Conn, id: UnitId, (from, to): (UnitState, UnitState)) -> DbResult<bool> {
    let row = producing_units::table.find(id).filter(producing_units::state.eq(from));
    Ok(diesel::update(row).set(producing_units::state.eq(to)).execute(conn)? == 1)
}

pub fn insert_event(conn: &mut Conn, event: &UnitEvent) -> DbResult<()> {
    diesel::insert_into(producing_unit_events::table).values(event).execute(conn)?;
    Ok(())
}

/// The units of a household, newest first.
pub fn list(
    conn: &mut Conn,
    household_id: HouseholdId,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<ProducingUnit>> {
    let query = producing_units::table
        .filter(producing_units::household_id.eq(household_id))
        .order((producing_units::created_at.desc(), producing_units::id.desc()))
        .limit(limit + 1)
        .select(ProducingUnit::as_select())
        .into_boxed();
    let rows = older_than!(query, producing_units::created_at, producing_units::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &ProducingUnit| Cursor::at(last.created_at, last.id)))
}

/// The diary of a unit, newest entry first.
pub fn list_events(conn: &mut Conn, id: UnitId, limit: i64, after: Option<Cursor>) -> DbResult<Page<UnitEvent>> {
    let query = producing_unit_events::table
        .filter(producing_unit_events::unit_id.eq(id))
        .order((producing_unit_events::created_at.desc(), producing_unit_events::id.desc()))
        .limit(limit + 1)
        .select(UnitEvent::as_select())
        .into_boxed();
    let rows = older_than!(query, producing_unit_events::created_at, producing_unit_events::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &UnitEvent| Cursor::at(last.created_at, last.id)))
}
