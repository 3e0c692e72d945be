//! Queries of the versions of listings, and of what is in force.

use diesel::prelude::*;
use std::collections::HashMap;

use super::Listing;
use super::content::{Content, Label, SaleKind};
use super::store::FIRST_VERSION;
use super::store_many::put_photos;
use super::types::{Decision, ListingId, ListingState, PriceComposition};
use crate::db::schema::{listing_version_photos, listing_versions, listings};
use crate::db::{Conn, DbResult, INSERT_CHUNK, native};
use crate::kernel::{Act, Grams, Instant, Money, UserId};
use crate::photos::PhotoId;
use crate::templates::TemplateId;

/// The content of a listing as somebody wrote it, and what was decided of it.
#[derive(Debug, Clone)]
pub struct Version {
    pub listing_id: ListingId,
    pub version: i64,
    pub author_id: UserId,
    pub created_at: Instant,
    pub content: Content,
    pub decision: Option<Decision>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Instant>,
    pub decision_reason: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = listing_versions)]
#[diesel(treat_none_as_default_value = false)]
struct Row {
    listing_id: ListingId,
    version: i64,
    author_id: UserId,
    created_at: Instant,
    template_id: Option<TemplateId>,
    title: String,
    category: String,
    unit_label: String,
    net_weight_g: Option<Grams>,
    sale_kind: SaleKind,
    description: Option<String>,
    origin: Option<String>,
    label_ingredients: Option<String>,
    label_producer: Option<String>,
    label_storage: Option<String>,
    premium_reason: Option<String>,
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
    decision: Option<Decision>,
    decided_by: Option<UserId>,
    decided_at: Option<Instant>,
    decision_reason: Option<String>,
    deposit_percent: Option<i64>,
}

impl Row {
    fn read(self, photo_ids: Vec<PhotoId>) -> Version {
        let price = PriceComposition {
            farmer_pay_fen: self.farmer_pay_fen,
            quality_bonus_fen: self.quality_bonus_fen,
            coop_fee_fen: self.coop_fee_fen,
            packing_fen: self.packing_fen,
            freight_fen: self.freight_fen,
            inspection_fen: self.inspection_fen,
            collective_fund_fen: self.collective_fund_fen,
            loss_reserve_fen: self.loss_reserve_fen,
            platform_cost_fen: self.platform_cost_fen,
        };
        let label =
            Label { ingredients: self.label_ingredients, producer: self.label_producer, storage: self.label_storage };
        let content = Content {
            template_id: self.template_id,
            title: self.title,
            category: self.category,
            unit_label: self.unit_label,
            net_weight_g: self.net_weight_g,
            sale_kind: self.sale_kind,
            description: self.description,
            origin: self.origin,
            label,
            premium_reason: self.premium_reason,
            price,
            photo_ids,
            deposit_percent: self.deposit_percent,
        };
        Version {
            listing_id: self.listing_id,
            version: self.version,
            author_id: self.author_id,
            created_at: self.created_at,
            content,
            decision: self.decision,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            decision_reason: self.decision_reason,
        }
    }
}

/// Content under its number, with its price.
type Numbered<'a> = ((ListingId, i64), (&'a Content, Money));

impl Row {
    fn of(&((listing_id, version), (content, price_fen)): &Numbered<'_>, act: &Act, author_id: UserId) -> Self {
        let (it, price) = (content.clone(), &content.price);
        Self {
            listing_id,
            version,
            author_id,
            created_at: act.at,
            template_id: it.template_id,
            title: it.title,
            category: it.category,
            unit_label: it.unit_label,
            net_weight_g: it.net_weight_g,
            sale_kind: it.sale_kind,
            description: it.description,
            origin: it.origin,
            label_ingredients: it.label.ingredients,
            label_producer: it.label.producer,
            label_storage: it.label.storage,
            premium_reason: it.premium_reason,
            price_fen,
            farmer_pay_fen: price.farmer_pay_fen,
            quality_bonus_fen: price.quality_bonus_fen,
            coop_fee_fen: price.coop_fee_fen,
            packing_fen: price.packing_fen,
            freight_fen: price.freight_fen,
            inspection_fen: price.inspection_fen,
            collective_fund_fen: price.collective_fund_fen,
            loss_reserve_fen: price.loss_reserve_fen,
            platform_cost_fen: price.platform_cost_fen,
            decision: None,
            decided_by: None,
            decided_at: None,
            decision_reason: None,
            deposit_percent: it.deposit_percent,
        }
    }
}

