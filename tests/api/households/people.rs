//! The people of a household: recorded, masked, corrected, unmasked, erased.

use serde_json::{Value, json};

use super::{add, agree, head, id_number, in_force, of, of_person, people};
use crate::support::{Market, Person, XIUYUN, id, rows, snapshot, text};

/// Somebody of whom everything is known.
fn known() -> Value {
    json!({
        "relation": "spouse", "name": "李秀兰", "phone": "13700005678", "id_number": id_number("19650412", 11),
        "bank_account": "6228 4800 1234 5678 901", "agreement": { "medium": "tap" },
    })
}

#[actix_web::test]
async fn a_household_begins_with_its_head_and_everybody_is_shown_masked() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let spouse = add(&market, &household, &known()).await;
    snapshot!("person", spouse);
    let all = people(&market, &household).await;
    assert_eq!(all.len(), 2);
    assert_eq!((text(&all[0], "/relation"), &all[0]["name_masked"]), ("head", &Value::Null));
    assert_eq!(all[1], spouse);
    for reader in [&market.approver, &market.auditor] {
        assert_eq!(rows(&reader.get(of(&household, "people")).await.ok()), all);
    }
}

#[actix_web::test]
async fn numbers_are_taken_as_people_type_them() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let typed = json!({
        "relation": "parent", "phone": "＋８６ 137-0000-5678", "id_number": "１１０１０５１９４９１２３１００２ｘ",
        "bank_account": "６２２８ 4800 1234 5678", "agreement": { "medium": "tap" },
    });
    let person = add(&market, &household, &typed).await;
    let wanted = json!({ "fields": ["phone", "id_number", "bank_account"], "reason": "核对" });
    let shown = market.coordinator.post(of_person(&household, &person, "/unmask"), &wanted).await.ok();
    assert_eq!(text(&shown, "/phone"), "13700005678");
    assert_eq!(text(&shown, "/id_number"), "11010519491231002X");
    assert_eq!(text(&shown, "/bank_account"), "6228480012345678");
}

#[actix_web::test]
async fn null_erases_a_field_and_what_is_left_out_stays() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let spouse = add(&market, &household, &known()).await;
    let path = of_person(&household, &spouse, "");
    let corrected = market.coordinator.patch(&path, &json!({ "name": "李秀莲", "phone": null })).await.ok();
    assert_eq!(corrected["phone_masked"], Value::Null);
    for kept in ["id_number_masked", "bank_account_masked", "relation", "is_minor"] {
        assert_eq!(corrected[kept], spouse[kept], "{kept}");
    }
    let wanted = json!({ "fields": ["name", "phone"], "reason": "核对" });
    let shown = market.coordinator.post(format!("{path}/unmask"), &wanted).await.ok();
    assert_eq!(shown, json!({ "id": id(&spouse), "name": "李秀莲", "phone": null }));
    for nothing_new in [json!({}), json!({ "name": "李秀莲", "relation": null })] {
        let call = market.coordinator.patch(&path, &nothing_new);
        assert_eq!(market.app.unchanged(call.into_future()).await.ok(), corrected);
    }
    for (patch, pointer, code) in [
        (json!({ "name": "" }), "/name", "text_required"),
        (json!({ "id_number": "1" }), "/id_number", "invalid_id_number"),
        (json!({ "salary": 1 }), "/salary", "invalid_value"),
    ] {
        let call = market.coordinator.patch(&path, &patch);
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    }
}

#[actix_web::test]
async fn an_id_number_is_recorded_once() {
    let market = Market::new().await;
    let (first, second) = (market.household("坡上王家").await, market.household("柏树湾李家").await);
    let spouse = add(&market, &first, &known()).await;
    let call = market.coordinator.post(of(&second, "people"), &known());
    let refused = market.app.unchanged(call.into_future()).await.refused(409, "id_number_taken").to_string();
    assert!(!refused.contains(id(&spouse)) && !refused.contains(id(&first)), "it does not tell whose: {refused}");
    let other = add(&market, &second, &json!({ "relation": "other" })).await;
    let number = json!({ "id_number": known()["id_number"], "agreement": { "medium": "tap" } });
    let call = market.coordinator.patch(of_person(&second, &other, ""), &number);
    market.app.unchanged(call.into_future()).await.refused(409, "id_number_taken");
    // One's own is no hindrance, and what was erased is free.
    market.coordinator.patch(of_person(&first, &spouse, ""), &number).await.ok();
    let reason = json!({ "reason": "本人要求" });
    market.coordinator.post(of_person(&first, &spouse, "/erase"), &reason).await.no_content();
    market.coordinator.patch(of_person(&second, &other, ""), &number).await.ok();
}

