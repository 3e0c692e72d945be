//! Quantities, stock and prices that do not work out.

use serde_json::{Value, json};

use crate::support::{EGGS, HEN, Market, cart, id, rows, text};

const CHECKOUTS: &str = "/api/v1/checkouts";

/// The buyer asks for one line, which is refused without a trace.
async fn refuse_quantity(market: &Market, listing: &Value, quantity: Value) {
    let mut cart = cart(&[(listing, 1)]);
    cart["lines"][0]["quantity"] = quantity;
    let answer = market.app.unchanged(market.buyer.post(CHECKOUTS, &cart).into_future()).await;
    answer.invalid(&[("/lines/0/quantity", "invalid_value")]);
}

#[actix_web::test]
async fn nothing_less_than_nothing_and_half_an_egg_cannot_be_ordered() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    for quantity in [json!(0), json!(-1), json!(1.5), json!(2.0), json!("2"), json!(null), json!(100_001), json!(1e30)]
    {
        refuse_quantity(&market, &eggs, quantity).await;
    }
    assert_eq!(market.listing(&eggs).await["stock_available"], 20);
}

#[actix_web::test]
async fn more_than_there_is_cannot_be_ordered() {
    let market = Market::new().await;
    let (eggs, hen) = (market.sells(EGGS).await, market.sells(HEN).await);
    let answer = market.app.unchanged(market.buyer.post(CHECKOUTS, &cart(&[(&eggs, 21)])).into_future()).await;
    let problem = answer.refused(409, "out_of_stock");
    assert_eq!(problem["listing_id"], eggs["id"]);
    assert_eq!((&problem["requested"], &problem["available"]), (&json!(21), &json!(20)));

    // All or nothing: the eggs are not taken because the hens are not there.
    let answer =
        market.app.unchanged(market.buyer.post(CHECKOUTS, &cart(&[(&eggs, 1), (&hen, 6)])).into_future()).await;
    assert_eq!(answer.refused(409, "out_of_stock")["listing_id"], hen["id"]);

    market.checkout(&[(&eggs, 20)]).await;
    let answer = market.app.unchanged(market.buyer.post(CHECKOUTS, &cart(&[(&eggs, 1)])).into_future()).await;
    assert_eq!(answer.refused(409, "out_of_stock")["available"], 0);
}

#[actix_web::test]
async fn lines_of_one_listing_are_added_up() {
    let market = Market::new().await;
    let (eggs, hen) = (market.sells(EGGS).await, market.sells(HEN).await);
    let checkout = market.checkout(&[(&eggs, 2), (&hen, 1), (&eggs, 3)]).await;
    let order = market.order(text(&checkout, "/orders/0/id")).await;
    let lines: Vec<_> =
        order["lines"].as_array().expect("lines").iter().map(|line| (&line["title"], &line["quantity"])).collect();
    assert_eq!(lines, [(&eggs["title"], &json!(5)), (&hen["title"], &json!(1))]);
    assert_eq!(checkout["total_fen"], 5 * 4_800 + 22_800);

    let apart = cart(&[(&eggs, 10), (&eggs, 6)]);
    let answer = market.app.unchanged(market.buyer.post(CHECKOUTS, &apart).into_future()).await;
    assert_eq!(answer.refused(409, "out_of_stock")["requested"], 16, "each alone would do");
    let far_too_many = cart(&[(&eggs, 60_000), (&eggs, 60_000)]);
    market.buyer.post(CHECKOUTS, &far_too_many).await.invalid(&[("/lines", "invalid_quantity")]);
}

#[actix_web::test]
async fn an_empty_cart_and_one_that_is_too_full_are_refused() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    market.buyer.post(CHECKOUTS, &cart(&[])).await.invalid(&[("/lines", "lines_required")]);
    let full = vec![(&eggs, 1); 51];
    market.buyer.post(CHECKOUTS, &cart(&full)).await.invalid(&[("/lines", "too_many")]);
}

