//! What a template may say, and what follows from it. Pure.

use super::store::Template;
use super::types::{Base, Category, PAPER_KINDS, ReturnsRule, Standard};
use crate::kernel::{Day, Grams, Invalid, Money, line, paragraphs};

const PACK_MAX: i64 = 10_000_000;
const DAYS_MAX: i64 = 36_500;
const HOURS_MAX: i64 = 8_760;
const YIELD_MAX: i64 = 1_000_000_000;

/// A refused field: its JSON pointer and why.
pub type Refused = (&'static str, Invalid);

/// Checks a standard whole; every fault is named.
///
/// # Errors
/// What is wrong, by field.
pub fn check(given: Standard) -> Result<Standard, Vec<Refused>> {
    let mut faults = Vec::new();
    let product = take(&mut faults, "/product", line(&given.product, 40));
    let title = take(&mut faults, "/title", line(&given.title, 60));
    let unit_label = take(&mut faults, "/unit_label", line(&given.unit_label, 20));
    let words = given.standard.as_deref().filter(|words| !words.trim().is_empty());
    let standard = words.map(|words| take(&mut faults, "/standard", paragraphs(words, 500)));
    for (pointer, count, max) in [
        ("/pack_quantity", Some(given.pack_quantity), PACK_MAX),
        ("/min_age_days", given.min_age_days, DAYS_MAX),
        ("/shelf_life_days", given.shelf_life_days, DAYS_MAX),
        ("/claim_window_h", Some(given.claim_window_h), HOURS_MAX),
        ("/yield_limit", given.yield_limit, YIELD_MAX),
    ] {
        take(&mut faults, pointer, count.map_or(Ok(()), |count| check_count(count, max)));
    }
    take(&mut faults, "/weight_max_g", check_weight(&given));
    take(&mut faults, "/season_until", check_season(given.season_from.as_deref(), given.season_until.as_deref()));
    if given.capacity_unit.is_some() != given.yield_limit.is_some() {
        faults.push(("/yield_limit", Invalid::new("both_or_none")));
    }
    if given.cost_floor_fen.is_some_and(Money::is_zero) {
        faults.push(("/cost_floor_fen", Invalid::new("invalid_amount")));
    }
    if given.returns_rule == ReturnsRule::Perishable && !may_be_perishable(given.category) {
        faults.push(("/returns_rule", Invalid::new("not_perishable")));
    }
    let papers = take(&mut faults, "/papers", check_papers(&given.papers));
    if !faults.is_empty() {
        return Err(faults);
    }
    let whole = |text: Option<String>| text.unwrap_or_default();
    Ok(Standard {
        product: whole(product),
        title: whole(title),
        unit_label: whole(unit_label),
        standard: standard.flatten(),
        papers: papers.unwrap_or_default(),
        ..given
    })
}

fn take<T>(faults: &mut Vec<Refused>, pointer: &'static str, value: Result<T, Invalid>) -> Option<T> {
    value.map_err(|invalid| faults.push((pointer, invalid))).ok()
}

fn check_count(count: i64, max: i64) -> Result<(), Invalid> {
    if (1..=max).contains(&count) { Ok(()) } else { Err(Invalid::new("invalid_quantity").with("max", max)) }
}

/// The band has both ends in their order; what is settled by weight is sold by the piece and has one.
fn check_weight(given: &Standard) -> Result<(), Invalid> {
    match (given.weight_min_g, given.weight_max_g) {
        (None, None) if given.catch_weight => Err(Invalid::new("weight_band_required")),
        (Some(_), Some(_)) if given.catch_weight && given.base != Base::Piece => Err(Invalid::new("not_by_piece")),
        (None, None) => Ok(()),
        (Some(min), Some(max)) if min <= max => Ok(()),
        _ => Err(Invalid::new("invalid_weight_band")),
    }
}

fn check_season(from: Option<&str>, until: Option<&str>) -> Result<(), Invalid> {
    match (from, until) {
        (None, None) => Ok(()),
        (Some(from), Some(until)) if is_day_of_year(from) && is_day_of_year(until) => Ok(()),
        _ => Err(Invalid::new("invalid_season")),
    }
}

/// `MM-DD`; a season may begin or end on 29 February.
fn is_day_of_year(text: &str) -> bool {
    text.len() == 5 && format!("2024-{text}").parse::<Day>().is_ok()
}

fn check_papers(kinds: &[String]) -> Result<Vec<String>, Invalid> {
    if let Some(unknown) = kinds.iter().find(|kind| !PAPER_KINDS.contains(&kind.as_str())) {
        return Err(Invalid::new("unknown_word").with("word", unknown));
    }
    let mut kinds = kinds.to_vec();
    kinds.sort();
    kinds.dedup();
    Ok(kinds)
}

/// Fresh and live goods that spoil (消费者权益保护法 §25); what is dried, ground, bottled or cured does not.
#[must_use]
pub const fn may_be_perishable(category: Category) -> bool {
    use Category::{Eggs, Fish, Fruit, Meat, Pork, Poultry, Vegetables};
    matches!(category, Eggs | Poultry | Pork | Meat | Fish | Vegetables | Fruit)
}

/// Whether a good of this template is in season on a day; without a season it always is.
#[must_use]
pub fn is_in_season(template: &Template, day: Day) -> bool {
    match (&template.season_from, &template.season_until) {
        (Some(from), Some(until)) => {
            let day = day.to_string();
            lies_between(&day[5..], from, until)
        }
        _ => true,
    }
}

/// Days as `MM-DD`, both ends in it; a season whose end stands before its beginning goes over the new year.
fn lies_between(day: &str, from: &str, until: &str) -> bool {
    if from <= until { (from..=until).contains(&day) } else { day >= from || day <= until }
}

/// Whether a sales unit of this weight is what the template says.
///
/// # Errors
/// `weight_outside_band`.
pub fn fits_weight(template: &Template, weight: Option<Grams>) -> Result<(), Invalid> {
    match (template.weight_min_g, template.weight_max_g, weight) {
        (Some(min), Some(max), Some(weight)) if weight < min || weight > max => {
            Err(Invalid::new("weight_outside_band").with("min_g", min.get()).with("max_g", max.get()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::RegionCode;
    use crate::templates::types::{CapacityUnit, Class};
    use proptest::prelude::*;

    fn grams(grams: i64) -> Option<Grams> {
        Some(Grams::new(grams).unwrap())
    }

    /// 时光鸡: three years, by the piece, settled by weight.
    fn hen() -> Standard {
        Standard {
            region_code: RegionCode::parse("510824").unwrap(),
            product: "时光鸡".into(),
            title: " 时光鸡（三年） ".into(),
            category: Category::Poultry,
            class: Class::Primary,
            unit_label: "只".into(),
            base: Base::Piece,
            pack_quantity: 1,
            weight_min_g: grams(1_500),
            weight_max_g: grams(2_200),
            catch_weight: true,
            season_from: Some("10-01".into()),
            season_until: Some("02-29".into()),
            min_age_days: Some(1_095),
            shelf_life_days: None,
            claim_window_h: 48,
            cost_floor_fen: Some(Money::from_fen(12_000).unwrap()),
            capacity_unit: Some(CapacityUnit::Animal),
            yield_limit: Some(1),
            returns_rule: ReturnsRule::Perishable,
            standard: Some(" ".into()),
            papers: vec!["quarantine".into(), "conformity".into(), "quarantine".into()],
        }
    }

    #[test]
    fn what_is_whole_is_taken_and_tidied() {
        let hen = check(hen()).unwrap();
        assert_eq!((hen.title.as_str(), hen.standard), ("时光鸡（三年）", None));
        assert_eq!(hen.papers, ["conformity", "quarantine"]);
    }

    #[test]
    fn what_is_refused() {
        type Spoil = fn(&mut Standard);
        let cases: [(&str, &str, Spoil); 14] = [
            ("/product", "text_required", |it| it.product = " ".into()),
            ("/unit_label", "text_too_long", |it| it.unit_label = "只".repeat(21)),
            ("/pack_quantity", "invalid_quantity", |it| it.pack_quantity = 0),
            ("/claim_window_h", "invalid_quantity", |it| it.claim_window_h = -1),
            ("/min_age_days", "invalid_quantity", |it| it.min_age_days = Some(i64::MAX)),
            ("/weight_max_g", "invalid_weight_band", |it| it.weight_max_g = grams(1_000)),
            ("/weight_max_g", "invalid_weight_band", |it| it.weight_min_g = None),
            ("/weight_max_g", "not_by_piece", |it| it.base = Base::Gram),
            ("/weight_max_g", "weight_band_required", |it| (it.weight_min_g, it.weight_max_g) = (None, None)),
            ("/season_until", "invalid_season", |it| it.season_until = None),
            ("/season_until", "invalid_season", |it| it.season_from = Some("02-30".into())),
            ("/yield_limit", "both_or_none", |it| it.capacity_unit = None),
            ("/returns_rule", "not_perishable", |it| it.category = Category::Honey),
            ("/papers", "unknown_word", |it| it.papers = vec!["licence".into()]),
        ];
        for (pointer, code, spoil) in cases {
            let mut standard = hen();
            spoil(&mut standard);
            let faults = check(standard).unwrap_err();
            assert_eq!((faults[0].0, faults[0].1.code), (pointer, code), "{faults:?}");
        }
    }

    #[test]
    fn a_season_may_go_over_the_new_year() {
        for (day, from, until, inside) in [
            ("07-01", "06-01", "09-30", true),
            ("06-01", "06-01", "09-30", true),
            ("09-30", "06-01", "09-30", true),
            ("10-01", "06-01", "09-30", false),
            ("12-31", "11-15", "02-10", true),
            ("01-01", "11-15", "02-10", true),
            ("02-11", "11-15", "02-10", false),
            ("11-14", "11-15", "02-10", false),
            ("03-03", "03-03", "03-03", true),
        ] {
            assert_eq!(lies_between(day, from, until), inside, "{day} in {from}..{until}");
        }
    }

    proptest! {
        #[test]
        fn a_day_is_in_a_season_or_in_the_rest_of_the_year(day in 0..366_i64, from in 0..366_i64, length in 0..365_i64) {
            let leap_year: Day = "2024-01-01".parse().unwrap();
            let name = |number: i64| leap_year.plus_days(number.rem_euclid(366)).to_string()[5..].to_owned();
            let inside = lies_between(&name(day), &name(from), &name(from + length));
            let outside = lies_between(&name(day), &name(from + length + 1), &name(from - 1));
            prop_assert_eq!(inside, (day - from).rem_euclid(366) <= length);
            prop_assert!(inside != outside);
        }

        #[test]
        fn no_text_breaks_the_season(text in ".*") {
            let _ = is_day_of_year(&text);
        }
    }
}
