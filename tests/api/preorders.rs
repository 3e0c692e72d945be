//! Goods that are ordered ahead: a deposit, the balance once the date stands, and money that goes back.

use serde_json::{Value, json};
use std::time::Duration;

use crate::support::{EGGS, HEN, Market, Offer, Person, cart, hours, id, minutes, paid, rows, text};

fn days(count: u64) -> Duration {
    hours(24 * count)
}

/// 40.00 of farmer's pay: 100.00 in all would hide what is rounded, so 99.99.
pub const HONEY: Offer = Offer {
    title: "冬蜜（预订）",
    category: "honey",
    unit_label: "瓶",
    net_weight_g: Some(500),
    stock: 10,
    price: &[("farmer_pay_fen", 9_000), ("freight_fen", 999)],
};

pub async fn publish(market: &Market, body: &Value) -> Value {
    let listing = market.coordinator.post("/api/v1/listings", body).await.created();
    market.coordinator.act(format!("/api/v1/listings/{}/submit", id(&listing))).await.ok();
    market.approver.act(format!("/api/v1/listings/{}/approve", id(&listing))).await.ok()
}

/// Honey of the coming winter that asks 30 percent at once.
pub async fn honey(market: &Market) -> Value {
    let household = market.household("坡上王家").await;
    let mut body = HONEY.of(id(&household));
    body["sale_kind"] = json!("pre_order");
    body["deposit_percent"] = json!(30);
    publish(market, &body).await
}

/// An order of so many bottles whose deposit is paid.
pub async fn deposit_paid(market: &Market, honey: &Value, count: i64) -> Value {
    let order = market.paid_order(&[(honey, count)]).await;
    assert_eq!(order["state"], "deposit_paid");
    order
}

pub fn on(order: &Value, step: &str) -> String {
    format!("/api/v1/orders/{}/{step}", id(order))
}

fn call_in(market: &Market, due_in: u64, comes_in: u64) -> Value {
    let now = market.app.context().clock.now();
    json!({ "deliver_on": now.plus(days(comes_in)).day().to_string(), "balance_due_at": now.plus(days(due_in)).to_string() })
}

pub async fn called_in(market: &Market, honey: &Value) -> Value {
    let path = format!("/api/v1/listings/{}/call-in", id(honey));
    market.coordinator.post(path, &call_in(market, 3, 10)).await.ok()
}

pub async fn pay_balance(market: &Market, order: &Value) -> Value {
    market.buyer.post(on(order, "pay"), &json!({ "provider": "sandbox" })).await.accepted()
}

async fn rates(market: &Market) {
    for (kind, day, ppm) in [("lpr_1y", "2026-01-01", 30_000), ("deposit", "2026-01-01", 3_500)] {
        let rate = json!({ "kind": kind, "effective_on": day, "ppm": ppm, "source": "测试" });
        market.administrator.post("/api/v1/interest-rates", &rate).await.ok();
    }
}

pub async fn left(market: &Market, listing: &Value) -> Value {
    market.listing(listing).await["stock_available"].clone()
}

#[actix_web::test]
async fn a_deposit_is_of_goods_to_come() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let mut body = HONEY.of(id(&household));
    body["deposit_percent"] = json!(30);
    let draft = |body: &Value| market.coordinator.post("/api/v1/listings", body).into_future();
    market.app.unchanged(draft(&body)).await.invalid(&[("/deposit_percent", "deposit_needs_pre_order")]);
    body["sale_kind"] = json!("pre_order");
    for percent in [0, 100, -1] {
        body["deposit_percent"] = json!(percent);
        market.app.unchanged(draft(&body)).await.invalid(&[("/deposit_percent", "deposit_out_of_range")]);
    }
    body["deposit_percent"] = json!(1);
    let listing = publish(&market, &body).await;
    assert_eq!(listing["deposit_percent"], 1);
    let shown = market.anonymous.get(format!("/api/v1/listings/{}", id(&listing))).await.ok();
    assert_eq!(shown["deposit_percent"], 1);
    let path = format!("/api/v1/listings/{}", id(&listing));
    let edit = json!({ "version": 1, "deposit_percent": 20 });
    let edited = market.coordinator.patch(&path, &edit).await.ok();
    assert_eq!(
        (&edited["deposit_percent"], &edited["pending_version"]),
        (&json!(1), &json!(2)),
        "an approver reads it first"
    );
    let versions = market.approver.get(format!("{path}/versions")).await.ok();
    assert_eq!(rows(&versions)[0]["changes"][0]["field"], "deposit_percent");
}

