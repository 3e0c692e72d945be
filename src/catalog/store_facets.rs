//! How many live listings fit, by what they may be narrowed further by.

use diesel::dsl::count_star;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

use super::store_filter::{Filter, narrow, out_of_season_on};
use super::types::ListingState;
use crate::db::schema::{listings, product_templates};
use crate::db::{Conn, DbResult, lies_in};
use crate::kernel::RegionCode;
use crate::templates::TemplateId;

/// A facet's values with their counts; each is counted with all other filters applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    pub total: i64,
    pub categories: BTreeMap<String, i64>,
    pub villages: BTreeMap<RegionCode, i64>,
    pub in_season: i64,
    pub pre_order: i64,
    pub live_now: i64,
}

/// Listings that are alike in everything that facets tell apart.
struct Cell {
    category: String,
    village: RegionCode,
    is_pre_order: bool,
    is_in_season: bool,
    is_live: bool,
    count: i64,
}

type Row = (String, RegionCode, String, Option<TemplateId>, i64);

/// Three queries, whatever is asked: all cells, those that a live stream shows, and what is out of season.
///
/// # Errors
/// Those of the database.
pub fn count(conn: &mut Conn, filter: &Filter, today: &str) -> DbResult<Facets> {
    // What facets tell apart is applied to the cells, so that each facet can leave itself out.
    let base = Filter {
        words: filter.words.clone(),
        household_id: filter.household_id,
        price_min: filter.price_min,
        price_max: filter.price_max,
        in_stock: filter.in_stock,
        ..Filter::default()
    };
    let mut live: BTreeMap<_, i64> = BTreeMap::new();
    for (category, village, sale_kind, template, count) in load(conn, &Filter { live_now: true, ..base.clone() })? {
        live.insert((category, village, sale_kind, template), count);
    }
    let out_of_season: BTreeSet<TemplateId> = product_templates::table
        .filter(out_of_season_on(today.to_owned()))
        .select(product_templates::id)
        .load(conn)?
        .into_iter()
        .collect();
    let mut facets = Facets::default();
    for row in load(conn, &base)? {
        let shown = live.get(&(row.0.clone(), row.1.clone(), row.2.clone(), row.3)).copied().unwrap_or(0);
        for (is_live, count) in [(true, shown), (false, row.4 - shown)] {
            let (category, village) = (row.0.clone(), row.1.clone());
            let is_in_season = !row.3.is_some_and(|template| out_of_season.contains(&template));
            let is_pre_order = row.2 == "pre_order";
            facets.add(filter, Cell { category, village, is_pre_order, is_in_season, is_live, count });
        }
    }
    Ok(facets)
}

fn load(conn: &mut Conn, filter: &Filter) -> DbResult<Vec<Row>> {
    let cells = listings::table
        .group_by((listings::category, listings::village_code, listings::sale_kind, listings::template_id))
        .select((listings::category, listings::village_code, listings::sale_kind, listings::template_id, count_star()))
        .into_boxed();
    Ok(narrow!(cells, filter).load(conn)?)
}

impl Facets {
    fn add(&mut self, filter: &Filter, cell: Cell) {
        if cell.count <= 0 {
            return;
        }
        let fits_category = filter.category.as_ref().is_none_or(|category| *category == cell.category);
        let fits_place = filter.place.as_ref().is_none_or(|place| place.contains(&cell.village));
        let fits_season = filter.in_season_on.is_none() || cell.is_in_season;
        let fits_sale = !filter.pre_order || cell.is_pre_order;
        let fits_live = !filter.live_now || cell.is_live;
        let fits = [fits_category, fits_place, fits_season, fits_sale, fits_live];
        let without = |left_out: usize| fits.iter().enumerate().all(|(at, fits)| *fits || at == left_out);
        if without(0) {
            *self.categories.entry(cell.category).or_default() += cell.count;
        }
        if without(1) {
            *self.villages.entry(cell.village).or_default() += cell.count;
        }
        let counted = |is_so: bool| if is_so { cell.count } else { 0 };
        self.in_season += counted(without(2) && cell.is_in_season);
        self.pre_order += counted(without(3) && cell.is_pre_order);
        self.live_now += counted(without(4) && cell.is_live);
        self.total += counted(fits.iter().all(|fits| *fits));
    }
}
