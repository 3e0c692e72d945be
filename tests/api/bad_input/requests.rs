//! Requests that cannot be read, and how the refusal itself is told.

use actix_web::http::Method;
use serde_json::json;

use crate::support::{EGGS, Market, cart, id};

const CHECKOUTS: &str = "/api/v1/checkouts";

#[actix_web::test]
async fn what_is_no_json_is_refused() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let good = cart(&[(&eggs, 1)]).to_string();
    let not_utf8 = good.clone().into_bytes().iter().map(|byte| if *byte == b'1' { 0xff } else { *byte }).collect();
    let bodies: [Vec<u8>; 6] = [
        Vec::new(),
        b"{".to_vec(),
        b"lines=2".to_vec(),
        format!("{good} x").into_bytes(),
        format!("\u{feff}{good}").into_bytes(),
        not_utf8,
    ];
    for body in bodies {
        let call = market.buyer.act(CHECKOUTS).bytes("application/json", body);
        market.app.unchanged(call.into_future()).await.refused(400, "invalid_json");
    }
}

#[actix_web::test]
async fn json_of_another_shape_is_refused_at_its_place() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    for (body, pointer) in [
        (json!([]), ""),
        (json!({ "lines": "all" }), "/lines"),
        (json!({ "lines": [], "address": cart(&[])["address"], "discount_fen": 100 }), "/discount_fen"),
        (json!({ "lines": [{ "listing_id": "42", "quantity": 1 }] }), "/lines/0/listing_id"),
        (json!({ "lines": [], "address": { "recipient": 7 } }), "/address/recipient"),
        (json!({ "lines": [{ "listing_id": eggs["id"] }] }), "/lines/0"),
    ] {
        let call = market.buyer.post(CHECKOUTS, &body);
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, "invalid_value")]);
    }
}

#[actix_web::test]
async fn a_body_that_may_be_left_out_may_be_null() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let wish = json!({ "household_id": household["id"] });
    let pairing = market.buyer.post("/api/v1/pairings", &wish).await.created();
    let path = format!("/api/v1/pairings/{}/accept", id(&pairing));
    let call = market.coordinator.post(&path, &json!([]));
    market.app.unchanged(call.into_future()).await.invalid(&[("", "invalid_value")]);
    market.coordinator.post(&path, &json!(null)).await.ok();
}

#[actix_web::test]
async fn an_empty_parameter_asks_for_nothing() {
    let market = Market::new().await;
    market.anonymous.get("/api/v1/listings?q=&category=&household=&village=").await.ok();
    market.anonymous.get("/api/v1/regions?q=&parent=").await.ok();
    market.coordinator.get("/api/v1/households?village=").await.ok();
    market.administrator.get("/api/v1/admin/users?q=%20&region=").await.ok();
    market.auditor.get("/api/v1/audit/summary?from=&to=&region=").await.ok();
    let long = format!("/api/v1/admin/users?q={}", "x".repeat(61));
    market.administrator.get(long).await.invalid(&[("#q", "text_too_long")]);
}

#[actix_web::test]
async fn a_body_over_the_limit_is_refused_whatever_it_holds() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let mut large = cart(&[(&eggs, 1)]);
    large["address"]["detail"] = json!("x".repeat(256 * 1024));
    let call = market.buyer.post(CHECKOUTS, &large);
    market.app.unchanged(call.into_future()).await.refused(413, "body_too_large");
}

#[actix_web::test]
async fn another_content_type_is_refused() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let good = cart(&[(&eggs, 1)]).to_string();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""] {
        let call = market.buyer.act(CHECKOUTS).bytes(content_type, good.clone());
        market.app.unchanged(call.into_future()).await.refused(415, "unsupported_media_type");
    }
    let with_charset = market.buyer.act(CHECKOUTS).bytes("application/json; charset=utf-8", good);
    with_charset.await.created();
}

#[actix_web::test]
async fn unknown_addresses_and_methods_are_told_apart() {
    let market = Market::new().await;
    for path in ["/api/v1/nothing", "/api/v2/listings", "/api", "/api/v1/listings/0/0/0", "/api/v1/orders/42"] {
        market.buyer.get(path).await.refused(404, "not_found");
    }
    for (method, path) in [
        (Method::DELETE, "/api/v1/listings"),
        (Method::PUT, CHECKOUTS),
        (Method::GET, "/api/v1/auth/login"),
        (Method::POST, "/api/v1/regions"),
    ] {
        market.buyer.call(method, path).await.refused(405, "method_not_allowed");
    }
}

#[actix_web::test]
async fn a_refusal_speaks_the_callers_language() {
    let market = Market::new().await;
    let told = |language: &'static str| {
        let call = market.anonymous.get("/api/v1/me");
        if language.is_empty() { call } else { call.header("Accept-Language", language) }
    };
    for (asked, spoken, detail) in [
        ("", "zh-CN", "请先登录。"),
        ("zh-CN,zh;q=0.9", "zh-CN", "请先登录。"),
        ("en", "en", "Please sign in."),
        ("en-GB,en;q=0.8,zh;q=0.5", "en", "Please sign in."),
        ("fr", "zh-CN", "请先登录。"),
    ] {
        let answer = told(asked).await;
        let problem = answer.refused(401, "unauthenticated");
        assert_eq!(problem["detail"], detail, "{asked:?}");
        assert_eq!(answer.header("content-language"), spoken, "{asked:?}");
        assert_eq!(problem["instance"], "/api/v1/me");
        assert_eq!(problem["title"], "Unauthorized");
    }
}

#[actix_web::test]
async fn unknown_or_wrong_query_parameters_are_refused() {
    let market = Market::new().await;
    for (path, pointer, code) in [
        ("/api/v1/listings?sort=cheapest", "#", "invalid_value"),
        ("/api/v1/listings?price=1", "#", "invalid_value"),
        ("/api/v1/listings?limit=0", "#limit", "invalid_limit"),
        ("/api/v1/listings?limit=101", "#limit", "invalid_limit"),
        ("/api/v1/listings?cursor=xyz", "#cursor", "invalid_cursor"),
        ("/api/v1/listings?village=51082x", "#village", "invalid_region_code"),
        ("/api/v1/listings?household=42", "#household", "invalid_id"),
        ("/api/v1/regions?parent=1", "#parent", "invalid_region_code"),
    ] {
        market.anonymous.get(path).await.invalid(&[(pointer, code)]);
    }
    for (path, pointer, code) in [
        ("/api/v1/audit/summary?from=yesterday", "#from", "invalid_day"),
        ("/api/v1/audit/summary?from=2026-09-02&to=2026-09-01", "#to", "invalid_range"),
        ("/api/v1/audit/summary?from=1926-09-02", "#to", "invalid_range"),
        ("/api/v1/audit/summary?group_by=mood", "#", "invalid_value"),
        ("/api/v1/audit/orders?stream=ABCDEF", "#stream", "stream_unknown"),
    ] {
        market.auditor.get(path).await.invalid(&[(pointer, code)]);
    }
}