#[actix_web::test]
async fn a_household_has_one_head() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let old = head(&market, &household).await;
    let second = json!({ "relation": "head" });
    let call = market.coordinator.post(of(&household, "people"), &second);
    market.app.unchanged(call.into_future()).await.invalid(&[("/relation", "one_head")]);
    let child = add(&market, &household, &json!({ "relation": "other" })).await;
    for (person, relation) in [(&child, "head"), (&old, "parent")] {
        let call = market.coordinator.patch(of_person(&household, person, ""), &json!({ "relation": relation }));
        market.app.unchanged(call.into_future()).await.invalid(&[("/relation", "one_head")]);
    }
    let reason = json!({ "reason": "本人要求" });
    market.coordinator.post(of_person(&household, &old, "/erase"), &reason).await.no_content();
    let new = add(&market, &household, &second).await;
    agree(&market, &household, &new, "publication", "alias").await;
    assert_eq!(in_force(&market, &household).await, ["publication alias"]);
}

#[actix_web::test]
async fn the_id_number_tells_who_is_a_minor() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    // The tests' day is 2026-09-20.
    let guardian = head(&market, &household).await["id"].clone();
    let with_number = |number: String, guardian: &Value| {
        let agreement = json!({ "medium": "tap" });
        json!({ "relation": "child", "id_number": number, "guardian_id": guardian, "agreement": agreement })
    };
    let alone = with_number(id_number("20080921", 1), &Value::Null);
    let call = market.coordinator.post(of(&household, "people"), &alone);
    market.app.unchanged(call.into_future()).await.invalid(&[("/guardian_id", "guardian_required")]);
    for (person, is_minor) in [
        (with_number(id_number("20080921", 1), &guardian), true),
        (with_number(id_number("20080920", 2), &Value::Null), false),
        (json!({ "relation": "grandchild" }), true),
        (json!({ "relation": "child", "is_minor": false }), false),
        (json!({ "relation": "other" }), false),
    ] {
        assert_eq!(add(&market, &household, &person).await["is_minor"], is_minor, "{person}");
    }
    for (number, told, pointer, code) in [
        (id_number("20080921", 3), json!(false), "/is_minor", "minor_does_not_fit"),
        (id_number("19650412", 4), json!(true), "/is_minor", "minor_does_not_fit"),
        (id_number("20260921", 5), Value::Null, "/id_number", "invalid_id_number"),
    ] {
        let person = json!({ "relation": "child", "id_number": number, "is_minor": told });
        let call = market.coordinator.post(of(&household, "people"), &person);
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    }
}

#[actix_web::test]
async fn a_guardian_is_another_adult_of_the_household() {
    let market = Market::new().await;
    let (household, other) = (market.household("坡上王家").await, market.household("柏树湾李家").await);
    let (adult, stranger) = (head(&market, &household).await, head(&market, &other).await);
    let child = json!({ "relation": "child", "guardian_id": id(&adult) });
    let child = add(&market, &household, &child).await;
    assert_eq!(child["guardian_id"], adult["id"]);
    for (guardian, code) in [(&stranger, "unknown_person"), (&child, "guardian_unfit")] {
        let brother = json!({ "relation": "child", "guardian_id": id(guardian) });
        let call = market.coordinator.post(of(&household, "people"), &brother);
        market.app.unchanged(call.into_future()).await.invalid(&[("/guardian_id", code)]);
    }
    let itself = json!({ "guardian_id": id(&adult) });
    let call = market.coordinator.patch(of_person(&household, &adult, ""), &itself);
    market.app.unchanged(call.into_future()).await.invalid(&[("/guardian_id", "guardian_unfit")]);
}

#[actix_web::test]
async fn people_of_others_are_not_known() {
    let market = Market::new().await;
    let (household, next_door) = (market.household("坡上王家").await, market.household("柏树湾李家").await);
    let (own, person) = (head(&market, &household).await, known());
    let unmask = json!({ "fields": ["name"], "reason": "核对" });
    let reads: [&Person; 3] = [&market.other_coordinator, &market.other_approver, &market.other_auditor];
    for reader in reads {
        for path in ["people", "consents", "access-log"] {
            reader.get(of(&household, path)).await.refused(404, "not_found");
        }
        let call = reader.post(of_person(&household, &own, "/unmask"), &unmask);
        market.app.unchanged(call.into_future()).await.refused(404, "not_found");
    }
    let outsider = &market.other_coordinator;
    for call in [
        outsider.post(of(&household, "people"), &person),
        outsider.patch(of_person(&household, &own, ""), &json!({ "name": "王五" })),
        outsider.post(of_person(&household, &own, "/erase"), &json!({ "reason": "本人要求" })),
        outsider.patch(format!("/api/v1/households/{}", id(&household)), &json!({ "alias": "别家" })),
        // Somebody of one household is nobody of another one.
        market.coordinator.patch(of_person(&next_door, &own, ""), &json!({ "name": "王五" })),
        market.coordinator.post(of_person(&next_door, &own, "/unmask"), &unmask),
    ] {
        market.app.unchanged(call.into_future()).await.refused(404, "not_found");
    }
    for (person, status, code) in [
        (&market.anonymous, 401, "unauthenticated"),
        (&market.buyer, 403, "forbidden"),
        (&market.administrator, 403, "forbidden"),
    ] {
        person.get(of(&household, "people")).await.refused(status, code);
    }
    for reader in [&market.approver, &market.auditor] {
        let call = reader.post(of(&household, "people"), &known());
        market.app.unchanged(call.into_future()).await.refused(403, "forbidden");
    }
}