/// Keeps versions; a number that is taken is refused by the key.
pub fn insert(conn: &mut Conn, act: &Act, author_id: UserId, versions: &[Numbered<'_>]) -> DbResult<()> {
    for versions in versions.chunks(INSERT_CHUNK) {
        let rows: Vec<Row> = versions.iter().map(|version| Row::of(version, act, author_id)).collect();
        native!(conn, diesel::insert_into(listing_versions::table).values(rows).execute(conn))?;
    }
    let photos_of = |&((id, version), (content, _)): &Numbered<'_>| {
        let photo_ids = content.photo_ids.clone();
        (0_i64..).zip(photo_ids).map(move |(position, photo_id)| {
            (
                listing_version_photos::listing_id.eq(id),
                listing_version_photos::version.eq(version),
                listing_version_photos::position.eq(position),
                listing_version_photos::photo_id.eq(photo_id),
            )
        })
    };
    let rows: Vec<_> = versions.iter().flat_map(photos_of).collect();
    for rows in rows.chunks(INSERT_CHUNK) {
        native!(conn, diesel::insert_into(listing_version_photos::table).values(rows).execute(conn))?;
    }
    Ok(())
}

fn with_photos(conn: &mut Conn, rows: Vec<Row>) -> DbResult<Vec<Version>> {
    let ids: Vec<ListingId> = rows.iter().map(|row| row.listing_id).collect();
    let numbers: Vec<i64> = rows.iter().map(|row| row.version).collect();
    let photos: Vec<(ListingId, i64, PhotoId)> = listing_version_photos::table
        .filter(listing_version_photos::listing_id.eq_any(&ids))
        .filter(listing_version_photos::version.eq_any(&numbers))
        .order((listing_version_photos::listing_id, listing_version_photos::version, listing_version_photos::position))
        .select((listing_version_photos::listing_id, listing_version_photos::version, listing_version_photos::photo_id))
        .load(conn)?;
    let mut by_version: HashMap<(ListingId, i64), Vec<PhotoId>> = HashMap::new();
    for (id, version, photo) in photos {
        by_version.entry((id, version)).or_default().push(photo);
    }
    let read = |row: Row| {
        let photos = by_version.remove(&(row.listing_id, row.version)).unwrap_or_default();
        row.read(photos)
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Some versions of one listing.
pub fn list(conn: &mut Conn, id: ListingId, numbers: &[i64]) -> DbResult<Vec<Version>> {
    let rows = listing_versions::table
        .filter(listing_versions::listing_id.eq(id))
        .filter(listing_versions::version.eq_any(numbers))
        .order(listing_versions::version)
        .select(Row::as_select())
        .load(conn)?;
    with_photos(conn, rows)
}

pub fn find(conn: &mut Conn, id: ListingId, version: i64) -> DbResult<Option<Version>> {
    Ok(list(conn, id, &[version])?.pop())
}

/// The versions before one, newest first: one more than a page holds.
pub fn list_before(conn: &mut Conn, id: ListingId, before: Option<i64>, limit: i64) -> DbResult<Vec<Version>> {
    let rows = listing_versions::table
        .filter(listing_versions::listing_id.eq(id))
        .filter(listing_versions::version.lt(before.unwrap_or(i64::MAX)))
        .order(listing_versions::version.desc())
        .limit(limit + 1)
        .select(Row::as_select())
        .load(conn)?;
    with_photos(conn, rows)
}

/// What a listing says of itself beyond its row.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub description: Option<String>,
    pub origin: Option<String>,
    pub label: Label,
    pub premium_reason: Option<String>,
    pub deposit_percent: Option<i64>,
}

/// The words that are in force of listings.
pub fn list_words_in_force(conn: &mut Conn, ids: &[ListingId]) -> DbResult<HashMap<ListingId, Words>> {
    type Texts = (Option<String>, Option<String>, Option<String>);
    let rows: Vec<(ListingId, Texts, Texts, Option<i64>)> = listing_versions::table
        .inner_join(listings::table)
        .filter(listings::id.eq_any(ids))
        .filter(listing_versions::version.eq(listings::version))
        .select((
            listings::id,
            (listing_versions::description, listing_versions::origin, listing_versions::premium_reason),
            (listing_versions::label_ingredients, listing_versions::label_producer, listing_versions::label_storage),
            listing_versions::deposit_percent,
        ))
        .load(conn)?;
    let read = |(id, (description, origin, premium_reason), (ingredients, producer, storage), deposit_percent)| {
        let label = Label { ingredients, producer, storage };
        (id, Words { description, origin, label, premium_reason, deposit_percent })
    };
    Ok(rows.into_iter().map(read).collect())
}

/// What is in force of listings.
pub fn list_in_force(conn: &mut Conn, ids: &[ListingId]) -> DbResult<HashMap<ListingId, Version>> {
    let rows = listing_versions::table
        .inner_join(listings::table)
        .filter(listings::id.eq_any(ids))
        .filter(listing_versions::version.eq(listings::version))
        .select(Row::as_select())
        .load(conn)?;
    Ok(with_photos(conn, rows)?.into_iter().map(|version| (version.listing_id, version)).collect())
}

/// Who wrote which version, and what was decided of it.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Authorship {
    pub listing_id: ListingId,
    pub version: i64,
    pub author_id: UserId,
    pub decision: Option<Decision>,
}

