//! Organisations that buy: who registers them, who orders for them, which county lets them pay later.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{EGGS, Market, Person, cart, hours, id, minutes, parcel, rows, text};

pub const CANTEEN: &str = "12510100450000001E";

pub fn canteen() -> Value {
    json!({ "name": "成都市某局机关食堂", "code": CANTEEN, "region_code": "510104", "kind": "canteen" })
}

pub fn contract() -> Value {
    json!({ "county_code": "510824", "number": "采 2026-17" })
}

/// The buyer's canteen, with a contract of 苍溪 that is in force.
pub async fn with_contract(market: &Market, limit_fen: i64) -> (Value, Value) {
    let canteen = market.buyer.post("/api/v1/organisations", &canteen()).await.created();
    let asked = format!("/api/v1/organisations/{}/contracts", id(&canteen));
    let contract = market.buyer.post(asked, &contract()).await.created();
    let approve = format!("/api/v1/organisation-contracts/{}/approve", id(&contract));
    let contract = market.approver.post(approve, &json!({ "limit_fen": limit_fen })).await.ok();
    (canteen, contract)
}

#[actix_web::test]
async fn a_unit_is_registered_once_with_a_code_that_checks() {
    let market = Market::new().await;
    for (field, value, pointer, code) in [
        ("code", json!("12510100450000001F"), "/code", "invalid_credit_code"),
        ("name", json!(" "), "/name", "text_required"),
        ("region_code", json!("51"), "/region_code", "region_too_wide"),
        ("region_code", json!("999999"), "/region_code", "unknown_region"),
    ] {
        let mut wrong = canteen();
        wrong[field] = value;
        let call = market.buyer.post("/api/v1/organisations", &wrong);
        let refused = market.app.unchanged(call.into_future()).await.refused(422, "invalid");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!(pointer), &json!(code)));
    }
    let made = market.buyer.post("/api/v1/organisations", &canteen()).await.created();
    assert_eq!((&made["role"], &made["invoice_title"]), (&json!("manager"), &made["name"]));
    let again = market.buyer.post("/api/v1/organisations", &canteen());
    assert_eq!(market.app.unchanged(again.into_future()).await.created()["id"], made["id"]);
    let other = market.other_buyer.post("/api/v1/organisations", &canteen());
    market.app.unchanged(other.into_future()).await.refused(409, "organisation_exists");
    let path = format!("/api/v1/organisations/{}", id(&made));
    market.other_buyer.get(&path).await.refused(404, "not_found");
    assert_eq!(market.buyer.get("/api/v1/me/organisations").await.ok()["data"][0]["id"], made["id"]);
}

async fn leave_alone(person: &Person, wanted: bool) {
    person.call(Method::PUT, "/api/v1/me/left-alone").json(&json!({ "wanted": wanted })).await.ok();
}

async fn invitations(person: &Person) -> usize {
    person.get("/api/v1/me/organisations").await.ok()["invitations"].as_array().map_or(0, Vec::len)
}

