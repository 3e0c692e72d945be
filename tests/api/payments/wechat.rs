//! WeChat Pay against the gateway of the tests.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::gateway::Gateway;
use super::own_gateway::{self, market_at, pay};
use crate::support::{EGGS, WALNUTS, cart, id, minutes, text};
use yuanshan::gateways::{Provider, Wechat};

type Shop = own_gateway::Shop<Gateway>;

const NOTIFY: &str = "/api/v1/payments/wechat/notify";

impl Shop {
    /// A box of eggs, of which the buyer has begun to pay.
    async fn new() -> Self {
        let gateway = Gateway::start();
        let market = market_at(Provider::Wechat, Wechat::new(gateway.merchant())).await;
        Self::at(gateway, market, "wechat").await
    }

    fn now(&self) -> u64 {
        self.market.app.now().unix_millis() / 1000
    }

    /// A letter of the gateway, on its way.
    fn letter(&self, event: &str, content: &Value, time: u64, is_forged: bool) -> crate::support::Call<'_> {
        let (headers, body) = self.gateway.letter(event, content, time, is_forged);
        let call = self.market.anonymous.call(Method::POST, NOTIFY).bytes("application/json", body);
        headers.into_iter().fold(call, |call, (name, value)| call.header(name, value))
    }

    fn tells(&self, content: &Value) -> crate::support::Call<'_> {
        self.letter("TRANSACTION.SUCCESS", content, self.now(), false)
    }
}

#[actix_web::test]
async fn a_code_is_shown_scanned_and_told_of() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    let seen = shop.seen().await;
    assert!(text(&seen, "/payment/pay_by/svg").contains("<svg"), "{seen:#}");
    let content = shop.gateway.pays(&shop.number);
    shop.tells(&content).await.no_content();
    assert_eq!(shop.seen().await["state"], "paid");
    for _ in 0..3 {
        shop.market.app.unchanged(shop.tells(&content).into_future()).await.no_content();
    }
    let page = shop.market.auditor.get(format!("/api/v1/audit/orders/{}", text(&shop.checkout, "/orders/0/id")));
    assert_eq!(page.await.ok()["totals"]["paid_fen"], 4_800);
}

#[actix_web::test]
async fn what_the_gateway_did_not_say_now_is_not_believed() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    let (content, now) = (shop.gateway.pays(&shop.number), shop.now());
    let event = "TRANSACTION.SUCCESS";
    let refused = [
        shop.letter(event, &content, now, true),
        shop.letter(event, &content, now - 301, false),
        shop.letter(event, &content, now + 301, false),
        shop.tells(&content).bytes("application/json", "{}"),
        shop.tells(&content).header("Wechatpay-Serial", "ANOTHER"),
    ];
    for letter in refused {
        shop.market.app.unchanged(letter.into_future()).await.refused(400, "invalid_signature");
    }
    for (field, other) in [("mchid", "1900000002"), ("appid", "wx2"), ("out_trade_no", "x")] {
        let mut altered = content.clone();
        altered[field] = json!(other);
        shop.market.app.unchanged(shop.tells(&altered).into_future()).await.refused(400, "invalid_signature");
    }
    assert_eq!(shop.seen().await["state"], "open");
    shop.letter(event, &content, now - 299, false).await.no_content();
    assert_eq!(shop.seen().await["state"], "paid");
}

#[actix_web::test]
async fn a_fen_more_or_less_does_not_pay() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    let content = shop.gateway.pays(&shop.number);
    for fen in [4_799, 4_801] {
        let mut altered = content.clone();
        altered["amount"]["total"] = json!(fen);
        shop.market.app.unchanged(shop.tells(&altered).into_future()).await.refused(409, "payment_mismatch");
    }
}

#[actix_web::test]
async fn the_notification_may_come_before_the_code() {
    let shop = Shop::new().await;
    shop.gateway.books().payments.insert(
        shop.number.clone(),
        json!({ "appid": super::gateway::APP, "mchid": super::gateway::MERCHANT, "out_trade_no": shop.number,
            "amount": { "total": 4_800 } }),
    );
    let content = shop.gateway.pays(&shop.number);
    shop.tells(&content).await.no_content();
    assert_eq!(shop.seen().await["state"], "paid");
    shop.market.app.later(minutes(5));
    assert_eq!(shop.gateway.books().calls, [] as [&str; 0], "nothing is left to ask");
}

#[actix_web::test]
async fn a_lost_notification_is_asked_for() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    shop.market.app.later(minutes(3));
    assert_eq!(shop.seen().await["state"], "open");
    let content = shop.gateway.pays(&shop.number);
    shop.market.app.later(minutes(3));
    assert_eq!(shop.seen().await["state"], "paid");
    // It comes after all.
    shop.market.app.unchanged(shop.tells(&content).into_future()).await.no_content();
}

