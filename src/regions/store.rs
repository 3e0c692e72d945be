//! Queries of places.

use diesel::prelude::*;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

use crate::db::schema::{region_aliases, regions};
use crate::db::{Conn, DbResult};
use crate::kernel::{RegionCode, RegionLevel};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = regions)]
pub struct Region {
    pub code: RegionCode,
    pub level: RegionLevel,
    pub parent_code: Option<RegionCode>,
    pub name: String,
}

/// A place as other things mention it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RegionRef {
    pub code: RegionCode,
    pub name: String,
}

/// Levels that only hold the place of a missing one in the official codes and say nothing.
const FILLERS: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, code: &RegionCode) -> DbResult<Option<Region>> {
    Ok(regions::table.find(code).select(Region::as_select()).first(conn).optional()?)
}

/// # Errors
/// Those of the database.
pub fn exists(conn: &mut Conn, code: &RegionCode) -> DbResult<bool> {
    Ok(diesel::select(diesel::dsl::exists(regions::table.find(code))).get_result(conn)?)
}

/// The names of many places at once; a code without a row stands for itself.
///
/// # Errors
/// Those of the database.
pub fn names<'a>(
    conn: &mut Conn,
    codes: impl IntoIterator<Item = &'a RegionCode>,
) -> DbResult<HashMap<RegionCode, RegionRef>> {
    let codes: BTreeSet<&RegionCode> = codes.into_iter().collect();
    let rows: Vec<(RegionCode, String)> =
        regions::table.filter(regions::code.eq_any(&codes)).select((regions::code, regions::name)).load(conn)?;
    let mut names: HashMap<_, _> =
        rows.into_iter().map(|(code, name)| (code.clone(), RegionRef { code, name })).collect();
    for code in codes {
        names.entry(code.clone()).or_insert_with(|| RegionRef { code: code.clone(), name: code.to_string() });
    }
    Ok(names)
}

/// Where each place lies, as on an envelope: 四川省广元市苍溪县白驿镇 for 岫云村.
///
/// # Errors
/// Those of the database.
pub fn paths(conn: &mut Conn, codes: &[RegionCode]) -> DbResult<HashMap<RegionCode, String>> {
    let ancestors: Vec<RegionCode> = codes.iter().flat_map(RegionCode::ancestors).collect();
    let names = names(conn, &ancestors)?;
    let path = |code: &RegionCode| {
        let above = code.ancestors().into_iter().filter_map(|ancestor| names.get(&ancestor));
        above.filter(|region| !FILLERS.contains(&region.name.as_str())).map(|region| region.name.as_str()).collect()
    };
    Ok(codes.iter().map(|code| (code.clone(), path(code))).collect())
}

/// The places directly inside `parent`, or all provinces.
pub fn list_children(conn: &mut Conn, parent: Option<&RegionCode>) -> DbResult<Vec<Region>> {
    let query = regions::table.select(Region::as_select()).order(regions::code).into_boxed();
    Ok(match parent {
        Some(parent) => query.filter(regions::parent_code.eq(parent)),
        None => query.filter(regions::parent_code.is_null()),
    }
    .load(conn)?)
}

/// Every province, city and county: what an address is told by. Three stretches of an index, however many
/// villages there are.
///
/// # Errors
/// Those of the database.
pub fn list_down_to_counties(conn: &mut Conn) -> DbResult<Vec<Region>> {
    let mut found = list_children(conn, None)?;
    let mut parents: Vec<RegionCode> = found.iter().map(|region| region.code.clone()).collect();
    for _ in [RegionLevel::City, RegionLevel::County] {
        let inside: Vec<Region> = regions::table
            .filter(regions::parent_code.eq_any(&parents))
            .order(regions::code)
            .select(Region::as_select())
            .load(conn)?;
        parents = inside.iter().map(|region| region.code.clone()).collect();
        found.extend(inside);
    }
    Ok(found)
}

/// Places whose name or former name begins with `text`, widest first.
pub fn list_by_name(conn: &mut Conn, text: &str, limit: i64) -> DbResult<Vec<Region>> {
    // One stretch of the index; `LIKE` would depend on the database's collation.
    let end = format!("{text}{}", char::MAX);
    let by_alias: Vec<RegionCode> = region_aliases::table
        .filter(region_aliases::alias.ge(text).and(region_aliases::alias.lt(&end)))
        .select(region_aliases::code)
        .limit(limit)
        .load(conn)?;
    let mut found: Vec<Region> =
        regions::table.filter(regions::code.eq_any(by_alias)).select(Region::as_select()).load(conn)?;
    let by_name: Vec<Region> = regions::table
        .filter(regions::name.ge(text).and(regions::name.lt(&end)))
        .order((regions::name, regions::code))
        .select(Region::as_select())
        .limit(limit)
        .load(conn)?;
    found.extend(by_name);
    found.sort_by_key(|region| (region.level, region.code.clone()));
    found.dedup();
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// Former and other names of many places.
///
/// # Errors
/// Those of the database.
pub fn aliases(conn: &mut Conn, codes: &[RegionCode]) -> DbResult<HashMap<RegionCode, Vec<String>>> {
    let rows: Vec<(RegionCode, String)> = region_aliases::table
        .filter(region_aliases::code.eq_any(codes))
        .order(region_aliases::alias)
        .select((region_aliases::code, region_aliases::alias))
        .load(conn)?;
    let mut aliases: HashMap<RegionCode, Vec<String>> = HashMap::new();
    for (code, alias) in rows {
        aliases.entry(code).or_default().push(alias);
    }
    Ok(aliases)
}

/// The villages of this name, or of this other name.
///
/// # Errors
/// Those of the database.
pub fn list_villages_named(conn: &mut Conn, name: &str) -> DbResult<Vec<RegionCode>> {
    let by_alias = region_aliases::table.filter(region_aliases::alias.eq(name)).select(region_aliases::code);
    let named = regions::name.eq(name).or(regions::code.eq_any(by_alias));
    Ok(regions::table
        .filter(regions::level.eq(RegionLevel::Village).and(named))
        .order(regions::code)
        .select(regions::code)
        .load(conn)?)
}
