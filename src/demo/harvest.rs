//! A co-op of the first village: three households report and bring vegetables on one intake day, some of it
//! goes back, and whose turn it is supplies an order. All of it is invented.

use std::error::Error;

use super::accounts::People;
use super::history;
use super::village::Village;
use crate::catalog::{self, Command, Content, ListingId, NewListing, PriceComposition};
use crate::context::Context;
use crate::harvest::{self, Grade, HarvestError, NewIntake, NewReport, Weighing, Which};
use crate::households::{self, CreditCode, HouseholdId, NewHousehold, SellerType};
use crate::kernel::{Grams, Money, Quantity, Role, Scope};
use crate::papers::{NewPaper, PaperKind};
use crate::templates::TemplateId;

/// The vegetables of the village, by which the co-op's are laid down.
const VEGETABLES: usize = 4;
/// Who brings how much, in grams: on the scale, of the basket, and what goes back.
const BROUGHT: [(usize, i64, i64, i64); 3] = [(4, 26_500, 1_500, 800), (0, 17_900, 1_500, 0), (1, 13_700, 1_500, 0)];
const ORDERED: i64 = 7;

pub fn create(context: &Context, people: &People, villages: &[Village]) -> Result<(), Box<dyn Error>> {
    let village = villages.first().ok_or("no village")?;
    let by = people.holder(Role::Coordinator, &village.code);
    let scope = Scope::new(vec![village.code.clone()]);
    let act = context.act(by, Role::Coordinator);
    let (listing_id, template_id) = put_on_sale(context, people, village)?;
    let households: Vec<HouseholdId> = BROUGHT.iter().map(|(no, ..)| village.households[*no]).collect();
    for (household_id, (_, gross_g, ..)) in households.iter().zip(BROUGHT) {
        let report = NewReport {
            household_id: *household_id,
            template_id,
            cycle_id: None,
            quantity: gross_g / 1_000 * 1_000,
            ready_on: act.at.day(),
            note: Some("演示：喇叭里喊过，当天割".to_owned()),
        };
        context.db.write_blocking(|conn| harvest::report(conn, &act, (by, &scope), &report))?;
    }
    history::buy(context, people.buyers[0], listing_id, Quantity::new(ORDERED)?)?;
    for (household_id, (_, gross_g, tare_g, rejected)) in households.into_iter().zip(BROUGHT) {
        let intake = NewIntake {
            household_id,
            template_id,
            weighing: Weighing { gross_g, tare_g, rejected, ..Weighing::default() },
            grade: Grade::First,
            reject_reason: (rejected > 0).then(|| "演示：虫眼多，退回自家吃".to_owned()),
            band_reason: None,
            photo_ids: Vec::new(),
            scale_id: "村部台秤 1".to_owned(),
            scale_checked_on: Some(act.at.day().plus_days(-12)),
            taken_at: act.at,
            harvested_on: None,
            age_days: None,
        };
        context.db.write_blocking(|conn| {
            let taken = harvest::take_in(conn, &act, (by, &scope), &intake)?;
            let Some(batch) = taken.batch else { return Ok(()) };
            let paper = NewPaper {
                kind: PaperKind::Conformity,
                number: format!("演示-{}", batch.code),
                issuer: Some("演示合作社".to_owned()),
                issued_on: act.at.day(),
                valid_until: None,
            };
            harvest::certify(conn, &act, (by, &scope), batch.id, &paper).map(|_| ())
        })?;
    }
    context.db.write_blocking(|conn| -> Result<(), HarvestError> {
        harvest::run(conn, &act, &scope, Which::Listing(listing_id)).map(|_| ())
    })?;
    Ok(())
}

/// The co-op with its basket, as the household's own stands in the shop.
fn put_on_sale(
    context: &Context,
    people: &People,
    village: &Village,
) -> Result<(ListingId, TemplateId), Box<dyn Error>> {
    let by = people.holder(Role::Coordinator, &village.code);
    let scope = Scope::new(vec![village.code.clone()]);
    let act = context.act(by, Role::Coordinator);
    let approver = context.act(people.holder(Role::Approver, &village.code), Role::Approver);
    let own = context.db.read_blocking(|conn| catalog::load(conn, village.goods[VEGETABLES].0))?;
    let template_id = own.template_id.ok_or("vegetables without a standard")?;
    let co_op = NewHousehold {
        village_code: village.code.clone(),
        alias: "演示·岫云合作社".to_owned(),
        story: Some("演示数据：各家割的菜凑成一篮，轮着供，谁供的谁得钱。".to_owned()),
        members: None,
        seller_type: SellerType::CoOp,
        credit_code: Some(CreditCode::parse("91350100M000100Y43")?),
        agrees_to_alias: true,
    };
    let household = context.db.write_blocking(|conn| households::record(conn, &act, by, &scope, &co_op))?;
    let mut parts = [Money::ZERO; 9];
    for (part, fen) in parts.iter_mut().zip([3_000, 0, 300, 400, 1_500, 100, 100, 100, 0]) {
        *part = Money::from_fen(fen)?;
    }
    let price = PriceComposition::from_parts(parts).check(None)?;
    let content = Content {
        net_weight_g: Some(Grams::new(4_000)?),
        template_id: Some(template_id),
        ..Content::of_goods("合作社时令菜一篮", "vegetables", "份", price)
    };
    let new = NewListing { household_id: household.id, season: None, stock: Quantity::new(60)?, content };
    let id = context.db.write_blocking(|conn| {
        let listing = catalog::draft(conn, &act, by, &scope, &new)?;
        catalog::change_state(conn, &act, listing.id, Command::Submit, None)?;
        catalog::change_state(conn, &approver, listing.id, Command::Approve, None)?;
        Ok::<_, catalog::ListingError>(listing.id)
    })?;
    Ok((id, template_id))
}
