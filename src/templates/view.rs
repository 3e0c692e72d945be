//! Product templates as they are shown.

use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use super::rules::is_in_season;
use super::store::{self, Template};
use super::types::{Base, CapacityUnit, Category, Class, ReturnsRule, TemplateId};
use crate::db::{Conn, DbResult};
use crate::identity::{self, access::Staff};
use crate::kernel::{Day, Grams, Instant, Money, RegionCode, Role};
use crate::regions::{self, RegionRef};

/// A template as a listing mentions it, for anybody.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TemplateRef {
    pub id: TemplateId,
    pub product: String,
    pub class: Class,
    /// `MM-DD`; none: all year.
    pub season_from: Option<String>,
    pub season_until: Option<String>,
    pub returns_rule: ReturnsRule,
    pub min_age_days: Option<i64>,
    pub shelf_life_days: Option<i64>,
    pub claim_window_h: i64,
    pub weight_min_g: Option<Grams>,
    pub weight_max_g: Option<Grams>,
    pub catch_weight: bool,
    pub standard: Option<String>,
}

/// How listings mention their templates.
///
/// # Errors
/// Those of the database.
pub fn refs(conn: &mut Conn, ids: impl IntoIterator<Item = TemplateId>) -> DbResult<HashMap<TemplateId, TemplateRef>> {
    let ids: Vec<TemplateId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let show = |it: Template| {
        let shown = TemplateRef {
            id: it.id,
            product: it.product,
            class: it.class,
            season_from: it.season_from,
            season_until: it.season_until,
            returns_rule: it.returns_rule,
            min_age_days: it.min_age_days,
            shelf_life_days: it.shelf_life_days,
            claim_window_h: it.claim_window_h,
            weight_min_g: it.weight_min_g,
            weight_max_g: it.weight_max_g,
            catch_weight: it.catch_weight,
            standard: it.standard,
        };
        (it.id, shown)
    };
    Ok(store::list_by_id(conn, &ids)?.into_iter().map(show).collect())
}

/// A template whole, for staff.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Template)]
pub struct TemplateOut {
    id: TemplateId,
    region_code: RegionCode,
    region: RegionRef,
    /// The name under which price references are kept.
    product: String,
    title: String,
    category: Category,
    class: Class,
    unit_label: String,
    base: Base,
    /// Grams or pieces in one sales unit.
    pack_quantity: i64,
    weight_min_g: Option<Grams>,
    weight_max_g: Option<Grams>,
    /// Sold by the piece, settled by the weighed grams.
    catch_weight: bool,
    /// `MM-DD`; a season may go over the end of the year.
    season_from: Option<String>,
    season_until: Option<String>,
    is_in_season: bool,
    min_age_days: Option<i64>,
    shelf_life_days: Option<i64>,
    claim_window_h: i64,
    cost_floor_fen: Option<Money>,
    capacity_unit: Option<CapacityUnit>,
    yield_limit: Option<i64>,
    returns_rule: ReturnsRule,
    standard: Option<String>,
    /// Kinds of papers that it asks for beyond the law.
    papers: Vec<String>,
    /// Name of the approver.
    created_by: String,
    created_at: Instant,
    replaces_id: Option<TemplateId>,
    retired_at: Option<Instant>,
    /// Whether the caller may replace and retire it.
    is_editable: bool,
}

/// Templates as somebody of the staff reads them.
///
/// # Errors
/// Those of the database.
pub fn show(conn: &mut Conn, templates: Vec<Template>, today: Day, to: &Staff) -> DbResult<Vec<TemplateOut>> {
    let ids: Vec<TemplateId> = templates.iter().map(|template| template.id).collect();
    let mut papers = store::list_papers(conn, &ids)?;
    let places = regions::names(conn, templates.iter().map(|template| &template.region_code))?;
    let people = identity::names(conn, templates.iter().map(|template| template.created_by))?;
    let show = |it: Template| TemplateOut {
        is_in_season: is_in_season(&it, today),
        is_editable: it.retired_at.is_none() && to.role_at(&it.region_code, &[Role::Approver]).is_some(),
        region: places[&it.region_code].clone(),
        papers: papers.remove(&it.id).unwrap_or_default(),
        created_by: people.get(&it.created_by).cloned().unwrap_or_default(),
        id: it.id,
        region_code: it.region_code,
        product: it.product,
        title: it.title,
        category: it.category,
        class: it.class,
        unit_label: it.unit_label,
        base: it.base,
        pack_quantity: it.pack_quantity,
        weight_min_g: it.weight_min_g,
        weight_max_g: it.weight_max_g,
        catch_weight: it.catch_weight,
        season_from: it.season_from,
        season_until: it.season_until,
        min_age_days: it.min_age_days,
        shelf_life_days: it.shelf_life_days,
        claim_window_h: it.claim_window_h,
        cost_floor_fen: it.cost_floor_fen,
        capacity_unit: it.capacity_unit,
        yield_limit: it.yield_limit,
        returns_rule: it.returns_rule,
        standard: it.standard,
        created_at: it.created_at,
        replaces_id: it.replaces_id,
        retired_at: it.retired_at,
    };
    Ok(templates.into_iter().map(show).collect())
}