#[actix_web::test]
async fn a_checkout_asks_deposits_and_whole_prices_at_once() {
    let market = Market::new().await;
    let (honey, eggs) = (honey(&market).await, market.sells(EGGS).await);
    let mut wish = json!({ "lines": cart(&[(&honey, 2), (&eggs, 1)])["lines"], "region_code": "510104" });
    let quote = market.buyer.post("/api/v1/checkouts/quote", &wish.take()).await.ok();
    assert_eq!((&quote["total_fen"], &quote["due_now_fen"]), (&json!(2 * 9_999 + 4_800), &json!(5_999 + 4_800)));
    assert_eq!(quote["parcels"][0]["deposit_fen"], 5_999);
    let checkout = market.checkout(&[(&honey, 2), (&eggs, 1)]).await;
    assert_eq!(checkout["due_now_fen"], 5_999 + 4_800);
    let payment = market.pay(&checkout).await;
    assert_eq!(payment["amount_fen"], 5_999 + 4_800);
    let order = |place: usize| market.order(text(&checkout["orders"][place], "/id"));
    let (ahead, whole) = (order(0).await, order(1).await);
    assert_eq!((&ahead["state"], &ahead["deposit_fen"]), (&json!("deposit_paid"), &json!(5_999)));
    assert_eq!((&whole["state"], &whole["deposit_fen"]), (&json!("paid"), &Value::Null));
    assert_eq!(left(&market, &honey).await, 8, "taken at the order, as other goods are");
    let confirm = market.coordinator.act(on(&ahead, "confirm"));
    market.app.unchanged(confirm.into_future()).await.refused(409, "wrong_state");
}

#[actix_web::test]
async fn once_the_date_stands_the_balance_is_paid_and_the_parcel_goes_its_way() {
    let market = Market::new().await;
    let honey = honey(&market).await;
    let order = deposit_paid(&market, &honey, 2).await;
    let early = market.buyer.post(on(&order, "pay"), &json!({ "provider": "sandbox" }));
    market.app.unchanged(early.into_future()).await.refused(409, "wrong_state");

    let path = format!("/api/v1/listings/{}/call-in", id(&honey));
    let by = async |person: &Person, body: &Value| person.post(&path, body).await;
    let days = call_in(&market, 3, 10);
    market.app.unchanged(by(&market.other_coordinator, &days)).await.refused(404, "not_found");
    market
        .app
        .unchanged(by(&market.coordinator, &call_in(&market, 0, 10)))
        .await
        .invalid(&[("/balance_due_at", "balance_due_too_soon")]);
    market
        .app
        .unchanged(by(&market.coordinator, &call_in(&market, 3, 2)))
        .await
        .invalid(&[("/deliver_on", "deliver_before_balance")]);
    assert_eq!(market.coordinator.post(&path, &days).await.ok()["orders"], 1);
    assert_eq!(market.coordinator.post(&path, &days).await.ok()["orders"], 0, "called in once");

    let due = market.buyer.get(on(&order, "balance")).await.ok();
    assert_eq!(
        (&due["state"], &due["amount_fen"], &due["payment"]),
        (&json!("balance_due"), &json!(13_999), &Value::Null)
    );
    market.other_buyer.get(on(&order, "balance")).await.refused(404, "not_found");
    let begun = pay_balance(&market, &order).await;
    assert_eq!((&begun["payment"]["amount_fen"], &begun["payment"]["state"]), (&json!(13_999), &json!("pending")));
    market.app.later(minutes(1));
    let paid = market.order(id(&order)).await;
    assert_eq!((&paid["state"], &paid["deliver_on"]), (&json!("paid"), &days["deliver_on"]));
    assert_eq!(pay_balance(&market, &order).await["payment"]["state"], "succeeded", "paid once");
    for step in ["confirm", "pack"] {
        market.coordinator.act(on(&order, step)).await.ok();
    }
    market.coordinator.post(on(&order, "ship"), &crate::support::parcel("SF1", &[])).await.ok();
    market.buyer.act(on(&order, "receive")).await.ok();
    market.app.later(days_of_claims());
    assert_eq!(market.order(id(&order)).await["split"]["farmer_pay_fen"], 18_000);
}

