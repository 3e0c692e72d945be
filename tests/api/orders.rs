//! Orders on their way, and off it: expiry, cancelling, wrong turns, repeated commands.

use serde_json::{Value, json};
use std::time::Duration;

use crate::support::{EGGS, HEN, Market, WALNUTS, cart, id, minutes, paid, rows, text};

fn states(order: &Value) -> Vec<&str> {
    order["timeline"].as_array().expect("a timeline").iter().map(|entry| text(entry, "/state")).collect()
}

async fn pay(market: &Market, checkout: &Value) -> crate::support::Answer {
    let path = format!("/api/v1/checkouts/{}/pay", id(checkout));
    market.buyer.post(path, &json!({ "provider": "sandbox" })).await
}

#[actix_web::test]
async fn each_village_makes_an_order_of_its_own() {
    let market = Market::new().await;
    let (eggs, walnuts) = (market.sells(EGGS).await, market.other_village_sells(WALNUTS).await);
    let checkout = market.checkout(&[(&walnuts, 1), (&eggs, 2)]).await;
    assert_eq!(checkout["total_fen"], 7_200 + 9_600);
    let orders: Vec<_> = checkout["orders"]
        .as_array()
        .expect("orders")
        .iter()
        .map(|order| (text(order, "/number"), text(order, "/village/name"), order["total_fen"].as_i64()))
        .collect();
    assert_eq!(
        orders,
        [("20260920-00001", "悬崖村", Some(7_200)), ("20260920-00002", "岫云村", Some(9_600))],
        "in the order in which they were chosen"
    );

    market.pay(&checkout).await;
    let ids = |list: &Value| rows(list).iter().map(|order| id(order).to_owned()).collect::<Vec<_>>();
    let theirs = market.other_coordinator.get("/api/v1/orders").await.ok();
    assert_eq!(ids(&theirs), [text(&checkout, "/orders/0/id")], "each sees its own");
    let ours = market.coordinator.get("/api/v1/orders?state=paid").await.ok();
    assert_eq!(ids(&ours), [text(&checkout, "/orders/1/id")]);
    assert_eq!(rows(&market.buyer.get("/api/v1/orders").await.ok()).len(), 2);
    assert_eq!(rows(&market.coordinator.get("/api/v1/orders?view=own").await.ok()).len(), 0);
    assert_eq!(rows(&market.other_buyer.get("/api/v1/orders").await.ok()).len(), 0);
}

#[actix_web::test]
async fn a_checkout_can_be_paid_until_it_expires_and_not_at_that_very_moment() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let (early, late) = (market.checkout(&[(&eggs, 1)]).await, market.checkout(&[(&eggs, 1)]).await);
    market.app.advance(minutes(30) - Duration::from_micros(1));
    let payment = pay(&market, &early).await.accepted();
    market.sandbox_tells(&paid(&payment["payment"])).await.no_content();
    market.app.advance(Duration::from_micros(1));
    // No job has run yet: the time itself decides.
    market.app.unchanged(pay(&market, &late)).await.refused(409, "checkout_expired");
    assert_eq!(market.listing(&eggs).await["stock_available"], 18);

    market.app.later(Duration::from_secs(1));
    assert_eq!(market.listing(&eggs).await["stock_available"], 19, "only what nobody paid is back");
    let expired = market.order(text(&late, "/orders/0/id")).await;
    assert_eq!((states(&expired), &expired["actions"]), (vec!["placed", "expired"], &json!([])));
    market.app.unchanged(pay(&market, &late)).await.refused(409, "checkout_expired");
}

#[actix_web::test]
async fn an_unpaid_checkout_is_taken_back_as_a_whole() {
    let market = Market::new().await;
    let (eggs, walnuts) = (market.sells(EGGS).await, market.other_village_sells(WALNUTS).await);
    let checkout = market.checkout(&[(&eggs, 2), (&walnuts, 1)]).await;
    let path = format!("/api/v1/orders/{}/cancel", text(&checkout, "/orders/0/id"));
    let reason = json!({ "reason": "买错了" });
    market.other_buyer.post(&path, &reason).await.refused(404, "not_found");
    market.coordinator.post(&path, &reason).await.refused(409, "wrong_state");
    market.buyer.post(&path, &json!({ "reason": " " })).await.invalid(&[("/reason", "text_required")]);
    let cancelled = market.buyer.post(&path, &reason).await.ok();
    assert_eq!(
        (states(&cancelled), &cancelled["timeline"][1]["reason"]),
        (vec!["placed", "cancelled"], &json!("买错了"))
    );

    let sibling = market.order(text(&checkout, "/orders/1/id")).await;
    assert_eq!(states(&sibling), ["placed", "cancelled"], "it is paid as a whole, so it ends as a whole");
    assert_eq!(market.listing(&eggs).await["stock_available"], 20);
    assert_eq!(pay(&market, &checkout).await.refused(409, "wrong_state")["state"], "cancelled");
    let again = market.buyer.post(&path, &reason).without("idempotency-key");
    market.app.unchanged(again.into_future()).await.ok();
    market.app.later(minutes(31));
    assert_eq!(market.listing(&eggs).await["stock_available"], 20, "the expiry finds nothing to do");
}

