//! No more is promised than a household can give: not by publishing, not by adding stock, not by orders
//! that come back.

use serde_json::{Value, json};

use super::{available, capacity, command, handed_in, on_sale, stock, survey, template};
use crate::support::{Market, id, minutes, text};

/// A household with so many hens.
async fn with_hens(market: &Market, hens: i64) -> (Value, Value) {
    let (household, template) = (market.household("坡上王家").await, template(market).await);
    survey(market, &household, &template, hens).await;
    (household, template)
}

#[actix_web::test]
async fn without_a_survey_nothing_is_published() {
    let market = Market::new().await;
    let (household, template) = (market.household("坡上王家").await, template(&market).await);
    let listing = handed_in(&market, &household, &template, 10).await;
    let path = format!("/api/v1/listings/{}/approve", id(&listing));
    market.app.unchanged(market.approver.act(&path).into_future()).await.refused(409, "survey_missing");
    survey(&market, &household, &template, 2).await;
    assert_eq!(text(&command(&market, &listing, "approve").await.ok(), "/season"), "2026");
    assert_eq!(capacity(&market, &household).await, (300, 300));
}

#[actix_web::test]
async fn what_is_live_and_sold_stays_within_the_limit() {
    let market = Market::new().await;
    // 20 boxes.
    let (household, template) = with_hens(&market, 4).await;
    let first = on_sale(&market, &household, &template, 12).await;
    let second = handed_in(&market, &household, &template, 9).await;
    let path = format!("/api/v1/listings/{}/approve", id(&second));
    let refused = market.app.unchanged(market.approver.act(&path).into_future()).await.refused(409, "promise_limit");
    assert_eq!(refused["left"], 8);

    market.paid_order(&[(&first, 5)]).await;
    assert_eq!(capacity(&market, &household).await, (600, 360), "an order moves within the promise");
    command(&market, &first, "pause").await.ok();
    assert_eq!(capacity(&market, &household).await, (600, 150), "what is not sold is let go");
    assert_eq!(
        market
            .app
            .unchanged(market.coordinator.act(format!("/api/v1/listings/{}/pause", id(&first))).into_future())
            .await
            .ok()["state"],
        "paused"
    );
    command(&market, &second, "approve").await.ok();
    assert_eq!(capacity(&market, &household).await, (600, 420));
    let path = format!("/api/v1/listings/{}/resume", id(&first));
    let refused = market.app.unchanged(market.coordinator.act(&path).into_future()).await.refused(409, "promise_limit");
    assert_eq!(refused["left"], 6);
    command(&market, &second, "close").await.ok();
    command(&market, &first, "resume").await.ok();
    assert_eq!(capacity(&market, &household).await, (600, 360));
}

#[actix_web::test]
async fn an_order_that_comes_back_of_what_is_off_sale_is_promised_no_longer() {
    let market = Market::new().await;
    let (household, template) = with_hens(&market, 4).await;
    let eggs = on_sale(&market, &household, &template, 10).await;
    let order = market.paid_order(&[(&eggs, 4)]).await;
    let kept = market.paid_order(&[(&eggs, 1)]).await;
    let cancel = async |order: &Value| {
        let reason = json!({ "reason": "下错单了" });
        market.buyer.post(format!("/api/v1/orders/{}/cancel", id(order)), &reason).await.ok();
    };
    command(&market, &eggs, "pause").await.ok();
    assert_eq!(capacity(&market, &household).await, (600, 150));
    cancel(&order).await;
    assert_eq!(capacity(&market, &household).await, (600, 30));
    command(&market, &eggs, "resume").await.ok();
    cancel(&kept).await;
    assert_eq!(capacity(&market, &household).await, (600, 300), "live: it is for sale again");
    assert_eq!(available(&market, &eggs).await, 10);
}

