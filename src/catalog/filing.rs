//! What listings are found by: their title, unit and category, their village and county, and the alias of
//! their household while that is public.

use std::collections::{BTreeSet, HashMap};

use super::conditions::{Occasion, Step};
use super::rules::Command;
use super::store_many::{self, Filed};
use super::types::{ListingError, ListingId};
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
    if is_new { file(conn, &[step.listing.id]) } else { Ok(()) }
}

/// Files listings under their own words and those of their households, instead of what they were filed
/// under before.
///
/// # Errors
/// Those of the database.
pub fn file(conn: &mut Conn, ids: &[ListingId]) -> Result<(), ListingError> {
    let listings = store_many::list_filed(conn, ids)?;
    file_all(conn, &listings)
}

/// Files the listings of a household anew, after its alias or the consent to it has changed.
///
/// # Errors
/// Those of the database.
pub fn reindex(conn: &mut Conn, id: HouseholdId) -> Result<(), ListingError> {
    let listings = store_many::list_filed_of(conn, id)?;
    file_all(conn, &listings)
}

fn file_all(conn: &mut Conn, listings: &[Filed]) -> Result<(), ListingError> {
    let places = listings.iter().map(|listing| &listing.village_code).collect();
    let places = words_of_places(conn, places)?;
    let households = households::refs(conn, listings.iter().map(|listing| listing.household_id))?;
    let (mut texts, mut titles) = (Vec::with_capacity(listings.len()), BTreeSet::new());
    for listing in listings {
        let category = category_words(&listing.category);
        let product = listing.product.as_deref().unwrap_or_default();
        let place = places.get(&listing.village_code).map(String::as_str).unwrap_or_default();
        let alias = households.get(&listing.household_id).and_then(|household| household.alias.as_deref());
        let parts = [&listing.title, product, &listing.unit_label, category, place, alias.unwrap_or_default()];
        texts.push((listing.search_no, parts.join(" ")));
        // Aliases are not among the words that others are led to: they may be taken back.
        titles.insert([&listing.title, product, category].join(" "));
    }
    search::file_listings(conn, &texts)?;
    let words = titles.iter().flat_map(|title| vocabulary(title)).collect();
    Ok(search::file_words(conn, &words)?)
}

/// The names of each village and of the county around it.
fn words_of_places(
    conn: &mut Conn,
    villages: BTreeSet<&RegionCode>,
) -> Result<HashMap<RegionCode, String>, ListingError> {
    let around = |village: &RegionCode| {
        let mut places = village.ancestors();
        places.retain(|place| (4..12).contains(&place.as_str().len()));
        places.push(village.clone());
        places
    };
    let all: Vec<RegionCode> = villages.iter().flat_map(|village| around(village)).collect();
    let names = regions::names(conn, &all)?;
    let words = |village: &RegionCode| {
        let places = around(village);
        places.iter().filter_map(|place| names.get(place)).map(|place| &*place.name).collect::<Vec<_>>().join(" ")
    };
    Ok(villages.into_iter().map(|village| (village.clone(), words(village))).collect())
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
