//! The cards of pages: what each says of what it shows.

use super::card::{Card, shortened};
use crate::catalog::{self, ListingCard, ListingId};
use crate::db::{Conn, DbResult};
use crate::households::{self, HouseholdId};
use crate::kernel::RegionCode;
use crate::regions;
use crate::templates::Category;
use crate::web::messages::Language;

/// Characters of a story that a card tells.
const STORY_SHOWN: usize = 80;

pub fn listing(conn: &mut Conn, words: Language, id: ListingId) -> DbResult<Option<Card>> {
    let Some(listing) = catalog::find_published(conn, id)?.map(ListingCard::from) else { return Ok(None) };
    let from: Vec<String> = listing.household.alias.into_iter().chain([listing.village.name]).collect();
    let params = [
        ("price", listing.price_fen.to_string()),
        ("unit", listing.unit_label),
        ("farmer", listing.farmer_fen.to_string()),
    ];
    Ok(Some(Card {
        title: format!("{} · {}", listing.title, from.join(" · ")),
        text: words.message("share.listing", params),
        image: listing.photo.map(|photo| photo.urls.large),
    }))
}

pub fn household(conn: &mut Conn, words: Language, id: HouseholdId) -> DbResult<Option<Card>> {
    let Some(household) = households::find_public(conn, id)? else { return Ok(None) };
    let name = household.alias.unwrap_or_else(|| words.message("share.nameless", []));
    let told = household.story.map(|story| shortened(&story, STORY_SHOWN));
    Ok(Some(Card {
        title: format!("{name} · {}", household.village.name),
        text: told.unwrap_or_else(|| words.message("share.household", [])),
        image: household.picture,
    }))
}

pub fn village(conn: &mut Conn, words: Language, code: &RegionCode) -> DbResult<Option<Card>> {
    let Some(village) = regions::find(conn, code)? else { return Ok(None) };
    let path = regions::paths(conn, std::slice::from_ref(code))?.remove(code).unwrap_or_default();
    let image = catalog::newest_photo(conn, code)?.map(|photo| photo.urls.large);
    Ok(Some(Card { title: village.name, text: words.message("share.village", [("path", path)]), image }))
}

pub fn category(words: Language, category: Category) -> Card {
    let title = words.message(&format!("category.{category}"), []);
    let text = words.message("share.category", [("category", title.clone())]);
    Card { title, text, image: None }
}

pub fn season(words: Language) -> Card {
    Card { title: words.message("share.season_title", []), text: words.message("share.season", []), image: None }
}
