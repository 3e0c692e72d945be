//! Listings as they are shown.

use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use super::content::{Label, SaleKind};
use super::rules::{Command, Outcome, editing, outcome};
use super::store::{self, Listing};
use super::store_cards::{self, Card, Sort};
use super::store_filter::Filter;
use super::store_versions::{self, Authorship};
use super::types::{ListingId, ListingState, PriceComposition};
use super::versions::authors_to_approve;
use super::view_check::{self, PriceCardOut};
use crate::db::{Conn, DbResult};
use crate::households::{self, HouseholdId, HouseholdRef};
use crate::identity::access::Staff;
use crate::kernel::{Grams, Instant, Money, RegionCode, Role};
use crate::photos::PhotoOut;
use crate::prices::Verdict;
use crate::regions::{self, RegionRef};
use crate::templates::{self, TemplateRef};

/// A live listing in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ListingCard {
    pub id: ListingId,
    pub title: String,
    pub category: String,
    pub price_fen: Money,
    /// What of the price the household gets.
    pub farmer_fen: Money,
    pub unit_label: String,
    pub net_weight_g: Option<Grams>,
    pub stock_available: i64,
    pub village: RegionRef,
    pub household: HouseholdRef,
    pub photo: Option<PhotoOut>,
}

impl From<Card> for ListingCard {
    fn from(card: Card) -> Self {
        Self {
            household: card.household(),
            id: card.id,
            title: card.title,
            category: card.category,
            price_fen: card.price_fen,
            // Both are parts of the price, so their sum fits as the price does.
            farmer_fen: card.farmer_pay_fen.checked_add(card.quality_bonus_fen).unwrap_or(card.price_fen),
            unit_label: card.unit_label,
            net_weight_g: card.net_weight_g,
            stock_available: card.stock_available,
            village: RegionRef { code: card.village_code, name: card.village_name },
            photo: card.photo.map(PhotoOut::from),
        }
    }
}

/// Cards of any listings, for what mentions them.
#[must_use]
pub fn show_cards(cards: Vec<Card>) -> Vec<ListingCard> {
    cards.into_iter().map(ListingCard::from).collect()
}

/// The first photo of the newest good that a place has for sale.
///
/// # Errors
/// Those of the database.
pub fn newest_photo(conn: &mut Conn, place: &RegionCode) -> DbResult<Option<PhotoOut>> {
    let here = Filter { place: Some(place.clone()), ..Filter::default() };
    let newest = store_cards::list(conn, &here, Sort::Newest, 1, None)?.data.pop();
    Ok(newest.and_then(|card| card.photo).map(PhotoOut::from))
}

/// The same of many villages at once.
///
/// # Errors
/// Those of the database.
pub fn newest_photos(conn: &mut Conn, villages: &[RegionCode]) -> DbResult<HashMap<RegionCode, PhotoOut>> {
    let cards = store_cards::newest_of_each(conn, villages)?.into_iter();
    Ok(cards.filter_map(|card| Some((card.village_code, PhotoOut::from(card.photo?)))).collect())
}

/// A listing whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Listing)]
pub struct ListingOut {
    id: ListingId,
    title: String,
    category: String,
    unit_label: String,
    net_weight_g: Option<Grams>,
    price_fen: Money,
    price: PriceComposition,
    /// What of the price the household gets.
    farmer_fen: Money,
    stock_total: i64,
    stock_available: i64,
    state: ListingState,
    reject_reason: Option<String>,
    household: HouseholdRef,
    village: RegionRef,
    photos: Vec<PhotoOut>,
    created_at: Instant,
    published_at: Option<Instant>,
    /// The version of its content that is shown here; name it when ordering and when changing it.
    version: i64,
    /// For staff: the version that waits for an approver.
    pending_version: Option<i64>,
    template: Option<TemplateRef>,
    sale_kind: SaleKind,
    /// The year of the harvest that it is of.
    season: Option<String>,
    description: Option<String>,
    origin: Option<String>,
    label: Label,
    /// Why it costs more than others of its kind.
    premium_reason: Option<String>,
    /// Of a pre-order: the part of the price that is paid at once, in percent; it always goes back (订金).
    deposit_percent: Option<i64>,
    /// What the caller may do with it now.
    actions: Vec<Command>,
    /// What the price was held against; null where there was nothing.
    price_card: Option<PriceCardOut>,
    /// For staff: how the price stood when it was let through.
    price_verdict: Option<Verdict>,
    /// Whether the caller may change what it says now.
    is_editable: bool,
}

