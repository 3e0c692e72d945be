//! Bank transfers and cash: one records, another confirms.

use serde_json::{Value, json};

use crate::support::{EGGS, Market, WALNUTS, cart, hours, id, minutes, text};

struct Bought {
    market: Market,
    checkout: Value,
    transfer: String,
}

impl Bought {
    /// Two boxes of eggs, to be paid by transfer.
    async fn new() -> Self {
        let market = Market::new().await;
        let eggs = market.sells(EGGS).await;
        let checkout = market.checkout(&[(&eggs, 2)]).await;
        let path = format!("/api/v1/checkouts/{}/pay", id(&checkout));
        let payment = market.buyer.post(path, &json!({ "provider": "offline" })).await.accepted();
        assert_eq!(payment["payment"]["pay_by"]["memo"], checkout["orders"][0]["number"]);
        assert_ne!(payment["payment"]["pay_by"]["bank_account"]["number"], json!(null));
        let transfers = market.coordinator.get("/api/v1/transfers?state=expected").await.ok();
        let transfer = text(&transfers, "/data/0/id").to_owned();
        Self { market, checkout, transfer }
    }

    fn path(&self, step: &str) -> String {
        format!("/api/v1/transfers/{}/{step}", self.transfer)
    }

    async fn state(&self) -> Value {
        self.market.buyer.get(format!("/api/v1/checkouts/{}", id(&self.checkout))).await.ok()["state"].clone()
    }

    async fn order(&self) -> Value {
        self.market.order(text(&self.checkout, "/orders/0/id")).await
    }
}

fn found(reference: &str, amount_fen: i64) -> Value {
    json!({ "amount_fen": amount_fen, "method": "bank", "reference": reference, "happened_on": "2026-09-20" })
}

#[actix_web::test]
async fn what_one_records_another_confirms() {
    let bought = Bought::new().await;
    let market = &bought.market;
    let early = market.approver.act(bought.path("confirm"));
    market.app.unchanged(early.into_future()).await.refused(409, "wrong_state");
    let recorded = market.coordinator.post(bought.path("record"), &found("ICBC-77", 9_600)).await.ok();
    assert_eq!((&recorded["state"], &recorded["actions"]), (&json!("recorded"), &json!(["reject"])));
    assert_eq!(bought.state().await, "open", "one person alone pays nothing");
    let alone = market.coordinator.act(bought.path("confirm"));
    market.app.unchanged(alone.into_future()).await.refused(403, "same_person");
    let again = market.coordinator.post(bought.path("record"), &found("ICBC-77", 9_600));
    assert_eq!(again.await.ok(), recorded, "recording the same again changes nothing");
    let other = market.approver.post(bought.path("record"), &found("ICBC-78", 9_600));
    market.app.unchanged(other.into_future()).await.refused(409, "wrong_state");

    market.approver.act(bought.path("confirm")).await.ok();
    assert_eq!(bought.state().await, "paid");
    assert_eq!(bought.order().await["state"], "paid");
    let repeated = market.approver.act(bought.path("confirm"));
    assert_eq!(repeated.await.ok()["state"], "confirmed");
    let reject = market.approver.post(bought.path("reject"), &json!({ "reason": "看错了" }));
    market.app.unchanged(reject.into_future()).await.refused(409, "wrong_state");
}

#[actix_web::test]
async fn a_fen_more_or_less_is_another_transfer() {
    let bought = Bought::new().await;
    let market = &bought.market;
    for amount in [9_599, 9_601, 0] {
        let call = market.coordinator.post(bought.path("record"), &found("ICBC-1", amount));
        market.app.unchanged(call.into_future()).await.refused(409, "payment_mismatch");
    }
    let tomorrow = json!({ "amount_fen": 9_600, "method": "cash", "reference": "1", "happened_on": "2026-09-21" });
    let call = market.coordinator.post(bought.path("record"), &tomorrow);
    market.app.unchanged(call.into_future()).await.refused(422, "invalid");
}

