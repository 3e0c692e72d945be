//! Order cycles: goods that are sold only while one is open, and only up to its cap.

use serde_json::{Value, json};
use std::time::Duration;

use crate::support::{EGGS, HEN, Market, WALNUTS, XIUYUN, cart, id, minutes, rows, text};

const CHECKOUTS: &str = "/api/v1/checkouts";

fn hours(count: u64) -> Duration {
    minutes(60 * count)
}

/// A cycle of 岫云村 that opens in so many hours and is open for a day.
pub fn plan(market: &Market, opens_in: u64) -> Value {
    let now = market.app.context().clock.now();
    let opens_at = now.plus(hours(opens_in));
    let closes_at = opens_at.plus(hours(24));
    let day = |days| closes_at.day().plus_days(days).to_string();
    json!({
        "village_code": XIUYUN, "title": "秋蛋第一期",
        "opens_at": opens_at.to_string(), "closes_at": closes_at.to_string(),
        "report_by": day(0), "intake_on": day(1), "dispatch_on": day(1), "arrival_on": day(3),
    })
}

async fn cycle(market: &Market, opens_in: u64, goods: &[(&Value, i64)]) -> Value {
    let cycle = market.coordinator.post("/api/v1/cycles", &plan(market, opens_in)).await.created();
    put(market, &cycle, goods).await;
    cycle
}

async fn put(market: &Market, cycle: &Value, goods: &[(&Value, i64)]) {
    let path = format!("/api/v1/cycles/{}/listings", id(cycle));
    for (listing, cap) in goods {
        market.coordinator.post(&path, &json!({ "listing_id": id(listing), "cap": cap })).await.ok();
    }
}

async fn left(market: &Market, cycle: &Value) -> i64 {
    let shown = market.anonymous.get(format!("/api/v1/cycles/{}", id(cycle))).await.ok();
    shown["listings"][0]["left"].as_i64().expect("a number")
}

#[actix_web::test]
async fn goods_of_a_cycle_are_sold_from_its_first_moment_to_just_before_its_last() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let planned = cycle(&market, 1, &[(&eggs, 3)]).await;
    assert_eq!(planned["state"], "planned");
    let order = |count| market.buyer.post(CHECKOUTS, &cart(&[(&eggs, count)])).into_future();
    market.app.advance(hours(1) - Duration::from_micros(1));
    let refused = market.app.unchanged(order(1)).await.refused(409, "cycle_closed");
    assert_eq!(refused["next_opens_at"], planned["opens_at"]);

    market.app.advance(Duration::from_micros(1));
    let first = order(2).await.created();
    let placed = market.order(text(&first, "/orders/0/id")).await;
    assert_eq!(placed["deliver_on"], planned["arrival_on"], "the day that was promised");
    assert_eq!(market.app.unchanged(order(2)).await.refused(409, "cycle_full")["left"], 1);
    assert_eq!(left(&market, &planned).await, 1);

    market.app.advance(hours(24) - Duration::from_micros(1));
    order(1).await.created();
    market.app.advance(Duration::from_micros(1));
    let refused = market.app.unchanged(order(1)).await.refused(409, "cycle_closed");
    assert_eq!(refused["next_opens_at"], Value::Null);
    let shown = market.anonymous.get(format!("/api/v1/cycles/{}", id(&planned))).await.ok();
    assert_eq!(shown["state"], "closed");
    market.app.later(hours(24 * 5));
    assert_eq!(left(&market, &planned).await, 3, "nobody has paid");
    let shown = market.anonymous.get(format!("/api/v1/cycles/{}", id(&planned))).await.ok();
    assert_eq!(shown["state"], "done");
    order(1).await.created();
    assert_eq!(left(&market, &planned).await, 3, "sold as other goods are, once no cycle concerns them");
}

#[actix_web::test]
async fn what_expires_or_is_cancelled_goes_back_into_the_cycle() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let open = cycle(&market, 0, &[(&eggs, 5)]).await;
    market.checkout(&[(&eggs, 2)]).await;
    assert_eq!(left(&market, &open).await, 3);
    market.app.later(minutes(31));
    assert_eq!(left(&market, &open).await, 5, "expired");
    let order = market.paid_order(&[(&eggs, 4)]).await;
    assert_eq!(left(&market, &open).await, 1);
    let path = format!("/api/v1/cycles/{}/cancel", id(&open));
    let reason = json!({ "reason": "大雪封路" });
    market.app.unchanged(market.coordinator.post(&path, &reason).into_future()).await.refused(409, "cycle_has_orders");
    let cancel = format!("/api/v1/orders/{}/cancel", id(&order));
    market.coordinator.post(cancel, &reason).await.ok();
    assert_eq!(left(&market, &open).await, 5, "cancelled");
    assert_eq!(market.coordinator.post(&path, &reason).await.ok()["state"], "cancelled");
    market.app.unchanged(market.coordinator.post(&path, &reason).without("idempotency-key").into_future()).await.ok();
    market.checkout(&[(&eggs, 1)]).await;
    assert_eq!(left(&market, &open).await, 5, "no cycle concerns them any more");
    market.app.later(minutes(31));
}

