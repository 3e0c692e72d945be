//! What papers and prices have to say of a listing: a condition of its steps, and asked again when it is sent.

use std::collections::BTreeSet;

use super::conditions::{Occasion, Step};
use super::content::{Content, SaleKind};
use super::rules::Command;
use super::store::Listing;
use super::types::{ListingError, ListingId};
use super::{service, store_check, store_versions};
use crate::db::Conn;
use crate::households::{self, HouseholdId};
use crate::kernel::{Act, Day, Invalid};
use crate::papers::{self, Goods, LabelField, Missing, PaperSubject, Stage};
use crate::prices::{self, Assessment, Offer, Verdict};
use crate::templates;

/// Asks for papers whenever a listing is to come into the shop, and judges its price when it is handed in
/// and when it is let through.
///
/// # Errors
/// [`ListingError::PapersMissing`], `premium_reason_required`, [`ListingError::PriceReasonRequired`].
pub(super) fn papers_and_price(conn: &mut Conn, act: &Act, step: &Step<'_>) -> Result<(), ListingError> {
    let Occasion::Command(command) = step.occasion else { return Ok(()) };
    if matches!(command, Command::Submit | Command::Approve | Command::Resume) {
        let missing = missing(conn, step.listing, step.content, act.at.day(), Stage::Publish)?;
        if !missing.is_empty() {
            return Err(ListingError::PapersMissing(missing));
        }
    }
    match command {
        Command::Submit => judge_submitted(conn, act, step),
        Command::Approve => judge_approved(conn, act, step),
        _ => Ok(()),
    }
}

fn judge_submitted(conn: &mut Conn, act: &Act, step: &Step<'_>) -> Result<(), ListingError> {
    let number = step.listing.version;
    let found = assess(conn, act, step.listing, number, step.content)?;
    if found.verdict == Verdict::Warned && step.content.premium_reason.is_none() {
        let required = Invalid::new("premium_reason_required").with("percent", found.ratio_percent.unwrap_or_default());
        return Err(ListingError::Invalid("/premium_reason", required));
    }
    Ok(store_check::put(conn, (step.listing.id, number), &found, act.at)?)
}

/// The reference may be another one than when it was handed in; a premium nobody gave a reason for is the
/// approver's to explain.
fn judge_approved(conn: &mut Conn, act: &Act, step: &Step<'_>) -> Result<(), ListingError> {
    let number = step.listing.newest_version();
    let found = assess(conn, act, step.listing, number, step.content)?;
    let is_unexplained = found.verdict == Verdict::Warned && step.content.premium_reason.is_none();
    if (found.verdict.stops() || is_unexplained) && step.reason.is_none() {
        return Err(ListingError::PriceReasonRequired {
            verdict: found.verdict,
            ratio_percent: found.ratio_percent,
            likely_price_fen: found.likely_price_fen,
        });
    }
    Ok(store_check::put(conn, (step.listing.id, number), &found, act.at)?)
}

/// Judges the price of a version against what is usual, and against the version before it: the one in
/// force, or of a draft the one that was written before.
///
/// # Errors
/// Those of the database.
pub fn assess(
    conn: &mut Conn,
    act: &Act,
    listing: &Listing,
    number: i64,
    content: &Content,
) -> Result<Assessment, ListingError> {
    let before = if number == listing.version { number - 1 } else { listing.version };
    let previous = store_versions::find(conn, listing.id, before)?;
    let sum = |content: &Content| content.price.sum().map_err(|invalid| ListingError::Invalid("/price", invalid));
    let template = content.template_id.map(|id| templates::find(conn, id)).transpose()?.flatten();
    let offer = Offer {
        template: template.as_ref(),
        village_code: &listing.village_code,
        net_weight_g: content.net_weight_g,
        price_fen: sum(content)?,
        previous_fen: previous.map(|version| sum(&version.content)).transpose()?,
    };
    Ok(prices::judge(conn, &offer, &act.price, act.at.day())?)
}

/// What is missing of a listing at a stage on a day.
///
/// # Errors
/// Those of the database.
pub fn missing(
    conn: &mut Conn,
    listing: &Listing,
    content: &Content,
    on_day: Day,
    stage: Stage,
) -> Result<Vec<Missing>, ListingError> {
    let goods = goods_of(conn, listing.household_id, content)?;
    let in_force = papers::in_force(conn, PaperSubject::listing(listing.id), on_day)?;
    Ok(papers::missing(&goods, &in_force, stage))
}

/// What is missing before goods may leave that were ordered on a version of a listing.
///
/// # Errors
/// Those of the database.
pub fn missing_to_send(
    conn: &mut Conn,
    (id, version): (ListingId, i64),
    on_day: Day,
) -> Result<Vec<Missing>, ListingError> {
    let listing = service::load(conn, id)?;
    let ordered = store_versions::find(conn, id, version)?.ok_or(ListingError::NotFound)?;
    missing(conn, &listing, &ordered.content, on_day, Stage::Dispatch)
}

/// The newest version of a listing, with its number: what staff have to look at.
///
/// # Errors
/// [`ListingError::NotFound`].
pub fn newest(conn: &mut Conn, listing: &Listing) -> Result<(i64, Content), ListingError> {
    let number = listing.newest_version();
    let version = store_versions::find(conn, listing.id, number)?.ok_or(ListingError::NotFound)?;
    Ok((number, version.content))
}

/// A listing as the gates see it.
fn goods_of(conn: &mut Conn, household_id: HouseholdId, content: &Content) -> Result<Goods, ListingError> {
    let template = content.template_id.map(|id| templates::find(conn, id)).transpose()?.flatten();
    let asked = match content.template_id {
        Some(id) => templates::list_papers(conn, &[id])?.remove(&id).unwrap_or_default(),
        None => Vec::new(),
    };
    let seller = households::seller_type(conn, household_id)?;
    let words = [content.description.as_deref(), content.origin.as_deref(), content.premium_reason.as_deref()];
    let words = words.into_iter().flatten().collect::<Vec<_>>().join("\n");
    let says_how_long = words.contains("保质期");
    let keeps = template.as_ref().is_some_and(|template| template.shelf_life_days.is_some()) || says_how_long;
    let label = [
        (LabelField::Ingredients, content.label.ingredients.is_some()),
        (LabelField::Producer, content.label.producer.is_some()),
        (LabelField::Storage, content.label.storage.is_some()),
        (LabelField::ShelfLife, keeps),
    ];
    Ok(Goods {
        // What a template lays down and what a listing says are the same word; the title says more.
        category: content.category.parse().ok(),
        class: template.map(|template| template.class),
        seller_is_registered: seller.is_registered(),
        is_raising_service: content.sale_kind == SaleKind::RaisingService,
        title: content.title.clone(),
        words,
        label: label.into_iter().filter(|(_, is_there)| *is_there).map(|(field, _)| field).collect::<BTreeSet<_>>(),
        template_papers: asked.iter().filter_map(|kind| kind.parse().ok()).collect(),
    })
}