#[actix_web::test]
async fn a_paid_order_is_taken_back_alone_and_paid_back() {
    let market = Market::new().await;
    let (eggs, walnuts) = (market.sells(EGGS).await, market.other_village_sells(WALNUTS).await);
    let checkout = market.checkout(&[(&eggs, 2), (&walnuts, 1)]).await;
    market.pay(&checkout).await;
    let path = format!("/api/v1/orders/{}/cancel", text(&checkout, "/orders/0/id"));
    let cancelled = market.buyer.post(&path, &json!({ "reason": "出差了" })).await.ok();
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(market.listing(&eggs).await["stock_available"], 20);

    market.app.later(minutes(1));
    let refunded = market.order(text(&checkout, "/orders/0/id")).await;
    assert_eq!(states(&refunded), ["placed", "paid", "cancelled", "refunded"]);
    let kept = market.order(text(&checkout, "/orders/1/id")).await;
    assert_eq!(kept["state"], "paid");
    let summary = market.auditor.get("/api/v1/audit/summary").await.ok();
    let total = &summary["total"];
    assert_eq!(
        (&total["paid_fen"], &total["refunded_fen"], &total["held_fen"]),
        (&json!(9_600), &json!(9_600), &json!(0))
    );
    market
        .app
        .unchanged(market.buyer.post(&path, &json!({ "reason": "出差了" })).into_future())
        .await
        .refused(409, "wrong_state");
}

#[actix_web::test]
async fn a_packed_parcel_is_stopped_by_the_village_alone_and_a_sent_one_by_nobody() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    let path = |step: &str| format!("/api/v1/orders/{}/{step}", id(&order));
    market.coordinator.act(path("confirm")).await.ok();
    market.coordinator.act(path("pack")).await.ok();
    let reason = json!({ "reason": "路断了" });
    assert_eq!(market.buyer.post(path("cancel"), &reason).await.refused(409, "wrong_state")["state"], "packed");
    market.coordinator.post(path("cancel"), &reason).await.ok();
    market.app.later(minutes(1));
    assert_eq!(market.order(id(&order)).await["state"], "refunded");

    let sent = market.shipped_order(&[(&eggs, 1)]).await;
    let path = format!("/api/v1/orders/{}/cancel", id(&sent));
    for person in [&market.buyer, &market.coordinator] {
        assert_eq!(person.post(&path, &reason).await.refused(409, "wrong_state")["state"], "shipped");
    }
}

#[actix_web::test]
async fn no_step_is_left_out() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let checkout = market.checkout(&[(&eggs, 1)]).await;
    let order = text(&checkout, "/orders/0/id");
    let path = |step: &str| format!("/api/v1/orders/{order}/{step}");
    let parcel = json!({ "carrier": "顺丰", "tracking_number": "SF1" });
    let steps = ["confirm", "pack", "ship", "receive", "settle"];
    let refuse_from = async |first: usize, state: &str| {
        for step in &steps[first..] {
            let person = if *step == "receive" { &market.buyer } else { &market.coordinator };
            let answer = market.app.unchanged(person.post(path(step), &parcel).into_future()).await;
            assert_eq!(answer.refused(409, "wrong_state")["state"], state, "{step}");
        }
    };
    refuse_from(0, "placed").await;
    market.pay(&checkout).await;
    refuse_from(1, "paid").await;
    market.coordinator.act(path("confirm")).await.ok();
    refuse_from(2, "confirmed").await;
    market.coordinator.act(path("pack")).await.ok();
    refuse_from(3, "packed").await;
    market.coordinator.post(path("ship"), &parcel).await.ok();
    refuse_from(4, "shipped").await;
}