/// Listings as the caller may see and change them.
///
/// # Errors
/// Those of the database.
pub fn show(conn: &mut Conn, listings: Vec<Listing>, to: Option<&Staff>) -> DbResult<Vec<ListingOut>> {
    let villages = regions::names(conn, listings.iter().map(|listing| &listing.village_code))?;
    let ids = listings.iter().map(|listing| listing.household_id);
    let households = if to.is_some() { households::refs_for_staff(conn, ids)? } else { households::refs(conn, ids)? };
    let ids: Vec<ListingId> = listings.iter().map(|listing| listing.id).collect();
    let mut photos = store::list_photos(conn, &ids)?;
    let mut said = store_versions::list_words_in_force(conn, &ids)?;
    let templates = templates::refs(conn, listings.iter().filter_map(|listing| listing.template_id))?;
    let authors = if to.is_some() { store_versions::list_authors(conn, &ids)? } else { Vec::new() };
    let household = |id: HouseholdId| households.get(&id).cloned().unwrap_or(HouseholdRef::nameless(id));
    let mut judged = view_check::cards(conn, &ids)?;
    let show = |listing: Listing| {
        let words = said.remove(&listing.id).unwrap_or_default();
        let (verdict, price_card) = judged.remove(&listing.id).unzip();
        ListingOut {
            price_card: price_card.flatten(),
            price_verdict: verdict.filter(|_| to.is_some()),
            description: words.description,
            origin: words.origin,
            label: words.label,
            premium_reason: words.premium_reason,
            deposit_percent: words.deposit_percent,
            version: listing.version,
            pending_version: listing.pending_version.filter(|_| to.is_some()),
            template: listing.template_id.and_then(|id| templates.get(&id).cloned()),
            sale_kind: listing.sale_kind,
            is_editable: to.is_some_and(|staff| is_editable(staff, &listing)),
            actions: to.map(|staff| actions(staff, &listing, &authors)).unwrap_or_default(),
            farmer_fen: listing.price.to_farmer().unwrap_or(listing.price_fen),
            village: villages[&listing.village_code].clone(),
            household: household(listing.household_id),
            photos: photos.remove(&listing.id).unwrap_or_default().into_iter().map(PhotoOut::from).collect(),
            id: listing.id,
            title: listing.title,
            category: listing.category,
            unit_label: listing.unit_label,
            net_weight_g: listing.net_weight_g,
            price_fen: listing.price_fen,
            price: listing.price,
            stock_total: listing.stock_total,
            stock_available: listing.stock_available,
            state: listing.state,
            reject_reason: listing.reject_reason,
            created_at: listing.created_at,
            published_at: listing.published_at,
            season: listing.season,
        }
    };
    Ok(listings.into_iter().map(show).collect())
}

fn is_editable(staff: &Staff, listing: &Listing) -> bool {
    editing(listing.state).is_ok() && staff.role_at(&listing.village_code, &[Role::Coordinator]).is_some()
}

fn actions(staff: &Staff, listing: &Listing, authors: &[Authorship]) -> Vec<Command> {
    let is_author = authors_to_approve(listing, authors).contains(&staff.user_id);
    let may = |command: &Command| {
        let own_approval = *command == Command::Approve && is_author;
        let outcome = outcome(listing.state, listing.pending_version.is_some(), *command);
        let changes = outcome.is_ok_and(|outcome| outcome != Outcome::Nothing);
        changes && !own_approval && staff.role_at(&listing.village_code, command.roles()).is_some()
    };
    Command::ALL.iter().copied().filter(may).collect()
}
