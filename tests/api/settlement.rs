//! From the door to the household's account: the claim window and the two people of a payout.

use serde_json::{Value, json};

use crate::common;
use crate::support::{EGGS, Market, XIUYUN, enrol, hours, id, minutes, rows, text};
use yuanshan::context::Settings;
use yuanshan::kernel::Role;

async fn with_claim_window() -> Market {
    Market::with(Settings { claim_window: hours(48), ..common::settings() }).await
}

#[actix_web::test]
async fn an_order_waits_for_its_claim_window_and_settles_by_itself() {
    let market = with_claim_window().await;
    let eggs = market.sells(EGGS).await;
    let order = market.received_order(&[(&eggs, 1)]).await;
    assert_eq!((&order["state"], &order["slips"]), (&json!("received"), &json!([])));
    let path = format!("/api/v1/orders/{}", id(&order));
    let settle = market.coordinator.act(format!("{path}/settle"));
    let problem = market.app.unchanged(settle.into_future()).await.refused(409, "claim_window_open");
    let received = order["timeline"].as_array().and_then(|entries| entries.last()).expect("an entry");
    assert_eq!(received["at"], "2026-09-20T01:32:00Z");
    assert_eq!(problem["until"], "2026-09-22T01:32:00Z");

    market.app.later(hours(48) - minutes(1));
    assert_eq!(market.order(id(&order)).await["state"], "received");
    assert_eq!(market.app.later(minutes(1)), 1, "to the minute");
    let settled = market.order(id(&order)).await;
    assert_eq!((&settled["state"], &settled["slips"][0]["farmer_fen"]), (&json!("settled"), &json!(3_300)));
    let last = settled["timeline"].as_array().and_then(|entries| entries.last()).expect("an entry");
    assert_eq!(last["actor_role"], "system");
}

#[actix_web::test]
async fn a_coordinator_may_settle_once_the_claim_window_is_over() {
    let market = with_claim_window().await;
    let eggs = market.sells(EGGS).await;
    let order = market.received_order(&[(&eggs, 1)]).await;
    market.app.advance(hours(48));
    let path = format!("/api/v1/orders/{}/settle", id(&order));
    market.other_coordinator.act(&path).await.refused(404, "not_found");
    let settled = market.coordinator.act(&path).await.ok();
    assert_eq!(settled["state"], "settled");
    assert_eq!(
        market.app.unchanged(async { market.coordinator.act(&path).without("idempotency-key").await }).await.ok(),
        settled
    );
    market.app.run_jobs();
    assert_eq!(market.order(id(&order)).await["slips"].as_array().map(Vec::len), Some(1), "the job found it done");
}

#[actix_web::test]
async fn two_people_rule_on_a_payout() {
    let market = Market::new().await;
    let (_, payout) = market.due_payout().await;
    let path = |step: &str| format!("/api/v1/payouts/{}/{step}", id(&payout));
    let transfer = json!({ "bank_reference": "B1" });
    assert_eq!(payout["actions"], json!([]), "nothing for a coordinator yet");
    market.app.unchanged(market.coordinator.act(path("approve")).into_future()).await.refused(403, "forbidden");

    let approved = market.approver.act(path("approve")).await.ok();
    assert_eq!((&approved["state"], &approved["actions"]), (&json!("approved"), &json!([])));
    let own = market.approver.post(path("send"), &transfer);
    market.app.unchanged(own.into_future()).await.refused(403, "same_person");
    let sent = market.coordinator.post(path("send"), &transfer).await.ok();
    assert_eq!((&sent["state"], &sent["bank_reference"]), (&json!("sent"), &json!("B1")));
    assert_eq!(sent["actions"], json!(["confirm", "bounce"]));
    assert_eq!(market.coordinator.act(path("confirm")).await.ok()["state"], "confirmed");
}

#[actix_web::test]
async fn one_person_in_two_roles_is_still_one_person() {
    let market = Market::new().await;
    let roles = [(Role::Coordinator, XIUYUN), (Role::Approver, "510824")];
    let both = enrol(&market.app, "13800000099", "一身两职", &roles);
    let (_, payout) = market.due_payout().await;
    let path = |step: &str| format!("/api/v1/payouts/{}/{step}", id(&payout));
    both.act(path("approve")).await.ok();
    both.post(path("send"), &json!({ "bank_reference": "B1" })).await.refused(403, "same_person");
    market.coordinator.post(path("send"), &json!({ "bank_reference": "B1" })).await.ok();
}

