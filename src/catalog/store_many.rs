//! Queries of many listings at once.

use diesel::prelude::*;
use std::collections::HashMap;

use super::content::{NewListing, SaleKind};
use super::store::FIRST_VERSION;
use super::types::{ListingId, ListingState};
use crate::db::schema::{listing_photos, listings, product_templates};
use crate::db::{Conn, DbResult, INSERT_CHUNK, native};
use crate::households::HouseholdId;
use crate::kernel::{Act, Grams, Instant, Money, RegionCode, UserId};
use crate::photos::PhotoId;
use crate::templates::TemplateId;

/// A draft that was found good.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    pub id: ListingId,
    pub village_code: &'a RegionCode,
    pub new: &'a NewListing,
    pub price_fen: Money,
}

#[derive(Insertable)]
#[diesel(table_name = listings)]
#[diesel(treat_none_as_default_value = false)]
struct Row<'a> {
    id: ListingId,
    household_id: HouseholdId,
    village_code: &'a RegionCode,
    state: ListingState,
    title: &'a str,
    category: &'a str,
    unit_label: &'a str,
    net_weight_g: Option<Grams>,
    price_fen: Money,
    farmer_pay_fen: Money,
    quality_bonus_fen: Money,
    coop_fee_fen: Money,
    packing_fen: Money,
    freight_fen: Money,
    inspection_fen: Money,
    collective_fund_fen: Money,
    loss_reserve_fen: Money,
    platform_cost_fen: Money,
    stock_total: i64,
    stock_available: i64,
    author_id: UserId,
    reject_reason: Option<&'a str>,
    created_at: Instant,
    published_at: Option<Instant>,
    template_id: Option<TemplateId>,
    sale_kind: SaleKind,
    season: Option<&'a str>,
    version: i64,
}

impl<'a> Row<'a> {
    fn of(draft: &Draft<'a>, act: &Act, author_id: UserId) -> Self {
        let new = draft.new;
        let (content, price) = (&new.content, &new.content.price);
        Self {
            id: draft.id,
            household_id: new.household_id,
            village_code: draft.village_code,
            state: ListingState::Draft,
            title: &content.title,
            category: &content.category,
            unit_label: &content.unit_label,
            net_weight_g: content.net_weight_g,
            price_fen: draft.price_fen,
            farmer_pay_fen: price.farmer_pay_fen,
            quality_bonus_fen: price.quality_bonus_fen,
            coop_fee_fen: price.coop_fee_fen,
            packing_fen: price.packing_fen,
            freight_fen: price.freight_fen,
            inspection_fen: price.inspection_fen,
            collective_fund_fen: price.collective_fund_fen,
            loss_reserve_fen: price.loss_reserve_fen,
            platform_cost_fen: price.platform_cost_fen,
            stock_total: new.stock.get(),
            stock_available: new.stock.get(),
            author_id,
            reject_reason: None,
            created_at: act.at,
            published_at: None,
            template_id: content.template_id,
            sale_kind: content.sale_kind,
            season: new.season.as_deref(),
            version: FIRST_VERSION,
        }
    }
}

/// Writes drafts, each with its photos.
pub fn insert(conn: &mut Conn, act: &Act, author_id: UserId, drafts: &[Draft<'_>]) -> DbResult<()> {
    for drafts in drafts.chunks(INSERT_CHUNK) {
        let rows: Vec<Row<'_>> = drafts.iter().map(|draft| Row::of(draft, act, author_id)).collect();
        native!(conn, diesel::insert_into(listings::table).values(rows).execute(conn))?;
    }
    insert_photos(conn, drafts.iter().map(|draft| (draft.id, &*draft.new.content.photo_ids)))
}

/// Shows these photos, in this order, and no others.
pub fn put_photos(conn: &mut Conn, id: ListingId, photo_ids: &[PhotoId]) -> DbResult<()> {
    diesel::delete(listing_photos::table.filter(listing_photos::listing_id.eq(id))).execute(conn)?;
    insert_photos(conn, [(id, photo_ids)])
}

fn insert_photos<'a>(conn: &mut Conn, shown: impl IntoIterator<Item = (ListingId, &'a [PhotoId])>) -> DbResult<()> {
    let rows_of = |(id, photo_ids): (ListingId, &'a [PhotoId])| {
        (0_i64..).zip(photo_ids).map(move |(position, photo_id)| {
            (
                listing_photos::listing_id.eq(id),
                listing_photos::position.eq(position),
                listing_photos::photo_id.eq(*photo_id),
            )
        })
    };
    let rows: Vec<_> = shown.into_iter().flat_map(rows_of).collect();
    for rows in rows.chunks(INSERT_CHUNK) {
        native!(conn, diesel::insert_into(listing_photos::table).values(rows).execute(conn))?;
    }
    Ok(())
}

/// What these households offer, or are about to, by household, title and unit.
///
/// # Errors
/// Those of the database.
pub fn list_offered(
    conn: &mut Conn,
    households: &[HouseholdId],
) -> DbResult<HashMap<(HouseholdId, String, String), ListingId>> {
    let rows: Vec<(HouseholdId, String, String, ListingId)> = listings::table
        .filter(listings::household_id.eq_any(households))
        .filter(listings::state.ne(ListingState::Closed))
        .order(listings::id)
        .select((listings::household_id, listings::title, listings::unit_label, listings::id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(household, title, unit, id)| ((household, title, unit), id)).collect())
}

/// A listing as far as it is found by its own words.
#[derive(Debug, Queryable)]
pub struct Filed {
    pub search_no: i64,
    pub household_id: HouseholdId,
    pub village_code: RegionCode,
    pub title: String,
    pub category: String,
    pub unit_label: String,
    pub product: Option<String>,
}

#[diesel::dsl::auto_type]
fn filed() -> _ {
    listings::table.left_join(product_templates::table).select((
        listings::search_no,
        listings::household_id,
        listings::village_code,
        listings::title,
        listings::category,
        listings::unit_label,
        product_templates::product.nullable(),
    ))
}

pub fn list_filed(conn: &mut Conn, ids: &[ListingId]) -> DbResult<Vec<Filed>> {
    Ok(filed().filter(listings::id.eq_any(ids)).order(listings::search_no).load(conn)?)
}

pub fn list_filed_of(conn: &mut Conn, household_id: HouseholdId) -> DbResult<Vec<Filed>> {
    Ok(filed().filter(listings::household_id.eq(household_id)).order(listings::search_no).load(conn)?)
}