#[actix_web::test]
async fn a_forged_answer_of_the_gateway_is_not_believed() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    shop.gateway.pays(&shop.number);
    shop.gateway.books().is_forged = true;
    shop.market.app.later(minutes(3));
    assert_eq!(shop.seen().await["state"], "open");
    shop.gateway.books().is_forged = false;
    shop.market.app.later(minutes(3));
    assert_eq!(shop.seen().await["state"], "paid");
}

#[actix_web::test]
async fn an_expired_checkout_is_closed_at_the_gateway() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    shop.market.app.later(minutes(31));
    let seen = shop.seen().await;
    assert_eq!((&seen["state"], &seen["payment"]["state"]), (&json!("expired"), &json!("closed")));
    assert_eq!(shop.gateway.books().payments[&shop.number]["trade_state"], "CLOSED");
}

#[actix_web::test]
async fn money_of_an_expired_order_goes_back_when_the_gateway_says_so() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    shop.gateway.books().is_slow = true;
    shop.market.app.later(minutes(29));
    let content = shop.gateway.pays(&shop.number);
    shop.market.app.advance(minutes(2));
    // In the moment of its end nobody has told of the payment; closing it finds it paid.
    shop.market.app.run_jobs();
    assert_eq!(shop.seen().await["state"], "expired");
    assert_eq!(shop.order().await["state"], "expired", "the money is on its way back");
    assert_eq!(shop.gateway.books().refunds.len(), 1);
    shop.market.app.unchanged(shop.tells(&content).into_future()).await.no_content();
    shop.gateway.books().is_slow = false;
    shop.market.app.later(minutes(11));
    assert_eq!(shop.order().await["state"], "refunded");
    let refund = shop.gateway.books().refunds.values().next().cloned().expect("a refund");
    assert_eq!(refund["amount"]["refund"], 4_800);
}

#[actix_web::test]
async fn a_refund_is_believed_by_its_notification() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    shop.gateway.books().is_slow = true;
    let content = shop.gateway.pays(&shop.number);
    shop.tells(&content).await.no_content();
    let cancel = format!("/api/v1/orders/{}/cancel", text(&shop.checkout, "/orders/0/id"));
    shop.market.buyer.post(cancel, &json!({ "reason": "不要了" })).await.ok();
    shop.market.app.run_jobs();
    assert_eq!(shop.order().await["state"], "cancelled");
    let mut refund = shop.gateway.books().refunds.values().next().cloned().expect("a refund");
    refund["mchid"] = json!(super::gateway::MERCHANT);
    refund["refund_status"] = json!("SUCCESS");
    let told = || shop.letter("REFUND.SUCCESS", &refund, shop.now(), false);
    told().await.no_content();
    assert_eq!(shop.order().await["state"], "refunded");
    shop.market.app.unchanged(told().into_future()).await.no_content();
}

#[actix_web::test]
async fn a_part_goes_back_of_what_was_paid_as_a_whole() {
    let gateway = Gateway::start();
    let market = market_at(Provider::Wechat, Wechat::new(gateway.merchant())).await;
    let (eggs, walnuts) = (market.sells(EGGS).await, market.other_village_sells(WALNUTS).await);
    let checkout = market.buyer.post("/api/v1/checkouts", &cart(&[(&eggs, 1), (&walnuts, 1)])).await.created();
    let payment = pay(&market.buyer, &checkout, "wechat").await;
    market.app.run_jobs();
    gateway.pays(&id(&payment).replace('-', ""));
    market.app.later(minutes(3));
    let order = &checkout["orders"][0];
    let cancel = format!("/api/v1/orders/{}/cancel", id(order));
    market.buyer.post(cancel, &json!({ "reason": "不要了" })).await.ok();
    market.app.run_jobs();
    assert_eq!(market.order(id(order)).await["state"], "refunded");
    assert_eq!(market.order(text(&checkout, "/orders/1/id")).await["state"], "paid");
    let refund = gateway.books().refunds.values().next().cloned().expect("a refund");
    assert_eq!(
        (&refund["amount"]["refund"], &refund["amount"]["total"]),
        (&order["total_fen"], &payment["amount_fen"])
    );
}

#[actix_web::test]
async fn the_second_of_two_providers_is_closed_or_paid_back() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    // Another tab begins to pay elsewhere, while the code of the first is scanned.
    pay(&shop.market.buyer, &shop.checkout, "sandbox").await;
    let content = shop.gateway.pays(&shop.number);
    shop.market.app.later(minutes(1));
    assert_eq!(shop.order().await["state"], "paid");
    shop.market.app.unchanged(shop.tells(&content).into_future()).await.no_content();
    let page = shop.market.auditor.get(format!("/api/v1/audit/orders/{}", text(&shop.checkout, "/orders/0/id")));
    let totals = page.await.ok()["totals"].clone();
    assert_eq!(
        (&totals["paid_fen"], &totals["refunded_fen"], &totals["held_fen"]),
        (&json!(9_600), &json!(4_800), &json!(4_800))
    );
}
