//! What is wrong with what came: the window, the proposal, the decision, the county, and who bears it.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::common;
use crate::support::{EGGS, HEN, Market, Person, hours, id, minutes, multipart, picture, rows, template_of_eggs, text};
use yuanshan::context::Settings;

async fn market() -> Market {
    Market::with(Settings { claim_window: hours(48), ..common::settings() }).await
}

/// Eggs of the county's standard: 30 in a box, 48 hours to claim.
async fn eggs_of_a_standard(market: &Market) -> Value {
    let template = market.approver.post("/api/v1/templates", &template_of_eggs()).await.created();
    let household = market.household("坡上王家").await;
    let mut offer = EGGS.of(id(&household));
    offer["template_id"] = template["id"].clone();
    let listing = market.coordinator.post("/api/v1/listings", &offer).await.created();
    let paper = json!({ "kind": "conformity", "number": "合格证 1", "issued_on": "2026-09-19" });
    market.coordinator.post(format!("/api/v1/listings/{}/papers", id(&listing)), &paper).await.created();
    market.coordinator.act(format!("/api/v1/listings/{}/submit", id(&listing))).await.ok();
    market.approver.act(format!("/api/v1/listings/{}/approve", id(&listing))).await.ok()
}

pub async fn photo(buyer: &Person, order: &Value) -> String {
    let (content_type, form) = multipart("file", &picture(40, 30));
    let path = format!("/api/v1/orders/{}/claim-photos", id(order));
    id(&buyer.call(Method::POST, path).bytes(&content_type, form).await.created()).to_owned()
}

fn claim(kind: &str, unit: &str, quantity: i64, photos: &[&str]) -> Value {
    json!({ "line_no": 1, "kind": kind, "unit": unit, "quantity": quantity, "words": "打开就是这样", "photo_ids": photos })
}

pub async fn claim_late(buyer: &Person, order: &Value) -> Value {
    buyer.post(format!("/api/v1/orders/{}/claims", id(order)), &claim("late", "unit", 1, &[])).await.created()
}

/// For the lists: an order that came, with a claim on it.
pub async fn late_claim(market: &Market, buyer: &Person, checkout: &Value, listing: &Value) {
    let received = received_by(market, buyer, checkout, listing).await;
    claim_late(buyer, &received).await;
}

/// What somebody ordered, paid for and has.
pub async fn received_by(market: &Market, buyer: &Person, checkout: &Value, listing: &Value) -> Value {
    let pay = format!("/api/v1/checkouts/{}/pay", id(checkout));
    buyer.post(pay, &json!({ "provider": "sandbox" })).await.accepted();
    market.app.later(minutes(1));
    let order = text(checkout, "/orders/0/id");
    let staff = match listing["category"].as_str() {
        Some("eggs") => &market.coordinator,
        _ => &market.other_coordinator,
    };
    for step in ["confirm", "pack"] {
        staff.act(format!("/api/v1/orders/{order}/{step}")).await.ok();
    }
    let parcel = crate::support::parcel("SF1", &[listing]);
    staff.post(format!("/api/v1/orders/{order}/ship"), &parcel).await.ok();
    buyer.act(format!("/api/v1/orders/{order}/receive")).await.ok()
}

async fn open(market: &Market, order: &Value, kind: &str, unit: &str, quantity: i64) -> Value {
    let photo = photo(&market.buyer, order).await;
    let path = format!("/api/v1/orders/{}/claims", id(order));
    market.buyer.post(path, &claim(kind, unit, quantity, &[&photo])).await.created()
}

fn decide(claim: &Value) -> String {
    format!("/api/v1/claims/{}/decide", id(claim))
}

