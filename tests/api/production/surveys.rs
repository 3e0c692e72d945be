//! What is counted at a household, and what is refused about it.

use serde_json::{Value, json};

use super::{capacity, hens, of, survey, template};
use crate::support::{Market, id, minutes, rows, snapshot};

#[actix_web::test]
async fn the_newest_survey_of_a_season_gives_its_limit() {
    let market = Market::new().await;
    let (household, template) = (market.household("坡上王家").await, template(&market).await);
    let first = survey(&market, &household, &template, 20).await;
    snapshot!("survey", first);
    assert_eq!(capacity(&market, &household).await, (3_000, 0));
    survey(&market, &household, &template, 24).await;
    assert_eq!(capacity(&market, &household).await, (3_600, 0));
    let next_year =
        json!({ "template_id": id(&template), "season": "2027", "capacity_units": 1, "expected_quantity": 1 });
    market.app.advance(minutes(1));
    market.coordinator.post(of(&household, "surveys"), &next_year).await.created();
    let capacities = market.approver.get(of(&household, "capacities")).await.ok();
    let seasons: Vec<(&Value, &Value)> =
        rows(&capacities).iter().map(|row| (&row["season"], &row["limit_quantity"])).collect();
    assert_eq!(seasons, [(&json!("2027"), &json!(150)), (&json!("2026"), &json!(3_600))]);
    let all = market.coordinator.get(of(&household, "surveys?limit=2")).await.ok();
    assert_eq!(rows(&all).len(), 2);
    let next = format!("surveys?limit=2&cursor={}", all["page"]["next"].as_str().expect("a page more"));
    assert_eq!(rows(&market.coordinator.get(of(&household, &next)).await.ok()), [first["survey"].clone()]);
}

#[actix_web::test]
async fn what_is_strange_is_taken_and_said() {
    let market = Market::new().await;
    let (household, template) = (market.household("坡上王家").await, template(&market).await);
    let notes = async |season: &str, expected: i64| {
        let mut new = hens(&template, 20);
        (new["season"], new["expected_quantity"]) = (json!(season), json!(expected));
        market.app.advance(minutes(1));
        market.coordinator.post(of(&household, "surveys"), &new).await.created()["notes"].clone()
    };
    assert_eq!(notes("2025", 2_000).await, json!([]));
    assert_eq!(notes("2026", 2_400).await, json!([]));
    assert_eq!(notes("2026", 2_401).await, json!(["unlike_last_season"]));
    assert_eq!(notes("2026", 3_001).await, json!(["over_limit", "unlike_last_season"]));
}

#[actix_web::test]
async fn what_is_no_survey_is_refused() {
    let market = Market::new().await;
    let (household, template) = (market.household("坡上王家").await, template(&market).await);
    let mut free = super::standard();
    free.as_object_mut().expect("an object").retain(|field, _| field != "capacity_unit" && field != "yield_limit");
    let free = market.approver.post("/api/v1/templates", &free).await.created();
    let retired = super::template(&market).await;
    market.approver.act(format!("/api/v1/templates/{}/retire", id(&retired))).await.ok();
    let mut elsewhere = super::standard();
    elsewhere["region_code"] = json!("513431");
    let elsewhere = market.other_approver.post("/api/v1/templates", &elsewhere).await.created();
    for (field, value, pointer, code) in [
        ("season", json!("20266"), "/season", "invalid_season"),
        ("season", json!("1999"), "/season", "invalid_season"),
        ("season", json!(2026), "/season", "invalid_value"),
        ("capacity_units", json!(-1), "/capacity_units", "invalid_count"),
        ("capacity_units", json!(1_000_001), "/capacity_units", "invalid_count"),
        ("capacity_units", json!(1.5), "/capacity_units", "invalid_value"),
        ("expected_quantity", json!(-1), "/expected_quantity", "invalid_count"),
        ("expected_quantity", json!(i64::MAX), "/expected_quantity", "invalid_count"),
        ("expected_quantity", json!(1e30), "/expected_quantity", "invalid_value"),
        ("template_id", json!(id(&household)), "/template_id", "unknown_template"),
        ("template_id", json!(id(&elsewhere)), "/template_id", "unknown_template"),
        ("template_id", json!(id(&retired)), "/template_id", "template_retired"),
        ("template_id", json!(id(&free)), "/template_id", "template_not_surveyed"),
        ("photo_id", json!(id(&household)), "/photo_id", "unknown_photo"),
        ("surveyed_on", json!("2026-02-30"), "/surveyed_on", "invalid_day"),
        ("surveyed_on", json!("2099-01-01"), "/surveyed_on", "day_to_come"),
        ("note", json!("长".repeat(301)), "/note", "text_too_long"),
        ("hens", json!(1), "/hens", "invalid_value"),
    ] {
        let mut new = hens(&template, 20);
        new[field] = value;
        let call = market.coordinator.post(of(&household, "surveys"), &new);
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    }
}

#[actix_web::test]
async fn a_survey_is_of_ones_own_village() {
    let market = Market::new().await;
    let (household, template) = (market.household("坡上王家").await, template(&market).await);
    for (person, status, code) in [
        (&market.other_coordinator, 404, "not_found"),
        (&market.approver, 403, "forbidden"),
        (&market.auditor, 403, "forbidden"),
        (&market.buyer, 403, "forbidden"),
        (&market.anonymous, 401, "unauthenticated"),
    ] {
        let call = person.post(of(&household, "surveys"), &hens(&template, 20));
        market.app.unchanged(call.into_future()).await.refused(status, code);
    }
    for path in ["surveys", "capacities", "producing-units"] {
        assert_eq!(rows(&market.approver.get(of(&household, path)).await.ok()).len(), 0);
        market.other_coordinator.get(of(&household, path)).await.refused(404, "not_found");
        market.buyer.get(of(&household, path)).await.refused(403, "forbidden");
    }
}