pub fn days_of_claims() -> Duration {
    days(3)
}

#[actix_web::test]
async fn what_is_not_paid_at_its_moment_is_cancelled_with_the_deposit_back() {
    let market = Market::new().await;
    let honey = honey(&market).await;
    let order = deposit_paid(&market, &honey, 2).await;
    called_in(&market, &honey).await;
    pay_balance_by_transfer(&market, &order).await;
    market.app.later(days(3) - Duration::from_micros(1));
    assert_eq!(market.order(id(&order)).await["state"], "balance_due");
    market.app.advance(Duration::from_micros(1));
    let late = market.buyer.post(on(&order, "pay"), &json!({ "provider": "sandbox" }));
    market.app.unchanged(late.into_future()).await.refused(409, "checkout_expired");
    market.app.run_jobs();
    market.app.later(minutes(1));
    let order = market.order(id(&order)).await;
    assert_eq!(order["state"], "refunded");
    assert_eq!(left(&market, &honey).await, 10);
}

async fn pay_balance_by_transfer(market: &Market, order: &Value) {
    let begun = market.buyer.post(on(order, "pay"), &json!({ "provider": "offline" })).await.accepted();
    assert_eq!(begun["payment"]["pay_by"]["memo"], order["number"]);
}

#[actix_web::test]
async fn a_balance_that_comes_too_late_goes_back() {
    let market = Market::new().await;
    let honey = honey(&market).await;
    let order = deposit_paid(&market, &honey, 1).await;
    called_in(&market, &honey).await;
    let begun = pay_balance(&market, &order).await;
    market.buyer.post(on(&order, "cancel"), &json!({ "reason": "不要了" })).await.ok();
    let told = market.sandbox_tells(&paid(&begun["payment"]));
    told.await.no_content();
    market.app.later(minutes(1));
    assert_eq!(market.order(id(&order)).await["state"], "refunded");
}

#[actix_web::test]
async fn within_seven_days_prepaid_money_goes_back_without_a_question() {
    let market = Market::new().await;
    rates(&market).await;
    let honey = honey(&market).await;
    let order = deposit_paid(&market, &honey, 1).await;
    let quote = market.buyer.get(on(&order, "end-quote")).await.ok();
    assert_eq!((&quote["can_cool_off"], &quote["think_until"]), (&json!(true), &json!("2026-09-27")));
    market.app.later(days(7));
    let other = market.other_buyer.act(on(&order, "cool-off"));
    market.app.unchanged(other.into_future()).await.refused(404, "not_found");
    let back = market.buyer.act(on(&order, "cool-off")).await.ok();
    assert_eq!(back["state"], "cancelled");
    market.app.later(minutes(1));
    assert_eq!(market.order(id(&order)).await["state"], "refunded");
    assert_eq!(left(&market, &honey).await, 10);

    let late = deposit_paid(&market, &honey, 1).await;
    market.app.later(days(8));
    market.app.unchanged(market.buyer.act(on(&late, "cool-off")).into_future()).await.refused(409, "cool_off_over");
    let eggs = market.sells(EGGS).await;
    let soon = market.paid_order(&[(&eggs, 1)]).await;
    market.app.unchanged(market.buyer.act(on(&soon, "cool-off")).into_future()).await.refused(409, "cool_off_over");
    assert_eq!(market.buyer.get(on(&soon, "end-quote")).await.ok()["is_prepaid"], false);
}

#[actix_web::test]
async fn what_is_packed_is_not_thought_over() {
    let market = Market::new().await;
    let honey = honey(&market).await;
    let order = deposit_paid(&market, &honey, 1).await;
    called_in(&market, &honey).await;
    pay_balance(&market, &order).await;
    market.app.later(minutes(1));
    for step in ["confirm", "pack"] {
        market.coordinator.act(on(&order, step)).await.ok();
    }
    market.app.unchanged(market.buyer.act(on(&order, "cool-off")).into_future()).await.refused(409, "wrong_state");
    assert_eq!(market.buyer.get(on(&order, "end-quote")).await.ok()["can_end"], false);
}