#[actix_web::test]
async fn unmasking_shows_what_was_asked_for_and_is_written_down() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let spouse = add(&market, &household, &known()).await;
    let path = of_person(&household, &spouse, "/unmask");
    for (body, expected) in [
        (json!({ "fields": ["name"], "reason": " " }), ("/reason", "text_required")),
        (json!({ "fields": [], "reason": "核对" }), ("/fields", "fields_required")),
        (json!({ "fields": ["password"], "reason": "核对" }), ("/fields/0", "invalid_value")),
        (json!({ "fields": ["name"], "reason": "核\n对" }), ("/reason", "text_control_character")),
    ] {
        let call = market.auditor.post(&path, &body);
        market.app.unchanged(call.into_future()).await.invalid(&[expected]);
    }
    let wanted = json!({ "fields": ["name", "name"], "reason": "核对银行回单" });
    let shown = market.auditor.post(&path, &wanted).await;
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(shown.ok(), json!({ "id": id(&spouse), "name": "李秀兰" }));
    let log = market.coordinator.get(of(&household, "access-log")).await.ok();
    snapshot!("access_to_a_person", log);
}

#[actix_web::test]
async fn who_is_erased_leaves_an_empty_row() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let spouse = add(&market, &household, &known()).await;
    agree(&market, &household, &spouse, "contact", "phone").await;
    let child = json!({ "relation": "child", "guardian_id": id(&spouse) });
    let child = add(&market, &household, &child).await;
    let reason = json!({ "reason": "本人要求" });
    let erase = of_person(&household, &spouse, "/erase");
    market.coordinator.post(&erase, &json!({ "reason": "" })).await.invalid(&[("/reason", "text_required")]);
    market.coordinator.post(&erase, &reason).await.no_content();
    let all = people(&market, &household).await;
    let gone = all.iter().find(|person| id(person) == id(&spouse)).expect("the row stays");
    for member in ["name_masked", "phone_masked", "id_number_masked", "bank_account_masked"] {
        assert_eq!(gone[member], Value::Null, "{member}");
    }
    assert!(gone["erased_at"].is_string());
    let left = all.iter().find(|person| id(person) == id(&child)).expect("the child stays");
    assert_eq!(left["guardian_id"], Value::Null);
    assert_eq!(in_force(&market, &household).await, ["publication alias"]);
    // Again, nothing happens; and nothing can be added to nobody.
    let again = market.coordinator.post(&erase, &reason);
    market.app.unchanged(again.into_future()).await.no_content();
    let consent = json!({ "person_id": id(&spouse), "purpose": "contact", "fields": ["phone"], "medium": "tap" });
    for call in [
        market.coordinator.patch(of_person(&household, &spouse, ""), &json!({ "name": "李秀兰" })),
        market
            .coordinator
            .post(of_person(&household, &spouse, "/unmask"), &json!({ "fields": ["name"], "reason": "x" })),
        market.coordinator.post(of(&household, "consents"), &consent),
    ] {
        let refused = market.app.unchanged(call.into_future()).await.refused(409, "wrong_state");
        assert_eq!(refused["state"], "erased");
    }
}

#[actix_web::test]
async fn a_household_that_is_new_is_not_public_by_the_name_of_its_head() {
    let market = Market::new().await;
    let household = json!({ "village_code": XIUYUN, "alias": "坡上王家" });
    let household = market.coordinator.post("/api/v1/households", &household).await.created();
    let own = head(&market, &household).await;
    market.coordinator.patch(of_person(&household, &own, ""), &json!({ "name": "王守坡" })).await.ok();
    for path in [format!("/api/v1/households/{}", id(&household)), "/api/v1/listings".into()] {
        let answer = market.anonymous.get(&path).await.ok().to_string();
        assert!(!answer.contains("守坡") && !answer.contains(id(&own)), "{path}: {answer}");
    }
}
