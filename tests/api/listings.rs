//! The desk: who may do what with a listing, and when.

use serde_json::{Value, json};

use crate::support::{EGGS, HEN, Market, WALNUTS, XIUYUN, enrol, id, minutes, rows};
use yuanshan::kernel::Role;

async fn draft(market: &Market) -> Value {
    let household = market.household("坡上王家").await;
    market.coordinator.post("/api/v1/listings", &EGGS.of(id(&household))).await.created()
}

#[actix_web::test]
async fn nobody_lets_their_own_listing_into_the_shop() {
    let market = Market::new().await;
    let roles = [(Role::Coordinator, XIUYUN), (Role::Approver, "510824")];
    let both = enrol(&market.app, "13800000099", "一身两职", &roles);
    let household = market.household("坡上王家").await;
    let own = both.post("/api/v1/listings", &EGGS.of(id(&household))).await.created();
    let path = |step: &str| format!("/api/v1/listings/{}/{step}", id(&own));
    let submitted = both.act(path("submit")).await.ok();
    assert_eq!(submitted["actions"], json!(["reject", "close"]), "approving is not offered");
    market.app.unchanged(both.act(path("approve")).into_future()).await.refused(403, "same_person");
    assert_eq!(market.approver.act(path("approve")).await.ok()["state"], "live");

    let others = draft(&market).await;
    market.coordinator.act(format!("/api/v1/listings/{}/submit", id(&others))).await.ok();
    assert_eq!(both.act(format!("/api/v1/listings/{}/approve", id(&others))).await.ok()["state"], "live");
}

#[actix_web::test]
async fn a_rejected_listing_tells_why_and_comes_back_better() {
    let market = Market::new().await;
    let listing = draft(&market).await;
    let path = |step: &str| format!("/api/v1/listings/{}/{step}", id(&listing));
    market.coordinator.act(path("submit")).await.ok();
    let silent = market.approver.post(path("reject"), &json!({ "reason": "" }));
    market.app.unchanged(silent.into_future()).await.invalid(&[("/reason", "text_required")]);
    market.approver.post(path("reject"), &json!({ "reason": "没有照片" })).await.ok();

    let rejected = market.listing(&listing).await;
    assert_eq!((&rejected["state"], &rejected["reject_reason"]), (&json!("rejected"), &json!("没有照片")));
    assert_eq!(rejected["actions"], json!(["submit", "close"]));
    market.coordinator.act(path("submit")).await.ok();
    let live = market.approver.act(path("approve")).await.ok();
    assert_eq!((&live["state"], &live["reject_reason"]), (&json!("live"), &json!(null)));
}

#[actix_web::test]
async fn every_command_has_its_states() {
    let market = Market::new().await;
    let listing = draft(&market).await;
    let give = async |command: &str| {
        let person = if matches!(command, "approve" | "reject") { &market.approver } else { &market.coordinator };
        let path = format!("/api/v1/listings/{}/{command}", id(&listing));
        person.post(path, &json!({ "reason": "没有照片" })).await
    };
    for (state, refused, next) in [
        ("draft", &["approve", "reject", "pause", "resume"][..], "submit"),
        ("in_review", &["pause", "resume"], "approve"),
        ("live", &["submit", "reject"], "pause"),
        ("paused", &["submit", "reject"], "resume"),
        ("live", &["submit", "reject"], "close"),
        ("closed", &["submit", "approve", "reject", "pause", "resume"], ""),
    ] {
        assert_eq!(market.listing(&listing).await["state"], state);
        for command in refused {
            let answer = market.app.unchanged(give(command)).await;
            assert_eq!(answer.refused(409, "wrong_state")["state"], state, "{command}");
        }
        if !next.is_empty() {
            let after = give(next).await.ok();
            market.app.advance(minutes(1));
            assert_eq!(market.app.unchanged(give(next)).await.ok(), after, "{next} again changes nothing");
        }
    }
}

#[actix_web::test]
async fn a_desk_has_its_own_villages_alone() {
    let market = Market::new().await;
    let (eggs, draft) = (market.sells(EGGS).await, draft(&market).await);
    let walnuts = market.other_village_sells(WALNUTS).await;
    let desk = "/api/v1/desk/listings";
    let ids = |list: &Value| rows(list).iter().map(|listing| id(listing).to_owned()).collect::<Vec<_>>();
    for person in [&market.coordinator, &market.approver] {
        assert_eq!(ids(&person.get(desk).await.ok()), [id(&draft), id(&eggs)], "newest first");
        assert_eq!(ids(&person.get(format!("{desk}?state=draft")).await.ok()), [id(&draft)]);
    }
    assert_eq!(ids(&market.other_coordinator.get(desk).await.ok()), [id(&walnuts)]);
    for command in ["submit", "close"] {
        let foreign = market.other_coordinator.act(format!("/api/v1/listings/{}/{command}", id(&draft)));
        market.app.unchanged(foreign.into_future()).await.refused(403, "out_of_scope");
    }
    market.other_coordinator.get(format!("/api/v1/listings/{}", id(&draft))).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_household_is_known_by_its_alias() {
    let market = Market::new().await;
    let household = json!({ "village_code": XIUYUN, "alias": "坡上王家", "story": "四十只土鸡。", "members": 2 });
    let household = market.coordinator.post("/api/v1/households", &household).await.created();
    let path = format!("/api/v1/households/{}", id(&household));
    let shown = market.anonymous.get(&path).await.ok();
    assert_eq!((&shown["alias"], &shown["village"]["name"]), (&json!("坡上王家"), &json!("岫云村")));
    assert!(shown.get("members").is_none(), "how many live there is for staff");
    assert_eq!(market.approver.get(&path).await.ok()["members"], 2);
    assert!(market.other_coordinator.get(&path).await.ok().get("members").is_none());

    market.household("柏树湾李家").await;
    let listed = market.coordinator.get("/api/v1/households").await.ok();
    let aliases: Vec<_> = rows(&listed).iter().map(|household| &household["alias"]).collect();
    assert_eq!(aliases, ["柏树湾李家", "坡上王家"]);
    let elsewhere = market.coordinator.get("/api/v1/households?village=513431").await.ok();
    assert_eq!(rows(&elsewhere).len(), 0);
}

#[actix_web::test]
async fn what_is_sold_out_comes_back_when_somebody_thinks_again() {
    let market = Market::new().await;
    let hen = market.sells(HEN.with_stock(1)).await;
    let order = market.paid_order(&[(&hen, 1)]).await;
    let shop = market.anonymous.get("/api/v1/listings").await.ok();
    assert_eq!(rows(&shop)[0]["stock_available"], 0, "shown as sold out");
    market.buyer.post(format!("/api/v1/orders/{}/cancel", id(&order)), &json!({ "reason": "出差了" })).await.ok();
    let shop = market.anonymous.get("/api/v1/listings").await.ok();
    assert_eq!(rows(&shop)[0]["stock_available"], 1);
    market.app.later(minutes(1));
}