#[actix_web::test]
async fn later_the_balance_goes_back_with_interest_that_two_people_pay() {
    let market = Market::new().await;
    rates(&market).await;
    let household = market.household("坡上王家").await;
    let mut body = HEN.with_stock(5).of(id(&household));
    body["sale_kind"] = json!("pre_order");
    body["deposit_percent"] = json!(50);
    let hen = publish(&market, &body).await;
    let order = deposit_paid(&market, &hen, 4).await;
    market.app.later(days(73));
    let own = market.buyer.get(on(&order, "end-quote")).await.ok();
    // 45600 × 0.35 % × 73 / 365 is 31.92 fen.
    assert_eq!((&own["fault"], &own["rate"], &own["interest_fen"]), (&json!("buyer"), &json!("deposit"), &json!(32)));
    assert_eq!((&own["paid_fen"], &own["refund_fen"]), (&json!(45_600), &json!(45_632)));
    let theirs = market.coordinator.get(on(&order, "end-quote")).await.ok();
    // 45600 × 3 % × 73 / 365 is 273.6 fen.
    assert_eq!(
        (&theirs["fault"], &theirs["rate"], &theirs["interest_fen"]),
        (&json!("seller"), &json!("lpr_1y"), &json!(274))
    );
    market.coordinator.post(on(&order, "cancel"), &json!({ "reason": "今年没有鸡" })).await.ok();
    market.app.later(minutes(1));
    assert_eq!(market.order(id(&order)).await["state"], "cancelled", "the interest is not back yet");
    let ended = market.buyer.get(on(&order, "end-quote")).await.ok();
    assert_eq!((&ended["interest_fen"], &ended["can_end"]), (&json!(274), &json!(false)));
    assert_ne!(ended["ended_at"], Value::Null);

    let transfers = market.coordinator.get("/api/v1/transfers?direction=out").await.ok();
    let transfer = &rows(&transfers)[0];
    assert_eq!((&transfer["amount_fen"], &transfer["memo"]), (&json!(274), &order["number"]));
    let path = |step: &str| format!("/api/v1/transfers/{}/{step}", id(transfer));
    let found = json!({ "amount_fen": 274, "method": "cash", "reference": "收据 8", "happened_on": "2026-12-01" });
    market.coordinator.post(path("record"), &found).await.ok();
    market.app.unchanged(market.coordinator.act(path("confirm")).into_future()).await.refused(403, "same_person");
    market.approver.act(path("confirm")).await.ok();
    assert_eq!(market.order(id(&order)).await["state"], "refunded");
}

#[actix_web::test]
async fn a_promised_day_that_is_past_is_the_sellers_fault() {
    let market = Market::new().await;
    rates(&market).await;
    let honey = honey(&market).await;
    let order = deposit_paid(&market, &honey, 1).await;
    called_in(&market, &honey).await;
    pay_balance(&market, &order).await;
    market.app.later(minutes(1));
    market.app.later(days(11));
    let quote = market.buyer.get(on(&order, "end-quote")).await.ok();
    assert_eq!(
        (&quote["fault"], &quote["paid_fen"], &quote["interest_fen"]),
        (&json!("seller"), &json!(9_999), &json!(9))
    );
    market.buyer.post(on(&order, "cancel"), &json!({ "reason": "没有按时到" })).await.ok();
}

#[actix_web::test]
async fn rates_are_added_with_their_source_and_never_changed() {
    let market = Market::new().await;
    rates(&market).await;
    let rate = |ppm: i64| json!({ "kind": "lpr_1y", "effective_on": "2026-01-01", "ppm": ppm, "source": "另一处" });
    let add = |body: &Value| market.administrator.post("/api/v1/interest-rates", body).into_future();
    market.app.unchanged(add(&rate(30_000))).await.ok();
    market.app.unchanged(add(&rate(31_000))).await.invalid(&[("/effective_on", "rate_stands")]);
    market.app.unchanged(add(&rate(500_001))).await.invalid(&[("/ppm", "rate_out_of_range")]);
    let shown = market.anonymous.get("/api/v1/interest-rates").await.ok();
    assert_eq!(shown["rates"].as_array().map(Vec::len), Some(2));
    assert_eq!(shown["rates"][0]["source"], "测试");
}
