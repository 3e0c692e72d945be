//! The main job, step by step: a village lists eggs, a family buys them, an auditor sees where every
//! yuan went. Each step stands on its own.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{
    EGGS, HEN, Market, WALNUTS, XIUYUN, address, hours, id, minutes, multipart, picture, rows, snapshot, text,
};

#[actix_web::test]
async fn step_1_a_coordinator_lists_eggs_and_another_person_lets_them_into_the_shop() {
    let market = Market::new().await;
    let coordinator = &market.coordinator;
    let household =
        json!({ "village_code": XIUYUN, "alias": "坡上王家", "story": "四十只土鸡，满山跑。", "members": 2 });
    let household = coordinator.post("/api/v1/households", &household).await.created();

    let (content_type, form) = multipart("file", &picture(1_600, 1_200));
    let photo = coordinator.call(Method::POST, "/api/v1/photos").bytes(&content_type, form).await.created();
    let mut eggs = EGGS.of(id(&household));
    eggs["photo_ids"] = json!([id(&photo)]);
    let draft = coordinator.post("/api/v1/listings", &eggs).await.created();
    assert_eq!(
        (&draft["state"], &draft["price_fen"], &draft["farmer_fen"]),
        (&json!("draft"), &json!(4_800), &json!(3_300))
    );
    let shop = "/api/v1/listings";
    let path = |step: &str| format!("/api/v1/listings/{}/{step}", id(&draft));

    coordinator.act(path("submit")).await.ok();
    coordinator.act(path("approve")).await.refused(403, "forbidden");
    assert_eq!(rows(&market.anonymous.get(shop).await.ok()).len(), 0, "nothing is sold unseen");

    market.app.advance(minutes(5));
    snapshot!("approved_listing", market.approver.act(path("approve")).await.ok());
    snapshot!("shop", market.anonymous.get(shop).await.ok());
}

#[actix_web::test]
async fn step_2_a_buyer_finds_eggs_and_a_hen_pays_for_both_and_sees_the_timeline() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let hen = market.household("柏树湾李家").await;
    let hen = market.household_sells(id(&hen), HEN).await;
    market.other_village_sells(WALNUTS).await;

    for (search, found) in [("q=%E9%B8%A1%E8%9B%8B", 1), ("q=%E5%B2%AB%E4%BA%91", 2), ("village=510824115216", 2)] {
        let shop = market.anonymous.get(format!("/api/v1/listings?{search}")).await.ok();
        assert_eq!(rows(&shop).len(), found, "{search}");
    }
    snapshot!("price_card", market.anonymous.get(format!("/api/v1/listings/{}", id(&eggs))).await.ok());

    let registration = json!({ "phone": "13900001234", "password": "long enough", "display_name": "赵女士" });
    let session = market.anonymous.post("/api/v1/auth/register", &registration).await.created();
    let buyer = crate::support::Person::with_token(&market.app, text(&session, "/access_token"));
    let cart = json!({
        "lines": [{ "listing_id": id(&eggs), "quantity": 2 }, { "listing_id": id(&hen), "quantity": 1 }],
        "address": address(),
    });
    let checkout = buyer.post("/api/v1/checkouts", &cart).await.created();
    snapshot!("checkout", checkout);

    let path = format!("/api/v1/checkouts/{}", id(&checkout));
    market.app.advance(minutes(2));
    let payment = buyer.post(format!("{path}/pay"), &json!({ "provider": "sandbox" })).await.accepted();
    assert_eq!(payment["payment"]["state"], "pending", "the provider tells later");
    assert_eq!(buyer.get(&path).await.ok()["state"], "open");
    market.app.later(minutes(1));
    assert_eq!(buyer.get(&path).await.ok()["state"], "paid");
    snapshot!("paid_order", buyer.get(format!("/api/v1/orders/{}", text(&checkout, "/orders/0/id"))).await.ok());
}

#[actix_web::test]
async fn step_3_the_parcel_arrives_the_order_is_split_and_the_payouts_are_confirmed() {
    let market = Market::new().await;
    let order = a_received_order_of_two_households(&market).await;
    assert_eq!(order["state"], "settled");

    let payouts = market.coordinator.get("/api/v1/payouts?state=due").await.ok();
    assert_eq!(rows(&payouts).len(), 2, "one for each household");
    for payout in rows(&payouts) {
        market.app.advance(hours(1));
        pay_out(&market, payout).await;
    }
    snapshot!("payouts", market.coordinator.get("/api/v1/payouts").await.ok());
    snapshot!("settled_order", market.order(id(&order)).await);
}

