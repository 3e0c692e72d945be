//! What listings are found by: their title, unit and category, their village and county, and the alias of
//! their household while that is public.

use super::conditions::{Occasion, Step};
use super::rules::Command;
use super::store::{self, Filed, Listing};
use super::types::ListingError;
use crate::db::{Conn, search};
use crate::households::{self, HouseholdId};
use crate::kernel::{Act, RegionCode};
use crate::regions;
use crate::search::vocabulary;

/// Files a listing under what is in force, after that has changed.
///
/// # Errors
/// Those of the database.
pub fn after_a_change(conn: &mut Conn, _: &Act, step: &Step<'_>) -> Result<(), ListingError> {
    let is_new = match step.occasion {
        Occasion::Edit => step.listing.pending_version.is_none(),
        Occasion::Command(command) => command == Command::Approve,
    };
    if is_new { file(conn, step.listing) } else { Ok(()) }
}

/// Files a listing under its own words and those of its household, instead of what it was filed under
/// before.
///
/// # Errors
/// Those of the database.
pub fn file(conn: &mut Conn, listing: &Listing) -> Result<(), ListingError> {
    let household = words_of_household(conn, listing.household_id, &listing.village_code)?;
    match store::find_filed(conn, listing.id)? {
        Some(words) => file_with(conn, &words, &household),
        None => Ok(()),
    }
}

/// Files the listings of a household anew, after its alias or the consent to it has changed.
///
/// # Errors
/// [`ListingError::Household`].
pub fn reindex(conn: &mut Conn, id: HouseholdId) -> Result<(), ListingError> {
    let household = households::find(conn, id)?.ok_or(households::HouseholdError::NotFound)?;
    let words = words_of_household(conn, id, &household.village_code)?;
    for listing in store::list_filed(conn, id)? {
        file_with(conn, &listing, &words)?;
    }
    Ok(())
}

fn file_with(conn: &mut Conn, listing: &Filed, household: &str) -> Result<(), ListingError> {
    let category = category_words(&listing.category);
    let product = listing.product.as_deref().unwrap_or_default();
    let text = [&listing.title, product, &listing.unit_label, category, household].join(" ");
    search::file_listing(conn, listing.search_no, &text)?;
    // Aliases are not among the words that others are led to: they may be taken back.
    search::file_words(conn, &vocabulary(&[&listing.title, product, category].join(" ")))?;
    Ok(())
}

fn words_of_household(conn: &mut Conn, id: HouseholdId, village_code: &RegionCode) -> Result<String, ListingError> {
    let mut places = village_code.ancestors();
    places.retain(|place| (4..12).contains(&place.as_str().len()));
    places.push(village_code.clone());
    let names = regions::names(conn, &places)?;
    let mut words: Vec<String> =
        places.iter().filter_map(|place| names.get(place)).map(|place| place.name.clone()).collect();
    words.extend(households::refs(conn, [id])?.remove(&id).and_then(|household| household.alias));
    Ok(words.join(" "))
}

/// What people call the categories that the shop knows; another is a word already.
fn category_words(category: &str) -> &str {
    match category {
        "eggs" => "蛋 禽蛋",
        "poultry" => "家禽",
        "pork" => "猪肉 肉",
        "meat" => "肉",
        "fish" => "鱼 水产",
        "vegetables" => "蔬菜",
        "fruit" => "水果",
        "tea" => "茶叶",
        "grain" => "米面 杂粮 粮食",
        "honey" => "蜂蜜",
        "preserved" => "腌腊 干货",
        "other" => "其他",
        word => word,
    }
}
