//! The sandbox when things go wrong there, and two ways to pay at once.

use serde_json::{Value, json};
use std::rc::Rc;

use crate::common::{self, Database};
use crate::support::{EGGS, Letterbox, Market, TestApp, id, minutes, paid, text};
use yuanshan::context::Context;
use yuanshan::gateways::Providers;

async fn market_with(faults: &str) -> Market {
    let (database, letters) = (Rc::new(Database::new()), std::sync::Arc::new(Letterbox::default()));
    let context = common::context(&database, common::settings(), 2, letters.clone());
    let settings = common::payment_settings(faults);
    let providers = Providers::build(&settings, &context.settings.public_url, true, &context.secrets);
    let providers = providers.expect("settings");
    let app = TestApp::of(database, Context { providers, ..context }, letters).await;
    Market::on(app)
}

async fn pay(market: &Market, checkout: &Value, provider: &str) -> Value {
    let path = format!("/api/v1/checkouts/{}/pay", id(checkout));
    market.buyer.post(path, &json!({ "provider": provider })).await.accepted()["payment"].clone()
}

async fn seen(market: &Market, checkout: &Value) -> Value {
    market.buyer.get(format!("/api/v1/checkouts/{}", id(checkout))).await.ok()
}

#[actix_web::test]
async fn a_notification_that_comes_thrice_pays_once() {
    let market = market_with("copies=3").await;
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    assert_eq!(order["state"], "paid");
    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok();
    assert_eq!((&page["totals"]["paid_fen"], &page["totals"]["held_fen"]), (&json!(4_800), &json!(4_800)));
}

#[actix_web::test]
async fn a_notification_that_is_lost_is_asked_for() {
    let market = market_with("lose=1").await;
    let eggs = market.sells(EGGS).await;
    let checkout = market.checkout(&[(&eggs, 1)]).await;
    pay(&market, &checkout, "sandbox").await;
    market.app.later(minutes(1));
    assert_eq!(seen(&market, &checkout).await["state"], "open");
    market.app.later(minutes(2));
    assert_eq!(seen(&market, &checkout).await["state"], "paid");
}

#[actix_web::test]
async fn a_late_notification_is_waited_for() {
    let market = market_with("delay=300").await;
    let eggs = market.sells(EGGS).await;
    let checkout = market.checkout(&[(&eggs, 1)]).await;
    pay(&market, &checkout, "sandbox").await;
    market.app.later(minutes(4));
    assert_eq!(seen(&market, &checkout).await["state"], "open");
    market.app.later(minutes(2));
    assert_eq!(seen(&market, &checkout).await["state"], "paid");
}

#[actix_web::test]
async fn a_payment_that_failed_is_begun_anew() {
    let market = market_with("fail=1").await;
    let eggs = market.sells(EGGS).await;
    let checkout = market.checkout(&[(&eggs, 1)]).await;
    let first = pay(&market, &checkout, "sandbox").await;
    market.app.later(minutes(1));
    let seen = seen(&market, &checkout).await;
    assert_eq!((&seen["state"], &seen["payment"]["state"]), (&json!("open"), &json!("failed")));
    assert_ne!(id(&first), id(&pay(&market, &checkout, "sandbox").await));
    market.app.later(minutes(40));
}

#[actix_web::test]
async fn two_ways_at_once_pay_once_and_the_second_goes_back() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let checkout = market.checkout(&[(&eggs, 1)]).await;
    let sandbox = pay(&market, &checkout, "sandbox").await;
    // A second tab chooses a transfer: the first payment is given up, and yet its money comes.
    let offline = pay(&market, &checkout, "offline").await;
    assert_eq!(offline["pay_by"]["how"], "transfer");
    market.sandbox_tells(&paid(&sandbox)).await.no_content();
    let now = seen(&market, &checkout).await;
    assert_eq!((&now["state"], id(&now["payment"])), (&json!("paid"), id(&sandbox)));
    market.app.advance(minutes(1));
    // The buyer transfers, too; two people find it at the bank.
    let transfers = market.coordinator.get("/api/v1/transfers?direction=in").await.ok();
    assert_eq!(transfers["data"][0]["state"], "closed", "it is no longer expected");
    let path = |step: &str| format!("/api/v1/transfers/{}/{step}", text(&transfers, "/data/0/id"));
    let found = json!({ "amount_fen": 4_800, "method": "bank", "reference": "ICBC-1", "happened_on": "2026-09-20" });
    market.coordinator.post(path("record"), &found).await.ok();
    market.approver.act(path("confirm")).await.ok();
    let order = market.order(text(&checkout, "/orders/0/id")).await;
    assert_eq!(order["state"], "paid", "the order goes on");
    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok();
    assert_eq!((&page["totals"]["paid_fen"], &page["totals"]["held_fen"]), (&json!(9_600), &json!(4_800)));
    let out = market.coordinator.get("/api/v1/transfers?direction=out").await.ok();
    assert_eq!((&out["data"][0]["amount_fen"], &out["data"][0]["state"]), (&json!(4_800), &json!("expected")));
}
