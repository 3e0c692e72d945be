//! Filters, and counts of what they would leave, against lists of what they leave.

use serde_json::Value;

use super::Shop;
use crate::support::{rows, text};

/// Filters that narrow by what is no facet, and by facets.
const FILTERS: [&str; 14] = [
    "",
    "village=510824",
    "village=51&category=poultry",
    "category=honey",
    "in_season=true",
    "pre_order=true",
    "live_now=true",
    "live_now=true&category=honey",
    "in_season=true&pre_order=true&village=513431",
    "price_min_fen=7000&price_max_fen=12000",
    "price_min_fen=9999999",
    "q=fengmi",
    "q=fegnmi&village=510824",
    "in_stock=true&category=vegetables&in_season=true",
];

fn without(filter: &str, name: &str) -> String {
    filter.split('&').filter(|part| !part.starts_with(name)).collect::<Vec<_>>().join("&")
}

#[actix_web::test]
async fn a_facet_counts_what_its_filter_would_leave() {
    let shop = Shop::new().await;
    shop.give_seasons();
    let mut counted = 0;
    for filter in FILTERS {
        let facets = shop.facets(filter).await;
        let left = async |of: String, narrowed: String| rows(&shop.list(&format!("{of}&{narrowed}")).await).len();
        assert_eq!(facets["total"], left(filter.to_owned(), String::new()).await, "{filter}");
        for (facet, parameter, key) in
            [("categories", "category", "category"), ("counties", "village", "code"), ("villages", "village", "code")]
        {
            let values = facets[facet].as_array().expect("a facet");
            let of = without(filter, parameter);
            let mut sum = 0;
            for value in values {
                let expected = left(of.clone(), format!("{parameter}={}", text(value, &format!("/{key}")))).await;
                assert_eq!(value["count"], expected, "{filter}: {value}");
                sum += expected;
                counted += 1;
            }
            assert_eq!(sum, left(of, String::new()).await, "{filter}: every listing is in one of the {facet}");
            let counts: Vec<i64> = values.iter().filter_map(|value| value["count"].as_i64()).collect();
            assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
        }
        for flag in ["in_season", "pre_order", "live_now"] {
            assert_eq!(facets[flag], left(without(filter, flag), format!("{flag}=true")).await, "{filter}: {flag}");
        }
    }
    assert!(counted > 50, "{counted}");
}

#[actix_web::test]
async fn filters_leave_what_they_say() {
    let shop = Shop::new().await;
    shop.give_seasons();
    let titles = |list: &Value| rows(list).iter().map(|row| text(row, "/title").to_owned()).collect::<Vec<_>>();
    let all = titles(&shop.list("").await);
    assert_eq!(all.len(), 18);
    let in_season = titles(&shop.list("in_season=true").await);
    assert_eq!(in_season.len(), 17, "what has no season is always in season");
    assert!(!in_season.iter().any(|title| title.starts_with("甜玉米")), "sweet corn is over in September");
    assert!(in_season.iter().any(|title| title.starts_with("高山新米")), "a season may go over the new year");
    assert_eq!(
        titles(&shop.list("pre_order=true&sort=price_asc").await),
        ["土蜂蜜 500 克/瓶", "冬蜜 500 克/瓶（预订）", "封盖土蜂蜜 500 克/瓶", "岩蜂蜜 500 克/瓶"]
    );
    let live = shop.list("live_now=true").await;
    assert!(!rows(&live).is_empty());
    assert!(rows(&live).iter().all(|row| text(row, "/village/name") == "悬崖村"), "its stream is on");
    let cheap = shop.list("price_max_fen=4800&sort=price_asc").await;
    assert!(rows(&cheap).iter().all(|row| row["price_fen"].as_i64() <= Some(4_800)));
    let cheapest = rows(&cheap)[0]["price_fen"].as_i64().expect("a price");
    let exactly = shop.list(&format!("price_min_fen={cheapest}&price_max_fen={cheapest}")).await;
    assert_eq!(titles(&exactly), [text(&rows(&cheap)[0], "/title")], "both ends belong to it");
    assert_eq!(titles(&shop.list("in_season=false&pre_order=false").await).len(), 18, "false narrows nothing");
}

#[actix_web::test]
async fn unchanged_counts_are_not_sent_again() {
    let shop = Shop::new().await;
    let first = shop.visitor.get("/api/v1/listings/facets").await;
    let again = shop.visitor.get("/api/v1/listings/facets").header("If-None-Match", first.header("etag")).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
}
