//! Queries of surveys and capacities.

use diesel::prelude::*;

use super::types::{Place, Season, SurveyId};
use crate::db::schema::{capacities, surveys};
use crate::db::{Conn, DbResult, older_than};
use crate::households::HouseholdId;
use crate::kernel::{Cursor, Instant, Page, UserId};
use crate::photos::PhotoId;
use crate::templates::TemplateId;

/// What somebody counted at a household.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = surveys)]
#[diesel(treat_none_as_default_value = false)]
pub struct Survey {
    pub id: SurveyId,
    pub household_id: HouseholdId,
    pub template_id: TemplateId,
    pub season: Season,
    /// Animals, trees, hives, or hundredths of a 亩.
    pub capacity_units: i64,
    /// What is expected of them, in base units.
    pub expected_quantity: i64,
    pub photo_id: Option<PhotoId>,
    pub surveyed_on: String,
    pub note: Option<String>,
    pub surveyor_id: UserId,
    pub created_at: Instant,
}

/// How much of a good a household may promise in a season, and has promised; in base units.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = capacities)]
pub struct Capacity {
    pub household_id: HouseholdId,
    pub template_id: TemplateId,
    pub season: Season,
    pub limit_quantity: i64,
    pub promised_quantity: i64,
    /// The survey that counts.
    pub survey_id: SurveyId,
}

pub fn insert_survey(conn: &mut Conn, survey: &Survey) -> DbResult<()> {
    diesel::insert_into(surveys::table).values(survey).execute(conn)?;
    Ok(())
}

/// What was expected by the newest survey.
pub fn find_expected(conn: &mut Conn, place: &Place) -> DbResult<Option<i64>> {
    Ok(surveys::table
        .filter(surveys::household_id.eq(place.household_id))
        .filter(surveys::template_id.eq(place.template_id))
        .filter(surveys::season.eq(&place.season))
        .order((surveys::created_at.desc(), surveys::id.desc()))
        .select(surveys::expected_quantity)
        .first(conn)
        .optional()?)
}

/// The surveys of a household, newest first.
pub fn list_surveys(
    conn: &mut Conn,
    household_id: HouseholdId,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Survey>> {
    let query = surveys::table
        .filter(surveys::household_id.eq(household_id))
        .order((surveys::created_at.desc(), surveys::id.desc()))
        .limit(limit + 1)
        .select(Survey::as_select())
        .into_boxed();
    let rows = older_than!(query, surveys::created_at, surveys::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Survey| Cursor::at(last.created_at, last.id)))
}

/// The capacities of a household, newest season first.
pub fn list_capacities(conn: &mut Conn, household_id: HouseholdId) -> DbResult<Vec<Capacity>> {
    Ok(capacities::table
        .filter(capacities::household_id.eq(household_id))
        .order((capacities::season.desc(), capacities::template_id))
        .select(Capacity::as_select())
        .load(conn)?)
}

/// The most units that a survey of a season counted.
pub fn most_counted(conn: &mut Conn, place: &Place) -> DbResult<i64> {
    let most: Option<i64> = surveys::table
        .filter(surveys::household_id.eq(place.household_id))
        .filter(surveys::template_id.eq(place.template_id))
        .filter(surveys::season.eq(&place.season))
        .select(diesel::dsl::max(surveys::capacity_units))
        .first(conn)?;
    Ok(most.unwrap_or_default())
}

/// The row of a capacity.
macro_rules! row_of {
    ($place:expr) => {
        capacities::table
            .filter(capacities::household_id.eq($place.household_id))
            .filter(capacities::template_id.eq($place.template_id))
            .filter(capacities::season.eq(&$place.season))
    };
}

/// # Errors
/// Those of the database.
pub fn find_capacity(conn: &mut Conn, place: &Place) -> DbResult<Option<Capacity>> {
    Ok(row_of!(place).select(Capacity::as_select()).first(conn).optional()?)
}

/// Writes what may be promised, by a new survey. The household is locked, so nobody else writes the first.
pub fn put_limit(conn: &mut Conn, place: &Place, limit_quantity: i64, survey_id: SurveyId) -> DbResult<Capacity> {
    let changed = diesel::update(row_of!(place))
        .set((capacities::limit_quantity.eq(limit_quantity), capacities::survey_id.eq(survey_id)))
        .execute(conn)?;
    if changed == 0 {
        let Place { household_id, template_id, season } = place.clone();
        let first = Capacity { household_id, template_id, season, limit_quantity, promised_quantity: 0, survey_id };
        diesel::insert_into(capacities::table).values(&first).execute(conn)?;
    }
    Ok(row_of!(place).select(Capacity::as_select()).first(conn)?)
}

/// Promises that much more; false if it would be over the limit, or there is none.
pub fn add_promised(conn: &mut Conn, place: &Place, quantity: i64) -> DbResult<bool> {
    let row = row_of!(place).filter((capacities::promised_quantity + quantity).le(capacities::limit_quantity));
    let set = capacities::promised_quantity.eq(capacities::promised_quantity + quantity);
    Ok(diesel::update(row).set(set).execute(conn)? == 1)
}

/// Promises that much less; false if that much was not promised.
pub fn subtract_promised(conn: &mut Conn, place: &Place, quantity: i64) -> DbResult<bool> {
    let row = row_of!(place).filter(capacities::promised_quantity.ge(quantity));
    let set = capacities::promised_quantity.eq(capacities::promised_quantity - quantity);
    Ok(diesel::update(row).set(set).execute(conn)? == 1)
}