#[actix_web::test]
async fn a_lower_survey_cuts_the_newest_listings_first() {
    let market = Market::new().await;
    let (household, template) = with_hens(&market, 4).await;
    let old = on_sale(&market, &household, &template, 12).await;
    let new = on_sale(&market, &household, &template, 8).await;
    let order = market.paid_order(&[(&old, 10)]).await;
    // 10 boxes are sold, and 14 are left to promise.
    market.app.advance(minutes(1));
    let mut fewer = super::hens(&template, 3);
    fewer["capacity_units"] = json!(3);
    let taken = market.coordinator.post(super::of(&household, "surveys"), &fewer).await.created();
    assert_eq!(taken["notes"], json!(["stock_cut"]));
    assert_eq!(taken["cuts"], json!([{ "listing_id": id(&new), "title": new["title"], "units": 5 }]));
    assert_eq!(taken["capacity"]["promised_quantity"], 450);
    assert_eq!((available(&market, &old).await, available(&market, &new).await), (2, 3));

    let none = survey(&market, &household, &template, 1).await;
    let cut: Vec<(&str, i64)> = none["cuts"]
        .as_array()
        .expect("cuts")
        .iter()
        .map(|cut| (text(cut, "/listing_id"), cut["units"].as_i64().expect("a number")))
        .collect();
    assert_eq!(cut, [(id(&new), 3), (id(&old), 2)]);
    assert_eq!(capacity(&market, &household).await, (150, 300), "what is sold stays sold");
    // What comes back is not put on sale while more is sold than there is.
    let reason = json!({ "reason": "下错单了" });
    market.buyer.post(format!("/api/v1/orders/{}/cancel", id(&order)), &reason).await.ok();
    assert_eq!(capacity(&market, &household).await, (150, 150));
    assert_eq!(available(&market, &old).await, 5);
}

#[actix_web::test]
async fn stock_is_set_within_the_promise_and_once() {
    let market = Market::new().await;
    let (household, template) = with_hens(&market, 4).await;
    let eggs = on_sale(&market, &household, &template, 10).await;
    market.paid_order(&[(&eggs, 4)]).await;
    let path = format!("/api/v1/listings/{}/stock", id(&eggs));
    let set = stock(&market, &eggs, &json!({ "available": 16, "seen": 6 })).await.ok();
    assert_eq!((&set["stock_available"], &set["stock_total"]), (&json!(16), &json!(20)));
    assert_eq!(capacity(&market, &household).await, (600, 600));
    for (body, code, field, value) in [
        (json!({ "available": 17 }), "promise_limit", "left", 0),
        (json!({ "available": 10, "seen": 6 }), "stock_changed", "available", 16),
    ] {
        let call = market.coordinator.post(&path, &body).key(&market.app.new_key());
        assert_eq!(market.app.unchanged(call.into_future()).await.refused(409, code)[field], value);
    }
    let key = market.app.new_key();
    let lower = json!({ "available": 3 });
    let first = market.coordinator.post(&path, &lower).key(&key).await.ok();
    market.paid_order(&[(&eggs, 1)]).await;
    let again = market.coordinator.post(&path, &lower).key(&key);
    assert_eq!(market.app.unchanged(again.into_future()).await.ok(), first, "a repeated request is answered as before");
    assert_eq!(available(&market, &eggs).await, 2);
    assert_eq!(capacity(&market, &household).await, (600, 210));
    stock(&market, &eggs, &json!({ "available": 0 })).await.ok();
    for (body, pointer, code) in [
        (json!({ "available": -1 }), "/available", "invalid_count"),
        (json!({ "available": 100_001 }), "/available", "invalid_count"),
        (json!({ "available": 1.5 }), "/available", "invalid_value"),
    ] {
        let call = market.coordinator.post(&path, &body).key(&market.app.new_key());
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    }
    let call = market.coordinator.post(&path, &lower).without("Idempotency-Key");
    market.app.unchanged(call.into_future()).await.refused(400, "idempotency_key_required");
    for (person, status, code) in [
        (&market.other_coordinator, 404, "not_found"),
        (&market.approver, 403, "forbidden"),
        (&market.buyer, 403, "forbidden"),
    ] {
        let call = person.post(&path, &lower).key(&market.app.new_key());
        market.app.unchanged(call.into_future()).await.refused(status, code);
    }
    command(&market, &eggs, "close").await.ok();
    stock(&market, &eggs, &lower).await.refused(409, "wrong_state");
}

#[actix_web::test]
async fn a_draft_promises_nothing_whatever_its_stock() {
    let market = Market::new().await;
    let (household, template) = with_hens(&market, 4).await;
    let listing = handed_in(&market, &household, &template, 10).await;
    stock(&market, &listing, &json!({ "available": 90 })).await.ok();
    assert_eq!(capacity(&market, &household).await, (600, 0));
    let path = format!("/api/v1/listings/{}/approve", id(&listing));
    market.app.unchanged(market.approver.act(&path).into_future()).await.refused(409, "promise_limit");
    stock(&market, &listing, &json!({ "available": 20 })).await.ok();
    command(&market, &listing, "approve").await.ok();
    assert_eq!(capacity(&market, &household).await, (600, 600));
}