#[actix_web::test]
async fn step_4_anybody_opens_the_slip_and_sees_the_split_and_no_person() {
    let market = Market::new().await;
    let order = a_received_order_of_two_households(&market).await;
    let slip = text(&order, "/slips/0/code");
    let receipt = market.anonymous.get(format!("/api/v1/receipts/{slip}")).await.ok();
    snapshot!("receipt_before_the_payout", receipt);

    let payouts = market.coordinator.get("/api/v1/payouts?state=due").await.ok();
    for payout in rows(&payouts) {
        pay_out(&market, payout).await;
    }
    let answer = market.anonymous.get(format!("/api/v1/receipts/{}", slip.to_lowercase())).await;
    let receipt = answer.ok();
    let parts = receipt["split"].as_array().expect("a list").iter().map(|part| part["fen"].as_i64().expect("fen"));
    assert_eq!(Some(parts.sum::<i64>()), receipt["paid_fen"].as_i64(), "the parts sum to what was paid");
    let shown = String::from_utf8_lossy(&answer.body).into_owned();
    for private in ["陈女士", "王家", "李家", "13900000001", "春熙路", "贫"] {
        assert!(!shown.contains(private), "{private} in {shown}");
    }
    snapshot!("receipt", receipt);
    market.anonymous.get("/api/v1/receipts/000000000000").await.refused(404, "not_found");
}

#[actix_web::test]
async fn step_5_the_auditor_follows_the_money_and_nobody_else_does() {
    let market = Market::new().await;
    let order = a_received_order_of_two_households(&market).await;
    let payouts = market.coordinator.get("/api/v1/payouts?state=due").await.ok();
    pay_out(&market, &rows(&payouts)[0]).await;

    snapshot!(
        "audit_by_day",
        market.auditor.get("/api/v1/audit/summary?group_by=day&from=2026-09-01&to=2026-09-30").await.ok()
    );
    snapshot!("audit_by_village", market.auditor.get("/api/v1/audit/summary?group_by=village").await.ok());
    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok();
    every_total_is_a_sum_of_postings(&page);
    snapshot!("audit_order", page);
    let listed = market.auditor.get("/api/v1/audit/orders").await.ok();
    assert_eq!(rows(&listed).iter().map(id).collect::<Vec<_>>(), [id(&order)]);

    for path in ["/api/v1/audit/summary".to_owned(), format!("/api/v1/audit/orders/{}", id(&order))] {
        for person in [&market.coordinator, &market.approver, &market.buyer, &market.administrator] {
            person.get(&path).await.refused(403, "forbidden");
        }
        market.anonymous.get(&path).await.refused(401, "unauthenticated");
    }
    let elsewhere = &market.other_auditor;
    elsewhere.get(format!("/api/v1/audit/orders/{}", id(&order))).await.refused(404, "not_found");
    assert_eq!(rows(&elsewhere.get("/api/v1/audit/orders").await.ok()).len(), 0);
    assert_eq!(elsewhere.get("/api/v1/audit/summary").await.ok()["total"]["paid_fen"], 0);
}

#[actix_web::test]
async fn step_6_a_family_pairs_with_a_household_and_both_see_what_came_of_it() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let household = text(&eggs, "/household/id");
    let wish = json!({ "household_id": household, "message": "想和你们结个亲。" });
    let pairing = market.buyer.post("/api/v1/pairings", &wish).await.created();
    market.buyer.post("/api/v1/pairings", &wish).await.refused(409, "pairing_exists");
    let path = format!("/api/v1/pairings/{}", id(&pairing));

    market.buyer.act(format!("{path}/accept")).await.refused(403, "forbidden");
    market.app.advance(hours(2));
    let yes = json!({ "reason": "电话里说好" });
    market.coordinator.post(format!("{path}/accept"), &yes).await.ok();

    market.received_order(&[(&eggs, 2)]).await;
    let payouts = market.coordinator.get("/api/v1/payouts?state=due").await.ok();
    pay_out(&market, &rows(&payouts)[0]).await;
    let page = market.buyer.get(&path).await.ok();
    snapshot!("pair_page", page);
    let at_desk = market.coordinator.get(&path).await.ok();
    assert_eq!(page["purchases"], at_desk["purchases"], "both see the same");
    market.other_buyer.get(&path).await.refused(404, "not_found");

    let ended = market.coordinator.post(format!("{path}/end"), &json!({ "reason": "搬家了" })).await.ok();
    assert_eq!(ended["state"], "ended");
    let alone = market.paid_order(&[(&eggs, 1)]).await;
    assert_eq!(alone["lines"][0]["pairing_id"], Value::Null, "what is bought after the end is outside of it");
    assert_eq!(market.buyer.get(&path).await.ok()["orders"], 1);
}

