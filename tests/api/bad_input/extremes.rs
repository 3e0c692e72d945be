//! What no person types: characters that a database does not store, words without end, times before history.

use serde_json::json;

use crate::support::{EGGS, Market, cart, id, rows};

#[actix_web::test]
async fn a_null_character_finds_nothing() {
    let market = Market::new().await;
    for path in ["/api/v1/receipts/%00", "/api/v1/streams/%00", "/go/%00"] {
        market.anonymous.get(path).await.refused(404, "not_found");
    }
    market.anonymous.get("/api/v1/listings?category=%00").await.invalid(&[("#category", "text_control_character")]);
    market.auditor.get("/api/v1/audit/orders?stream=%00").await.invalid(&[("#stream", "stream_unknown")]);
    let eggs = market.sells(EGGS).await;
    let mut cart = cart(&[(&eggs, 1)]);
    cart["stream_code"] = json!("\u{0}");
    let call = market.buyer.post("/api/v1/checkouts", &cart);
    market.app.unchanged(call.into_future()).await.invalid(&[("/stream_code", "stream_unknown")]);
}

#[actix_web::test]
async fn words_without_end_are_refused() {
    let market = Market::new().await;
    let words = "a".repeat(2_100);
    market.anonymous.get(format!("/api/v1/listings?q={words}")).await.invalid(&[("#q", "text_too_long")]);
}

#[actix_web::test]
async fn times_outside_history_are_no_times() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let stream = json!({
        "title": "直播", "platform": "other", "url": "https://example.org/live", "host_name": "小李",
        "starts_at": "-005000-01-01T00:00:00Z", "ends_at": "-005000-01-01T02:00:00Z", "listing_ids": [eggs["id"]],
    });
    let call = market.coordinator.post("/api/v1/streams", &stream);
    market.app.unchanged(call.into_future()).await.invalid(&[("/ends_at", "invalid_times")]);
    market.auditor.get("/api/v1/audit/orders?from=-009999-01-01&to=-009995-01-01").await.ok();
}

#[actix_web::test]
async fn a_cursor_may_point_anywhere() {
    use base64::Engine;
    let market = Market::new().await;
    for key in [i64::MIN, -8_000_000_000_000_000_000, i64::MAX] {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&key.to_be_bytes());
        let cursor = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        let page = market.anonymous.get(format!("/api/v1/listings?cursor={cursor}")).await.ok();
        assert_eq!(rows(&page).len(), 0);
    }
}

#[actix_web::test]
async fn a_stream_shows_nothing_that_nobody_approved() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let draft = market.coordinator.post("/api/v1/listings", &EGGS.of(id(&household))).await.created();
    let stream = json!({
        "title": "直播", "platform": "other", "url": "https://example.org/live", "host_name": "小李",
        "starts_at": "2026-11-24T11:00:00Z", "ends_at": "2026-11-24T13:00:00Z", "listing_ids": [draft["id"]],
    });
    let call = market.coordinator.post("/api/v1/streams", &stream);
    market.app.unchanged(call.into_future()).await.invalid(&[("/listing_ids", "unknown_listing")]);
}
