//! What stands first when nobody asks for an order.

use serde_json::Value;
use std::collections::BTreeSet;

use crate::support::{EGGS, HEN, Market, Offer, hours, id, rows, text};

const SHOP: &str = "/api/v1/listings";

async fn households(market: &Market) -> Vec<String> {
    let shop = market.anonymous.get(SHOP).await.ok();
    rows(&shop).iter().map(|row| text(row, "/household/id").to_owned()).collect()
}

async fn sells(market: &Market, offers: &[Offer]) -> (String, Vec<Value>) {
    let household = market.household("坡上王家").await;
    let mut listings = Vec::new();
    for offer in offers {
        listings.push(market.household_sells(id(&household), *offer).await);
    }
    (id(&household).to_owned(), listings)
}

#[actix_web::test]
async fn who_has_sold_nothing_comes_first() {
    let market = Market::new().await;
    let (seller, eggs) = sells(&market, &[EGGS]).await;
    let (other, _) = sells(&market, &[EGGS]).await;
    market.app.begin_daily_work();
    market.app.run_jobs();
    market.paid_order(&[(&eggs[0], 1)]).await;
    market.checkout(&[(&eggs[0], 1)]).await;
    for _ in 0..5 {
        market.app.later(hours(24));
        assert_eq!(households(&market).await, [other.clone(), seller.clone()]);
    }
    // What goes live meanwhile stands with those of its step at once.
    let (newcomer, _) = sells(&market, &[EGGS]).await;
    assert_eq!(households(&market).await[2], seller);
    assert!(households(&market).await.contains(&newcomer));
    // A sale counts for ninety days; then they draw lots again.
    market.app.later(hours(24 * 90));
    let mut first = BTreeSet::new();
    for _ in 0..60 {
        market.app.later(hours(24));
        first.extend(households(&market).await.into_iter().take(1));
    }
    assert_eq!(first, BTreeSet::from([seller, other, newcomer]), "everybody stands first on some day");
}

#[actix_web::test]
async fn many_listings_of_one_household_do_not_fill_the_page() {
    let market = Market::new().await;
    let (many, _) = sells(&market, &[EGGS, HEN, EGGS.titled("鸡蛋 10 枚"), HEN.titled("老母鸡")]).await;
    let (one, _) = sells(&market, &[EGGS]).await;
    let once = |order: &[String]| order[..2].iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(once(&households(&market).await), BTreeSet::from([many.clone(), one.clone()]), "when they go live");
    market.app.begin_daily_work();
    market.app.run_jobs();
    let mut first = BTreeSet::new();
    for _ in 0..4 {
        market.app.later(hours(24));
        assert_eq!(once(&households(&market).await), BTreeSet::from([many.clone(), one.clone()]), "and each day");
        let shop = market.anonymous.get(format!("{SHOP}?household={many}")).await.ok();
        first.insert(id(&rows(&shop)[0]).to_owned());
    }
    assert_eq!(first.len(), 4, "each of its listings is its first in turn");
}

#[actix_web::test]
async fn pages_of_the_fair_order_show_every_row_once() {
    let market = Market::new().await;
    let mut expected = BTreeSet::new();
    for _ in 0..4 {
        let (_, listings) = sells(&market, &[EGGS, HEN]).await;
        expected.extend(listings.iter().map(|listing| id(listing).to_owned()));
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = market.anonymous.get(format!("{SHOP}?sort=fair&limit=3{cursor}")).await.ok();
        seen.extend(rows(&page).iter().map(|row| id(row).to_owned()));
        let Some(next) = page["page"]["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
        // Somebody comes; nobody is shown twice for that.
        let (_, new) = sells(&market, &[EGGS]).await;
        market.coordinator.act(format!("{SHOP}/{}/pause", id(&new[0]))).await.ok();
    }
    assert_eq!(seen.len(), expected.len());
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected);
}
