//! Pigs, hens and hives: recorded once, with a diary, and dead only once.

use serde_json::{Value, json};

use super::of;
use crate::support::{Market, id, minutes, rows, snapshot, text};

fn pig() -> Value {
    json!({
        "kind": "pig", "tag": "510824-0173", "insured_no": "PICC-2026-88", "share_total": 4, "started_on": "2026-03-01",
    })
}

async fn add(market: &Market, household: &Value, unit: &Value) -> Value {
    market.app.advance(minutes(1));
    market.coordinator.post(of(household, "producing-units"), unit).await.created()
}

async fn write(market: &Market, unit: &Value, kind: &str) -> crate::support::Answer {
    market.app.advance(minutes(1));
    let path = format!("/api/v1/producing-units/{}/events", id(unit));
    market.coordinator.post(path, &json!({ "kind": kind, "note": "早上" })).await
}

#[actix_web::test]
async fn a_unit_has_a_diary_and_ends_once() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let unit = add(&market, &household, &pig()).await;
    let path = format!("/api/v1/producing-units/{}", id(&unit));
    for kind in ["fed", "weighed", "sold", "noted"] {
        write(&market, &unit, kind).await.created();
    }
    snapshot!("unit", market.approver.get(&path).await.ok());
    for kind in ["died", "sold", "fed"] {
        let body = json!({ "kind": kind });
        let call = market.coordinator.post(format!("{path}/events"), &body);
        assert_eq!(market.app.unchanged(call.into_future()).await.refused(409, "wrong_state")["state"], "sold");
    }
    let page = market.coordinator.get(format!("{path}?limit=3")).await.ok();
    assert_eq!(rows(&page["events"]).len(), 3);
    let next = text(&page, "/events/page/next");
    let rest = market.coordinator.get(format!("{path}?limit=3&cursor={next}")).await.ok();
    assert_eq!(text(&rest, "/events/data/0/kind"), "fed");
}

#[actix_web::test]
async fn a_tag_is_used_once_in_a_village() {
    let market = Market::new().await;
    let (household, neighbour) = (market.household("坡上王家").await, market.household("柏树湾李家").await);
    add(&market, &household, &pig()).await;
    let call = market.coordinator.post(of(&neighbour, "producing-units"), &pig());
    market.app.unchanged(call.into_future()).await.invalid(&[("/tag", "tag_taken")]);
    let village = json!({ "village_code": "513431109210", "alias": "崖顶莫色家" });
    let elsewhere = market.other_coordinator.post("/api/v1/households", &village).await.created();
    market.other_coordinator.post(of(&elsewhere, "producing-units"), &pig()).await.created();
    let units = market.coordinator.get(of(&household, "producing-units")).await.ok();
    assert_eq!(rows(&units).len(), 1);
}

#[actix_web::test]
async fn what_is_no_unit_and_no_event_is_refused() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let unit = add(&market, &household, &pig()).await;
    for (field, value, pointer, code) in [
        ("kind", json!("dragon"), "/kind", "invalid_value"),
        ("tag", json!(" "), "/tag", "text_required"),
        ("tag", json!("长".repeat(41)), "/tag", "text_too_long"),
        ("size", json!(0), "/size", "invalid_count"),
        ("size", json!(-5), "/size", "invalid_count"),
        ("share_total", json!(0), "/share_total", "invalid_count"),
        ("share_total", json!(1_001), "/share_total", "invalid_count"),
        ("share_total", json!(i64::MAX), "/share_total", "invalid_count"),
        ("started_on", json!("2099-01-01"), "/started_on", "day_to_come"),
        ("template_id", json!(id(&household)), "/template_id", "unknown_template"),
    ] {
        let mut new = pig();
        new["tag"] = json!("510824-0999");
        new[field] = value;
        let call = market.coordinator.post(of(&household, "producing-units"), &new);
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    }
    let path = format!("/api/v1/producing-units/{}/events", id(&unit));
    for (body, pointer, code) in [
        (json!({ "kind": "flew" }), "/kind", "invalid_value"),
        (json!({ "kind": "fed", "happened_on": "2026-02-28" }), "/happened_on", "before_start"),
        (json!({ "kind": "fed", "happened_on": "2099-01-01" }), "/happened_on", "day_to_come"),
        (json!({ "kind": "fed", "photo_id": id(&unit) }), "/photo_id", "unknown_photo"),
    ] {
        market.app.unchanged(market.coordinator.post(&path, &body).into_future()).await.invalid(&[(pointer, code)]);
    }
    let body = json!({ "kind": "fed" });
    for (person, status, code) in [
        (&market.other_coordinator, 404, "not_found"),
        (&market.approver, 403, "forbidden"),
        (&market.buyer, 403, "forbidden"),
    ] {
        market.app.unchanged(person.post(&path, &body).into_future()).await.refused(status, code);
    }
    market.other_coordinator.get(format!("/api/v1/producing-units/{}", id(&unit))).await.refused(404, "not_found");
}
