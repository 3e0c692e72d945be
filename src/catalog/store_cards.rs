//! Queries of the public lists: live listings as cards.

use diesel::prelude::*;

use super::Listing;
use super::store_filter::{Filter, Narrowed, narrowed};
use super::types::{ListingId, ListingState};
use crate::db::schema::{consents, households, listing_photos, listings, photos, regions};
use crate::db::search::Matches;
use crate::db::{Conn, DbResult, NewestOfEach, Picked, older_than};
use crate::households::{Field, HouseholdId, HouseholdRef, Purpose};
use crate::kernel::{Cursor, Grams, Id, Instant, Money, Page, RegionCode, text_enum};
use crate::photos::{Shown, shown};

text_enum! {
    /// `fair` spreads what is seen over the households; see `exposure.rs`.
    pub enum Sort {
        Fair = "fair",
        Newest = "newest",
        PriceAscending = "price_asc",
        PriceDescending = "price_desc",
    }
}

/// A live listing in a list.
#[derive(Debug, Clone, Queryable)]
pub struct Card {
    pub id: ListingId,
    pub title: String,
    pub category: String,
    pub price_fen: Money,
    pub farmer_pay_fen: Money,
    pub quality_bonus_fen: Money,
    pub unit_label: String,
    pub net_weight_g: Option<Grams>,
    pub stock_available: i64,
    pub published_at: Option<Instant>,
    pub village_code: RegionCode,
    pub village_name: String,
    pub household_id: HouseholdId,
    household_alias: String,
    alias_agreed_at: Option<Instant>,
    pub photo: Option<Shown>,
    exposure: i64,
}

#[diesel::dsl::auto_type]
fn card() -> _ {
    (
        listings::id,
        listings::title,
        listings::category,
        listings::price_fen,
        listings::farmer_pay_fen,
        listings::quality_bonus_fen,
        listings::unit_label,
        listings::net_weight_g,
        listings::stock_available,
        listings::published_at,
        listings::village_code,
        regions::name,
        listings::household_id,
        households::alias,
        consents::granted_at.nullable(),
        shown().nullable(),
        listings::exposure,
    )
}

impl Card {
    /// How the public may mention the household.
    #[must_use]
    pub fn household(&self) -> HouseholdRef {
        let alias = self.alias_agreed_at.map(|_| self.household_alias.clone());
        HouseholdRef { id: self.household_id, alias }
    }
}

/// Listings with their household, its consent to the alias, village and first photo. Of one household
/// only its head agrees to the alias, so there is at most one such consent in force.
#[diesel::dsl::auto_type]
fn cards() -> _ {
    let purpose: Purpose = Purpose::Publication;
    let field: Field = Field::Alias;
    listings::table
        .inner_join(households::table)
        .inner_join(regions::table.on(regions::code.eq(listings::village_code)))
        .left_join(
            consents::table.on(consents::household_id
                .eq(listings::household_id)
                .and(consents::purpose.eq(purpose))
                .and(consents::field.eq(field))
                .and(consents::withdrawn_at.is_null())),
        )
        .left_join(
            listing_photos::table
                .on(listing_photos::listing_id.eq(listings::id).and(listing_photos::position.eq(0_i64))),
        )
        .left_join(photos::table.on(photos::id.nullable().eq(listing_photos::photo_id.nullable())))
}

/// A page. The rows are picked from `listings` alone before anything is joined to them, so that a page of a
/// common word costs what a page costs.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, filter: &Filter, sort: Sort, limit: i64, after: Option<Cursor>) -> DbResult<Page<Card>> {
    let mut filter = filter.clone();
    if filter.is_words_alone() {
        filter.words = filter.words.map(|words| words.for_a_page(conn)).transpose()?;
    }
    let picked = sorted(narrowed(&filter), sort, after).limit(limit + 1).select(listings::search_no);
    let rows = cards().select(card()).into_boxed().filter(Picked(picked));
    let mut rows: Vec<Card> = rows.load(conn)?;
    match sort {
        Sort::Newest => rows.sort_by_key(|card| std::cmp::Reverse((card.published_at, card.id))),
        Sort::Fair => rows.sort_by_key(|card| (card.exposure, card.id)),
        Sort::PriceAscending => rows.sort_by_key(|card| (card.price_fen, card.id)),
        Sort::PriceDescending => rows.sort_by_key(|card| std::cmp::Reverse((card.price_fen, card.id))),
    }
    let cursor_of = |last: &Card| match sort {
        Sort::Newest => Cursor::at(last.published_at.unwrap_or(Instant::from_unix_micros(0)), last.id),
        Sort::Fair => Cursor { key: last.exposure, id: last.id.uuid() },
        Sort::PriceAscending | Sort::PriceDescending => Cursor { key: last.price_fen.fen(), id: last.id.uuid() },
    };
    Ok(Page::cut(rows, limit, cursor_of))
}