pub fn list_authors(conn: &mut Conn, ids: &[ListingId]) -> DbResult<Vec<Authorship>> {
    Ok(listing_versions::table
        .filter(listing_versions::listing_id.eq_any(ids))
        .order((listing_versions::listing_id, listing_versions::version))
        .select((
            listing_versions::listing_id,
            listing_versions::version,
            listing_versions::author_id,
            listing_versions::decision,
        ))
        .load(conn)?)
}

/// Writes down what was decided of a version.
pub fn decide(
    conn: &mut Conn,
    act: &Act,
    (id, version): (ListingId, i64),
    decision: Decision,
    reason: Option<&str>,
) -> DbResult<()> {
    let row = listing_versions::table.find((id, version));
    diesel::update(row)
        .set((
            listing_versions::decision.eq(decision),
            listing_versions::decided_by.eq(act.user_id),
            listing_versions::decided_at.eq(act.at),
            listing_versions::decision_reason.eq(reason),
        ))
        .execute(conn)?;
    Ok(())
}

/// The number of the next version.
pub fn next_number(conn: &mut Conn, id: ListingId) -> DbResult<i64> {
    let last: Option<i64> = listing_versions::table
        .filter(listing_versions::listing_id.eq(id))
        .select(diesel::dsl::max(listing_versions::version))
        .first(conn)?;
    Ok(last.unwrap_or(FIRST_VERSION - 1) + 1)
}

#[derive(AsChangeset)]
#[diesel(table_name = listings)]
#[diesel(treat_none_as_null = true)]
struct InForce<'a> {
    template_id: Option<TemplateId>,
    title: &'a str,
    category: &'a str,
    unit_label: &'a str,
    net_weight_g: Option<Grams>,
    sale_kind: SaleKind,
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
    version: i64,
    pending_version: Option<i64>,
}

/// Puts a version in force in the place of the present one; false if that, or what waits, is another now.
pub fn put_in_force(
    conn: &mut Conn,
    listing: &Listing,
    version: i64,
    (content, price_fen): (&Content, Money),
) -> DbResult<bool> {
    let price = &content.price;
    let change = InForce {
        template_id: content.template_id,
        title: &content.title,
        category: &content.category,
        unit_label: &content.unit_label,
        net_weight_g: content.net_weight_g,
        sale_kind: content.sale_kind,
        price_fen,
        farmer_pay_fen: price.farmer_pay_fen,
        quality_bonus_fen: price.quality_bonus_fen,
        coop_fee_fen: price.coop_fee_fen,
        packing_fen: price.packing_fen,
        freight_fen: price.freight_fen,
        inspection_fen: price.inspection_fen,
        collective_fund_fen: price.collective_fund_fen,
        loss_reserve_fen: price.loss_reserve_fen,
        platform_cost_fen: price.platform_cost_fen,
        version,
        pending_version: None,
    };
    let row = listings::table
        .filter(listings::id.eq(listing.id))
        .filter(listings::state.eq(listing.state))
        .filter(listings::version.eq(listing.version));
    let changed = match listing.pending_version {
        Some(waits) => diesel::update(row.filter(listings::pending_version.eq(waits))).set(change).execute(conn)?,
        None => diesel::update(row.filter(listings::pending_version.is_null())).set(change).execute(conn)?,
    };
    if changed == 1 {
        put_photos(conn, listing.id, &content.photo_ids)?;
    }
    Ok(changed == 1)
}

/// Lets a version wait for a decision, or none; false if the listing is no longer as it was read.
pub fn set_pending(conn: &mut Conn, listing: &Listing, pending: Option<i64>) -> DbResult<bool> {
    let row = listings::table
        .filter(listings::id.eq(listing.id))
        .filter(listings::state.eq_any([ListingState::Live, ListingState::Paused, ListingState::Closed]))
        .filter(listings::version.eq(listing.version));
    Ok(diesel::update(row).set(listings::pending_version.eq(pending)).execute(conn)? == 1)
}
