//! Use cases of capacity: a survey is taken, goods are promised and let go.

use super::rules::{self, SurveyNote};
use super::store::{self, Capacity, Survey};
use super::types::{Place, ProductionError, Season};
use crate::db::{Conn, DbError, DbResult};
use crate::households::{self, HouseholdId};
use crate::kernel::{Act, Day, Invalid, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::photos::{self, PhotoId};
use crate::templates::{self, CapacityUnit, Template, TemplateId};

/// What was counted, checked as far as it can be without the database.
#[derive(Debug, Clone)]
pub struct NewSurvey {
    pub household_id: HouseholdId,
    pub template_id: TemplateId,
    pub season: Season,
    pub capacity_units: i64,
    pub expected_quantity: i64,
    pub photo_id: Option<PhotoId>,
    pub surveyed_on: Day,
    pub note: Option<String>,
}

/// A survey that was taken, what may be promised by it, and what is to be said about it.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub survey: Survey,
    pub capacity: Capacity,
    pub notes: Vec<SurveyNote>,
    /// Base units in one sales unit.
    pub pack_quantity: i64,
}

/// Takes a survey; from now on its limit counts. What is promised above it is the caller's to cut.
///
/// # Errors
/// [`ProductionError::NotFound`] outside the scope; a template that is unknown, retired, of another region
/// or not surveyed; an unknown photo; a day to come; a count beyond all bounds.
pub fn record(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    new: &NewSurvey,
) -> Result<Recorded, ProductionError> {
    let household = households::lock(conn, new.household_id)?.filter(|household| scope.covers(&household.village_code));
    let household = household.ok_or(ProductionError::NotFound)?;
    let template = templates::load_for_listing(conn, &household.village_code, new.template_id)?;
    let (unit, yield_limit) = surveyed(&template)?;
    check_photo(conn, new.photo_id)?;
    check_day("/surveyed_on", new.surveyed_on, act)?;
    let limit = rules::limit(unit, new.capacity_units, yield_limit)
        .ok_or_else(|| ProductionError::Invalid("/capacity_units", Invalid::new("capacity_too_large")))?;
    let place = Place { household_id: household.id, template_id: template.id, season: new.season.clone() };
    let last_season = Place { season: new.season.previous(), ..place.clone() };
    let last_season = store::find_expected(conn, &last_season)?;
    let survey = Survey {
        id: act.new_id(),
        household_id: household.id,
        template_id: template.id,
        season: new.season.clone(),
        capacity_units: new.capacity_units,
        expected_quantity: new.expected_quantity,
        photo_id: new.photo_id,
        surveyed_on: new.surveyed_on.to_string(),
        note: new.note.clone(),
        surveyor_id: by,
        created_at: act.at,
    };
    store::insert_survey(conn, &survey)?;
    let capacity = store::put_limit(conn, &place, limit, survey.id)?;
    log::append(conn, act, &Change::new(Subject::Survey, survey.id, "record"))?;
    let notes = rules::notes(new.expected_quantity, limit, last_season);
    Ok(Recorded { survey, capacity, notes, pack_quantity: template.pack_quantity })
}

/// What is counted of a template.
fn surveyed(template: &Template) -> Result<(CapacityUnit, i64), ProductionError> {
    let refuse = || ProductionError::Invalid("/template_id", Invalid::new("template_not_surveyed"));
    template.capacity_unit.zip(template.yield_limit).ok_or_else(refuse)
}

/// # Errors
/// `unknown_photo`.
pub fn check_photo(conn: &mut Conn, photo_id: Option<PhotoId>) -> Result<(), ProductionError> {
    match photo_id {
        Some(id) if !photos::exists(conn, id)? => {
            Err(ProductionError::Invalid("/photo_id", Invalid::new("unknown_photo")))
        }
        _ => Ok(()),
    }
}

/// # Errors
/// `day_to_come`.
pub fn check_day(pointer: &'static str, day: Day, act: &Act) -> Result<(), ProductionError> {
    let has_come = day <= act.at.day();
    has_come.then_some(()).ok_or_else(|| ProductionError::Invalid(pointer, Invalid::new("day_to_come")))
}

/// Promises that many base units more.
///
/// # Errors
/// [`ProductionError::SurveyMissing`], [`ProductionError::PromiseLimit`] with what is left.
pub fn reserve(conn: &mut Conn, place: &Place, quantity: i64) -> Result<(), ProductionError> {
    if store::add_promised(conn, place, quantity)? {
        return Ok(());
    }
    let capacity = store::find_capacity(conn, place)?.ok_or(ProductionError::SurveyMissing)?;
    Err(ProductionError::PromiseLimit { left: (capacity.limit_quantity - capacity.promised_quantity).max(0) })
}

/// Lets that many base units go that were promised.
///
/// # Errors
/// Those of the database; a fault of ours if that much was not promised.
pub fn release(conn: &mut Conn, place: &Place, quantity: i64) -> Result<(), ProductionError> {
    if quantity == 0 || store::subtract_promised(conn, place, quantity)? {
        return Ok(());
    }
    Err(DbError::from(diesel::result::Error::NotFound).into())
}

/// The highest limit that a survey of a season has given, in base units; without bound where nothing is surveyed.
///
/// # Errors
/// Those of the database.
pub fn highest_limit(conn: &mut Conn, place: &Place, template: &Template) -> DbResult<i64> {
    let Some((unit, yield_limit)) = template.capacity_unit.zip(template.yield_limit) else { return Ok(i64::MAX) };
    let counted = store::most_counted(conn, place)?;
    Ok(rules::limit(unit, counted, yield_limit).unwrap_or(i64::MAX))
}

/// How many of `available` sales units have to go, so that no more is promised than the limit.
///
/// # Errors
/// Those of the database.
pub fn excess(conn: &mut Conn, place: &Place, pack: i64, available: i64) -> Result<i64, ProductionError> {
    let Some(capacity) = store::find_capacity(conn, place)? else { return Ok(0) };
    Ok(rules::to_cut(capacity.promised_quantity - capacity.limit_quantity, pack, available))
}
