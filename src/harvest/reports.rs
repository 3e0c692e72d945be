//! Use cases of reports: one is written down, and what is ordered is held against what is reported.

use std::collections::{BTreeMap, BTreeSet};

use super::store;
use super::store_reports::{self, SupplyReport};
use super::types::HarvestError;
use crate::db::Conn;
use crate::households::{self, HouseholdId};
use crate::kernel::{Act, Any, Day, Id, Invalid, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::orders;
use crate::production::{self, Place, Season};
use crate::templates::{self, TemplateId};

/// What a household says, checked as far as it can be without the database.
#[derive(Debug, Clone)]
pub struct NewReport {
    pub household_id: HouseholdId,
    pub template_id: TemplateId,
    pub cycle_id: Option<Id<Any>>,
    /// Grams or pieces.
    pub quantity: i64,
    pub ready_on: Day,
    pub note: Option<String>,
}

/// Writes down what a household reports. Its newest report of a good and cycle counts.
///
/// # Errors
/// [`HarvestError::NotFound`] outside the scope; those of the template; `unknown_cycle`.
pub fn report(
    conn: &mut Conn,
    act: &Act,
    (by, scope): (UserId, &Scope),
    new: &NewReport,
) -> Result<SupplyReport, HarvestError> {
    let household = households::lock(conn, new.household_id)?.filter(|it| scope.covers(&it.village_code));
    let household = household.ok_or(HarvestError::NotFound)?;
    templates::load_for_listing(conn, &household.village_code, new.template_id)?;
    if let Some(id) = new.cycle_id
        && !store_reports::cycle_exists(conn, id, &household.village_code)?
    {
        return Err(HarvestError::Invalid("/cycle_id", Invalid::new("unknown_cycle")));
    }
    let row = SupplyReport {
        id: act.new_id(),
        village_code: household.village_code,
        household_id: household.id,
        template_id: new.template_id,
        cycle_id: new.cycle_id,
        quantity: new.quantity,
        ready_on: new.ready_on.to_string(),
        note: new.note.clone(),
        recorded_by: by,
        created_at: act.at,
    };
    store_reports::insert(conn, &row)?;
    log::append(conn, act, &Change::new(Subject::SupplyReport, row.id, "record").states(None, "reported"))?;
    Ok(row)
}

/// What is ordered of a good in a village against what there is; in base units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Balance {
    pub ordered: i64,
    pub reported: i64,
    /// Accepted, and no order has it.
    pub in_store: i64,
    /// What those who report may still promise, where the good is surveyed.
    pub capacity_left: Option<i64>,
}

impl Balance {
    /// What is missing if all come with what they report.
    #[must_use]
    pub fn short(&self) -> i64 {
        (self.ordered - self.reported.max(self.in_store)).max(0)
    }
}

/// For how long a report counts that is of no cycle.
const REPORT_DAYS: i64 = 60;

/// The goods of a scope that are ordered or reported, by village and template. What is sent is no longer asked for.
///
/// # Errors
/// Those of the database.
pub fn balances(
    conn: &mut Conn,
    act_day: Day,
    scope: &Scope,
    cycle_id: Option<Id<Any>>,
) -> Result<BTreeMap<(RegionCode, TemplateId), Balance>, HarvestError> {
    let mut balances: BTreeMap<(RegionCode, TemplateId), Balance> = BTreeMap::new();
    let mut packs: BTreeMap<TemplateId, i64> = BTreeMap::new();
    for wanted in orders::list_wanted(conn, scope, cycle_id)? {
        let pack = pack_of(conn, &mut packs, wanted.template_id)?;
        balances.entry((wanted.village_code, wanted.template_id)).or_default().ordered += wanted.quantity * pack;
    }
    let since = act_day.plus_days(-REPORT_DAYS).start();
    let mut newest = BTreeMap::new();
    for row in store_reports::list_since(conn, scope, since)? {
        if cycle_id.is_none() || row.cycle_id == cycle_id {
            newest.insert((row.household_id, row.template_id, row.cycle_id.map(|id| id.uuid())), row);
        }
    }
    let mut surveyed = BTreeSet::new();
    for row in newest.into_values() {
        let of = balances.entry((row.village_code, row.template_id)).or_default();
        of.reported += row.quantity;
        let season = Season::of(act_day);
        let place = Place { household_id: row.household_id, template_id: row.template_id, season };
        if !surveyed.insert((row.household_id, row.template_id)) {
            continue;
        }
        if let Some(capacity) = production::find_capacity(conn, &place)? {
            *of.capacity_left.get_or_insert(0) += (capacity.limit_quantity - capacity.promised_quantity).max(0);
        }
    }
    for (village, template_id, units) in store::list_remaining(conn, scope)? {
        let pack = pack_of(conn, &mut packs, template_id)?;
        balances.entry((village, template_id)).or_default().in_store += units * pack;
    }
    Ok(balances)
}

fn pack_of(conn: &mut Conn, known: &mut BTreeMap<TemplateId, i64>, id: TemplateId) -> Result<i64, HarvestError> {
    if let Some(pack) = known.get(&id) {
        return Ok(*pack);
    }
    let pack = templates::find(conn, id)?.ok_or(HarvestError::NotFound)?.pack_quantity;
    known.insert(id, pack);
    Ok(pack)
}