#[actix_web::test]
async fn step_7_a_stream_leads_to_the_goods_and_the_auditor_sees_what_it_sold() {
    let market = Market::new().await;
    let (eggs, hen) = (market.sells(EGGS).await, market.sells(HEN).await);
    let stream = json!({
        "title": "鸡蛋专场", "platform": "douyin", "url": "https://live.douyin.com/510824", "host_name": "小李",
        "starts_at": "2026-09-20T11:00:00Z", "ends_at": "2026-09-20T13:00:00Z", "listing_ids": [id(&eggs)],
    });
    let stream = market.coordinator.post("/api/v1/streams", &stream).await.created();
    let code = text(&stream, "/code");
    let public = |state: &str| market.anonymous.get(format!("/api/v1/streams?state={state}"));
    assert_eq!(rows(&public("scheduled").await.ok()).len(), 1);

    market.app.advance(hours(10));
    market.coordinator.act(format!("/api/v1/streams/{}/start", id(&stream))).await.ok();
    assert_eq!(rows(&public("live").await.ok()).len(), 1);
    snapshot!("stream_page", market.anonymous.get(format!("/api/v1/streams/{code}")).await.ok());

    let followed = market.anonymous.get(format!("/go/{code}")).await;
    assert_eq!(followed.status, 303);
    assert_eq!(followed.header("location"), format!("/listings/{}?stream={code}", id(&eggs)));

    let mut cart = crate::support::cart(&[(&eggs, 2)]);
    cart["stream_code"] = json!(code);
    let checkout = market.buyer.post("/api/v1/checkouts", &cart).await.created();
    market.pay(&checkout).await;
    market.paid_order(&[(&hen, 1)]).await;
    let order = market.order(text(&checkout, "/orders/0/id")).await;
    assert_eq!(order["stream"], json!({ "code": code, "title": "鸡蛋专场" }));

    market.app.advance(hours(2));
    let replay = json!({ "replay_url": "https://www.douyin.com/video/1" });
    market.coordinator.post(format!("/api/v1/streams/{}/end", id(&stream)), &replay).await.ok();
    let summary = market.auditor.get("/api/v1/audit/summary?group_by=stream").await.ok();
    let of_stream = rows(&summary).iter().find(|row| row["key"] == code).expect("the stream has a row");
    assert_eq!((&of_stream["orders"], &of_stream["paid_fen"]), (&json!(1), &json!(9_600)));
    snapshot!("audit_by_stream", summary);
    let orders = market.auditor.get(format!("/api/v1/audit/orders?stream={code}")).await.ok();
    assert_eq!(rows(&orders).iter().map(id).collect::<Vec<_>>(), [id(&order)]);
}

/// Two boxes of eggs of one household and a hen of another: 324.00, in one parcel.
async fn a_received_order_of_two_households(market: &Market) -> Value {
    let eggs = market.sells(EGGS).await;
    let hen = market.household("柏树湾李家").await;
    let hen = market.household_sells(id(&hen), HEN).await;
    market.received_order(&[(&eggs, 2), (&hen, 1)]).await
}

/// Approved by one person, sent by another, confirmed.
async fn pay_out(market: &Market, payout: &Value) {
    let path = |step: &str| format!("/api/v1/payouts/{}/{step}", id(payout));
    market.approver.act(path("approve")).await.ok();
    let transfer = json!({ "bank_reference": "BANK-1" });
    market.approver.post(path("send"), &transfer).await.refused(403, "same_person");
    market.app.advance(hours(1));
    market.coordinator.post(path("send"), &transfer).await.ok();
    market.app.advance(hours(20));
    market.coordinator.act(path("confirm")).await.ok();
}

/// Recomputes the page's totals from the postings that stand beside them.
fn every_total_is_a_sum_of_postings(page: &Value) {
    let postings = page["ledger"].as_array().expect("a list");
    let sum = |side: &str, kind: &str, account: &str| -> i64 {
        let own = postings.iter().filter(|posting| posting["kind"] == kind && posting["account"] == account);
        own.map(|posting| posting[side].as_i64().expect("fen")).sum()
    };
    let totals = &page["totals"];
    assert_eq!(totals["paid_fen"], sum("credit_fen", "payment", "buyer_hold"));
    for account in ["coop_fee", "packing", "freight", "inspection", "collective_fund", "loss_reserve", "platform_cost"]
    {
        assert_eq!(totals[format!("{account}_fen")], sum("credit_fen", "settlement", account), "{account}");
    }
    assert_eq!(totals["farmer_fen"], sum("credit_fen", "settlement", "farmer_payable"));
    assert_eq!(totals["paid_out_fen"], sum("debit_fen", "payout_confirmed", "payout"));
    let of = |side: &str| postings.iter().map(|posting| posting[side].as_i64().expect("fen")).sum::<i64>();
    assert_eq!(of("debit_fen"), of("credit_fen"));
}