#[actix_web::test]
async fn only_who_said_yes_orders_and_nobody_is_asked_who_wants_to_be_left_alone() {
    let market = Market::new().await;
    let made = market.buyer.post("/api/v1/organisations", &canteen()).await.created();
    let members = format!("/api/v1/organisations/{}/members", id(&made));
    let ask = |phone: &str| json!({ "phone": phone, "role": "buyer" });
    leave_alone(&market.other_buyer, true).await;
    market.buyer.post(&members, &ask("13900000001")).await.invalid(&[("/phone", "own_number")]);
    // A number without an account, and one whose owner wants to be left alone: the same answer.
    let (unknown, alone) = (
        market.buyer.post(&members, &ask("13711112222")).await.created(),
        market.buyer.post(&members, &ask("13900000002")).await.created(),
    );
    assert_eq!((&unknown["state"], &alone["state"]), (&json!("invited"), &json!("invited")));
    assert_eq!(invitations(&market.other_buyer).await, 0);
    let accept = format!("/api/v1/organisation-members/{}/accept", id(&alone));
    let hidden = market.other_buyer.act(&accept);
    market.app.unchanged(hidden.into_future()).await.refused(404, "not_found");

    leave_alone(&market.other_buyer, false).await;
    assert_eq!(invitations(&market.other_buyer).await, 1);
    market.app.unchanged(market.buyer.act(&accept).into_future()).await.refused(404, "not_found");
    assert_eq!(market.other_buyer.act(&accept).await.ok()["state"], "active");
    market.app.unchanged(market.other_buyer.act(&accept).into_future()).await.ok();
    let seen = market.other_buyer.get(&members).await.ok();
    assert_eq!(rows(&seen).len(), 2, "open invitations are the managers': {seen}");
    let asks = market.other_buyer.post(&members, &ask("13711113333"));
    market.app.unchanged(asks.into_future()).await.refused(403, "forbidden");

    let own = rows(&market.buyer.get("/api/v1/me/organisations").await.ok())[0]["membership_id"].clone();
    let leave = market.buyer.act(format!("/api/v1/organisation-members/{}/end", own.as_str().expect("an id")));
    market.app.unchanged(leave.into_future()).await.refused(409, "last_manager");
    let end = format!("/api/v1/organisation-members/{}/end", id(&alone));
    assert_eq!(market.buyer.act(&end).await.ok()["state"], "ended");
    market.other_buyer.get(&members).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_county_decides_on_a_contract_that_keeps_to_the_law() {
    let market = Market::new().await;
    let made = market.buyer.post("/api/v1/organisations", &canteen()).await.created();
    let path = format!("/api/v1/organisations/{}/contracts", id(&made));
    for (field, value, pointer, code) in [
        ("pay_days", json!(61), "/pay_days", "pay_days_unlawful"),
        ("late_rate_bp", json!(299), "/late_rate_bp", "late_rate_below_lpr"),
        ("county_code", json!("5108"), "/county_code", "not_a_county"),
    ] {
        let mut wrong = contract();
        wrong[field] = value;
        market.app.unchanged(market.buyer.post(&path, &wrong).into_future()).await.invalid(&[(pointer, code)]);
    }
    let asked = market.buyer.post(&path, &contract()).await.created();
    assert_eq!((&asked["state"], &asked["pay_days"]), (&json!("requested"), &json!(30)));
    let twice = market.buyer.post(&path, &contract());
    market.app.unchanged(twice.into_future()).await.refused(409, "wrong_state");

    let one = format!("/api/v1/organisation-contracts/{}", id(&asked));
    let (approve, limit) = (format!("{one}/approve"), json!({ "limit_fen": 1_000_000 }));
    for stranger in [&market.other_approver, &market.coordinator, &market.buyer] {
        let call = stranger.post(&approve, &limit);
        let refused = market.app.unchanged(call.into_future()).await;
        assert!(matches!(refused.status.as_u16(), 403 | 404), "{refused}");
    }
    assert!(rows(&market.other_approver.get("/api/v1/organisation-contracts").await.ok()).is_empty());
    assert_eq!(rows(&market.approver.get("/api/v1/organisation-contracts").await.ok()).len(), 1);
    assert_eq!(market.approver.post(&approve, &limit).await.ok()["state"], "in_force");
    market.app.unchanged(market.approver.post(&approve, &limit).into_future()).await.ok();
    let decline = market.approver.post(format!("{one}/decline"), &json!({ "reason": "不合适" }));
    market.app.unchanged(decline.into_future()).await.refused(409, "wrong_state");
    let end = json!({ "reason": "合同期满" });
    assert_eq!(market.approver.post(format!("{one}/end"), &end).await.ok()["state"], "ended");
    market.buyer.post(&path, &contract()).await.created();
}

/// A checkout for the canteen, ordered on terms.
async fn ordered_on_terms(market: &Market, canteen: &Value, listing: &Value, quantity: i64) -> Value {
    let mut wish = cart(&[(listing, quantity)]);
    wish["perishable_acknowledged"] = json!(true);
    wish["organisation_id"] = canteen["id"].clone();
    let checkout = market.buyer.post("/api/v1/checkouts", &wish).await.created();
    market.buyer.act(format!("/api/v1/checkouts/{}/order-on-terms", id(&checkout))).await.ok();
    market.order(text(&checkout, "/orders/0/id")).await
}

async fn sent(market: &Market, order: &Value, listing: &Value) {
    let path = |step: &str| format!("/api/v1/orders/{}/{step}", id(order));
    market.coordinator.act(path("confirm")).await.ok();
    market.coordinator.act(path("pack")).await.ok();
    market.coordinator.post(path("ship"), &parcel("SF7", &[listing])).await.ok();
    market.buyer.act(path("receive")).await.ok();
}

/// One person finds the expected transfer at the bank, another one, too.
async fn transferred(market: &Market, memo: &str, amount_fen: i64, day: &str) {
    let expected = market.coordinator.get("/api/v1/transfers?state=expected").await.ok();
    let transfer = rows(&expected).iter().find(|row| row["memo"] == memo).expect("it is expected");
    let found =
        json!({ "amount_fen": amount_fen, "method": "bank", "reference": format!("流水 {memo}"), "happened_on": day });
    let step = |step: &str| format!("/api/v1/transfers/{}/{step}", id(transfer));
    market.coordinator.post(step("record"), &found).await.ok();
    let own = market.coordinator.act(step("confirm"));
    market.app.unchanged(own.into_future()).await.refused(403, "same_person");
    market.approver.act(step("confirm")).await.ok();
    market.app.later(minutes(1));
}

async fn invoice(market: &Market) -> Value {
    rows(&market.coordinator.get("/api/v1/invoices").await.ok())[0].clone()
}

#[actix_web::test]
async fn a_canteen_orders_now_and_the_household_is_paid_when_the_money_has_come() {
    let market = Market::new().await;
    let (canteen, _) = with_contract(&market, 20_000).await;
    let eggs = market.sells(EGGS).await;
    let order = ordered_on_terms(&market, &canteen, &eggs, 2).await;
    assert_eq!(order["state"], "paid");
    let own = market.buyer.get(format!("/api/v1/organisations/{}/orders", id(&canteen))).await.ok();
    assert_eq!((&own["data"][0]["number"], &own["data"][0]["invoice"]["state"]), (&order["number"], &json!("open")));
    market.other_buyer.get(format!("/api/v1/organisations/{}/orders", id(&canteen))).await.refused(404, "not_found");
    assert!(rows(&market.other_coordinator.get("/api/v1/invoices").await.ok()).is_empty());

    sent(&market, &order, &eggs).await;
    let waits = invoice(&market).await;
    assert_eq!(
        (&waits["state"], &waits["due_on"], &waits["due_fen"]),
        (&json!("due"), &json!("2026-10-20"), &json!(9_600))
    );
    let settle = market.coordinator.act(format!("/api/v1/orders/{}/settle", id(&order)));
    market.app.unchanged(settle.into_future()).await.refused(409, "invoice_open");
    assert!(rows(&market.coordinator.get("/api/v1/payouts").await.ok()).is_empty(), "nobody is paid of what is owed");

    let memo = text(&order, "/number").to_owned();
    transferred(&market, &memo, 9_600, "2026-09-20").await;
    assert_eq!(invoice(&market).await["state"], "paid");
    assert_eq!(market.order(id(&order)).await["state"], "settled");
    assert_eq!(rows(&market.coordinator.get("/api/v1/payouts").await.ok()).len(), 1);
    assert!(rows(&market.coordinator.get("/api/v1/invoices?unpaid=true").await.ok()).is_empty());
}

#[actix_web::test]
async fn what_is_paid_late_bears_interest_and_that_is_paid_too() {
    let market = Market::new().await;
    let (canteen, _) = with_contract(&market, 20_000).await;
    let eggs = market.sells(EGGS).await;
    let order = ordered_on_terms(&market, &canteen, &eggs, 2).await;
    sent(&market, &order, &eggs).await;
    market.app.advance(hours(24 * 40));
    // Ten days late, 0.05 % a day of 96 yuan.
    let late = invoice(&market).await;
    assert_eq!((&late["state"], &late["interest_fen"]), (&json!("overdue"), &json!(48)));
    let memo = text(&order, "/number").to_owned();
    transferred(&market, &memo, 9_600, "2026-10-25").await;
    let paid = invoice(&market).await;
    assert_eq!((&paid["state"], &paid["interest_fen"]), (&json!("interest_due"), &json!(24)), "the bank's day counts");
    transferred(&market, &format!("{memo} 利息"), 24, "2026-10-30").await;
    assert_eq!(invoice(&market).await["state"], "paid");
}

#[actix_web::test]
async fn what_is_cancelled_is_not_owed_and_the_limit_has_room_again() {
    let market = Market::new().await;
    let (canteen, contract) = with_contract(&market, 10_000).await;
    let eggs = market.sells(EGGS).await;
    let order = ordered_on_terms(&market, &canteen, &eggs, 2).await;
    let mut wish = cart(&[(&eggs, 1)]);
    wish["organisation_id"] = canteen["id"].clone();
    let more = market.buyer.post("/api/v1/checkouts", &wish).await.created();
    let on_terms = format!("/api/v1/checkouts/{}/order-on-terms", id(&more));
    let refused = market.app.unchanged(market.buyer.act(&on_terms).into_future()).await.refused(409, "credit_limit");
    assert_eq!(refused["left_fen"], 400);
    let reason = json!({ "reason": "菜单改了" });
    market.buyer.post(format!("/api/v1/orders/{}/cancel", id(&order)), &reason).await.ok();
    assert_eq!(market.order(id(&order)).await["state"], "refunded");
    assert_eq!(invoice(&market).await["state"], "credited");
    market.buyer.act(&on_terms).await.ok();
    market.buyer.act(&on_terms).await.ok();
    assert_eq!(
        rows(&market.coordinator.get("/api/v1/invoices").await.ok()).len(),
        2,
        "ordering again is the same order"
    );

    let end = json!({ "reason": "合同期满" });
    market.approver.post(format!("/api/v1/organisation-contracts/{}/end", id(&contract)), &end).await.ok();
    let last = market.buyer.post("/api/v1/checkouts", &wish).await.created();
    let last = market.buyer.act(format!("/api/v1/checkouts/{}/order-on-terms", id(&last)));
    market.app.unchanged(last.into_future()).await.refused(409, "no_contract");
    let pay_now = market.buyer.post("/api/v1/checkouts", &wish).await.created();
    market.pay(&pay_now).await;
}

#[actix_web::test]
async fn nobody_orders_for_a_unit_that_did_not_ask_them() {
    let market = Market::new().await;
    let (canteen, _) = with_contract(&market, 10_000).await;
    let eggs = market.sells(EGGS).await;
    let mut wish = cart(&[(&eggs, 1)]);
    wish["organisation_id"] = canteen["id"].clone();
    let stranger = market.other_buyer.post("/api/v1/checkouts", &wish);
    market.app.unchanged(stranger.into_future()).await.invalid(&[("/organisation_id", "not_your_organisation")]);
    let own = market.buyer.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).await.created();
    let on_terms = market.buyer.act(format!("/api/v1/checkouts/{}/order-on-terms", id(&own)));
    market.app.unchanged(on_terms.into_future()).await.refused(409, "no_contract");
}
