//! Pictures of people: public while they agree, and for children only with a guardian.

use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde_json::{Value, json};

use super::{add, agree, head, of, of_person, upload_picture, withdraw};
use crate::support::{Market, holds, id, picture, picture_with_a_place, rows, text};

/// Whether the files of a picture lie in the object store.
async fn is_stored(market: &Market, photo: &Value) -> bool {
    let path = Path::from(format!("people/{}/large.jpg", id(photo)));
    market.app.context().photos.get(&path).await.is_ok()
}

/// What everybody sees of a household's pictures.
async fn public(market: &Market, household: &Value) -> usize {
    let page = market.anonymous.get(format!("/api/v1/households/{}", id(household))).await.ok();
    page["photos"].as_array().expect("a list").len()
}

#[actix_web::test]
async fn a_picture_is_public_just_while_the_person_agrees() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    let photo = upload_picture(&market.coordinator, &household, id(&own), &picture(1_600, 800)).await.created();
    assert_eq!((&photo["is_public"], &photo["person_id"]), (&json!(false), &own["id"]));
    let (small, large) = (text(&photo, "/urls/small"), text(&photo, "/urls/large"));
    for path in [small, large] {
        market.anonymous.get(path).await.refused(404, "not_found");
        market.buyer.get(path).await.refused(404, "not_found");
        market.other_coordinator.get(path).await.refused(404, "not_found");
        let to_staff = market.coordinator.get(path).await;
        assert_eq!((to_staff.status.as_u16(), to_staff.header("cache-control")), (200, "private, no-store"));
    }
    assert_eq!(public(&market, &household).await, 0);

    let consent = agree(&market, &household, &own, "publication", "photo").await;
    let shown = market.anonymous.get(large).await;
    assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/jpeg"));
    assert_eq!(shown.header("cache-control"), "no-cache", "a cache asks each time");
    let tag = shown.header("etag").to_owned();
    assert_eq!(market.anonymous.get(large).header("If-None-Match", &tag).await.status, 304);
    assert_eq!(public(&market, &household).await, 1);
    let page = market.anonymous.get(format!("/api/v1/households/{}", id(&household))).await.ok();
    assert_eq!((&page["photos"][0]["person_id"], &page["photos"][0]["is_public"]), (&Value::Null, &json!(true)));

    withdraw(&market, &consent).await;
    market.anonymous.get(large).header("If-None-Match", &tag).await.refused(404, "not_found");
    assert_eq!(public(&market, &household).await, 0);
    let desk = market.coordinator.get(format!("/api/v1/households/{}", id(&household))).await.ok();
    assert_eq!(desk["photos"][0]["is_public"], false, "those who look after it still have it");
}

#[actix_web::test]
async fn a_picture_of_a_child_is_public_only_with_a_guardian() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    let child = add(&market, &household, &json!({ "relation": "grandchild" })).await;
    let photo = upload_picture(&market.coordinator, &household, id(&child), &picture(40, 30)).await.created();
    let small = text(&photo, "/urls/small");
    let consent = json!({ "person_id": id(&child), "purpose": "publication", "fields": ["photo"], "medium": "tap" });
    let alone = market.coordinator.post(of(&household, "consents"), &consent);
    market.app.unchanged(alone.into_future()).await.invalid(&[("/guardian_id", "guardian_required")]);
    market.anonymous.get(small).await.refused(404, "not_found");
    let mut guarded = consent;
    guarded["guardian_id"] = own["id"].clone();
    market.coordinator.post(of(&household, "consents"), &guarded).await.created();
    assert_eq!(market.anonymous.get(small).await.status, 200);
    // The guardian's consent goes with the guardian.
    let erase = of_person(&household, &own, "/erase");
    market.coordinator.post(erase, &json!({ "reason": "本人要求" })).await.no_content();
    market.anonymous.get(small).await.refused(404, "not_found");
    market.app.run_jobs();
}

