//! Goods of an order that are to be others: nothing changes before the buyer says yes.

use serde_json::{Value, json};

use crate::preorders::{HONEY, called_in, days_of_claims, deposit_paid, honey, left, on, pay_balance, publish};
use crate::support::{Answer, HEN, Market, WALNUTS, id, minutes, paid, parcel};

/// Two households of one village with honey, the second cheaper.
async fn two_honeys(market: &Market) -> (Value, Value) {
    let first = honey(market).await;
    let other = market.household("井边陈家").await;
    let mut body = HONEY.titled("春蜜").of(id(&other));
    body["price"]["farmer_pay_fen"] = json!(8_000);
    (first, publish(market, &body).await)
}

async fn propose(market: &Market, order: &Value, to: &Value) -> Answer {
    let body = json!({ "line_no": 1, "listing_id": id(to), "reason": "王家的蜜今年不够" });
    market.coordinator.post(on(order, "changes"), &body).await
}

async fn answer(market: &Market, order: &Value, change: &Value, answer: &str) -> Answer {
    let body = json!({ "change_id": change["id"], "answer": answer });
    market.buyer.post(on(order, "changes/answer"), &body).await
}

#[actix_web::test]
async fn a_line_comes_from_another_household_once_the_buyer_says_yes() {
    let market = Market::new().await;
    let (honey, other) = two_honeys(&market).await;
    let order = deposit_paid(&market, &honey, 2).await;
    called_in(&market, &honey).await;
    let begun = pay_balance(&market, &order).await;
    let asked = propose(&market, &order, &other).await.ok();
    let change = &asked["changes"][0];
    assert_eq!(
        (&change["state"], &change["less_fen"], &change["is_asked"]),
        (&json!("open"), &json!(2_000), &json!(true))
    );
    assert_eq!(propose(&market, &order, &other).await.ok()["changes"].as_array().map(Vec::len), Some(1), "asked once");
    assert_eq!(market.order(id(&order)).await["lines"][0]["title"], HONEY.title, "nothing changes before the yes");
    let body = json!({ "change_id": change["id"], "answer": "accept" });
    let stranger = market.other_buyer.post(on(&order, "changes/answer"), &body);
    market.app.unchanged(stranger.into_future()).await.refused(404, "not_found");

    answer(&market, &order, change, "accept").await.ok();
    let changed = market.order(id(&order)).await;
    assert_eq!((&changed["total_fen"], &changed["lines"][0]["title"]), (&json!(17_998), &json!("春蜜")));
    assert_eq!((left(&market, &honey).await, left(&market, &other).await), (json!(10), json!(8)));
    let again = answer(&market, &order, change, "accept").await.ok();
    assert_eq!(again["changes"][0]["state"], "accepted");
    assert_eq!(left(&market, &other).await, 8, "saying yes again changes nothing");
    // The balance that was begun before is another than is owed now.
    market.sandbox_tells(&paid(&begun["payment"])).await.no_content();
    assert_eq!(market.order(id(&order)).await["state"], "balance_due");
    let due = pay_balance(&market, &order).await;
    assert_eq!(due["payment"]["amount_fen"], 17_998 - 5_999);
    market.app.later(minutes(1));
    assert_eq!(market.order(id(&order)).await["state"], "paid");
}

#[actix_web::test]
async fn what_it_costs_less_goes_back_of_what_is_paid() {
    let market = Market::new().await;
    let (_, other) = two_honeys(&market).await;
    let eggs = market.sells(HEN).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    let asked = propose(&market, &order, &other).await.ok();
    answer(&market, &order, &asked["changes"][0], "accept").await.ok();
    market.app.later(minutes(1));
    assert_eq!(market.order(id(&order)).await["total_fen"], 8_999);
    for step in ["confirm", "pack"] {
        market.coordinator.act(on(&order, step)).await.ok();
    }
    let late = propose(&market, &order, &eggs).await;
    late.refused(409, "wrong_state");
    market.coordinator.post(on(&order, "ship"), &parcel("SF1", &[])).await.ok();
    market.buyer.act(on(&order, "receive")).await.ok();
    market.app.later(days_of_claims());
    assert_eq!(market.order(id(&order)).await["split"]["farmer_pay_fen"], 8_000);
}

#[actix_web::test]
async fn a_buyer_keeps_what_was_ordered_or_ends_it_with_all_money_back() {
    let market = Market::new().await;
    let (honey, other) = two_honeys(&market).await;
    let order = deposit_paid(&market, &honey, 1).await;
    let asked = propose(&market, &order, &other).await.ok();
    answer(&market, &order, &asked["changes"][0], "keep").await.ok();
    assert_eq!(market.order(id(&order)).await["state"], "deposit_paid");
    market.app.unchanged(answer(&market, &order, &asked["changes"][0], "accept")).await.refused(404, "not_found");
    market.app.advance(minutes(1));
    let again = propose(&market, &order, &other).await.ok();
    assert_eq!(again["changes"].as_array().map(Vec::len), Some(2));
    answer(&market, &order, &again["changes"][0], "end").await.ok();
    market.app.later(minutes(1));
    assert_eq!(market.order(id(&order)).await["state"], "refunded");
    assert_eq!((left(&market, &honey).await, left(&market, &other).await), (json!(10), json!(10)));
}

#[actix_web::test]
async fn nothing_dearer_comes_instead_and_nothing_of_elsewhere() {
    let market = Market::new().await;
    let (honey, other) = two_honeys(&market).await;
    let order = deposit_paid(&market, &honey, 1).await;
    let (hen, walnuts) = (market.sells(HEN).await, market.other_village_sells(WALNUTS).await);
    for (to, code) in
        [(&hen, "change_costs_more"), (&walnuts, "change_listing_unfit"), (&honey, "change_listing_unfit")]
    {
        market.app.unchanged(propose(&market, &order, to)).await.invalid(&[("/listing_id", code)]);
    }
    let body = json!({ "line_no": 1, "listing_id": id(&other), "reason": "换一家" });
    let theirs = market.other_coordinator.post(on(&order, "changes"), &body);
    market.app.unchanged(theirs.into_future()).await.refused(404, "not_found");
    // Sold out meanwhile: the yes is refused, and the buyer is asked again.
    let asked = propose(&market, &order, &other).await.ok();
    market.paid_order(&[(&other, 10)]).await;
    market.app.unchanged(answer(&market, &order, &asked["changes"][0], "accept")).await.refused(409, "out_of_stock");
}
