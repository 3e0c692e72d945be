//! Price references of the demonstration, and a honey that costs more and says why.

use std::error::Error;

use super::accounts::People;
use super::production;
use super::village::{self, Village};
use crate::catalog::{self, Command, Content, ListingError, NewListing, PriceComposition};
use crate::context::Context;
use crate::kernel::{Grams, Money, Quantity, RegionCode, Role, Scope};
use crate::prices::{self, NewReference, Per};
use crate::templates::Category;

/// Product, measure, median of the newest week.
const MEDIANS: [(&str, Per, i64); 5] = [
    ("土鸡蛋", Per::Piece, 130),
    ("土蜂蜜", Per::Jin, 5_200),
    ("土鸡", Per::Jin, 3_800),
    ("新米", Per::Jin, 520),
    ("山核桃", Per::Jin, 1_250),
];
const WEEKS: i64 = 4;
/// Where the references are of: 四川省.
const PROVINCE: &str = "51";

/// Writes references of the last weeks down, and puts a honey on sale that is dearer than they say.
pub fn create(context: &Context, people: &People, village: &Village) -> Result<(), Box<dyn Error>> {
    let approver = people.holder(Role::Approver, &village.code);
    let act = context.act(approver, Role::Approver);
    let this_week = act.at.day().monday();
    let mut references = Vec::new();
    for weeks_ago in 0..WEEKS {
        for (product, per, median) in MEDIANS {
            references.push(NewReference {
                product: product.to_owned(),
                region_code: RegionCode::parse(PROVINCE)?,
                week: this_week.plus_days(-7 * weeks_ago),
                per,
                median_fen: Money::from_fen(median - median / 50 * weeks_ago)?,
                sample_count: 20 + weeks_ago,
                source: "演示数据".to_owned(),
                source_date: this_week.plus_days(-7 * weeks_ago),
            });
        }
    }
    context.db.write_blocking(|conn| prices::record(conn, &act, approver, &references))?;
    put_honey_on_sale(context, people, village)
}

/// By the county's standard for honey, as the household's other one.
fn put_honey_on_sale(context: &Context, people: &People, village: &Village) -> Result<(), Box<dyn Error>> {
    let (approver, coordinator) =
        (people.holder(Role::Approver, &village.code), people.holder(Role::Coordinator, &village.code));
    let (county, here) = (context.act(approver, Role::Approver), context.act(coordinator, Role::Coordinator));
    let scope = Scope::new(vec![village.code.clone()]);
    let household_id = village.households.get(2).copied().ok_or("the village has a household with bees")?;
    let other = village.goods.iter().find(|(_, household)| *household == household_id);
    let (other, _) = *other.ok_or("the household with bees sells honey")?;
    let photo_id = village::keep_picture(context, people, &village.code, "honey")?;
    let mut parts = [Money::ZERO; 9];
    for (part, fen) in parts.iter_mut().zip([6_400, 200, 400, 300, 900, 200, 150, 50, 0]) {
        *part = Money::from_fen(fen)?;
    }
    let price = PriceComposition::from_parts(parts).check(None)?;
    let net_weight_g = Some(Grams::new(500)?);
    let stock = Quantity::new(24)?;
    context.db.write_blocking(|conn| {
        let other = catalog::load(conn, other)?;
        let content = Content {
            template_id: other.template_id,
            net_weight_g,
            photo_ids: vec![photo_id],
            premium_reason: Some("演示：一年只取一次蜜，封盖满三个月才割".to_owned()),
            ..Content::of_goods("封盖土蜂蜜 500 克/瓶", Category::Honey.as_str(), "瓶", price)
        };
        let new = NewListing { household_id, season: None, stock, content };
        let listing = catalog::draft(conn, &here, coordinator, &scope, &new)?;
        production::survey(conn, &here, (coordinator, &scope), &new, other.stock_total)?;
        catalog::change_state(conn, &here, listing.id, Command::Submit, None)?;
        catalog::change_state(conn, &county, listing.id, Command::Approve, None)?;
        Ok::<_, ListingError>(())
    })?;
    Ok(())
}
