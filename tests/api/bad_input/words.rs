//! Codes of places, names and links that are not what they should be.

use serde_json::{Value, json};

use crate::support::{EGGS, Market, XIUYUN, cart, id};

#[actix_web::test]
async fn a_household_lives_in_a_village_that_exists() {
    let market = Market::new().await;
    for (code, expected) in [
        ("510824115299", "unknown_region"),
        ("510824115", "not_a_village"),
        ("51082411521", "invalid_region_code"),
        ("５１０８２４１１５２１６", "invalid_region_code"),
        ("", "invalid_region_code"),
        ("岫云村", "invalid_region_code"),
    ] {
        let household = json!({ "village_code": code, "alias": "坡上王家" });
        let call = market.coordinator.post("/api/v1/households", &household);
        market.app.unchanged(call.into_future()).await.invalid(&[("/village_code", expected)]);
    }
    let next_door = json!({ "village_code": "510824115217", "alias": "坡上王家" });
    let call = market.coordinator.post("/api/v1/households", &next_door);
    market.app.unchanged(call.into_future()).await.refused(403, "out_of_scope");
}

#[actix_web::test]
async fn a_parcel_goes_to_a_place_that_exists() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    for (code, expected) in [
        ("510199", "unknown_region"),
        ("51", "region_too_wide"),
        ("5101", "region_too_wide"),
        ("51010", "invalid_region_code"),
        ("锦江区", "invalid_region_code"),
    ] {
        let mut cart = cart(&[(&eggs, 1)]);
        cart["address"]["region_code"] = json!(code);
        let call = market.buyer.post("/api/v1/checkouts", &cart);
        market.app.unchanged(call.into_future()).await.invalid(&[("/address/region_code", expected)]);
    }
}

#[actix_web::test]
async fn an_address_has_a_name_a_phone_and_a_door() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    for (field, value, expected) in [
        ("recipient", " \u{3000} ", "text_required"),
        ("recipient", "陈\u{0}女士", "text_control_character"),
        ("phone", "12345", "invalid_phone"),
        ("phone", "029-8888888", "invalid_phone"),
        ("detail", "", "text_required"),
        ("detail", &"长".repeat(201), "text_too_long"),
    ] {
        let mut cart = cart(&[(&eggs, 1)]);
        cart["address"][field] = json!(value);
        let call = market.buyer.post("/api/v1/checkouts", &cart);
        let pointer = format!("/address/{field}");
        market.app.unchanged(call.into_future()).await.invalid(&[(&pointer, expected)]);
    }
}

#[actix_web::test]
async fn every_wrong_field_of_a_listing_is_named_at_once() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let mut eggs = EGGS.of(id(&household));
    (eggs["title"], eggs["category"], eggs["unit_label"]) = (json!(""), json!("蛋".repeat(31)), json!("\n"));
    eggs["price_fen"] = json!(1);
    let call = market.coordinator.post("/api/v1/listings", &eggs).header("Accept-Language", "en");
    let problem = market.app.unchanged(call.into_future()).await.invalid(&[
        ("/title", "text_required"),
        ("/category", "text_too_long"),
        ("/unit_label", "text_required"),
        ("/price", "price_is_not_its_parts"),
    ]);
    assert_eq!(problem["errors"][1]["detail"], "At most 30 characters.");
    assert_eq!(problem["errors"][3]["detail"], "The price of 1 fen is not the sum of its parts, 4800 fen.");
}

#[actix_web::test]
async fn a_listing_names_a_household_and_photos_that_exist() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let nobody = "01900000-0000-7000-8000-000000000000";
    let of_nobody = market.coordinator.post("/api/v1/listings", &EGGS.of(nobody));
    market.app.unchanged(of_nobody.into_future()).await.invalid(&[("/household_id", "unknown_household")]);
    let mut eggs = EGGS.of(id(&household));
    eggs["photo_ids"] = json!([nobody]);
    let without_photo = market.coordinator.post("/api/v1/listings", &eggs);
    market.app.unchanged(without_photo.into_future()).await.invalid(&[("/photo_ids", "unknown_photo")]);
    eggs["photo_ids"] = json!([nobody, nobody, nobody, nobody, nobody, nobody, nobody]);
    market.coordinator.post("/api/v1/listings", &eggs).await.invalid(&[("/photo_ids", "too_many")]);
}

#[actix_web::test]
async fn a_stream_leads_to_its_platform_and_nowhere_else() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let stream = |field: &str, value: Value| {
        let mut stream = json!({
            "title": "鸡蛋专场", "platform": "douyin", "url": "https://live.douyin.com/1", "host_name": "小李",
            "starts_at": "2026-09-20T11:00:00Z", "ends_at": "2026-09-20T13:00:00Z", "listing_ids": [id(&eggs)],
        });
        stream[field] = value;
        stream
    };
    for (field, value, expected) in [
        ("url", json!("http://live.douyin.com/1"), "invalid_link"),
        ("url", json!("https://user@live.douyin.com/1"), "invalid_link"),
        ("url", json!("https://live.douyin.com:8443/1"), "invalid_link"),
        ("url", json!("https://live.douyin.com.evil.example/1"), "link_host"),
        ("url", json!("https://evildouyin.com/1"), "link_host"),
        ("url", json!("https://live.dоuyin.com/1"), "invalid_link"),
        ("url", json!("https://127.0.0.1/1"), "invalid_link"),
        ("url", json!("javascript:alert(1)"), "invalid_link"),
        ("url", json!("https:\\\\live.douyin.com/1"), "invalid_link"),
        ("ends_at", json!("2026-09-20T11:00:00Z"), "invalid_times"),
        ("ends_at", json!("2026-09-21T11:00:01Z"), "invalid_times"),
        ("listing_ids", json!([]), "lines_required"),
        ("listing_ids", json!([id(&eggs), id(&eggs)]), "repeated"),
        ("listing_ids", json!(["01900000-0000-7000-8000-000000000000"]), "unknown_listing"),
        ("starts_at", json!("tomorrow"), "invalid_value"),
        ("platform", json!("radio"), "invalid_value"),
    ] {
        let call = market.coordinator.post("/api/v1/streams", &stream(field, value));
        market.app.unchanged(call.into_future()).await.invalid(&[(&format!("/{field}"), expected)]);
    }
}

#[actix_web::test]
async fn an_order_names_a_stream_that_exists() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let mut cart = cart(&[(&eggs, 1)]);
    cart["stream_code"] = json!("NOSUCHCODE");
    let call = market.buyer.post("/api/v1/checkouts", &cart);
    market.app.unchanged(call.into_future()).await.invalid(&[("/stream_code", "stream_unknown")]);
    cart["stream_code"] = json!("");
    market.buyer.post("/api/v1/checkouts", &cart).await.created();
}

#[actix_web::test]
async fn a_household_has_one_to_thirty_members() {
    let market = Market::new().await;
    for members in [0, -1, 31] {
        let household = json!({ "village_code": XIUYUN, "alias": "坡上王家", "members": members });
        let call = market.coordinator.post("/api/v1/households", &household);
        market.app.unchanged(call.into_future()).await.invalid(&[("/members", "invalid_members")]);
    }
}
