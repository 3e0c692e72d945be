//! Queries of listings: one whole, the desk's list, their state and stock.

use diesel::prelude::*;
use std::collections::HashMap;

use super::content::SaleKind;
use super::types::{ListingId, ListingState, PriceComposition};
use crate::db::schema::{listing_photos, listings, photos};
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than};
use crate::households::HouseholdId;
use crate::kernel::{Cursor, Grams, Instant, Money, Page, Quantity, RegionCode, Scope, UserId};
use crate::photos::{Shown, shown};
use crate::templates::TemplateId;

/// A listing whole.
#[derive(Debug, Clone)]
pub struct Listing {
    pub id: ListingId,
    pub household_id: HouseholdId,
    pub village_code: RegionCode,
    pub state: ListingState,
    pub title: String,
    pub category: String,
    pub unit_label: String,
    pub net_weight_g: Option<Grams>,
    pub price_fen: Money,
    pub price: PriceComposition,
    pub stock_total: i64,
    pub stock_available: i64,
    pub author_id: UserId,
    pub reject_reason: Option<String>,
    pub created_at: Instant,
    pub published_at: Option<Instant>,
    pub template_id: Option<TemplateId>,
    pub sale_kind: SaleKind,
    /// The year of the harvest that it is of.
    pub season: Option<String>,
    /// The version of its content that is in force.
    pub version: i64,
    /// The version that waits for a decision, while another is in force.
    pub pending_version: Option<i64>,
}

impl Listing {
    /// The version that an edit is made from: the one that waits, or else the one in force.
    #[must_use]
    pub fn newest_version(&self) -> i64 {
        self.pending_version.unwrap_or(self.version)
    }
}

/// The columns of a price composition, in the order of its parts.
pub type PriceRow = (Money, Money, Money, Money, Money, Money, Money, Money, Money);

macro_rules! price_columns {
    ($table:ident) => {
        (
            $table::farmer_pay_fen,
            $table::quality_bonus_fen,
            $table::coop_fee_fen,
            $table::packing_fen,
            $table::freight_fen,
            $table::inspection_fen,
            $table::collective_fund_fen,
            $table::loss_reserve_fen,
            $table::platform_cost_fen,
        )
    };
}
pub(crate) use price_columns;

/// Reads what `price_columns!` selected.
#[must_use]
pub fn price_of(row: PriceRow) -> PriceComposition {
    PriceComposition {
        farmer_pay_fen: row.0,
        quality_bonus_fen: row.1,
        coop_fee_fen: row.2,
        packing_fen: row.3,
        freight_fen: row.4,
        inspection_fen: row.5,
        collective_fund_fen: row.6,
        loss_reserve_fen: row.7,
        platform_cost_fen: row.8,
    }
}

/// The number of a listing's first version.
pub const FIRST_VERSION: i64 = 1;

type Whole = (
    (ListingId, HouseholdId, RegionCode, ListingState, String, String, String, Option<Grams>, Money),
    PriceRow,
    (i64, i64, UserId, Option<String>, Instant, Option<Instant>),
    (Option<TemplateId>, SaleKind, Option<String>, i64, Option<i64>),
);

/// The columns of [`Whole`].
macro_rules! whole {
    () => {
        (
            (
                listings::id,
                listings::household_id,
                listings::village_code,
                listings::state,
                listings::title,
                listings::category,
                listings::unit_label,
                listings::net_weight_g,
                listings::price_fen,
            ),
            price_columns!(listings),
            (
                listings::stock_total,
                listings::stock_available,
                listings::author_id,
                listings::reject_reason,
                listings::created_at,
                listings::published_at,
            ),
            (
                listings::template_id,
                listings::sale_kind,
                listings::season,
                listings::version,
                listings::pending_version,
            ),
        )
    };
}

fn read((head, price, tail, rest): Whole) -> Listing {
    let (id, household_id, village_code, state, title, category, unit_label, net_weight_g, price_fen) = head;
    let (stock_total, stock_available, author_id, reject_reason, created_at, published_at) = tail;
    let (template_id, sale_kind, season, version, pending_version) = rest;
    Listing {
        id,
        household_id,
        village_code,
        state,
        title,
        category,
        unit_label,
        net_weight_g,
        price_fen,
        price: price_of(price),
        stock_total,
        stock_available,
        author_id,
        reject_reason,
        created_at,
        published_at,
        template_id,
        sale_kind,
        season,
        version,
        pending_version,
    }
}

pub fn find(conn: &mut Conn, id: ListingId) -> DbResult<Option<Listing>> {
    Ok(listings::table.filter(listings::id.eq(id)).select(whole!()).first::<Whole>(conn).optional()?.map(read))
}

