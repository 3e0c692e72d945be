//! Queries of price references.

use diesel::prelude::*;

use super::types::{Per, PriceReferenceId};
use crate::db::schema::price_references;
use crate::db::{Conn, DbResult, lies_in, native, older_than};
use crate::kernel::{Cursor, Instant, Money, Page, RegionCode, UserId};

/// A median of one week in one region, with where it is from.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = price_references)]
#[diesel(treat_none_as_default_value = false)]
pub struct PriceReference {
    pub id: PriceReferenceId,
    pub product: String,
    pub region_code: RegionCode,
    /// `2026-09-14`, a Monday.
    pub week: String,
    pub per: Per,
    pub median_fen: Money,
    pub sample_count: i64,
    pub source: String,
    pub source_date: String,
    pub recorded_by: UserId,
    pub created_at: Instant,
}

/// # Errors
/// Those of the database.
pub fn list_by_id(conn: &mut Conn, ids: &[PriceReferenceId]) -> DbResult<Vec<PriceReference>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(price_references::table
        .filter(price_references::id.eq_any(ids))
        .select(PriceReference::as_select())
        .load(conn)?)
}

/// Every reference of these products in these weeks: what rows that are written down may change.
pub fn list_of_weeks(conn: &mut Conn, products: &[&str], weeks: &[String]) -> DbResult<Vec<PriceReference>> {
    Ok(price_references::table
        .filter(price_references::product.eq_any(products))
        .filter(price_references::week.eq_any(weeks))
        .select(PriceReference::as_select())
        .load(conn)?)
}

pub fn insert(conn: &mut Conn, row: &PriceReference) -> DbResult<()> {
    native!(conn, diesel::insert_into(price_references::table).values(row).execute(conn))?;
    Ok(())
}

/// Writes a correction over the row of the same product, region, week and measure.
pub fn update(conn: &mut Conn, row: &PriceReference) -> DbResult<()> {
    diesel::update(price_references::table.find(row.id))
        .set((
            price_references::median_fen.eq(row.median_fen),
            price_references::sample_count.eq(row.sample_count),
            price_references::source.eq(&row.source),
            price_references::source_date.eq(&row.source_date),
            price_references::recorded_by.eq(row.recorded_by),
            price_references::created_at.eq(row.created_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// References of a product in any of the regions, of weeks that begin in a range of days.
pub fn list_around(
    conn: &mut Conn,
    product: &str,
    per: Per,
    regions: &[RegionCode],
    (first, last): (String, String),
) -> DbResult<Vec<PriceReference>> {
    Ok(price_references::table
        .filter(price_references::product.eq(product))
        .filter(price_references::per.eq(per))
        .filter(price_references::region_code.eq_any(regions))
        .filter(price_references::week.ge(first).and(price_references::week.le(last)))
        .select(PriceReference::as_select())
        .load(conn)?)
}

/// References, newest first.
pub fn list(
    conn: &mut Conn,
    product: Option<&str>,
    region: Option<&RegionCode>,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<PriceReference>> {
    let mut query = price_references::table
        .order((price_references::created_at.desc(), price_references::id.desc()))
        .limit(limit + 1)
        .select(PriceReference::as_select())
        .into_boxed();
    if let Some(product) = product {
        query = query.filter(price_references::product.eq(product.to_owned()));
    }
    if let Some(region) = region {
        query = query.filter(lies_in!(price_references::region_code, region));
    }
    let rows = older_than!(query, price_references::created_at, price_references::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &PriceReference| Cursor::at(last.created_at, last.id)))
}