#[actix_web::test]
async fn two_cracked_eggs_are_paid_back_and_the_loss_reserve_bears_them() {
    let market = market().await;
    let eggs = eggs_of_a_standard(&market).await;
    let order = market.received_order(&[(&eggs, 1)]).await;
    let opened = open(&market, &order, "damaged", "piece", 2).await;
    assert_eq!((&opened["state"], &opened["proposed_fen"]), (&json!("opened"), &json!(320)));
    assert_eq!((&opened["borne_by"], &opened["actions"]), (&json!("loss_reserve"), &json!([])));
    assert_eq!(opened["photos"].as_array().map(Vec::len), Some(1));

    market.app.later(hours(48));
    let path = format!("/api/v1/orders/{}", id(&order));
    assert_eq!(market.order(id(&order)).await["state"], "received", "a claim waits");
    let settle = market.coordinator.act(format!("{path}/settle"));
    market.app.unchanged(settle.into_future()).await.refused(409, "claim_open");

    let list = market.coordinator.get("/api/v1/claims?state=opened").await.ok();
    assert_eq!((rows(&list).len(), &list["data"][0]["actions"]), (1, &json!(["decide"])));
    let ruling = json!({ "verdict": "refund" });
    market
        .app
        .unchanged(market.other_coordinator.post(decide(&opened), &ruling).into_future())
        .await
        .refused(404, "not_found");
    market.app.unchanged(market.approver.post(decide(&opened), &ruling).into_future()).await.refused(403, "forbidden");
    market.app.unchanged(market.buyer.post(decide(&opened), &ruling).into_future()).await.refused(403, "forbidden");
    let accepted = market.coordinator.post(decide(&opened), &ruling).await.ok();
    assert_eq!((&accepted["state"], &accepted["granted_fen"]), (&json!("accepted"), &json!(320)));
    assert_eq!(market.coordinator.post(decide(&opened), &ruling).await.ok()["granted_fen"], 320, "once");

    market.app.later(minutes(1));
    assert_eq!(market.order(id(&order)).await["state"], "settled", "the decision ordered it");
    let letters = market.app.letters();
    assert!(letters.iter().any(|(_, letter)| letter.contains("退款 3.20 元")), "{letters:?}");
    // Of 0.50 in the loss reserve 0.50 went, and 2.70 are owed by the village.
    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok();
    let kinds = kinds_of(&page);
    assert_eq!(kinds, ["payment", "refund_owed", "refund_paid", "settlement"]);
    let payout = &market.coordinator.get("/api/v1/payouts?state=due").await.ok()["data"][0];
    assert_eq!(payout["amount_fen"], 3_300, "the household has its part");
}