#[actix_web::test]
async fn who_grows_out_to_be_a_child_is_not_shown() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let child = add(&market, &household, &json!({ "relation": "child", "is_minor": false })).await;
    let photo = upload_picture(&market.coordinator, &household, id(&child), &picture(40, 30)).await.created();
    agree(&market, &household, &child, "publication", "photo").await;
    assert_eq!(market.anonymous.get(text(&photo, "/urls/small")).await.status, 200);
    market.coordinator.patch(of_person(&household, &child, ""), &json!({ "is_minor": true })).await.ok();
    market.anonymous.get(text(&photo, "/urls/small")).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_picture_that_is_taken_away_is_gone_with_its_files() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    agree(&market, &household, &own, "publication", "photo").await;
    let photo = upload_picture(&market.coordinator, &household, id(&own), &picture(40, 30)).await.created();
    let path = of(&household, &format!("photos/{}", id(&photo)));
    for (person, status, code) in [
        (&market.other_coordinator, 404, "not_found"),
        (&market.approver, 403, "forbidden"),
        (&market.anonymous, 401, "unauthenticated"),
    ] {
        market.app.unchanged(person.delete(&path).into_future()).await.refused(status, code);
    }
    assert!(is_stored(&market, &photo).await);
    market.coordinator.delete(&path).await.no_content();
    market.app.run_jobs();
    assert!(!is_stored(&market, &photo).await);
    for person in [&market.anonymous, &market.coordinator] {
        person.get(text(&photo, "/urls/small")).await.refused(404, "not_found");
    }
    market.app.unchanged(market.coordinator.delete(&path).into_future()).await.refused(404, "not_found");

    let again = upload_picture(&market.coordinator, &household, id(&own), &picture(40, 30)).await.created();
    let erase = of_person(&household, &own, "/erase");
    market.coordinator.post(erase, &json!({ "reason": "本人要求" })).await.no_content();
    market.coordinator.get(text(&again, "/urls/small")).await.refused(404, "not_found");
    market.app.run_jobs();
    assert!(!is_stored(&market, &again).await, "the pictures of who is erased go too");
}

#[actix_web::test]
async fn a_picture_is_of_somebody_of_the_household() {
    let market = Market::new().await;
    let (household, other) = (market.household("坡上王家").await, market.household("柏树湾李家").await);
    let (own, stranger) = (head(&market, &household).await, head(&market, &other).await);
    let file = picture(40, 30);
    for person_id in [id(&stranger), "", "42", "' OR 1=1 --"] {
        let call = upload_picture(&market.coordinator, &household, person_id, &file);
        market.app.unchanged(call).await.invalid(&[("/person_id", "unknown_person")]);
    }
    let foreign = upload_picture(&market.other_coordinator, &household, id(&own), &file);
    market.app.unchanged(foreign).await.refused(404, "not_found");
    let svg = upload_picture(&market.coordinator, &household, id(&own), b"<svg onload='alert(1)'/>");
    market.app.unchanged(svg).await.invalid(&[("/file", "invalid_image")]);
    let photo = upload_picture(&market.coordinator, &household, id(&own), &picture_with_a_place()).await.created();
    let file = market.coordinator.get(text(&photo, "/urls/large")).await;
    assert!(!holds(&file.body, b"Exif") && !holds(&file.body, b"GPS"), "only its pixels are kept");
    // An address that mixes two households leads nowhere.
    let mixed = text(&photo, "/urls/small").replace(id(&household), id(&other));
    market.coordinator.get(mixed).await.refused(404, "not_found");
    for size in ["huge", "large.jpg", "..%2flarge"] {
        market.coordinator.get(text(&photo, "/urls/small").replace("small", size)).await.refused(404, "not_found");
    }
    assert_eq!(rows(&market.coordinator.get("/api/v1/households").await.ok())[1]["photos"][0]["id"], photo["id"]);
}

#[actix_web::test]
async fn a_household_has_a_dozen_pictures() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    for _ in 0..12 {
        upload_picture(&market.coordinator, &household, id(&own), &picture(8, 8)).await.created();
    }
    let file = picture(8, 8);
    let call = upload_picture(&market.coordinator, &household, id(&own), &file);
    market.app.unchanged(call).await.invalid(&[("/file", "too_many")]);
}