/// The listing, locked until the transaction ends: what is decided of it is decided one after the other.
pub fn lock(conn: &mut Conn, id: ListingId) -> DbResult<Option<Listing>> {
    if let Conn::Pg(conn) = conn {
        let row = listings::table.filter(listings::id.eq(id)).select(listings::id).for_no_key_update();
        row.first::<ListingId>(conn).optional()?;
    }
    find(conn, id)
}

/// What the list of a desk is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeskFilter {
    pub state: Option<ListingState>,
    /// Only what waits for an approver.
    pub waiting: bool,
}

/// Listings of a scope in every state, newest first.
pub fn list_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    filter: DeskFilter,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Listing>> {
    let load = |region: &RegionCode| {
        let mut query = listings::table
            .filter(lies_in!(listings::village_code, region))
            .order((listings::created_at.desc(), listings::id.desc()))
            .limit(limit + 1)
            .select(whole!())
            .into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(listings::state.eq(state));
        }
        if filter.waiting {
            let waits = listings::state.eq(ListingState::InReview).or(listings::pending_version.is_not_null());
            query = query.filter(waits);
        }
        let rows: Vec<Whole> = older_than!(query, listings::created_at, listings::id, after).load(conn)?;
        Ok(rows.into_iter().map(read).collect())
    };
    newest_in_scope(scope, limit, load, |last| Cursor::at(last.created_at, last.id))
}

pub fn list_photos(conn: &mut Conn, ids: &[ListingId]) -> DbResult<HashMap<ListingId, Vec<Shown>>> {
    let rows: Vec<(ListingId, Shown)> = listing_photos::table
        .inner_join(photos::table)
        .filter(listing_photos::listing_id.eq_any(ids))
        .order((listing_photos::listing_id, listing_photos::position))
        .select((listing_photos::listing_id, shown()))
        .load(conn)?;
    let mut photos: HashMap<ListingId, Vec<Shown>> = HashMap::new();
    for (listing_id, photo) in rows {
        photos.entry(listing_id).or_default().push(photo);
    }
    Ok(photos)
}

/// Moves a listing from one state to another; false if it was no longer in the first.
pub fn update_state(
    conn: &mut Conn,
    id: ListingId,
    (from, to): (ListingState, ListingState),
    reject_reason: Option<&str>,
    at: Instant,
) -> DbResult<bool> {
    if to == ListingState::Live {
        let unpublished = listings::table.filter(listings::id.eq(id)).filter(listings::published_at.is_null());
        diesel::update(unpublished).set(listings::published_at.eq(at)).execute(conn)?;
    }
    let row = listings::table.filter(listings::id.eq(id)).filter(listings::state.eq(from));
    let moved =
        diesel::update(row).set((listings::state.eq(to), listings::reject_reason.eq(reject_reason))).execute(conn)?;
    Ok(moved == 1)
}

/// What placing an order needs to know of a listing.
#[derive(Debug, Clone)]
pub struct ForSale {
    pub id: ListingId,
    pub household_id: HouseholdId,
    pub village_code: RegionCode,
    pub state: ListingState,
    pub title: String,
    pub unit_label: String,
    pub price_fen: Money,
    pub price: PriceComposition,
    pub stock_available: i64,
    /// The version that is in force.
    pub version: i64,
    /// Of what is settled by weight: what a piece is thought to weigh.
    pub estimated_g: Option<i64>,
}

/// The listings, locked in the order of their ids until the transaction ends.
pub fn lock_for_sale(conn: &mut Conn, ids: &[ListingId]) -> DbResult<Vec<ForSale>> {
    type Row = ((ListingId, HouseholdId, RegionCode, ListingState, String, String, Money, i64, i64), PriceRow);
    let query = listings::table.filter(listings::id.eq_any(ids)).order(listings::id).select((
        (
            listings::id,
            listings::household_id,
            listings::village_code,
            listings::state,
            listings::title,
            listings::unit_label,
            listings::price_fen,
            listings::stock_available,
            listings::version,
        ),
        price_columns!(listings),
    ));
    let rows: Vec<Row> = match conn {
        Conn::Pg(conn) => query.for_no_key_update().load(conn)?,
        Conn::Sqlite(conn) => query.load(conn)?,
    };
    let read = |(head, price): Row| {
        let (id, household_id, village_code, state, title, unit_label, price_fen, stock_available, version) = head;
        let price = price_of(price);
        ForSale {
            id,
            household_id,
            village_code,
            state,
            title,
            unit_label,
            price_fen,
            price,
            stock_available,
            version,
            estimated_g: None,
        }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Puts units back; false if there would be more than there ever were.
pub fn return_stock(conn: &mut Conn, id: ListingId, units: Quantity) -> DbResult<bool> {
    let units = units.get();
    let row = listings::table
        .filter(listings::id.eq(id))
        .filter((listings::stock_available + units).le(listings::stock_total));
    Ok(diesel::update(row).set(listings::stock_available.eq(listings::stock_available + units)).execute(conn)? == 1)
}