/// The kinds of an order's transactions, by name: in a test they may be of one instant.
fn kinds_of(page: &Value) -> Vec<String> {
    let postings = page["ledger"].as_array().expect("a list").iter();
    let mut kinds: Vec<String> = postings.map(|posting| text(posting, "/kind").to_owned()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[actix_web::test]
async fn what_is_not_as_described_the_household_bears() {
    let market = market().await;
    let eggs = eggs_of_a_standard(&market).await;
    let order = market.received_order(&[(&eggs, 1)]).await;
    let opened = open(&market, &order, "not_as_described", "unit", 1).await;
    assert_eq!(opened["proposed_fen"], 4_800);
    let without = json!({ "verdict": "refund", "amount_fen": 1_000 });
    let answer = market.app.unchanged(market.coordinator.post(decide(&opened), &without).into_future()).await;
    answer.invalid(&[("/reason", "reason_required")]);
    for amount in [0, 4_801] {
        let beyond = json!({ "verdict": "refund", "amount_fen": amount, "reason": "算错" });
        let answer = market.app.unchanged(market.coordinator.post(decide(&opened), &beyond).into_future()).await;
        answer.invalid(&[("/amount_fen", "amount_out_of_range")]);
    }
    let partly = json!({ "verdict": "refund", "amount_fen": 1_000, "reason": "个头偏小" });
    market.coordinator.post(decide(&opened), &partly).await.ok();
    market.app.later(hours(48));
    let payout = &market.coordinator.get("/api/v1/payouts?state=due").await.ok()["data"][0];
    assert_eq!(payout["amount_fen"], 2_300);
}

#[actix_web::test]
async fn the_window_of_the_goods_counts_from_the_receipt_to_the_minute() {
    let market = market().await;
    let eggs = eggs_of_a_standard(&market).await;
    let sent = market.shipped_order(&[(&eggs, 1)]).await;
    let path = format!("/api/v1/orders/{}/claims", id(&sent));
    let late = claim("late", "unit", 1, &[]);
    let early = market.app.unchanged(market.buyer.post(&path, &late).into_future()).await;
    assert_eq!(early.refused(409, "wrong_state")["state"], "shipped");
    let order = market.buyer.act(format!("/api/v1/orders/{}/receive", id(&sent))).await.ok();
    let lines = market.buyer.get(&path).await.ok();
    assert_eq!((&lines["claimable"][0]["pieces"], &lines["data"]), (&json!(30), &json!([])));
    let until = text(&lines, "/claimable/0/until").to_owned();
    market.app.advance(hours(48) - minutes(1));
    let photo = photo(&market.buyer, &order).await;
    for (wrong, pointer, code) in [
        (claim("damaged", "unit", 1, &[]), "/photo_ids", "photo_required"),
        (claim("damaged", "unit", 2, &[&photo]), "/quantity", "invalid_quantity"),
        (claim("damaged", "piece", 31, &[&photo]), "/quantity", "invalid_quantity"),
        (claim("damaged", "unit", 1, &[id(&order)]), "/photo_ids", "unknown_photo"),
    ] {
        market.app.unchanged(market.buyer.post(&path, &wrong).into_future()).await.invalid(&[(pointer, code)]);
    }
    market.app.unchanged(market.other_buyer.post(&path, &late).into_future()).await.refused(404, "not_found");
    market.app.advance(minutes(1));
    let over = market.app.unchanged(market.buyer.post(&path, &late).into_future()).await;
    assert_eq!(over.refused(409, "claim_window_closed")["until"], until);
}

#[actix_web::test]
async fn the_county_has_the_last_word_and_pays_from_what_is_settled() {
    let market = market().await;
    let eggs = eggs_of_a_standard(&market).await;
    let order = market.received_order(&[(&eggs, 2)]).await;
    let opened = open(&market, &order, "spoiled", "unit", 1).await;
    let path = format!("/api/v1/orders/{}/claims", id(&order));
    let second = market.app.unchanged(market.buyer.post(&path, &claim("late", "unit", 1, &[])).into_future()).await;
    second.refused(409, "claim_open");
    let reject = json!({ "verdict": "reject" });
    market.coordinator.post(decide(&opened), &reject).await.invalid(&[("/reason", "reason_required")]);
    let reject = json!({ "verdict": "reject", "reason": "照片看不清" });
    assert_eq!(market.coordinator.post(decide(&opened), &reject).await.ok()["state"], "rejected");
    market.app.later(hours(48));
    assert_eq!(market.order(id(&order)).await["state"], "settled");

    let escalate = format!("/api/v1/claims/{}/escalate", id(&opened));
    let words = json!({ "words": "又拍了一张，请再看看" });
    market.app.unchanged(market.other_buyer.post(&escalate, &words).into_future()).await.refused(404, "not_found");
    assert_eq!(market.buyer.post(&escalate, &words).await.ok()["state"], "escalated");
    let again = market.buyer.post(&escalate, &words);
    market.app.unchanged(again.into_future()).await.ok();
    let refund = json!({ "verdict": "refund", "reason": "照片清楚" });
    market.coordinator.post(decide(&opened), &refund).await.refused(403, "forbidden");
    let resolved = market.approver.post(decide(&opened), &refund).await.ok();
    assert_eq!((&resolved["state"], &resolved["granted_fen"]), (&json!("resolved"), &json!(4_800)));
    market.app.later(minutes(1));
    market.buyer.post(&escalate, &words).await.refused(409, "wrong_state");
    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok();
    let kinds = kinds_of(&page);
    assert_eq!(kinds, ["charged", "payment", "refund_paid", "settlement"]);
}

#[actix_web::test]
async fn goods_are_sent_again_without_money() {
    let market = market().await;
    let hen = market.sells(HEN).await;
    let order = market.received_order(&[(&hen, 1)]).await;
    let opened = open(&market, &order, "damaged", "unit", 1).await;
    let resend = json!({ "verdict": "resend", "reason": "今天补发一只" });
    let sent = market.coordinator.post(decide(&opened), &resend).await.ok();
    assert_eq!(
        (&sent["state"], &sent["verdict"], &sent["granted_fen"]),
        (&json!("accepted"), &json!("resend"), &json!(0))
    );
    assert_eq!(market.buyer.get("/api/v1/claims").await.ok()["data"][0]["actions"], json!(["escalate"]));
    market.app.later(hours(24 * 7));
    let escalate = format!("/api/v1/claims/{}/escalate", id(&opened));
    let late = market.buyer.post(escalate, &json!({ "words": "没收到" }));
    market.app.unchanged(late.into_future()).await.refused(409, "claim_window_closed");
}
