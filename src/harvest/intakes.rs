//! The use case of intake day: something is weighed, and what is taken of it becomes a batch.

use super::batches::CODE_LENGTH;
use super::rules::{self, Grade, Measure, Refusal, Weighing};
use super::store::{self, Batch, Intake};
use super::types::HarvestError;
use crate::db::Conn;
use crate::households::{self, HouseholdId};
use crate::kernel::{Act, Day, Instant, Invalid, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::photos::{self, PhotoId};
use crate::templates::{self, Template, TemplateId};

/// What was weighed, checked as far as it can be without the database.
#[derive(Debug, Clone)]
pub struct NewIntake {
    pub household_id: HouseholdId,
    pub template_id: TemplateId,
    pub weighing: Weighing,
    pub grade: Grade,
    pub reject_reason: Option<String>,
    /// Confirms a weight beside the band.
    pub band_reason: Option<String>,
    pub photo_ids: Vec<PhotoId>,
    pub scale_id: String,
    pub scale_checked_on: Option<Day>,
    pub taken_at: Instant,
    /// By default the day of the weighing.
    pub harvested_on: Option<Day>,
    /// Of the animal, where it is sold by its age.
    pub age_days: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct TakenIn {
    pub intake: Intake,
    /// None if not one whole sales unit was accepted.
    pub batch: Option<Batch>,
}

/// # Errors
/// [`HarvestError::NotFound`] outside the scope; [`HarvestError::WeightOutOfBand`] without a reason; a field that
/// is not acceptable.
pub fn take_in(
    conn: &mut Conn,
    act: &Act,
    (by, scope): (UserId, &Scope),
    new: &NewIntake,
) -> Result<TakenIn, HarvestError> {
    let household = households::lock(conn, new.household_id)?.filter(|it| scope.covers(&it.village_code));
    let household = household.ok_or(HarvestError::NotFound)?;
    let template = templates::load_for_listing(conn, &household.village_code, new.template_id)?;
    check(conn, act, new, &template)?;
    let accepted = rules::weigh(measure_of(&template), &new.weighing, new.band_reason.is_some())?;
    let Weighing { gross_g, tare_g, counted, candled_good, candled_bad, rejected } = new.weighing;
    let intake = Intake {
        id: act.new_id(),
        village_code: household.village_code.clone(),
        household_id: household.id,
        template_id: template.id,
        gross_g,
        tare_g,
        net_g: accepted.net_g,
        counted,
        candled_good,
        candled_bad,
        grade: new.grade,
        rejected_quantity: rejected,
        reject_reason: new.reject_reason.clone(),
        accepted_quantity: accepted.quantity,
        band_reason: new.band_reason.clone(),
        scale_id: new.scale_id.clone(),
        scale_checked_on: new.scale_checked_on.map(String::from),
        taken_at: new.taken_at,
        recorded_by: by,
        created_at: act.at,
    };
    store::insert_intake(conn, &intake, &new.photo_ids)?;
    log::append(conn, act, &Change::new(Subject::Intake, intake.id, "record").because(new.band_reason.as_deref()))?;
    if accepted.units == 0 {
        return Ok(TakenIn { intake, batch: None });
    }
    let batch = Batch {
        id: act.new_id(),
        code: act.ids.new_code(CODE_LENGTH),
        village_code: household.village_code,
        template_id: template.id,
        household_id: Some(household.id),
        intake_id: Some(intake.id),
        harvested_on: new.harvested_on.unwrap_or_else(|| new.taken_at.day()).to_string(),
        age_days: new.age_days,
        grade: new.grade,
        quantity: accepted.quantity,
        units: accepted.units,
        remaining: accepted.units,
        merged_into: None,
        created_by: by,
        created_at: act.at,
    };
    store::insert_batch(conn, &batch)?;
    log::append(conn, act, &Change::new(Subject::Batch, batch.id, "accept").states(None, "accepted"))?;
    Ok(TakenIn { intake, batch: Some(batch) })
}

fn measure_of(template: &Template) -> Measure {
    let band = template.weight_min_g.zip(template.weight_max_g);
    Measure {
        base: template.base,
        pack: template.pack_quantity,
        band: band.map(|(least, most)| (least.get(), most.get())),
    }
}

/// What the rule does not see: pictures, days, and the age that the good asks for.
fn check(conn: &mut Conn, act: &Act, new: &NewIntake, template: &Template) -> Result<(), HarvestError> {
    let refuse = |pointer, code| Err(HarvestError::Invalid(pointer, Invalid::new(code)));
    if new.weighing.rejected > 0 && new.reject_reason.is_none() {
        return refuse("/reject_reason", "reject_reason_required");
    }
    if new.taken_at > act.at {
        return refuse("/taken_at", "day_to_come");
    }
    let today = act.at.day();
    if new.scale_checked_on.is_some_and(|day| day > today) {
        return refuse("/scale_checked_on", "day_to_come");
    }
    if new.harvested_on.is_some_and(|day| day > new.taken_at.day()) {
        return refuse("/harvested_on", "day_to_come");
    }
    if let Some(min) = template.min_age_days
        && new.age_days.is_none_or(|age| age < min)
    {
        return Err(HarvestError::Invalid("/age_days", Invalid::new("too_young").with("min", min)));
    }
    for id in &new.photo_ids {
        if !photos::exists(conn, *id)? {
            return refuse("/photo_ids", "unknown_photo");
        }
    }
    Ok(())
}

impl From<Refusal> for HarvestError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(pointer, invalid) => Self::Invalid(pointer, invalid),
            Refusal::OutOfBand { net_g, counted, least_g, most_g } => {
                Self::WeightOutOfBand { net_g, counted, least_g, most_g }
            }
        }
    }
}
