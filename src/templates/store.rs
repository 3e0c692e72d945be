//! Queries of product templates.

use diesel::prelude::*;

use super::types::{Base, CapacityUnit, Category, Class, ReturnsRule, TemplateId};
use crate::db::schema::product_templates;
use crate::db::{Conn, DbResult};
use crate::kernel::{Grams, Instant, Money, RegionCode, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = product_templates)]
#[diesel(treat_none_as_default_value = false)]
pub struct Template {
    pub id: TemplateId,
    /// The region in which it is used.
    pub region_code: RegionCode,
    /// The name under which price references are kept: 土鸡蛋.
    pub product: String,
    /// What a listing of it is called first.
    pub title: String,
    pub category: Category,
    pub class: Class,
    pub unit_label: String,
    pub base: Base,
    /// Grams or pieces in one sales unit.
    pub pack_quantity: i64,
    pub weight_min_g: Option<Grams>,
    pub weight_max_g: Option<Grams>,
    /// Sold by the unit, settled by the weighed grams.
    pub catch_weight: bool,
    /// `MM-DD`; a season may go over the end of the year.
    pub season_from: Option<String>,
    pub season_until: Option<String>,
    pub min_age_days: Option<i64>,
    pub shelf_life_days: Option<i64>,
    pub claim_window_h: i64,
    /// What one sales unit costs to raise at least.
    pub cost_floor_fen: Option<Money>,
    pub capacity_unit: Option<CapacityUnit>,
    /// Base units that one capacity unit gives in a season at most; of 亩, one whole 亩.
    pub yield_limit: Option<i64>,
    pub returns_rule: ReturnsRule,
    /// The standard in words: age, feed, grade.
    pub standard: Option<String>,
    pub created_by: UserId,
    pub created_at: Instant,
    pub replaces_id: Option<TemplateId>,
    pub retired_at: Option<Instant>,
}

/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: TemplateId) -> DbResult<Option<Template>> {
    Ok(product_templates::table.find(id).select(Template::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn list_by_id(conn: &mut Conn, ids: &[TemplateId]) -> DbResult<Vec<Template>> {
    Ok(product_templates::table.filter(product_templates::id.eq_any(ids)).select(Template::as_select()).load(conn)?)
}
