//! Queries of freight rules.

use diesel::prelude::*;

use super::FreightRuleId;
use crate::db::schema::{freight_rates, freight_rules};
use crate::db::{Conn, DbResult, native};
use crate::kernel::{Day, Grams, Instant, Money, RegionCode, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = freight_rules)]
#[diesel(treat_none_as_default_value = false)]
pub struct FreightRule {
    pub id: FreightRuleId,
    pub village_code: RegionCode,
    /// `2026-09-21`, the first day on which it counts.
    pub effective_from: String,
    pub first_g: Grams,
    /// To provinces that are not named; both or none.
    pub first_fen: Option<Money>,
    pub further_fen: Option<Money>,
    pub created_by: UserId,
    pub created_at: Instant,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = freight_rates)]
#[diesel(treat_none_as_default_value = false)]
pub struct RateRow {
    pub rule_id: FreightRuleId,
    pub province_code: RegionCode,
    pub first_fen: Option<Money>,
    pub further_fen: Option<Money>,
}

pub fn insert(conn: &mut Conn, rule: &FreightRule, rates: &[RateRow]) -> DbResult<()> {
    diesel::insert_into(freight_rules::table).values(rule).execute(conn)?;
    native!(conn, diesel::insert_into(freight_rates::table).values(rates).execute(conn))?;
    Ok(())
}

/// The rules of villages that have begun, the latest first.
pub fn list_begun(conn: &mut Conn, villages: &[RegionCode], today: Day) -> DbResult<Vec<FreightRule>> {
    Ok(freight_rules::table
        .filter(freight_rules::village_code.eq_any(villages))
        .filter(freight_rules::effective_from.le(today.to_string()))
        .order((freight_rules::village_code, freight_rules::effective_from.desc(), freight_rules::id.desc()))
        .select(FreightRule::as_select())
        .load(conn)?)
}

/// The rules of a village of days to come, and the last of a day that is given.
pub fn list_coming(conn: &mut Conn, village: &RegionCode, after: Day) -> DbResult<Vec<FreightRule>> {
    Ok(freight_rules::table
        .filter(freight_rules::village_code.eq(village))
        .filter(freight_rules::effective_from.gt(after.to_string()))
        .order((freight_rules::effective_from.desc(), freight_rules::id.desc()))
        .select(FreightRule::as_select())
        .load(conn)?)
}

/// The rule of a village that was written last for a day.
pub fn find_of_day(conn: &mut Conn, village: &RegionCode, day: Day) -> DbResult<Option<FreightRule>> {
    Ok(freight_rules::table
        .filter(freight_rules::village_code.eq(village))
        .filter(freight_rules::effective_from.eq(day.to_string()))
        .order(freight_rules::id.desc())
        .select(FreightRule::as_select())
        .first(conn)
        .optional()?)
}

pub fn list_rates(conn: &mut Conn, ids: &[FreightRuleId]) -> DbResult<Vec<RateRow>> {
    Ok(freight_rates::table
        .filter(freight_rates::rule_id.eq_any(ids))
        .order((freight_rates::rule_id, freight_rates::province_code))
        .select(RateRow::as_select())
        .load(conn)?)
}
