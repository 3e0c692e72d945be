//! The Idempotency-Key: what is asked twice happens once.

use serde_json::json;

use crate::support::{EGGS, Market, cart, id, text};

const CHECKOUTS: &str = "/api/v1/checkouts";

#[actix_web::test]
async fn an_order_without_a_usable_key_is_refused() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let cart = cart(&[(&eggs, 1)]);
    let call = market.buyer.post(CHECKOUTS, &cart).without("idempotency-key");
    market.app.unchanged(call.into_future()).await.refused(400, "idempotency_key_required");
    for key in ["", "two words", "钥匙", &"k".repeat(201)] {
        let call = market.buyer.post(CHECKOUTS, &cart).key(key);
        market.app.unchanged(call.into_future()).await.refused(400, "idempotency_key_required");
    }
    market.buyer.post(CHECKOUTS, &cart).key(&"k".repeat(200)).await.created();

    let checkout = market.checkout(&[(&eggs, 1)]).await;
    let pay = market.buyer.post(format!("{CHECKOUTS}/{}/pay", id(&checkout)), &json!({ "provider": "sandbox" }));
    pay.without("idempotency-key").await.refused(400, "idempotency_key_required");
}

#[actix_web::test]
async fn the_same_request_again_gives_the_same_answer_and_nothing_more() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let cart = cart(&[(&eggs, 2)]);
    let first = market.buyer.post(CHECKOUTS, &cart).key("once").await;
    let checkout = first.created();
    let again = market.app.unchanged(market.buyer.post(CHECKOUTS, &cart).key("once").into_future()).await;
    again.created();
    assert_eq!(again.body, first.body, "to the byte");

    let pay = || market.buyer.post(format!("{CHECKOUTS}/{}/pay", id(&checkout)), &json!({ "provider": "sandbox" }));
    let payment = pay().key("pay once").without("idempotency-key").key("pay-once").await.accepted();
    let again = market.app.unchanged(pay().key("pay-once").into_future()).await.accepted();
    assert_eq!(again, payment);
    market.pay(&checkout).await;
    let late = market.app.unchanged(pay().key("pay-once").into_future()).await.accepted();
    assert_eq!(late, payment, "the answer of then, though it is paid now");
}

#[actix_web::test]
async fn another_request_under_the_same_key_is_refused() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let checkout = market.buyer.post(CHECKOUTS, &cart(&[(&eggs, 2)])).key("mine").await.created();
    let more = market.buyer.post(CHECKOUTS, &cart(&[(&eggs, 3)])).key("mine");
    market.app.unchanged(more.into_future()).await.refused(422, "idempotency_conflict");
    let elsewhere = market.buyer.post(format!("{CHECKOUTS}/{}/pay", id(&checkout)), &json!({ "provider": "sandbox" }));
    market.app.unchanged(elsewhere.key("mine").into_future()).await.refused(422, "idempotency_conflict");

    let others = market.other_buyer.post(CHECKOUTS, &cart(&[(&eggs, 3)])).key("mine").await.created();
    assert_ne!(others["id"], checkout["id"], "a key is its owner's alone");
}

#[actix_web::test]
async fn a_refused_request_leaves_its_key_free() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS.with_stock(1)).await;
    let taken = market.checkout(&[(&eggs, 1)]).await;
    let wish = || market.other_buyer.post(CHECKOUTS, &cart(&[(&eggs, 1)])).key("patient");
    wish().await.refused(409, "out_of_stock");
    let order = text(&taken, "/orders/0/id");
    market.buyer.post(format!("/api/v1/orders/{order}/cancel"), &json!({ "reason": "不要了" })).await.ok();
    wish().await.created();
}

#[actix_web::test]
async fn keys_count_for_cancelling_receiving_and_paying_out_too() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    let cancel = |reason: &str| {
        market.buyer.post(format!("/api/v1/orders/{}/cancel", id(&order)), &json!({ "reason": reason })).key("cancel")
    };
    let first = cancel("不要了").await.ok();
    assert_eq!(market.app.unchanged(cancel("不要了").into_future()).await.ok(), first);
    market.app.unchanged(cancel("写错了").into_future()).await.refused(422, "idempotency_conflict");
    market.app.later(std::time::Duration::from_secs(1));

    let shipped = market.shipped_order(&[(&eggs, 1)]).await;
    let receive = || market.buyer.act(format!("/api/v1/orders/{}/receive", id(&shipped))).key("receive");
    let first = receive().await.ok();
    assert_eq!(market.app.unchanged(receive().into_future()).await.ok(), first);

    let payouts = market.coordinator.get("/api/v1/payouts").await.ok();
    let path = |step: &str| format!("/api/v1/payouts/{}/{step}", text(&payouts, "/data/0/id"));
    market.approver.act(path("approve")).await.ok();
    let send =
        |reference: &str| market.coordinator.post(path("send"), &json!({ "bank_reference": reference })).key("send");
    let first = send("B1").await.ok();
    assert_eq!(market.app.unchanged(send("B1").into_future()).await.ok(), first);
    market.app.unchanged(send("B2").into_future()).await.refused(422, "idempotency_conflict");
}
