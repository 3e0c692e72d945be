//! What people agree to: recorded, renewed, withdrawn.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{add, agree, alias_consent, head, in_force, of, of_person, upload_evidence, withdraw};
use crate::support::{Market, id, minutes, picture, rows, snapshot, text};
use yuanshan::db::DbError;
use yuanshan::ledger::LedgerError;

#[actix_web::test]
async fn a_consent_has_its_person_purpose_field_and_basis() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    let paper = upload_evidence(&market.coordinator, &household, &picture(40, 30)).await.created();
    let consent = json!({
        "person_id": id(&own), "purpose": "payout", "fields": ["bank_account", "name", "name"], "medium": "paper",
        "evidence_id": id(&paper),
    });
    market.app.advance(minutes(1));
    let granted = market.coordinator.post(of(&household, "consents"), &consent).await.created();
    snapshot!("consents", granted);
    assert_eq!(in_force(&market, &household).await, ["payout bank_account", "payout name", "publication alias"]);
    for reader in [&market.approver, &market.auditor] {
        assert_eq!(rows(&reader.get(of(&household, "consents")).await.ok()).len(), 3);
    }
}

#[actix_web::test]
async fn what_is_no_consent_is_refused() {
    let market = Market::new().await;
    let (household, other) = (market.household("坡上王家").await, market.household("柏树湾李家").await);
    let (own, stranger) = (head(&market, &household).await, head(&market, &other).await);
    let adult = add(&market, &household, &json!({ "relation": "spouse" })).await;
    let child = add(&market, &household, &json!({ "relation": "child" })).await;
    let elsewhere = upload_evidence(&market.coordinator, &other, &picture(40, 30)).await.created();
    let nobody = "01900000-0000-7000-8000-000000000000";
    let photo = |person: &Value| json!({ "person_id": id(person), "purpose": "publication", "fields": ["photo"], "medium": "tap" });
    let with = |mut consent: Value, member: &str, value: Value| {
        consent[member] = value;
        consent
    };
    for (consent, pointer, code) in [
        (with(photo(&own), "fields", json!([])), "/fields", "fields_required"),
        (with(photo(&own), "fields", json!(["phone"])), "/fields", "field_of_other_purpose"),
        (with(photo(&own), "purpose", json!("contact")), "/fields", "field_of_other_purpose"),
        (with(photo(&own), "person_id", json!(nobody)), "/person_id", "unknown_person"),
        (photo(&stranger), "/person_id", "unknown_person"),
        (with(photo(&adult), "fields", json!(["alias"])), "/person_id", "head_required"),
        (with(photo(&own), "medium", json!("paper")), "/evidence_id", "evidence_required"),
        (with(photo(&own), "medium", json!("voice")), "/evidence_id", "evidence_required"),
        (with(photo(&own), "evidence_id", json!(nobody)), "/evidence_id", "unknown_evidence"),
        (with(photo(&own), "evidence_id", elsewhere["id"].clone()), "/evidence_id", "unknown_evidence"),
        (photo(&child), "/guardian_id", "guardian_required"),
        (with(photo(&child), "guardian_id", child["id"].clone()), "/guardian_id", "guardian_unfit"),
        (with(photo(&child), "guardian_id", stranger["id"].clone()), "/guardian_id", "unknown_person"),
        (with(photo(&own), "medium", json!("shout")), "/medium", "invalid_value"),
    ] {
        let call = market.coordinator.post(of(&household, "consents"), &consent);
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    }
    // Of several fields all are recorded, or none.
    let mixed = with(photo(&own), "fields", json!(["photo", "phone"]));
    let call = market.coordinator.post(of(&household, "consents"), &mixed);
    market.app.unchanged(call.into_future()).await.invalid(&[("/fields", "field_of_other_purpose")]);
    let foreign = market.other_coordinator.post(of(&household, "consents"), &photo(&own));
    market.app.unchanged(foreign.into_future()).await.refused(404, "not_found");
}

#[actix_web::test]
async fn agreeing_again_changes_nothing_and_on_another_basis_renews() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    let consent = json!({ "person_id": id(&own), "purpose": "payout", "fields": ["bank_account"], "medium": "tap" });
    let account = json!({ "bank_account": "880012345678", "agreement": { "medium": "tap" } });
    market.coordinator.patch(of_person(&household, &own, ""), &account).await.ok();
    let first = market.coordinator.post(of(&household, "consents"), &consent).await.created();
    let again = market.coordinator.post(of(&household, "consents"), &consent);
    assert_eq!(market.app.unchanged(again.into_future()).await.created(), first);
    let paper = upload_evidence(&market.coordinator, &household, &picture(40, 30)).await.created();
    let on_paper = json!({
        "person_id": id(&own), "purpose": "payout", "fields": ["bank_account"], "medium": "paper", "evidence_id": id(&paper),
    });
    market.app.advance(minutes(1));
    let second = market.coordinator.post(of(&household, "consents"), &on_paper).await.created();
    let all = market.coordinator.get(of(&household, "consents")).await.ok();
    let old = rows(&all).iter().find(|consent| consent["id"] == first["data"][0]["id"]).expect("kept");
    assert_eq!(
        (&old["withdrawal_reason"], &old["withdrawn_at"]),
        (&json!("renewed"), &second["data"][0]["granted_at"])
    );
    assert_eq!(head(&market, &household).await["bank_account_masked"], "****5678", "a renewed consent erases nothing");
}

