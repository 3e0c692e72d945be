//! Use cases of price references: writing them down, finding the one that counts, judging a price.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::rules::{Asked, Finding, assess};
use super::store::{self, PriceReference};
use super::types::{NewReference, Pack, Per, PriceError, Recorded, Verdict};
use crate::db::{Conn, DbResult};
use crate::kernel::{Act, Day, Grams, Invalid, Money, PriceThresholds, RegionCode, UserId};
use crate::log::{self, Change, Subject};
use crate::regions;
use crate::templates::{Base, Template};

/// Writes references down, in their order. One of the same product, region, week and measure is
/// corrected; repeating one changes nothing.
///
/// # Errors
/// [`PriceError::Invalid`] with the row and the field.
pub fn record(conn: &mut Conn, act: &Act, by: UserId, rows: &[NewReference]) -> Result<Vec<Recorded>, PriceError> {
    check_regions(conn, rows)?;
    let products: BTreeSet<&str> = rows.iter().map(|row| row.product.as_str()).collect();
    let weeks: BTreeSet<String> = rows.iter().map(|row| row.week.to_string()).collect();
    let known = store::list_of_weeks(conn, &Vec::from_iter(products), &Vec::from_iter(weeks))?;
    let key = |row: &PriceReference| (row.product.clone(), row.region_code.clone(), row.week.clone(), row.per);
    let mut known: HashMap<_, _> = known.into_iter().map(|row| (key(&row), row)).collect();
    let mut outcomes = Vec::with_capacity(rows.len());
    for new in rows {
        let mut row = PriceReference {
            id: act.new_id(),
            product: new.product.clone(),
            region_code: new.region_code.clone(),
            week: new.week.to_string(),
            per: new.per,
            median_fen: new.median_fen,
            sample_count: new.sample_count,
            source: new.source.clone(),
            source_date: new.source_date.to_string(),
            recorded_by: by,
            created_at: act.at,
        };
        let before = known.get(&key(&row));
        outcomes.push(match before {
            Some(before) if says_the_same(before, &row) => Recorded::Unchanged,
            Some(before) => {
                row.id = before.id;
                store::update(conn, &row)?;
                append(conn, act, &row, Some(before))?;
                known.insert(key(&row), row);
                Recorded::Changed
            }
            None => {
                store::insert(conn, &row)?;
                append(conn, act, &row, None)?;
                known.insert(key(&row), row);
                Recorded::Added
            }
        });
    }
    Ok(outcomes)
}

fn check_regions(conn: &mut Conn, rows: &[NewReference]) -> Result<(), PriceError> {
    let mut found: HashMap<&RegionCode, bool> = HashMap::new();
    for (number, row) in rows.iter().enumerate() {
        let exists = match found.get(&row.region_code) {
            Some(exists) => *exists,
            None => *found.entry(&row.region_code).or_insert(regions::exists(conn, &row.region_code)?),
        };
        if !exists {
            return Err(PriceError::Invalid(number, "region_code", Invalid::new("unknown_region")));
        }
    }
    Ok(())
}

fn says_the_same(before: &PriceReference, after: &PriceReference) -> bool {
    let said = |row: &PriceReference| (row.median_fen, row.sample_count, row.source.clone(), row.source_date.clone());
    said(before) == said(after)
}

/// In the log a correction stands with the median before and after it.
fn append(conn: &mut Conn, act: &Act, row: &PriceReference, before: Option<&PriceReference>) -> DbResult<()> {
    let median = |row: &PriceReference| row.median_fen.fen().to_string();
    let (from, to) = (before.map(median), median(row));
    let action = if before.is_some() { "correct" } else { "record" };
    let change = Change::new(Subject::PriceReference, row.id, action).states(from.as_deref(), &to);
    log::append(conn, act, &change)
}

/// Weeks that are older say nothing about a price of today.
const DAYS_THAT_COUNT: i64 = 28;

/// The reference of the narrowest region around a village, of its newest week that counts.
///
/// # Errors
/// Those of the database.
pub fn reference_for(
    conn: &mut Conn,
    product: &str,
    village: &RegionCode,
    per: Per,
    on_day: Day,
) -> DbResult<Option<PriceReference>> {
    let mut around = village.ancestors();
    around.push(village.clone());
    let weeks = (on_day.plus_days(-DAYS_THAT_COUNT).to_string(), on_day.to_string());
    let mut found = store::list_around(conn, product, per, &around, weeks)?;
    found.sort_by_key(|row| Reverse((row.region_code.as_str().len(), row.week.clone())));
    Ok(found.into_iter().next())
}

/// What is offered at a price.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    pub template: Option<&'a Template>,
    pub village_code: &'a RegionCode,
    pub net_weight_g: Option<Grams>,
    pub price_fen: Money,
    /// The price of the version before.
    pub previous_fen: Option<Money>,
}

/// The verdict on a price, and what it was held against.
#[derive(Debug, Clone)]
pub struct Assessment {
    pub verdict: Verdict,
    pub ratio_percent: Option<i64>,
    pub reference: Option<PriceReference>,
    pub likely_price_fen: Option<Money>,
}

/// Judges a price by the references of its template's product.
///
/// # Errors
/// Those of the database.
pub fn judge(conn: &mut Conn, offer: &Offer<'_>, thresholds: &PriceThresholds, on_day: Day) -> DbResult<Assessment> {
    let mut against = None;
    if let Some(template) = offer.template {
        for pack in packs(template, offer.net_weight_g) {
            let reference = reference_for(conn, &template.product, offer.village_code, pack.per, on_day)?;
            if let Some(reference) = reference {
                against = Some((pack, reference));
                break;
            }
        }
    }
    let asked = Asked {
        price_fen: offer.price_fen,
        previous_fen: offer.previous_fen,
        cost_floor_fen: offer.template.and_then(|template| template.cost_floor_fen),
    };
    let median = against.as_ref().map(|(pack, reference)| (*pack, reference.median_fen));
    let Finding { verdict, ratio_percent, likely_price_fen } = assess(&asked, median, thresholds);
    Ok(Assessment { verdict, ratio_percent, reference: against.map(|(_, reference)| reference), likely_price_fen })
}

/// In which measures a sales unit can be compared, best first: goods by the piece may be known by mass too.
fn packs(template: &Template, net_weight_g: Option<Grams>) -> Vec<Pack> {
    let by_mass = net_weight_g.map(Grams::get);
    let packs = match template.base {
        Base::Gram => [Pack::new(Per::Jin, by_mass.unwrap_or(template.pack_quantity)), None],
        Base::Piece => {
            [Pack::new(Per::Piece, template.pack_quantity), by_mass.and_then(|grams| Pack::new(Per::Jin, grams))]
        }
    };
    packs.into_iter().flatten().collect()
}
