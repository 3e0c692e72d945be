//! What the households of the demonstration have: surveys that allow what they sell, and some animals and
//! hives with a diary. All of it is invented.

use std::error::Error;

use super::accounts::People;
use super::village::Village;
use crate::catalog::{self, ListingError, NewListing};
use crate::context::Context;
use crate::db::Conn;
use crate::kernel::{Act, Role, Scope, UserId};
use crate::production::{self, EventKind, NewEvent, NewSurvey, NewUnit, ProductionError, Season, UnitKind};
use crate::templates::{self, CapacityUnit};

/// Counts at a household what its goods need, with what it sells beside them by the same standard, and a
/// tenth more.
pub fn survey(
    conn: &mut Conn,
    act: &Act,
    (coordinator, scope): (UserId, &Scope),
    new: &NewListing,
    sold_beside: i64,
) -> Result<(), ListingError> {
    let Some(template_id) = new.content.template_id else { return Ok(()) };
    let template = templates::find(conn, template_id)?;
    let Some((unit, yield_limit, pack)) = template.and_then(|template| {
        template.capacity_unit.zip(template.yield_limit).map(|(unit, limit)| (unit, limit, template.pack_quantity))
    }) else {
        return Ok(());
    };
    let expected_quantity = (new.stock.get() + sold_beside) * pack;
    let hundredths = if unit == CapacityUnit::Mu { 100 } else { 1 };
    let needed = expected_quantity * hundredths / yield_limit;
    let survey = NewSurvey {
        household_id: new.household_id,
        template_id,
        season: Season::of(act.at.day()),
        capacity_units: needed + needed / 10 + 1,
        expected_quantity,
        photo_id: None,
        surveyed_on: act.at.day(),
        note: Some("演示：入户数过".to_owned()),
    };
    catalog::take_survey(conn, act, coordinator, scope, &survey).map(|_| ())
}

struct Unit {
    household: usize,
    kind: UnitKind,
    tag: &'static str,
    size: i64,
    shares: i64,
    diary: &'static [(EventKind, i64, &'static str)],
}

/// Of the first village; days count from when the unit was recorded.
const UNITS: [Unit; 4] = [
    Unit {
        household: 0,
        kind: UnitKind::HenGroup,
        tag: "坡上一群",
        size: 40,
        shares: 1,
        diary: &[(EventKind::Vaccinated, -20, "新城疫二免"), (EventKind::Harvested, -1, "今天捡了 26 枚")],
    },
    Unit {
        household: 3,
        kind: UnitKind::Pig,
        tag: "耳标 0173",
        size: 1,
        shares: 4,
        diary: &[
            (EventKind::Vaccinated, -60, "猪瘟、口蹄疫"),
            (EventKind::Weighed, -10, "96 斤"),
            (EventKind::Fed, 0, "红薯藤、玉米面"),
        ],
    },
    Unit { household: 2, kind: UnitKind::Hive, tag: "屋后 1 号桶", size: 1, shares: 1, diary: &[] },
    Unit {
        household: 2,
        kind: UnitKind::Hive,
        tag: "屋后 2 号桶",
        size: 1,
        shares: 1,
        diary: &[(EventKind::Ended, -5, "蜂跑了")],
    },
];

/// Records the animals and hives of the first village.
pub fn add_units(context: &Context, people: &People, villages: &[Village]) -> Result<(), Box<dyn Error>> {
    let Some(village) = villages.first() else { return Ok(()) };
    let coordinator = people.holder(Role::Coordinator, &village.code);
    let (act, scope) = (context.act(coordinator, Role::Coordinator), Scope::new(vec![village.code.clone()]));
    let today = act.at.day();
    for unit in &UNITS {
        let new = NewUnit {
            household_id: village.households[unit.household],
            kind: unit.kind,
            template_id: None,
            tag: unit.tag.to_owned(),
            insured_no: (unit.kind == UnitKind::Pig).then(|| "演示-保单-0173".to_owned()),
            size: unit.size,
            share_total: unit.shares,
            started_on: today.plus_days(-180),
        };
        context.db.write_blocking(|conn| {
            let id = production::add_unit(conn, &act, coordinator, &scope, &new)?.id;
            for (kind, days, note) in unit.diary {
                let happened_on = today.plus_days(*days);
                let event = NewEvent { kind: *kind, happened_on, note: Some((*note).to_owned()), photo_id: None };
                production::add_event(conn, &act, coordinator, &scope, id, &event)?;
            }
            Ok::<_, ProductionError>(())
        })?;
    }
    Ok(())
}
