//! Use cases of freight.

use std::collections::HashMap;

use super::rules::{Rate, Tariff};
use super::store::{self, FreightRule, RateRow};
use super::{FreightError, FreightRuleId};
use crate::db::{Conn, DbResult};
use crate::kernel::{Act, Day, Invalid, Money, RegionCode, RegionLevel, UserId};
use crate::log::{self, Change, Subject};
use crate::regions;

/// A rule that somebody wants to lay down.
#[derive(Debug, Clone)]
pub struct NewRule {
    pub village_code: RegionCode,
    pub effective_from: Day,
    pub tariff: Tariff,
}

/// What counts on a day in each of these villages that has a rule.
///
/// # Errors
/// Those of the database.
pub fn in_force(conn: &mut Conn, villages: &[RegionCode], today: Day) -> DbResult<HashMap<RegionCode, Tariff>> {
    if villages.is_empty() {
        return Ok(HashMap::new());
    }
    let mut rules: Vec<FreightRule> = store::list_begun(conn, villages, today)?;
    // The latest of each village stands first.
    rules.dedup_by(|later, first| later.village_code == first.village_code);
    Ok(with_rates(conn, rules)?.into_iter().map(|(rule, tariff)| (rule.village_code, tariff)).collect())
}

/// Rules with what they say.
///
/// # Errors
/// Those of the database.
pub fn with_rates(conn: &mut Conn, rules: Vec<FreightRule>) -> DbResult<Vec<(FreightRule, Tariff)>> {
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<FreightRuleId> = rules.iter().map(|rule| rule.id).collect();
    let mut rates: HashMap<FreightRuleId, Vec<RateRow>> = HashMap::new();
    for row in store::list_rates(conn, &ids)? {
        rates.entry(row.rule_id).or_default().push(row);
    }
    let read = |rule: FreightRule| {
        let rows = rates.remove(&rule.id).unwrap_or_default();
        let provinces = rows.into_iter().map(|row| (row.province_code, rate(row.first_fen, row.further_fen)));
        let tariff = Tariff {
            first_g: rule.first_g,
            elsewhere: rate(rule.first_fen, rule.further_fen),
            provinces: provinces.collect(),
        };
        (rule, tariff)
    };
    Ok(rules.into_iter().map(read).collect())
}

fn rate(first_fen: Option<Money>, further_fen: Option<Money>) -> Option<Rate> {
    Some(Rate { first_fen: first_fen?, further_fen: further_fen? })
}

/// Appends a rule of a village. What was written last for the day already is not written again.
///
/// # Errors
/// [`FreightError::Invalid`] for a day that is over or a province that is none; an unknown village.
pub fn lay_down(conn: &mut Conn, act: &Act, by: UserId, new: &NewRule) -> Result<FreightRule, FreightError> {
    regions::load_village(conn, &new.village_code)?;
    if new.effective_from < act.at.day() {
        return Err(FreightError::Invalid("/effective_from".into(), Invalid::new("day_is_over")));
    }
    let provinces: Vec<RegionCode> = new.tariff.provinces.keys().cloned().collect();
    for province in &provinces {
        if province.level() != RegionLevel::Province || !regions::exists(conn, province)? {
            return Err(FreightError::Invalid("/provinces".into(), Invalid::new("unknown_province")));
        }
    }
    if let Some(last) = store::find_of_day(conn, &new.village_code, new.effective_from)? {
        let said = with_rates(conn, vec![last])?.pop();
        if let Some((last, _)) = said.filter(|(_, tariff)| *tariff == new.tariff) {
            return Ok(last);
        }
    }
    let elsewhere = new.tariff.elsewhere;
    let rule = FreightRule {
        id: act.new_id(),
        village_code: new.village_code.clone(),
        effective_from: new.effective_from.to_string(),
        first_g: new.tariff.first_g,
        first_fen: elsewhere.map(|rate| rate.first_fen),
        further_fen: elsewhere.map(|rate| rate.further_fen),
        created_by: by,
        created_at: act.at,
    };
    let row = |(province, rate): (&RegionCode, &Option<Rate>)| RateRow {
        rule_id: rule.id,
        province_code: province.clone(),
        first_fen: rate.map(|rate| rate.first_fen),
        further_fen: rate.map(|rate| rate.further_fen),
    };
    let rates: Vec<RateRow> = new.tariff.provinces.iter().map(row).collect();
    store::insert(conn, &rule, &rates)?;
    log::append(conn, act, &Change::new(Subject::FreightRule, rule.id, "lay_down").states(None, &rule.effective_from))?;
    Ok(rule)
}
