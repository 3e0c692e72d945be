//! Queries of product templates.

use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};

use super::types::{Base, CapacityUnit, Category, Class, ReturnsRule, Standard, TemplateId};
use crate::db::schema::{product_templates, template_papers};
use crate::db::{Conn, DbResult, lies_in, native, older_than};
use crate::kernel::{Act, Cursor, Grams, Instant, Money, Page, RegionCode, Scope, UserId};

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

/// The papers that templates ask for beyond the law.
///
/// # Errors
/// Those of the database.
pub fn list_papers(conn: &mut Conn, ids: &[TemplateId]) -> DbResult<HashMap<TemplateId, Vec<String>>> {
    let rows: Vec<(TemplateId, String)> = template_papers::table
        .filter(template_papers::template_id.eq_any(ids))
        .order((template_papers::template_id, template_papers::kind))
        .select((template_papers::template_id, template_papers::kind))
        .load(conn)?;
    let mut papers: HashMap<TemplateId, Vec<String>> = HashMap::new();
    for (id, kind) in rows {
        papers.entry(id).or_default().push(kind);
    }
    Ok(papers)
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub category: Option<Category>,
    /// Those in use without it, the retired ones with `true`.
    pub retired: bool,
}

/// Templates that are used in places of the scope, newest first: those of places inside it, and those of
/// the places around it.
pub fn list_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    filter: Filter,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Template>> {
    let around: BTreeSet<RegionCode> = scope.regions().iter().flat_map(RegionCode::ancestors).collect();
    let mut rows: Vec<Template> = Vec::new();
    // One stretch of an index for each place; regions of a scope and the places around them do not overlap.
    for (place, is_inside) in scope.regions().iter().map(|it| (it, true)).chain(around.iter().map(|it| (it, false))) {
        let mut query = product_templates::table
            .order((product_templates::created_at.desc(), product_templates::id.desc()))
            .limit(limit + 1)
            .select(Template::as_select())
            .into_boxed();
        query = if is_inside {
            query.filter(lies_in!(product_templates::region_code, place))
        } else {
            query.filter(product_templates::region_code.eq(place))
        };
        if let Some(category) = filter.category {
            query = query.filter(product_templates::category.eq(category));
        }
        query = if filter.retired {
            query.filter(product_templates::retired_at.is_not_null())
        } else {
            query.filter(product_templates::retired_at.is_null())
        };
        rows.extend(older_than!(query, product_templates::created_at, product_templates::id, after).load(conn)?);
    }
    let cursor_of = |row: &Template| Cursor::at(row.created_at, row.id);
    rows.sort_by_key(|row| std::cmp::Reverse(cursor_of(row)));
    Ok(Page::cut(rows, limit, cursor_of))
}

pub fn insert(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    new: &Standard,
    replaces_id: Option<TemplateId>,
) -> DbResult<Template> {
    let it = new.clone();
    let template = Template {
        id: act.new_id(),
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
        created_by: by,
        created_at: act.at,
        replaces_id,
        retired_at: None,
    };
    diesel::insert_into(product_templates::table).values(template.clone()).execute(conn)?;
    let papers: Vec<_> = it
        .papers
        .iter()
        .map(|kind| (template_papers::template_id.eq(template.id), template_papers::kind.eq(kind)))
        .collect();
    if !papers.is_empty() {
        native!(conn, diesel::insert_into(template_papers::table).values(&papers).execute(conn))?;
    }
    Ok(template)
}

/// Takes a template out of use; false if it was before.
pub fn retire(conn: &mut Conn, id: TemplateId, at: Instant) -> DbResult<bool> {
    let row =
        product_templates::table.filter(product_templates::id.eq(id)).filter(product_templates::retired_at.is_null());
    Ok(diesel::update(row).set(product_templates::retired_at.eq(at)).execute(conn)? == 1)
}