#[actix_web::test]
async fn only_what_is_live_is_sold() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let draft = market.coordinator.post("/api/v1/listings", &EGGS.of(id(&household))).await.created();
    let path = |step: &str| format!("/api/v1/listings/{}/{step}", id(&draft));
    let unknown = async || {
        let call = market.buyer.post(CHECKOUTS, &cart(&[(&draft, 1)]));
        market.app.unchanged(call.into_future()).await.invalid(&[("/lines", "unknown_listing")]);
        market.buyer.get(format!("/api/v1/listings/{}", id(&draft))).await.refused(404, "not_found");
    };
    let not_live = async |state: &str| {
        let call = market.buyer.post(CHECKOUTS, &cart(&[(&draft, 1)]));
        let problem = market.app.unchanged(call.into_future()).await.refused(409, "listing_not_live");
        assert_eq!((&problem["state"], &problem["listing_id"]), (&json!(state), &draft["id"]));
        assert_eq!(rows(&market.anonymous.get("/api/v1/listings").await.ok()).len(), 0);
    };

    unknown().await;
    market.coordinator.act(path("submit")).await.ok();
    unknown().await;
    market.approver.post(path("reject"), &json!({ "reason": "没有照片" })).await.ok();
    unknown().await;
    market.coordinator.act(path("submit")).await.ok();
    market.approver.act(path("approve")).await.ok();
    market.coordinator.act(path("pause")).await.ok();
    not_live("paused").await;
    market.coordinator.act(path("resume")).await.ok();
    market.checkout(&[(&draft, 1)]).await;
    market.coordinator.act(path("close")).await.ok();
    not_live("closed").await;

    let stranger = json!({ "id": "01900000-0000-7000-8000-000000000000" });
    market.buyer.post(CHECKOUTS, &cart(&[(&stranger, 1)])).await.invalid(&[("/lines", "unknown_listing")]);
}

#[actix_web::test]
async fn a_price_that_is_not_the_sum_of_its_parts_is_refused() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let with = |change: fn(&mut Value)| {
        let mut eggs = EGGS.of(id(&household));
        change(&mut eggs);
        eggs
    };
    for (eggs, pointer, code) in [
        (with(|eggs| eggs["price_fen"] = json!(4_801)), "/price", "price_is_not_its_parts"),
        (with(|eggs| eggs["price"]["freight_fen"] = json!(-1)), "/price/freight_fen", "invalid_value"),
        (with(|eggs| eggs["price"]["freight_fen"] = json!(7.5)), "/price/freight_fen", "invalid_value"),
        (with(|eggs| eggs["price"]["farmer_pay_fen"] = json!(0)), "/price", "farmer_pay_required"),
        (with(|eggs| eggs["price"]["freight_fen"] = json!(100_000_001)), "/price", "amount_over_limit"),
        (with(|eggs| eggs["price"]["tip_fen"] = json!(1)), "/price/tip_fen", "invalid_value"),
        (with(|eggs| eggs["stock"] = json!(0)), "/stock", "invalid_value"),
        (with(|eggs| eggs["net_weight_g"] = json!(-5)), "/net_weight_g", "invalid_value"),
    ] {
        let call = market.coordinator.post("/api/v1/listings", &eggs);
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    }
    let announced = with(|eggs| eggs["price_fen"] = json!(4_800));
    market.coordinator.post("/api/v1/listings", &announced).await.created();
}

#[actix_web::test]
async fn a_refused_order_uses_no_number() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let checkout = market.checkout(&[(&eggs, 1)]).await;
        numbers.push(text(&checkout, "/orders/0/number").to_owned());
        market.buyer.post(CHECKOUTS, &cart(&[(&eggs, 99)])).await.refused(409, "out_of_stock");
    }
    assert_eq!(numbers, ["20260920-00001", "20260920-00002", "20260920-00003"]);
}