#[actix_web::test]
async fn a_repeated_step_changes_nothing() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    let path = |step: &str| format!("/api/v1/orders/{}/{step}", id(&order));
    for step in ["confirm", "pack"] {
        let first = market.coordinator.act(path(step)).await.ok();
        market.app.advance(minutes(1));
        let again = market.app.unchanged(market.coordinator.act(path(step)).without("idempotency-key").into_future());
        assert_eq!(again.await.ok(), first, "{step}");
    }
    let parcel = |number: &str| json!({ "carrier": "顺丰", "tracking_number": number });
    let ship = |number: &str| market.coordinator.post(path("ship"), &parcel(number)).without("idempotency-key");
    let first = ship("SF1").await.ok();
    assert_eq!(market.app.unchanged(ship("SF1").into_future()).await.ok(), first);
    market.app.unchanged(ship("SF2").into_future()).await.refused(409, "wrong_state");
    let receive = || market.buyer.act(path("receive")).without("idempotency-key");
    let first = receive().await.ok();
    assert_eq!(first["state"], "settled");
    let settle = || market.coordinator.act(path("settle")).without("idempotency-key");
    market.app.unchanged(settle().into_future()).await.ok();
    // A second tap: it has settled meanwhile, and nothing more happens.
    let again = market.app.unchanged(receive().into_future()).await.ok();
    assert_eq!(again["state"], "settled");
}

#[actix_web::test]
async fn a_parcel_has_a_carrier_and_a_number() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    let path = |step: &str| format!("/api/v1/orders/{}/{step}", id(&order));
    market.coordinator.act(path("confirm")).await.ok();
    market.coordinator.act(path("pack")).await.ok();
    for (parcel, pointer, code) in [
        (json!({ "carrier": "", "tracking_number": "SF1" }), "/carrier", "text_required"),
        (json!({ "carrier": "顺丰", "tracking_number": "\t" }), "/tracking_number", "text_required"),
        (json!({ "carrier": "顺丰", "tracking_number": "9".repeat(61) }), "/tracking_number", "text_too_long"),
    ] {
        let call = market.coordinator.post(path("ship"), &parcel);
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    }
}

#[actix_web::test]
async fn strangers_do_not_learn_that_an_order_exists() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    let path = format!("/api/v1/orders/{}", id(&order));
    for person in [&market.other_buyer, &market.other_coordinator, &market.other_approver, &market.auditor] {
        person.get(&path).await.refused(404, "not_found");
    }
    market.other_coordinator.act(format!("{path}/confirm")).await.refused(404, "not_found");
    market.other_buyer.act(format!("{path}/receive")).await.refused(404, "not_found");
    let checkout = format!("/api/v1/checkouts/{}", text(&order, "/checkout_id"));
    for person in [&market.other_buyer, &market.coordinator] {
        person.get(&checkout).await.refused(404, "not_found");
        let pay = person.post(format!("{checkout}/pay"), &json!({ "provider": "sandbox" }));
        pay.await.refused(404, "not_found");
    }
    market.anonymous.get(&path).await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn paying_twice_is_one_payment() {
    let market = Market::new().await;
    let hen = market.sells(HEN).await;
    let checkout = market.checkout(&[(&hen, 1)]).await;
    let first = pay(&market, &checkout).await.accepted();
    let second = pay(&market, &checkout).await.accepted();
    assert_eq!(first, second);
    market.app.later(minutes(1));
    assert_eq!(pay(&market, &checkout).await.accepted()["payment"]["state"], "succeeded");
    let unknown = market.buyer.post(format!("/api/v1/checkouts/{}/pay", id(&checkout)), &json!({ "provider": "cash" }));
    unknown.await.invalid(&[("/provider", "invalid_value")]);
}

#[actix_web::test]
async fn goods_of_a_price_that_changed_keep_the_price_at_which_they_were_ordered() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    market.coordinator.act(format!("/api/v1/listings/{}/close", id(&eggs))).await.ok();
    let dearer = crate::support::Offer { price: &[("farmer_pay_fen", 5_000)], ..EGGS };
    let dearer = market.household_sells(text(&eggs, "/household/id"), dearer).await;
    assert_eq!(market.order(id(&order)).await["lines"][0]["unit_price_fen"], 4_800);
    let checkout = market.buyer.post("/api/v1/checkouts", &cart(&[(&dearer, 1)])).await.created();
    assert_eq!(checkout["total_fen"], 5_000);
}
