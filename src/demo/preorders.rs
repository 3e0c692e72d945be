//! Honey of the coming winter, ordered ahead: one buyer is asked for the balance, another has paid the deposit; and
//! the rates by which interest is reckoned. Goods and people are invented, the rates are those that were published.

use std::error::Error;
use std::time::Duration;

use super::accounts::People;
use super::village::{self, Village};
use super::{history, production};
use crate::catalog::{self, Command, Content, ListingId, NewListing, PriceComposition, SaleKind};
use crate::context::Context;
use crate::kernel::{Day, Grams, Money, Quantity, Role, Scope};
use crate::orders::{self, Days, RateKind};

/// The household with bees.
const BEES: usize = 2;
const DEPOSIT_PERCENT: i64 = 30;
/// Far enough off that a demonstration is looked at before.
const BALANCE_WITHIN: u64 = 20;
const COMES_AFTER: i64 = 30;

/// Kind, first day, millionths by the year, who published it.
const RATES: [(RateKind, &str, i64, &str); 3] = [
    (RateKind::Lpr1y, "2024-10-21", 31_000, "全国银行间同业拆借中心 2024-10-21 公告：1 年期 LPR 3.1%"),
    (RateKind::Lpr1y, "2025-05-20", 30_000, "全国银行间同业拆借中心 2025-05-20 公告：1 年期 LPR 3.0%"),
    (RateKind::Deposit, "2012-07-06", 3_500, "中国人民银行 2012-07-06：活期存款基准利率 0.35%"),
];

pub fn create(context: &Context, people: &People, villages: &[Village]) -> Result<(), Box<dyn Error>> {
    let village = villages.first().ok_or("no village")?;
    add_rates(context, people, village)?;
    let listing_id = put_on_sale(context, people, village)?;
    history::buy(context, people.buyers[0], listing_id, Quantity::new(2)?)?;
    let by = people.holder(Role::Coordinator, &village.code);
    let act = context.act(by, Role::Coordinator);
    let scope = Scope::new(vec![village.code.clone()]);
    let days = Days {
        deliver_on: act.at.day().plus_days(COMES_AFTER),
        balance_due_at: act.at.plus(Duration::from_secs(BALANCE_WITHIN * 24 * 3600)),
    };
    context.db.write_blocking(|conn| orders::call_in(conn, &act, &scope, listing_id, days))?;
    history::buy(context, people.buyers[1], listing_id, Quantity::ONE)?;
    Ok(())
}

fn add_rates(context: &Context, people: &People, village: &Village) -> Result<(), Box<dyn Error>> {
    let by = people.holder(Role::Administrator, &village.code);
    let act = context.act(by, Role::Administrator);
    for (kind, from, ppm, source) in RATES {
        let from: Day = from.parse()?;
        context.db.write_blocking(|conn| orders::add_rate(conn, &act, (kind, from), (ppm, source), by))?;
    }
    Ok(())
}

/// By the county's standard for honey, as the household's other one.
fn put_on_sale(context: &Context, people: &People, village: &Village) -> Result<ListingId, Box<dyn Error>> {
    let by = people.holder(Role::Coordinator, &village.code);
    let here = context.act(by, Role::Coordinator);
    let county = context.act(people.holder(Role::Approver, &village.code), Role::Approver);
    let scope = Scope::new(vec![village.code.clone()]);
    let household_id = village.households[BEES];
    let other = village.goods.iter().find(|(_, household)| *household == household_id);
    let (other, _) = *other.ok_or("the household with bees sells honey")?;
    let photo_id = village::keep_picture(context, people, &village.code, "honey")?;
    let mut parts = [Money::ZERO; 9];
    for (part, fen) in parts.iter_mut().zip([5_800, 0, 400, 300, 900, 200, 150, 50, 0]) {
        *part = Money::from_fen(fen)?;
    }
    let price = PriceComposition::from_parts(parts).check(None)?;
    let (net_weight_g, stock) = (Some(Grams::new(500)?), Quantity::new(30)?);
    let id = context.db.write_blocking(|conn| {
        let other = catalog::load(conn, other)?;
        let content = Content {
            template_id: other.template_id,
            net_weight_g,
            photo_ids: vec![photo_id],
            sale_kind: SaleKind::PreOrder,
            deposit_percent: Some(DEPOSIT_PERCENT),
            ..Content::of_goods("冬蜜 500 克/瓶（预订）", &other.category, "瓶", price)
        };
        let new = NewListing { household_id, season: None, stock, content };
        let listing = catalog::draft(conn, &here, by, &scope, &new)?;
        production::survey(conn, &here, (by, &scope), &new, other.stock_total)?;
        catalog::change_state(conn, &here, listing.id, Command::Submit, None)?;
        catalog::change_state(conn, &county, listing.id, Command::Approve, None)?;
        Ok::<_, catalog::ListingError>(listing.id)
    })?;
    Ok(id)
}