#[actix_web::test]
async fn a_bounced_payout_is_approved_and_sent_again() {
    let market = Market::new().await;
    let (order, payout) = market.due_payout().await;
    let path = |step: &str| format!("/api/v1/payouts/{}/{step}", id(&payout));
    let send = async |reference: &str| {
        market.approver.act(path("approve")).await.ok();
        market.coordinator.post(path("send"), &json!({ "bank_reference": reference })).await.ok()
    };
    send("B1").await;
    market.app.advance(hours(30));
    let bounced = market.coordinator.post(path("bounce"), &json!({ "reason": "卡号有误" })).await.ok();
    assert_eq!(bounced["state"], "bounced");
    let again = json!({ "bank_reference": "B2" });
    assert_eq!(market.coordinator.post(path("send"), &again).await.refused(409, "wrong_state")["state"], "bounced");

    let sent = send("B2").await;
    assert_eq!((&sent["state"], &sent["bank_reference"]), (&json!("sent"), &json!("B2")));
    market.coordinator.act(path("confirm")).await.ok();
    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok();
    assert_eq!(page["totals"]["paid_out_fen"], 3_300, "paid out once");
    let steps = |name: &str, member: &str| -> Vec<String> {
        let entries = page[name].as_array().expect("a list").iter();
        entries.filter_map(|entry| entry[member].as_str().map(ToOwned::to_owned)).collect()
    };
    let log = steps("log", "action").join(" ");
    assert!(log.ends_with("settle settle approve send bounce approve send confirm"), "{log}");
    assert!(steps("log", "reason").contains(&"卡号有误".to_owned()));
    let receipt = market.anonymous.get(format!("/api/v1/receipts/{}", text(&payout, "/code"))).await.ok();
    assert_eq!(receipt["payout"]["state"], "confirmed");
}

#[actix_web::test]
async fn no_step_of_a_payout_is_left_out_and_none_happens_twice() {
    let market = Market::new().await;
    let (_, payout) = market.due_payout().await;
    let path = |step: &str| format!("/api/v1/payouts/{}/{step}", id(&payout));
    let transfer = json!({ "bank_reference": "B1" });
    let reason = json!({ "reason": "卡号有误" });
    let refuse = async |step: &str, body: &Value, state: &str| {
        let answer = market.app.unchanged(market.coordinator.post(path(step), body).into_future()).await;
        assert_eq!(answer.refused(409, "wrong_state")["state"], state, "{step}");
    };
    let repeat = async |step: &str, body: &Value| {
        let again = market.coordinator.post(path(step), body).without("idempotency-key");
        market.app.unchanged(again.into_future()).await.ok();
    };
    refuse("send", &transfer, "due").await;
    refuse("confirm", &json!({}), "due").await;
    refuse("bounce", &reason, "due").await;
    market.approver.act(path("approve")).await.ok();
    let again = market.approver.act(path("approve")).without("idempotency-key");
    market.app.unchanged(again.into_future()).await.ok();
    refuse("confirm", &json!({}), "approved").await;
    market.coordinator.post(path("send"), &transfer).await.ok();
    repeat("send", &transfer).await;
    refuse("send", &json!({ "bank_reference": "B2" }), "sent").await;
    market.coordinator.act(path("confirm")).await.ok();
    repeat("confirm", &json!({})).await;
    refuse("bounce", &reason, "confirmed").await;
    let late = market.approver.act(path("approve"));
    assert_eq!(market.app.unchanged(late.into_future()).await.refused(409, "wrong_state")["state"], "confirmed");
}

#[actix_web::test]
async fn payouts_of_other_villages_are_out_of_sight() {
    let market = Market::new().await;
    let (_, payout) = market.due_payout().await;
    for (person, step) in [(&market.other_coordinator, "confirm"), (&market.other_approver, "approve")] {
        assert_eq!(rows(&person.get("/api/v1/payouts").await.ok()).len(), 0);
        person.act(format!("/api/v1/payouts/{}/{step}", id(&payout))).await.refused(404, "not_found");
    }
    assert_eq!(rows(&market.approver.get("/api/v1/payouts?state=due").await.ok()).len(), 1);
    assert_eq!(rows(&market.approver.get("/api/v1/payouts?state=sent").await.ok()).len(), 0);
    market.buyer.get("/api/v1/payouts").await.refused(403, "forbidden");
}
