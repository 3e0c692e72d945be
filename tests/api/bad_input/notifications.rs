//! What claims to come from a payment provider.

use actix_web::http::Method;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use std::time::Duration;

use crate::common;
use crate::support::{EGGS, Market, NOTIFY, id, minutes, paid, text};

/// A checkout whose payment is under way, and that payment.
async fn a_payment_under_way(market: &Market) -> (Value, Value) {
    let eggs = market.sells(EGGS).await;
    let checkout = market.checkout(&[(&eggs, 2)]).await;
    let path = format!("/api/v1/checkouts/{}/pay", id(&checkout));
    let payment = market.buyer.post(path, &json!({ "provider": "sandbox" })).await.accepted();
    (checkout, payment["payment"].clone())
}

async fn state(market: &Market, checkout: &Value) -> Value {
    market.buyer.get(format!("/api/v1/checkouts/{}", id(checkout))).await.ok()["state"].clone()
}

#[actix_web::test]
async fn a_forged_notification_changes_nothing() {
    let market = Market::new().await;
    let (checkout, payment) = a_payment_under_way(&market).await;
    let stranger = market.signed_by(&SigningKey::from_bytes(&[7; 32]), &paid(&payment));
    market.app.unchanged(stranger.into_future()).await.refused(400, "invalid_signature");

    let genuine = market.sandbox_tells(&json!({ "event": "payment_succeeded", "payment_id": id(&payment),
        "gateway_transaction_id": "x", "amount_fen": 1 }));
    let other_body = genuine.bytes("application/json", paid(&payment).to_string());
    market.app.unchanged(other_body.into_future()).await.refused(400, "invalid_signature");

    for signature in ["", "none", "AAAA", "钥匙"] {
        let call = market.anonymous.call(Method::POST, NOTIFY).header("Yuanshan-Signature", signature);
        let call = call.json(&paid(&payment));
        market.app.unchanged(call.into_future()).await.refused(400, "invalid_signature");
    }
    let unsigned = market.anonymous.call(Method::POST, NOTIFY).json(&paid(&payment));
    market.app.unchanged(unsigned.into_future()).await.refused(400, "invalid_signature");
    assert_eq!(state(&market, &checkout).await, "open");
}

#[actix_web::test]
async fn a_repeated_notification_is_taken_in_once() {
    let market = Market::new().await;
    let (checkout, payment) = a_payment_under_way(&market).await;
    market.sandbox_tells(&paid(&payment)).await.no_content();
    assert_eq!(state(&market, &checkout).await, "paid");
    for _ in 0..3 {
        market.app.unchanged(market.sandbox_tells(&paid(&payment)).into_future()).await.no_content();
    }
    // The sandbox's own notification, which comes by a job, finds everything done.
    market.app.later(minutes(1));
    let order = market.order(text(&checkout, "/orders/0/id")).await;
    assert_eq!(order["timeline"].as_array().map(Vec::len), Some(2), "placed and paid: {order:#}");
}

#[actix_web::test]
async fn a_notification_of_another_amount_is_refused() {
    let market = Market::new().await;
    let (checkout, payment) = a_payment_under_way(&market).await;
    for amount in [9_599, 9_601, 0] {
        let mut event = paid(&payment);
        event["amount_fen"] = json!(amount);
        market.app.unchanged(market.sandbox_tells(&event).into_future()).await.refused(409, "payment_mismatch");
    }
    assert_eq!(state(&market, &checkout).await, "open");
    market.app.later(minutes(1));
    assert_eq!(state(&market, &checkout).await, "paid", "the right amount still counts");
}

#[actix_web::test]
async fn a_paid_payment_is_not_paid_by_a_second_transaction() {
    let market = Market::new().await;
    let (_, payment) = a_payment_under_way(&market).await;
    market.sandbox_tells(&paid(&payment)).await.no_content();
    let mut second = paid(&payment);
    second["gateway_transaction_id"] = json!("sandbox-another");
    market.app.unchanged(market.sandbox_tells(&second).into_future()).await.refused(409, "payment_mismatch");
}

