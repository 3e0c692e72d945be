//! Words that are no words, and words that would be something else elsewhere.

use serde_json::json;

use super::{add, head, id_number, of, of_person};
use crate::support::{Market, XIUYUN, id, text};

/// Statements, headers, lines of a log, markup: text like any other.
const WORDS: [&str; 6] = [
    "'; DROP TABLE users; --",
    "\" OR \"\"=\"",
    "${jndi:ldap://x}",
    "<script>alert(1)</script>",
    "%0d%0aSet-Cookie: a=b",
    "{{7*7}}\\u0000",
];

#[actix_web::test]
async fn text_stays_what_it_is() {
    let market = Market::new().await;
    for words in WORDS {
        let household = json!({ "village_code": XIUYUN, "alias": words, "story": words });
        let household = market.coordinator.post("/api/v1/households", &household).await.created();
        assert_eq!((text(&household, "/alias"), text(&household, "/story")), (words, words));
        let person = add(&market, &household, &json!({ "relation": "other", "name": words })).await;
        let wanted = json!({ "fields": ["name"], "reason": words });
        let shown = market.coordinator.post(of_person(&household, &person, "/unmask"), &wanted).await.ok();
        assert_eq!(text(&shown, "/name"), words);
        let log = market.coordinator.get(of(&household, "access-log")).await.ok();
        assert_eq!(text(&log, "/data/0/reason"), words);
        let public = market.anonymous.get(format!("/api/v1/households/{}", id(&household))).await;
        assert_eq!((text(&public.ok(), "/alias"), public.header("content-type")), (words, "application/json"));
    }
}

#[actix_web::test]
async fn what_is_no_name_or_number_is_refused() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    for (field, value, code) in [
        ("name", "王\u{0}五".to_owned(), "text_control_character"),
        ("name", "王\r\n[INFO] 已登录".into(), "text_control_character"),
        ("name", " \u{3000} ".into(), "text_required"),
        ("name", "王".repeat(41), "text_too_long"),
        ("phone", "12345".into(), "invalid_phone"),
        ("phone", "13700005678'--".into(), "invalid_phone"),
        ("id_number", id_number("19650412", 11).replace("19650412", "19650413"), "invalid_id_number"),
        ("id_number", id_number("19650230", 11), "invalid_id_number"),
        ("id_number", "510824196504121".into(), "invalid_id_number"),
        ("bank_account", "6228-4800-1234".repeat(3), "invalid_bank_account"),
        ("bank_account", "62284800123a".into(), "invalid_bank_account"),
    ] {
        let person = json!({ "relation": "other", field: value });
        let pointer = format!("/{field}");
        let call = market.coordinator.post(of(&household, "people"), &person);
        market.app.unchanged(call.into_future()).await.invalid(&[(&pointer, code)]);
        let call = market.coordinator.patch(of_person(&household, &own, ""), &json!({ field: value }));
        market.app.unchanged(call.into_future()).await.invalid(&[(&pointer, code)]);
    }
    let wrong = json!({ "relation": "other", "name": "", "phone": "1", "id_number": "2", "bank_account": "3" });
    let call = market.coordinator.post(of(&household, "people"), &wrong);
    market.app.unchanged(call.into_future()).await.invalid(&[
        ("/name", "text_required"),
        ("/phone", "invalid_phone"),
        ("/id_number", "invalid_id_number"),
        ("/bank_account", "invalid_bank_account"),
    ]);
}

#[actix_web::test]
async fn a_name_of_ten_megabytes_is_refused() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let person = json!({ "relation": "other", "name": "王".repeat(10 * 1024 * 1024 / 3) });
    let call = market.coordinator.post(of(&household, "people"), &person);
    market.app.unchanged(call.into_future()).await.refused(413, "body_too_large");
}

#[actix_web::test]
async fn a_household_holds_thirty_people() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    for _ in 1..30 {
        add(&market, &household, &json!({ "relation": "other" })).await;
    }
    let call = market.coordinator.post(of(&household, "people"), &json!({ "relation": "other" }));
    market.app.unchanged(call.into_future()).await.invalid(&[("", "too_many")]);
}

#[actix_web::test]
async fn ids_that_are_none_lead_nowhere() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    for path in ["people/42", "people/'%20OR%201=1", "people/01900000-0000-7000-8000-000000000000"] {
        let call = market.coordinator.patch(of(&household, path), &json!({ "name": "王五" }));
        market.app.unchanged(call.into_future()).await.refused(404, "not_found");
    }
    for path in ["/api/v1/consents/42/withdraw", "/api/v1/consents/01900000-0000-7000-8000-000000000000/withdraw"] {
        market.app.unchanged(market.coordinator.act(path).into_future()).await.refused(404, "not_found");
    }
}
