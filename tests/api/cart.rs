//! The cart on the server: filled from two devices, renewed, merged, emptied by ordering.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, EGGS, HEN, Market, Person, WALNUTS, cart, id, minutes, text};

const CART: &str = "/api/v1/cart";
const MERGE: &str = "/api/v1/cart/merge";

fn line_of(listing: &Value) -> String {
    format!("/api/v1/cart/lines/{}", id(listing))
}

async fn put(person: &Person, listing: &Value, body: &Value) -> Answer {
    person.call(Method::PUT, line_of(listing)).json(body).await
}

/// Titles, quantities and standings.
fn lines(cart: &Value) -> Vec<(&str, i64, &str)> {
    let lines = cart["lines"].as_array().expect("lines").iter();
    lines
        .map(|line| {
            (text(line, "/listing/title"), line["quantity"].as_i64().expect("a quantity"), text(line, "/standing"))
        })
        .collect()
}

#[actix_web::test]
async fn a_cart_is_ones_own_and_tells_what_changed() {
    let market = Market::new().await;
    let (eggs, hen) = (market.sells(EGGS).await, market.sells(HEN).await);
    put(&market.buyer, &eggs, &json!({ "quantity": 2 })).await.ok();
    market.app.advance(minutes(1));
    let cart = put(&market.buyer, &hen, &json!({ "quantity": 1, "version": 1 })).await.ok();
    assert_eq!(lines(&cart), [(EGGS.title, 2, "for_sale"), (HEN.title, 1, "for_sale")]);
    assert_eq!((&cart["total_fen"], &cart["lines"][0]["seen"]), (&json!(2 * 4_800 + 22_800), &json!(null)));
    assert_eq!(market.other_buyer.get(CART).await.ok()["lines"], json!([]));

    let mut price = EGGS.of("")["price"].clone();
    price["farmer_pay_fen"] = json!(3_500);
    let dearer = json!({ "version": 1, "price": price, "price_fen": 5_000 });
    market.coordinator.patch(format!("/api/v1/listings/{}", id(&eggs)), &dearer).await.ok();
    market.approver.post(format!("/api/v1/listings/{}/approve", id(&eggs)), &json!({ "version": 2 })).await.ok();
    let cart = market.buyer.get(CART).await.ok();
    let now = &cart["lines"][0];
    assert_eq!(
        (&now["listing"]["price_fen"], &now["version"], &now["seen_version"]),
        (&json!(5_000), &json!(2), &json!(1))
    );
    assert_eq!(now["seen"], json!({ "title": EGGS.title, "price_fen": 4_800 }));
    let looked = put(&market.buyer, &eggs, &json!({ "quantity": 3, "version": 99 })).await.ok();
    assert_eq!((&looked["lines"][0]["seen"], &looked["lines"][0]["quantity"]), (&json!(null), &json!(3)));

    market.coordinator.act(format!("/api/v1/listings/{}/close", id(&hen))).await.ok();
    let cart = market.buyer.delete(line_of(&eggs)).await.ok();
    assert_eq!((lines(&cart), &cart["total_fen"]), (vec![(HEN.title, 1, "closed")], &json!(0)));
    market.app.unchanged(market.buyer.delete(line_of(&eggs)).into_future()).await.ok();
    put(&market.other_buyer, &hen, &json!({ "quantity": 1 })).await.refused(409, "listing_not_live");
}

#[actix_web::test]
async fn what_cannot_be_chosen_is_refused() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let draft = market.coordinator.post("/api/v1/listings", &HEN.of(text(&eggs, "/household/id"))).await.created();
    market.app.unchanged(put(&market.buyer, &draft, &json!({ "quantity": 1 }))).await.refused(404, "not_found");
    market
        .app
        .unchanged(put(&market.buyer, &eggs, &json!({ "quantity": 0 })))
        .await
        .invalid(&[("/quantity", "invalid_value")]);
    market
        .app
        .unchanged(put(&market.anonymous, &eggs, &json!({ "quantity": 1 })))
        .await
        .refused(401, "unauthenticated");
    let twice =
        json!({ "lines": [{ "listing_id": id(&eggs), "quantity": 1 }, { "listing_id": id(&eggs), "quantity": 2 }] });
    market
        .app
        .unchanged(market.buyer.post(MERGE, &twice).into_future())
        .await
        .invalid(&[("/lines/1/listing_id", "listing_twice")]);
}

#[actix_web::test]
async fn a_phone_is_merged_once_or_twice_and_nothing_is_lost_silently() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let (hen, walnuts) = (market.sells(HEN).await, market.other_village_sells(WALNUTS).await);
    put(&market.buyer, &eggs, &json!({ "quantity": 4 })).await.ok();
    market.coordinator.act(format!("/api/v1/listings/{}/pause", id(&hen))).await.ok();
    let unknown = "01900000-0000-7000-8000-000000000000";
    let phone = json!({ "lines": [
        { "listing_id": id(&eggs), "quantity": 3, "version": 1 },
        { "listing_id": id(&walnuts), "quantity": 99 },
        { "listing_id": id(&hen), "quantity": 1 },
        { "listing_id": unknown, "quantity": 1 },
    ] });
    market.app.advance(minutes(1));
    let merged = market.buyer.post(MERGE, &phone).await.ok();
    assert_eq!(lines(&merged), [(EGGS.title, 4, "for_sale"), (WALNUTS.title, 10, "for_sale")]);
    let notes = json!([
        { "listing_id": id(&walnuts), "note": "capped" },
        { "listing_id": id(&hen), "note": "closed" },
        { "listing_id": unknown, "note": "unknown" },
    ]);
    assert_eq!(merged["notes"], notes);
    let again = market.app.unchanged(market.buyer.post(MERGE, &phone).into_future()).await.ok();
    assert_eq!(again["lines"], merged["lines"]);
}

#[actix_web::test]
async fn what_is_ordered_leaves_the_cart_and_what_is_refused_stays() {
    let market = Market::new().await;
    let (eggs, hen) = (market.sells(EGGS).await, market.sells(HEN).await);
    for person in [&market.buyer, &market.other_buyer] {
        for listing in [&eggs, &hen] {
            put(person, listing, &json!({ "quantity": 1 })).await.ok();
        }
    }
    let too_many = market.buyer.post("/api/v1/checkouts", &cart(&[(&eggs, 1), (&hen, 99)]));
    market.app.unchanged(too_many.into_future()).await.refused(409, "out_of_stock");
    market.checkout(&[(&eggs, 2)]).await;
    assert_eq!(lines(&market.buyer.get(CART).await.ok()), [(HEN.title, 1, "for_sale")]);
    assert_eq!(market.other_buyer.get(CART).await.ok()["lines"].as_array().map(Vec::len), Some(2));
    market.app.later(minutes(31));
}

#[actix_web::test]
async fn a_helper_fills_the_cart_of_the_elder() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let invited = market.buyer.post("/api/v1/me/helpers", &json!({ "phone": "13900000002" })).await.created();
    let tie = market.other_buyer.post("/api/v1/me/elders/accept", &json!({ "code": invited["code"] })).await.ok();
    let elder = text(&tie, "/elder/id");
    let body = json!({ "quantity": 2 });
    let call = market.other_buyer.call(Method::PUT, line_of(&eggs)).json(&body).header("Yuanshan-Acting-For", elder);
    call.await.ok();
    assert_eq!(lines(&market.buyer.get(CART).await.ok()), [(EGGS.title, 2, "for_sale")]);
    assert_eq!(market.other_buyer.get(CART).await.ok()["lines"], json!([]));
}