#[actix_web::test]
async fn a_notification_of_an_unknown_payment_or_provider_is_refused() {
    let market = Market::new().await;
    let (_, payment) = a_payment_under_way(&market).await;
    let mut unknown = paid(&payment);
    unknown["payment_id"] = json!("01900000-0000-7000-8000-000000000000");
    market.app.unchanged(market.sandbox_tells(&unknown).into_future()).await.refused(404, "not_found");
    let elsewhere = market.anonymous.call(Method::POST, "/api/v1/payments/bank/notify").json(&paid(&payment));
    market.app.unchanged(elsewhere.into_future()).await.refused(404, "not_found");
    let refund = json!({ "event": "refund_succeeded", "refund_id": id(&payment),
        "gateway_refund_id": "x", "amount_fen": 9_600 });
    market.app.unchanged(market.sandbox_tells(&refund).into_future()).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_signed_notification_of_another_shape_is_refused() {
    let market = Market::new().await;
    let (_, payment) = a_payment_under_way(&market).await;
    let mut extra = paid(&payment);
    extra["refund"] = json!(true);
    for event in [json!({}), json!([]), json!({ "event": "payment_vanished" }), extra] {
        market.app.unchanged(market.sandbox_tells(&event).into_future()).await.refused(400, "invalid_signature");
    }
    let mut negative = paid(&payment);
    negative["amount_fen"] = json!(-9_600);
    market.app.unchanged(market.sandbox_tells(&negative).into_future()).await.refused(400, "invalid_signature");
}

#[actix_web::test]
async fn money_that_comes_too_late_is_paid_back() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let checkout = market.checkout(&[(&eggs, 2)]).await;
    // The buyer pays in the last moment, and the provider tells after it.
    market.app.advance(minutes(30) - Duration::from_millis(100));
    let path = format!("/api/v1/checkouts/{}/pay", id(&checkout));
    market.buyer.post(path, &json!({ "provider": "sandbox" })).await.accepted();
    assert_eq!(market.app.later(minutes(1)), 3, "expired, then paid, and found so when it was to be closed");
    assert_eq!(state(&market, &checkout).await, "expired");
    assert_eq!(market.listing(&eggs).await["stock_available"], 20);

    market.app.later(minutes(1));
    let order = market.order(text(&checkout, "/orders/0/id")).await;
    let states: Vec<_> =
        order["timeline"].as_array().expect("a list").iter().map(|entry| text(entry, "/state")).collect();
    assert_eq!(states, ["placed", "expired", "refunded"]);
    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok();
    assert_eq!((&page["totals"]["paid_fen"], &page["totals"]["refunded_fen"]), (&json!(9_600), &json!(9_600)));
    assert_eq!(page["totals"]["held_fen"], 0);
    assert_eq!(page["payments"][0]["refunds"][0]["state"], "succeeded");
}

#[actix_web::test]
async fn outside_of_a_demonstration_the_sandbox_neither_pays_nor_is_believed() {
    let market = Market::with(yuanshan::context::Settings { demonstration: false, ..common::settings() }).await;
    let eggs = market.sells(EGGS).await;
    let checkout = market.checkout(&[(&eggs, 1)]).await;
    let path = format!("/api/v1/checkouts/{}/pay", id(&checkout));
    let pay = market.buyer.post(path, &json!({ "provider": "sandbox" }));
    market.app.unchanged(pay.into_future()).await.refused(422, "provider_unavailable");
    let event = json!({ "event": "payment_succeeded", "payment_id": id(&checkout),
        "gateway_transaction_id": "x", "amount_fen": 4_800 });
    market.app.unchanged(market.sandbox_tells(&event).into_future()).await.refused(422, "provider_unavailable");
    assert_eq!(market.anonymous.get("/api/v1/installation").await.ok()["providers"], json!([]));
}
