//! What listings are found by: their title, unit and category, their village and county, and the alias of
//! their household while that is public.

use super::store;
use super::types::ListingError;
use crate::db::{Conn, search};
use crate::households::{self, HouseholdId};
use crate::kernel::RegionCode;
use crate::regions;
use crate::search::vocabulary;

/// The words of a listing itself.
pub struct Words<'a> {
    pub title: &'a str,
    pub category: &'a str,
    pub unit_label: &'a str,
}

/// Files a listing under its own words and those of its household, instead of what it was filed under
/// before.
///
/// # Errors
/// Those of the database.
pub fn file(
    conn: &mut Conn,
    search_no: i64,
    words: &Words<'_>,
    household_id: HouseholdId,
    village_code: &RegionCode,
) -> Result<(), ListingError> {
    let household = words_of_household(conn, household_id, village_code)?;
    file_with(conn, search_no, words, &household)
}

/// Files the listings of a household anew, after its alias or the consent to it has changed.
///
/// # Errors
/// [`ListingError::Household`].
pub fn reindex(conn: &mut Conn, id: HouseholdId) -> Result<(), ListingError> {
    let household = households::find(conn, id)?.ok_or(households::HouseholdError::NotFound)?;
    let words = words_of_household(conn, id, &household.village_code)?;
    for (search_no, title, category, unit_label) in store::list_filed(conn, id)? {
        file_with(conn, search_no, &Words { title: &title, category: &category, unit_label: &unit_label }, &words)?;
    }
    Ok(())
}

fn file_with(conn: &mut Conn, search_no: i64, words: &Words<'_>, household: &str) -> Result<(), ListingError> {
    let category = category_words(words.category);
    let text = [words.title, words.unit_label, category, household].join(" ");
    search::file_listing(conn, search_no, &text)?;
    // Aliases are not among the words that others are led to: they may be taken back.
    search::file_words(conn, &vocabulary(&[words.title, category].join(" ")))?;
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