/// Listings in order, behind a cursor.
fn sorted(query: Narrowed<'_>, sort: Sort, after: Option<Cursor>) -> Narrowed<'_> {
    let key_and_id = |cursor: Cursor| (cursor.key, Id::<Listing>::from_uuid(cursor.id));
    let price_of = |key: i64| Money::from_fen(key).unwrap_or_default();
    match (sort, after.map(key_and_id)) {
        (Sort::Newest, _) => {
            let query = query.order((listings::published_at.desc(), listings::id.desc()));
            older_than!(query, listings::published_at.assume_not_null(), listings::id, after)
        }
        (Sort::Fair, after) => {
            let query = query.order((listings::exposure, listings::id));
            let Some((key, id)) = after else { return query };
            query.filter(listings::exposure.gt(key).or(listings::exposure.eq(key).and(listings::id.gt(id))))
        }
        (Sort::PriceAscending, after) => {
            let query = query.order((listings::price_fen, listings::id));
            let Some((price, id)) = after.map(|(key, id)| (price_of(key), id)) else { return query };
            query.filter(listings::price_fen.gt(price).or(listings::price_fen.eq(price).and(listings::id.gt(id))))
        }
        (Sort::PriceDescending, after) => {
            let query = query.order((listings::price_fen.desc(), listings::id.desc()));
            let Some((price, id)) = after.map(|(key, id)| (price_of(key), id)) else { return query };
            query.filter(listings::price_fen.lt(price).or(listings::price_fen.eq(price).and(listings::id.lt(id))))
        }
    }
}

/// Whether anything live is found by words.
///
/// # Errors
/// Those of the database.
pub fn is_found(conn: &mut Conn, words: &Matches) -> DbResult<bool> {
    let found = listings::table.filter(listings::state.eq(ListingState::Live)).filter(words.clone().at_once());
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
}

/// Cards in every state, in the order of `ids`.
///
/// # Errors
/// Those of the database.
pub fn cards_by_id(conn: &mut Conn, ids: &[ListingId]) -> DbResult<Vec<Card>> {
    let mut found: Vec<Card> = cards().filter(listings::id.eq_any(ids)).select(card()).load(conn)?;
    found.sort_by_key(|card| ids.iter().position(|id| *id == card.id));
    Ok(found)
}

/// The newest card of each of these villages that has something for sale.
///
/// # Errors
/// Those of the database.
pub fn newest_of_each(conn: &mut Conn, villages: &[RegionCode]) -> DbResult<Vec<Card>> {
    let codes = regions::table.filter(regions::code.eq_any(villages)).select(regions::code);
    Ok(cards().filter(Picked(NewestOfEach(codes))).select(card()).load(conn)?)
}

/// A listing that is for sale or was.
///
/// # Errors
/// Those of the database.
pub fn find_published(conn: &mut Conn, id: ListingId) -> DbResult<Option<Card>> {
    Ok(cards()
        .filter(listings::id.eq(id))
        .filter(listings::published_at.is_not_null())
        .filter(listings::state.ne(ListingState::Rejected))
        .select(card())
        .first(conn)
        .optional()?)
}

/// # Errors
/// Those of the database.
pub fn count_live_by_village(conn: &mut Conn) -> DbResult<Vec<(RegionCode, i64)>> {
    Ok(listings::table
        .filter(listings::state.eq(ListingState::Live))
        .group_by(listings::village_code)
        .order(listings::village_code)
        .select((listings::village_code, diesel::dsl::count_star()))
        .load(conn)?)
}