#[actix_web::test]
async fn a_withdrawal_is_kept_with_its_reason_and_repeating_it_changes_nothing() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let consent = alias_consent(&market, &household).await;
    let path = format!("/api/v1/consents/{}/withdraw", id(&consent));
    let foreign = market.other_coordinator.act(&path);
    market.app.unchanged(foreign.into_future()).await.refused(404, "not_found");
    for reader in [&market.approver, &market.auditor, &market.buyer] {
        market.app.unchanged(reader.act(&path).into_future()).await.refused(403, "forbidden");
    }
    let reason = json!({ "reason": "老人改了主意" });
    let withdrawn = market.coordinator.post(&path, &reason).await.ok();
    assert_eq!(text(&withdrawn, "/withdrawal_reason"), "老人改了主意");
    market.app.advance(minutes(5));
    let again = market.coordinator.post(&path, &json!({ "reason": "另一个" }));
    assert_eq!(market.app.unchanged(again.into_future()).await.ok(), withdrawn);
    market.app.run_jobs();
}

#[actix_web::test]
async fn who_takes_back_what_is_kept_for_a_bank_has_it_erased() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    let known = json!({ "name": "王守坡", "bank_account": "880012345678" });
    let path = of_person(&household, &own, "");
    let call = market.coordinator.patch(&path, &known);
    market.app.unchanged(call.into_future()).await.invalid(&[("/agreement", "agreement_required")]);
    let consent = agree(&market, &household, &own, "payout", "bank_account").await;
    market.coordinator.patch(&path, &known).await.ok();
    withdraw(&market, &consent).await;
    let own = head(&market, &household).await;
    assert_eq!((&own["bank_account_masked"], &own["name_masked"]), (&Value::Null, &json!("王**")));
}

#[actix_web::test]
async fn what_is_sensitive_is_kept_only_with_a_consent_of_its_own() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let with = |medium: &str, evidence: Option<&Value>| {
        json!({
            "relation": "spouse", "id_number": "11010519491231002X", "bank_account": "880012345678",
            "agreement": { "medium": medium, "evidence_id": evidence.map(id) },
        })
    };
    let refuse = async |person: Value, pointer: &str, code: &str| {
        let call = market.coordinator.post(of(&household, "people"), &person);
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    };
    let mut silent = with("tap", None);
    silent["agreement"] = Value::Null;
    refuse(silent, "/agreement", "agreement_required").await;
    refuse(with("paper", None), "/evidence_id", "evidence_required").await;
    let other = market.household("柏树湾李家").await;
    let elsewhere = upload_evidence(&market.coordinator, &other, &picture(40, 30)).await.created();
    refuse(with("paper", Some(&elsewhere)), "/evidence_id", "unknown_evidence").await;
    let paper = upload_evidence(&market.coordinator, &household, &picture(40, 30)).await.created();
    market.coordinator.post(of(&household, "people"), &with("paper", Some(&paper))).await.created();
    let kept = ["payout bank_account", "payout id_number", "publication alias"];
    assert_eq!(in_force(&market, &household).await, kept);
}

#[actix_web::test]
async fn who_turns_out_to_be_a_minor_has_agreed_to_nothing_alone() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    let child = add(&market, &household, &json!({ "relation": "child", "is_minor": false })).await;
    let baby = add(&market, &household, &json!({ "relation": "grandchild", "guardian_id": id(&child) })).await;
    agree(&market, &household, &child, "contact", "phone").await;
    for (person, guardian) in [(&child, &own), (&baby, &child)] {
        let photo = json!({
            "person_id": id(person), "purpose": "publication", "fields": ["photo"], "medium": "tap", "guardian_id": id(guardian),
        });
        market.coordinator.post(of(&household, "consents"), &photo).await.created();
    }
    market.coordinator.patch(of_person(&household, &child, ""), &json!({ "is_minor": true })).await.ok();
    assert_eq!(in_force(&market, &household).await, ["publication alias", "publication photo"]);
    let all = market.coordinator.get(of(&household, "consents?limit=100")).await.ok();
    let standing = rows(&all).iter().find(|row| row["field"] == "photo" && row["withdrawn_at"].is_null());
    assert_eq!(standing.expect("the head still agrees for the child")["person_id"], child["id"]);
    let baby_now = super::people(&market, &household).await.pop().expect("the baby");
    assert_eq!(baby_now["guardian_id"], Value::Null, "a minor is nobody's guardian");
}

#[actix_web::test]
async fn consents_come_in_pages_newest_first() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    for (purpose, field) in [("contact", "phone"), ("publication", "photo"), ("payout", "name")] {
        market.app.advance(minutes(1));
        agree(&market, &household, &own, purpose, field).await;
    }
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = market.auditor.get(of(&household, &format!("consents?limit=2{next}"))).await.ok();
        seen.extend(rows(&page).iter().map(|row| text(row, "/field").to_owned()));
        let Some(cursor) = page["page"]["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(seen, ["name", "photo", "phone", "alias"]);
}

#[actix_web::test]
async fn verify_tells_of_consents_that_cannot_stand() {
    let market = Market::new().await;
    market.household("坡上王家").await;
    for (spoilt, told) in [
        ("is_minor = TRUE", "of a minor without a guardian"),
        ("erased_at = created_at", "of an erased person"),
        ("relation = 'other'", "by somebody who is not its head"),
    ] {
        let taken_back = market.app.context().db.write_blocking(|conn| {
            conn.batch_execute(&format!("UPDATE household_people SET {spoilt}")).map_err(DbError::from)?;
            let findings = yuanshan::app::verify(conn)?;
            assert!(findings.len() == 1 && findings[0].contains(told), "{findings:?}");
            Err::<(), LedgerError>(DbError::Unavailable("nothing of it stays".into()).into())
        });
        assert!(taken_back.is_err());
    }
}