#[actix_web::test]
async fn goods_of_different_cycles_make_different_orders() {
    let market = Market::new().await;
    let (eggs, hen) = (market.sells(EGGS).await, market.sells(HEN).await);
    cycle(&market, 0, &[(&eggs, 5)]).await;
    cycle(&market, 0, &[(&hen, 5)]).await;
    let checkout = market.checkout(&[(&eggs, 1), (&hen, 1)]).await;
    assert_eq!(checkout["orders"].as_array().expect("orders").len(), 2);
    market.pay(&checkout).await;
}

#[actix_web::test]
async fn a_cycle_is_planned_by_its_village_with_its_goods() {
    let market = Market::new().await;
    let (eggs, walnuts) = (market.sells(EGGS).await, market.other_village_sells(WALNUTS).await);
    let body = plan(&market, 1);
    market.other_coordinator.post("/api/v1/cycles", &body).await.refused(403, "out_of_scope");
    market.buyer.post("/api/v1/cycles", &body).await.refused(403, "forbidden");
    for (field, value) in [("closes_at", &body["opens_at"]), ("arrival_on", &json!("2020-01-01"))] {
        let mut wrong = body.clone();
        wrong[field] = value.clone();
        let pointer = format!("/{field}");
        let answer = market.app.unchanged(market.coordinator.post("/api/v1/cycles", &wrong).into_future()).await;
        answer.invalid(&[(pointer.as_str(), "cycle_times_not_in_order")]);
    }
    let planned = cycle(&market, 1, &[(&eggs, 5)]).await;
    let path = format!("/api/v1/cycles/{}/listings", id(&planned));
    let goods = |listing: &Value, cap: i64| json!({ "listing_id": id(listing), "cap": cap });
    market.other_coordinator.post(&path, &goods(&eggs, 5)).await.refused(403, "out_of_scope");
    let of_others = market.coordinator.post(&path, &goods(&walnuts, 5)).await;
    of_others.invalid(&[("/listing_id", "listing_of_other_village")]);
    market.coordinator.post(&path, &goods(&eggs, 0)).await.invalid(&[("/cap", "invalid_quantity")]);
    let other = cycle(&market, 2, &[]).await;
    let twice = format!("/api/v1/cycles/{}/listings", id(&other));
    let twice = market.coordinator.post(twice, &goods(&eggs, 5)).into_future();
    market.app.unchanged(twice).await.invalid(&[("/listing_id", "listing_in_other_cycle")]);
    market.app.advance(hours(1));
    market.paid_order(&[(&eggs, 3)]).await;
    let fewer = market.coordinator.post(&path, &goods(&eggs, 2)).into_future();
    market.app.unchanged(fewer).await.invalid(&[("/cap", "cap_below_taken")]);
    assert_eq!(market.coordinator.post(&path, &goods(&eggs, 3)).await.ok()["listings"][0]["left"], 0);

    let ids = |list: &Value| rows(list).iter().map(|row| id(row).to_owned()).collect::<Vec<_>>();
    let of_village = market.anonymous.get("/api/v1/cycles?village=510824&state=open").await.ok();
    assert_eq!(ids(&of_village), [id(&planned)]);
    let of_listing = market.anonymous.get(format!("/api/v1/cycles?listing={}", id(&eggs))).await.ok();
    assert_eq!(ids(&of_listing), [id(&planned)]);
    let elsewhere = market.anonymous.get("/api/v1/cycles?village=513431").await.ok();
    assert_eq!(ids(&elsewhere), Vec::<String>::new());

    let path = format!("/api/v1/cycles/{}/announcement", id(&planned));
    let said = market.coordinator.get(&path).await.ok();
    assert!(text(&said, "/text").contains("坡上王家：土鸡蛋"), "{said}");
    market.other_coordinator.get(&path).await.refused(403, "out_of_scope");
    market.buyer.get(&path).await.refused(403, "forbidden");
}
