//! Queries of reviews.

use diesel::prelude::*;

use super::ReviewId;
use crate::catalog::ListingId;
use crate::db::schema::reviews;
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than, sum_i64};
use crate::kernel::{Cursor, Instant, Page, RegionCode, Scope, UserId};
use crate::orders::OrderId;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = reviews)]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub struct Review {
    pub id: ReviewId,
    pub order_id: OrderId,
    pub line_no: i64,
    pub listing_id: ListingId,
    pub village_code: RegionCode,
    pub buyer_id: UserId,
    pub stars: i64,
    pub words: String,
    pub written_at: Instant,
    pub edited_at: Option<Instant>,
    pub reply: Option<String>,
    pub replied_by: Option<UserId>,
    pub replied_at: Option<Instant>,
    /// Everybody reads it.
    pub removed_reason: Option<String>,
    pub removed_by: Option<UserId>,
    pub removed_at: Option<Instant>,
}

pub fn insert(conn: &mut Conn, review: &Review) -> DbResult<()> {
    diesel::insert_into(reviews::table).values(review).execute(conn)?;
    Ok(())
}

/// Writes a review that stands; false if it was removed meanwhile.
pub fn update(conn: &mut Conn, review: &Review) -> DbResult<bool> {
    let row = reviews::table.find(review.id).filter(reviews::removed_at.is_null());
    Ok(diesel::update(row).set(review).execute(conn)? == 1)
}

pub fn find(conn: &mut Conn, id: ReviewId) -> DbResult<Option<Review>> {
    Ok(reviews::table.find(id).select(Review::as_select()).first(conn).optional()?)
}

pub fn list_of_order(conn: &mut Conn, id: OrderId) -> DbResult<Vec<Review>> {
    Ok(reviews::table
        .filter(reviews::order_id.eq(id))
        .order(reviews::line_no)
        .select(Review::as_select())
        .load(conn)?)
}

pub fn list_of_listing(conn: &mut Conn, id: ListingId, limit: i64, after: Option<Cursor>) -> DbResult<Page<Review>> {
    let query = reviews::table
        .filter(reviews::listing_id.eq(id))
        .order((reviews::written_at.desc(), reviews::id.desc()))
        .limit(limit + 1)
        .select(Review::as_select())
        .into_boxed();
    let rows = older_than!(query, reviews::written_at, reviews::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Review| Cursor::at(last.written_at, last.id)))
}

/// How many reviews of a listing stand, and the sum of their stars.
pub fn count(conn: &mut Conn, id: ListingId) -> DbResult<(i64, i64)> {
    let standing = reviews::table.filter(reviews::listing_id.eq(id)).filter(reviews::removed_at.is_null());
    let count = standing.count().get_result(conn)?;
    Ok((count, standing.select(sum_i64(reviews::stars)).first(conn)?))
}

pub fn list_in_scope(conn: &mut Conn, scope: &Scope, limit: i64, after: Option<Cursor>) -> DbResult<Page<Review>> {
    let load = |region: &RegionCode| {
        let query = reviews::table
            .filter(lies_in!(reviews::village_code, region))
            .order((reviews::written_at.desc(), reviews::id.desc()))
            .limit(limit + 1)
            .select(Review::as_select())
            .into_boxed();
        Ok(older_than!(query, reviews::written_at, reviews::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Review| Cursor::at(last.written_at, last.id))
}
