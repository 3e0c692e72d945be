//! Why a household is looked after: on no answer but one that was asked for with a reason.

use serde_json::{Value, json};

use super::{head, of, of_person};
use crate::support::{Market, XIUYUN, enrol, id, minutes, rows, text};
use yuanshan::kernel::Role;

async fn record(market: &Market, household: &Value, category: &str) -> Value {
    market.app.advance(minutes(1));
    let new = json!({ "category": category, "valid_from": "2026-01-01", "valid_until": "2026-12-31" });
    market.coordinator.post(of(household, "categories"), &new).await.created()
}

async fn read(market: &Market, household: &Value) -> Vec<Value> {
    let reason = json!({ "reason": "年度核对" });
    rows(&market.auditor.post(of(household, "categories/unmask"), &reason).await.ok()).to_vec()
}

#[actix_web::test]
async fn it_is_read_with_a_reason_that_the_household_and_auditors_read() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let recorded = record(&market, &household, "minimum_living").await;
    assert_eq!(read(&market, &household).await, [recorded]);
    let log = rows(&market.coordinator.get(of(&household, "access-log")).await.ok()).to_vec();
    assert_eq!((&log[0]["fields"], text(&log[0], "/reason")), (&json!(["category"]), "年度核对"));
    assert_eq!(text(&log[0], "/subject_person_id"), id(&head(&market, &household).await));
    let audited = market.auditor.get("/api/v1/audit/access-log").await.ok();
    assert_eq!(rows(&audited)[0]["fields"], json!(["category"]));

    let path = of(&household, "categories/unmask");
    let blank = market.coordinator.post(&path, &json!({ "reason": " " }));
    market.app.unchanged(blank.into_future()).await.invalid(&[("/reason", "text_required")]);
    let both = [(Role::Approver, "510824"), (Role::Auditor, XIUYUN)];
    let both = enrol(&market.app, "13800000098", "审核兼审计", &both);
    both.post(&path, &json!({ "reason": "核对" })).await.ok();
    for (person, status, code) in [
        (&market.approver, 404, "not_found"),
        (&market.other_auditor, 404, "not_found"),
        (&market.other_coordinator, 404, "not_found"),
        (&market.buyer, 403, "forbidden"),
        (&market.administrator, 403, "forbidden"),
        (&market.anonymous, 401, "unauthenticated"),
    ] {
        let call = person.post(&path, &json!({ "reason": "核对" }));
        market.app.unchanged(call.into_future()).await.refused(status, code);
    }
}

#[actix_web::test]
async fn no_other_answer_tells_of_it() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    record(&market, &household, "sudden_hardship").await;
    let one = format!("/api/v1/households/{}", id(&household));
    for person in [&market.coordinator, &market.approver, &market.buyer, &market.anonymous] {
        let answer = person.get(&one).await.ok().to_string();
        assert!(!answer.contains("hardship") && !answer.contains("categor"), "{answer}");
    }
    for path in ["people", "consents", "access-log"] {
        let answer = market.coordinator.get(of(&household, path)).await.ok().to_string();
        assert!(!answer.contains("hardship"), "{answer}");
    }
}

#[actix_web::test]
async fn it_ends_is_removed_and_goes_with_the_head() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let (first, second) = (record(&market, &household, "lifted").await, record(&market, &household, "at_risk").await);
    let path = |category: &Value| of(&household, &format!("categories/{}", id(category)));
    market.coordinator.patch(path(&first), &json!({ "valid_until": "2026-06-30" })).await.no_content();
    let again = market.coordinator.patch(path(&first), &json!({ "valid_until": "2026-06-30" }));
    market.app.unchanged(again.into_future()).await.no_content();
    assert_eq!(text(&read(&market, &household).await[0], "/valid_until"), "2026-06-30");
    market.coordinator.patch(path(&first), &json!({ "valid_until": null })).await.no_content();
    assert_eq!(read(&market, &household).await[0]["valid_until"], json!(null));
    for (patch, code) in [("2025-12-31", "days_out_of_order"), ("2026-02-30", "invalid_day")] {
        let call = market.coordinator.patch(path(&first), &json!({ "valid_until": patch }));
        market.app.unchanged(call.into_future()).await.invalid(&[("/valid_until", code)]);
    }
    market.coordinator.delete(path(&first)).await.no_content();
    market.app.unchanged(market.coordinator.delete(path(&first)).into_future()).await.refused(404, "not_found");
    let other = market.household("柏树湾李家").await;
    let elsewhere = of(&other, &format!("categories/{}", id(&second)));
    market.app.unchanged(market.coordinator.delete(elsewhere).into_future()).await.refused(404, "not_found");

    let head = head(&market, &household).await;
    let reason = json!({ "reason": "本人要求" });
    market.coordinator.post(of_person(&household, &head, "/erase"), &reason).await.no_content();
    assert_eq!(read(&market, &household).await, [] as [Value; 0]);
    let new = json!({ "category": "other", "valid_from": "2026-01-01" });
    let call = market.coordinator.post(of(&household, "categories"), &new);
    market.app.unchanged(call.into_future()).await.invalid(&[("", "head_required")]);
}

#[actix_web::test]
async fn what_is_no_category_is_refused() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    for (new, pointer, code) in [
        (json!({ "category": "poor", "valid_from": "2026-01-01" }), "/category", "invalid_value"),
        (json!({ "category": "lifted", "valid_from": "today" }), "/valid_from", "invalid_day"),
        (
            json!({ "category": "lifted", "valid_from": "2026-01-01", "valid_until": "2025-01-01" }),
            "/valid_until",
            "days_out_of_order",
        ),
    ] {
        let call = market.coordinator.post(of(&household, "categories"), &new);
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    }
    let new = json!({ "category": "lifted", "valid_from": "2026-01-01" });
    let call = market.other_coordinator.post(of(&household, "categories"), &new);
    market.app.unchanged(call.into_future()).await.refused(404, "not_found");
}
