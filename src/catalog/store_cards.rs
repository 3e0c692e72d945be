//! Queries of the public lists: live listings as cards.

use diesel::prelude::*;

use super::Listing;
use super::types::{ListingId, ListingState};
use crate::db::schema::{consents, households, listing_photos, listings, photos, regions};
use crate::db::search::Matches;
use crate::db::{Conn, DbResult, lies_in, older_than};
use crate::households::{Field, HouseholdId, HouseholdRef, Purpose};
use crate::kernel::{Cursor, Grams, Id, Instant, Money, Page, RegionCode, text_enum};
use crate::photos::{Shown, shown};

text_enum! {
    pub enum Sort {
        Newest = "newest",
        PriceAscending = "price_asc",
        PriceDescending = "price_desc",
    }
}

/// What a buyer looks for. Everything that is given has to fit.
#[derive(Debug, Clone)]
pub struct Filter {
    pub words: Option<Matches>,
    pub place: Option<RegionCode>,
    pub category: Option<String>,
    pub household_id: Option<HouseholdId>,
    pub sort: Sort,
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

/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, filter: Filter, limit: i64, after: Option<Cursor>) -> DbResult<Page<Card>> {
    let mut query = cards().filter(listings::state.eq(ListingState::Live)).limit(limit + 1).select(card()).into_boxed();
    if let Some(words) = filter.words {
        query = query.filter(words);
    }
    if let Some(place) = filter.place {
        query = query.filter(lies_in!(listings::village_code, place));
    }
    if let Some(category) = filter.category {
        query = query.filter(listings::category.eq(category));
    }
    if let Some(household_id) = filter.household_id {
        query = query.filter(listings::household_id.eq(household_id));
    }
    let price_of =
        |cursor: Cursor| (Money::from_fen(cursor.key).unwrap_or_default(), Id::<Listing>::from_uuid(cursor.id));
    let rows: Vec<Card> = match (filter.sort, after) {
        (Sort::Newest, after) => {
            let query = query.order((listings::published_at.desc(), listings::id.desc()));
            older_than!(query, listings::published_at.assume_not_null(), listings::id, after).load(conn)?
        }
        (Sort::PriceAscending, None) => query.order((listings::price_fen, listings::id)).load(conn)?,
        (Sort::PriceAscending, Some(after)) => {
            let (price, id) = price_of(after);
            let behind = listings::price_fen.gt(price).or(listings::price_fen.eq(price).and(listings::id.gt(id)));
            query.filter(behind).order((listings::price_fen, listings::id)).load(conn)?
        }
        (Sort::PriceDescending, None) => query.order((listings::price_fen.desc(), listings::id.desc())).load(conn)?,
        (Sort::PriceDescending, Some(after)) => {
            let (price, id) = price_of(after);
            let behind = listings::price_fen.lt(price).or(listings::price_fen.eq(price).and(listings::id.lt(id)));
            query.filter(behind).order((listings::price_fen.desc(), listings::id.desc())).load(conn)?
        }
    };
    let cursor_of = |last: &Card| match filter.sort {
        Sort::Newest => Cursor::at(last.published_at.unwrap_or(Instant::from_unix_micros(0)), last.id),
        Sort::PriceAscending | Sort::PriceDescending => Cursor { key: last.price_fen.fen(), id: last.id.uuid() },
    };
    Ok(Page::cut(rows, limit, cursor_of))
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