#[actix_web::test]
async fn one_entry_of_the_bank_pays_one_order() {
    let bought = Bought::new().await;
    let market = &bought.market;
    market.coordinator.post(bought.path("record"), &found("ICBC-1", 9_600)).await.ok();
    let eggs = market.sells(EGGS).await;
    let second = market.checkout(&[(&eggs, 2)]).await;
    let pay = format!("/api/v1/checkouts/{}/pay", id(&second));
    market.buyer.post(pay, &json!({ "provider": "offline" })).await.accepted();
    let expected = market.coordinator.get("/api/v1/transfers?state=expected").await.ok();
    let path = format!("/api/v1/transfers/{}/record", text(&expected, "/data/0/id"));
    let same = market.coordinator.post(&path, &found("ICBC-1", 9_600));
    market.app.unchanged(same.into_future()).await.refused(422, "invalid");
    // Rejected, it is free for the order that it belongs to.
    market.approver.post(bought.path("reject"), &json!({ "reason": "是另一单的" })).await.ok();
    market.coordinator.post(&path, &found("ICBC-1", 9_600)).await.ok();
}

#[actix_web::test]
async fn a_transfer_has_days_and_one_that_was_recorded_is_not_cut_off() {
    let bought = Bought::new().await;
    let market = &bought.market;
    market.app.later(hours(71));
    assert_eq!(bought.state().await, "open");
    market.coordinator.post(bought.path("record"), &found("ICBC-1", 9_600)).await.ok();
    market.app.later(hours(10));
    assert_eq!(bought.state().await, "open", "somebody says that it has come");
    market.approver.act(bought.path("confirm")).await.ok();
    assert_eq!(bought.state().await, "paid");
}

#[actix_web::test]
async fn a_transfer_that_comes_too_late_goes_back_by_two_people() {
    let bought = Bought::new().await;
    let market = &bought.market;
    market.app.later(hours(73));
    assert_eq!(bought.state().await, "expired");
    market.coordinator.post(bought.path("record"), &found("ICBC-1", 9_600)).await.ok();
    market.approver.act(bought.path("confirm")).await.ok();
    assert_eq!(bought.order().await["state"], "expired");
    market.app.later(minutes(1));
    let out = market.coordinator.get("/api/v1/transfers?direction=out").await.ok();
    let path = |step: &str| format!("/api/v1/transfers/{}/{step}", text(&out, "/data/0/id"));
    market.approver.post(path("record"), &found("OUT-1", 9_600)).await.ok();
    let alone = market.approver.act(path("confirm"));
    market.app.unchanged(alone.into_future()).await.refused(403, "same_person");
    market.coordinator.act(path("confirm")).await.ok();
    assert_eq!(bought.order().await["state"], "refunded");
}

#[actix_web::test]
async fn others_neither_see_nor_confirm_it() {
    let bought = Bought::new().await;
    let market = &bought.market;
    for person in [&market.other_coordinator, &market.other_approver] {
        assert_eq!(person.get("/api/v1/transfers").await.ok()["data"], json!([]));
        let call = person.post(bought.path("record"), &found("ICBC-1", 9_600));
        market.app.unchanged(call.into_future()).await.refused(404, "not_found");
    }
    for person in [&market.buyer, &market.auditor, &market.administrator] {
        let call = person.act(bought.path("confirm"));
        market.app.unchanged(call.into_future()).await.refused(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_transfer_goes_to_one_village() {
    let market = Market::new().await;
    let (eggs, walnuts) = (market.sells(EGGS).await, market.other_village_sells(WALNUTS).await);
    let checkout = market.buyer.post("/api/v1/checkouts", &cart(&[(&eggs, 1), (&walnuts, 1)])).await.created();
    let pay = format!("/api/v1/checkouts/{}/pay", id(&checkout));
    let call = market.buyer.post(pay, &json!({ "provider": "offline" }));
    market.app.unchanged(call.into_future()).await.refused(422, "provider_unavailable");
}

#[actix_web::test]
async fn everybody_sees_the_ways_to_pay() {
    let market = Market::new().await;
    let ways = market.anonymous.get("/api/v1/payments/providers").await.ok();
    let expected = json!([{ "provider": "sandbox", "days": null }, { "provider": "offline", "days": 3 }]);
    assert_eq!(ways["providers"], expected);
}
