//! Alipay against the gateway of the tests.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::alipay_gateway::{Fields, Gateway};
use super::own_gateway::{self, market_at, pay};
use crate::support::{Call, EGGS, WALNUTS, cart, id, minutes, text};
use yuanshan::gateways::{Alipay, Provider};

type Shop = own_gateway::Shop<Gateway>;

const NOTIFY: &str = "/api/v1/payments/alipay/notify";

impl Shop {
    /// A box of eggs, of which the buyer has begun to pay.
    async fn new() -> Self {
        let gateway = Gateway::start();
        let market = market_at(Provider::Alipay, Alipay::new(gateway.merchant())).await;
        Self::at(gateway, market, "alipay").await
    }

    fn pays(&self) -> Fields {
        self.gateway.pays(&self.number, "48.00")
    }

    /// A letter of the gateway, on its way.
    fn sends(&self, body: String) -> Call<'_> {
        self.market.anonymous.call(Method::POST, NOTIFY).bytes("application/x-www-form-urlencoded; charset=utf-8", body)
    }

    fn tells(&self, fields: &Fields) -> Call<'_> {
        self.sends(self.gateway.letter(fields, false))
    }

    async fn is_told(&self, fields: &Fields) {
        let answer = self.tells(fields).await;
        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!(&*answer.body, b"success", "it wants this word and no other");
    }
}

fn altered(fields: &Fields, name: &str, value: &str) -> Fields {
    let mut fields = fields.clone();
    fields.insert(name.into(), value.into());
    fields
}

#[actix_web::test]
async fn a_code_is_shown_scanned_and_told_of() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    let seen = shop.seen().await;
    assert!(text(&seen, "/payment/pay_by/svg").contains("<svg"), "{seen:#}");
    assert_eq!(shop.gateway.books().codes[&shop.number], "48.00");
    let fields = shop.pays();
    shop.is_told(&fields).await;
    assert_eq!(shop.seen().await["state"], "paid");
    for _ in 0..3 {
        let repeated = shop.market.app.unchanged(shop.tells(&fields).into_future()).await;
        assert_eq!(repeated.status, 200, "it is thanked for, or it would come for a day");
    }
}

#[actix_web::test]
async fn what_alipay_did_not_say_is_not_believed() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    let fields = shop.pays();
    let body = shop.gateway.letter(&fields, false);
    let refused = [
        shop.gateway.letter(&fields, true),
        body.replace("48.00", "0.01"),
        format!("{body}&total_amount=0.01"),
        body.replace("RSA2", "RSA"),
        body.split("&sign=").next().unwrap_or_default().to_owned(),
        String::new(),
        "{}".into(),
        shop.gateway.letter(&altered(&fields, "app_id", "2021000000000002"), false),
        shop.gateway.letter(&altered(&fields, "seller_id", "2088000000000002"), false),
        shop.gateway.letter(&altered(&fields, "out_trade_no", "x"), false),
        shop.gateway.letter(&altered(&fields, "total_amount", "48.001"), false),
    ];
    for body in refused {
        shop.market.app.unchanged(shop.sends(body).into_future()).await.refused(400, "invalid_signature");
    }
    for yuan in ["47.99", "48.01"] {
        let other = altered(&fields, "total_amount", yuan);
        shop.market.app.unchanged(shop.tells(&other).into_future()).await.refused(409, "payment_mismatch");
    }
    let waiting = altered(&fields, "trade_status", "WAIT_BUYER_PAY");
    assert_eq!(shop.market.app.unchanged(shop.tells(&waiting).into_future()).await.status, 200);
    assert_eq!(shop.seen().await["state"], "open");
}

#[actix_web::test]
async fn the_notification_may_come_before_the_code() {
    let shop = Shop::new().await;
    shop.is_told(&shop.pays()).await;
    assert_eq!(shop.seen().await["state"], "paid");
    shop.market.app.later(minutes(5));
    assert_eq!(shop.gateway.books().calls, [] as [&str; 0], "nothing is left to ask");
}

#[actix_web::test]
async fn a_lost_notification_is_asked_for_and_a_forged_answer_not_believed() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    shop.market.app.later(minutes(3));
    assert_eq!(shop.seen().await["state"], "open", "nobody has scanned it");
    let fields = shop.pays();
    shop.gateway.books().is_forged = true;
    shop.market.app.later(minutes(3));
    assert_eq!(shop.seen().await["state"], "open");
    shop.gateway.books().is_forged = false;
    shop.market.app.later(minutes(3));
    assert_eq!(shop.seen().await["state"], "paid");
    // It comes after all.
    shop.market.app.unchanged(shop.tells(&fields).into_future()).await;
}

#[actix_web::test]
async fn an_expired_checkout_is_closed_and_what_was_scanned_goes_back() {
    let shop = Shop::new().await;
    shop.market.app.run_jobs();
    shop.pays();
    shop.gateway.books().trades.get_mut(&shop.number).expect("a trade")["trade_status"] = json!("WAIT_BUYER_PAY");
    shop.market.app.later(minutes(31));
    let seen = shop.seen().await;
    assert_eq!((&seen["state"], &seen["payment"]["state"]), (&json!("expired"), &json!("closed")));
    assert_eq!(shop.gateway.books().trades[&shop.number]["trade_status"], "TRADE_CLOSED");
    // The word of a payment of the last second comes late.
    shop.gateway.books().is_slow = true;
    let fields = shop.pays();
    shop.is_told(&fields).await;
    shop.market.app.run_jobs();
    assert_eq!(shop.order().await["state"], "expired", "the money is on its way back");
    shop.gateway.books().is_slow = false;
    shop.market.app.later(minutes(11));
    assert_eq!(shop.order().await["state"], "refunded");
    let refund = shop.gateway.books().refunds.values().next().cloned().expect("a refund");
    assert_eq!(refund["refund_amount"], "48.00");
    let closed = altered(&fields, "trade_status", "TRADE_CLOSED");
    assert_eq!(shop.market.app.unchanged(shop.tells(&closed).into_future()).await.status, 200);
}

#[actix_web::test]
async fn a_part_goes_back_of_what_was_paid_as_a_whole() {
    let gateway = Gateway::start();
    let market = market_at(Provider::Alipay, Alipay::new(gateway.merchant())).await;
    let (eggs, walnuts) = (market.sells(EGGS).await, market.other_village_sells(WALNUTS).await);
    let checkout = market.buyer.post("/api/v1/checkouts", &cart(&[(&eggs, 1), (&walnuts, 1)])).await.created();
    let payment = pay(&market.buyer, &checkout, "alipay").await;
    market.app.run_jobs();
    let number = id(&payment).replace('-', "");
    let yuan = gateway.books().codes[&number].clone();
    gateway.pays(&number, &yuan);
    market.app.later(minutes(3));
    for order in checkout["orders"].as_array().expect("orders") {
        let cancel = format!("/api/v1/orders/{}/cancel", id(order));
        market.buyer.post(cancel, &json!({ "reason": "不要了" })).await.ok();
        market.app.run_jobs();
        assert_eq!(market.order(id(order)).await["state"], "refunded");
    }
    let refunds: Vec<Value> = gateway.books().refunds.values().cloned().collect();
    let fen = |value: &Value| value.as_str().expect("yuan").replace('.', "").parse::<i64>().expect("fen");
    let back: i64 = refunds.iter().map(|refund| fen(&refund["refund_amount"])).sum();
    assert_eq!((refunds.len(), &json!(back)), (2, &payment["amount_fen"]));
}
