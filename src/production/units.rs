//! Use cases of producing units: recording one, writing its diary.

use super::rules::{self, UnitState};
use super::service::{check_day, check_photo};
use super::store_units::{self, ProducingUnit, UnitEvent};
use super::types::{EventKind, ProductionError, UnitId, UnitKind};
use crate::db::{Conn, DbError};
use crate::households::{self, HouseholdId};
use crate::kernel::{Act, Day, Invalid, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::photos::PhotoId;
use crate::templates::{self, TemplateId};

/// A producing unit, checked as far as it can be without the database.
#[derive(Debug, Clone)]
pub struct NewUnit {
    pub household_id: HouseholdId,
    pub kind: UnitKind,
    pub template_id: Option<TemplateId>,
    pub tag: String,
    pub insured_no: Option<String>,
    pub size: i64,
    pub share_total: i64,
    pub started_on: Day,
}

/// # Errors
/// [`ProductionError::NotFound`] outside the scope; `tag_taken`, `unknown_template`, `template_retired`,
/// `day_to_come`.
pub fn add_unit(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    new: &NewUnit,
) -> Result<ProducingUnit, ProductionError> {
    let household = households::lock(conn, new.household_id)?.filter(|household| scope.covers(&household.village_code));
    let household = household.ok_or(ProductionError::NotFound)?;
    if let Some(id) = new.template_id {
        let refuse = |code| ProductionError::Invalid("/template_id", Invalid::new(code));
        let template = templates::find(conn, id)?
            .filter(|template| template.region_code.contains(&household.village_code))
            .ok_or_else(|| refuse("unknown_template"))?;
        if template.retired_at.is_some() {
            return Err(refuse("template_retired"));
        }
    }
    check_day("/started_on", new.started_on, act)?;
    if store_units::is_tag_taken(conn, &household.village_code, &new.tag)? {
        return Err(tag_taken());
    }
    let unit = ProducingUnit {
        id: act.new_id(),
        household_id: household.id,
        village_code: household.village_code,
        kind: new.kind,
        template_id: new.template_id,
        tag: new.tag.clone(),
        insured_no: new.insured_no.clone(),
        size: new.size,
        share_total: new.share_total,
        started_on: new.started_on.to_string(),
        state: UnitState::Active,
        recorded_by: by,
        created_at: act.at,
    };
    // Two who use a tag at once both find it free; the index lets one of them in.
    let taken = |error: DbError| if error.is_unique_violation() { tag_taken() } else { error.into() };
    store_units::insert(conn, &unit).map_err(taken)?;
    let change = Change::new(Subject::ProducingUnit, unit.id, "record").states(None, unit.state.as_str());
    log::append(conn, act, &change)?;
    Ok(unit)
}

fn tag_taken() -> ProductionError {
    ProductionError::Invalid("/tag", Invalid::new("tag_taken"))
}

/// Something that happened, checked as far as it can be without the database.
#[derive(Debug, Clone)]
pub struct NewEvent {
    pub kind: EventKind,
    pub happened_on: Day,
    pub note: Option<String>,
    pub photo_id: Option<PhotoId>,
}

/// Writes what happened into the diary of a unit; what ends it moves its state.
///
/// # Errors
/// [`ProductionError::NotFound`] outside the scope, [`ProductionError::WrongState`] after its end,
/// `before_start`, `day_to_come`, `unknown_photo`.
pub fn add_event(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    id: UnitId,
    new: &NewEvent,
) -> Result<UnitEvent, ProductionError> {
    let unit = load(conn, scope, id)?;
    check_day("/happened_on", new.happened_on, act)?;
    if new.happened_on.to_string() < unit.started_on {
        return Err(ProductionError::Invalid("/happened_on", Invalid::new("before_start")));
    }
    check_photo(conn, new.photo_id)?;
    let next = rules::after(unit.state, new.kind).map_err(ProductionError::WrongState)?;
    if next != unit.state {
        if !store_units::update_state(conn, id, (unit.state, next))? {
            return Err(ProductionError::WrongState(load(conn, scope, id)?.state));
        }
        let change = Change::new(Subject::ProducingUnit, id, new.kind.as_str());
        log::append(conn, act, &change.states(unit.state.as_str(), next.as_str()))?;
    }
    let event = UnitEvent {
        id: act.new_id(),
        unit_id: id,
        kind: new.kind,
        happened_on: new.happened_on.to_string(),
        note: new.note.clone(),
        photo_id: new.photo_id,
        recorded_by: by,
        created_at: act.at,
    };
    store_units::insert_event(conn, &event)?;
    Ok(event)
}

/// # Errors
/// [`ProductionError::NotFound`] also outside the scope.
pub fn load(conn: &mut Conn, scope: &Scope, id: UnitId) -> Result<ProducingUnit, ProductionError> {
    let unit = store_units::find(conn, id)?.filter(|unit| scope.covers(&unit.village_code));
    unit.ok_or(ProductionError::NotFound)
}
