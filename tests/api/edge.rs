//! What every answer carries, who else may call, and how often.

use actix_web::http::Method;
use serde_json::json;
use std::time::Duration;

use crate::common;
use crate::support::{Answer, EGGS, Market, PASSWORD, Person};
use yuanshan::context::{Edge, Settings};

const LOGIN: &str = "/api/v1/auth/login";
const ORIGIN: &str = "https://partner.example";

async fn market(edge: Edge) -> Market {
    Market::with(Settings { edge, ..common::settings() }).await
}

#[actix_web::test]
async fn every_answer_tells_browsers_to_be_strict() {
    let market = Market::new().await;
    let plain = Market::with(Settings { secure_cookies: false, ..common::settings() }).await;
    for path in
        ["/", "/api/docs/index.html", "/api/v1/me", "/api/v1/listings", "/api/v1/nothing", "/go/NONE", "/healthz"]
    {
        let answer = market.anonymous.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{path}: {policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=(), "), "{path}");
        assert!(answer.header("access-control-allow-origin").is_empty(), "{path}");
        let without_tls = plain.anonymous.get(path).await;
        assert!(without_tls.header("strict-transport-security").is_empty(), "{path}");
    }
}

#[actix_web::test]
async fn every_answer_is_named_and_nobody_chooses_its_name() {
    let market = Market::new().await;
    let answer = market.anonymous.get("/api/v1/me").header("X-Request-Id", "mine").await;
    assert_eq!(answer.refused(401, "unauthenticated")["request_id"], answer.header("x-request-id"));
    let (first, second) = (market.anonymous.get("/").await, market.anonymous.get("/api/v1/listings").await);
    assert!(uuid::Uuid::parse_str(first.header("x-request-id")).is_ok());
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

#[actix_web::test]
async fn only_named_origins_may_call_and_never_with_cookies() {
    let named = Edge { cors_origins: vec![ORIGIN.parse().expect("an origin")], ..Edge::default() };
    let (market, closed) = (market(named).await, Market::new().await);
    let from =
        async |market: &Market, origin: &str| market.anonymous.get("/api/v1/listings").header("Origin", origin).await;
    let answer = from(&market, ORIGIN).await;
    assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
    assert!(answer.header("access-control-allow-credentials").is_empty());
    assert!(answer.header("access-control-expose-headers").to_lowercase().contains("retry-after"));
    for origin in
        ["https://partner.example.evil.example", "http://partner.example", "https://partner.example:444", "null"]
    {
        assert!(from(&market, origin).await.header("access-control-allow-origin").is_empty(), "{origin}");
    }
    let refused = market.anonymous.get("/api/v1/me").header("Origin", ORIGIN).await;
    refused.refused(401, "unauthenticated");
    assert_eq!(refused.header("access-control-allow-origin"), ORIGIN, "pages can read why they were refused");

    let wanted = "authorization,content-type,idempotency-key,accept-language,if-none-match,yuanshan-acting-for";
    let ask = async |market: &Market, origin: &str, method: &str, headers: &str| {
        let call = market.anonymous.call(Method::OPTIONS, "/api/v1/checkouts");
        let call = call.header("Origin", origin).header("Access-Control-Request-Method", method);
        call.header("Access-Control-Request-Headers", headers).await
    };
    for method in ["GET", "POST", "PATCH", "DELETE"] {
        let allowed = ask(&market, ORIGIN, method, wanted).await;
        assert_eq!(allowed.status, 200, "{allowed}");
        assert_eq!(allowed.header("access-control-allow-origin"), ORIGIN);
    }
    for (origin, method, headers) in
        [("https://evil.example", "POST", wanted), (ORIGIN, "TRACE", wanted), (ORIGIN, "POST", "x-forwarded-for")]
    {
        ask(&market, origin, method, headers).await.refused(400, "invalid_request");
    }
    let answer = ask(&closed, ORIGIN, "POST", wanted).await;
    answer.refused(405, "method_not_allowed");
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
}

/// How many requests are left, as the answer tells.
fn left(answer: &Answer) -> Option<u32> {
    assert!(answer.header("ratelimit").starts_with("\"default\";r=") || answer.header("ratelimit").is_empty());
    let left = answer.header("ratelimit").split(['=', ';']).nth(2)?;
    left.parse().ok()
}

#[actix_web::test]
async fn requests_are_counted_down_and_refused_when_used_up() {
    let market = market(Edge { rate_per_minute: 6, ..Edge::default() }).await;
    let tokens = [market.buyer.token().await, market.other_buyer.token().await].map(|token| token.expect("a token"));
    market.app.advance(Duration::from_secs(60));
    let [first, second] = tokens.each_ref().map(|token| Person::with_token(&market.app, token));
    for expected in (0..6).rev() {
        let answer = first.get("/api/v1/me").await;
        answer.ok();
        assert_eq!(left(&answer), Some(expected));
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=6;w=60");
        assert!(answer.header("ratelimit").ends_with(&format!(";t={}", (6 - expected) * 10)), "{answer:?}");
    }
    let call = first.get("/api/v1/me");
    let answer = market.app.unchanged(call.into_future()).await;
    answer.refused(429, "rate_limited");
    assert_eq!((answer.header("retry-after"), left(&answer)), ("10", Some(0)));
    assert_eq!(left(&second.get("/api/v1/me").await), Some(5), "everybody has their own");
    market.app.advance(Duration::from_secs(10));
    assert_eq!(left(&first.get("/api/v1/me").await), Some(0));
    market.app.advance(Duration::from_secs(60));
    assert_eq!(left(&first.get("/api/v1/me").await), Some(5));
}

#[actix_web::test]
async fn whoever_has_no_good_token_is_counted_by_address() {
    let market = market(Edge { rate_per_minute: 3, ..Edge::default() }).await;
    let wrong = json!({ "phone": "13900000001", "password": "wrong horse" });
    for expected in [2, 1] {
        let answer = market.anonymous.post(LOGIN, &wrong).await;
        answer.refused(401, "wrong_credentials");
        assert_eq!(left(&answer), Some(expected));
    }
    // A token that anybody can make up is no new caller.
    let forged = Person::with_token(&market.app, "a.b.c").get("/api/v1/me").await;
    assert_eq!((forged.status.as_u16(), left(&forged)), (401, Some(0)));
    for token in ["d.e.f", "g.h.i"] {
        Person::with_token(&market.app, token).get("/api/v1/me").await.refused(429, "rate_limited");
    }
    let right = json!({ "phone": "13900000001", "password": PASSWORD });
    market.anonymous.post(LOGIN, &right).await.refused(429, "rate_limited");
    let claimed = market.anonymous.post(LOGIN, &right).header("X-Forwarded-For", "198.51.100.7");
    claimed.await.refused(429, "rate_limited");
    for path in ["/api/v1/listings", "/", "/healthz"] {
        let open = market.anonymous.get(path).await;
        assert!(open.status.is_success() && left(&open).is_none(), "what everybody may read does not count: {open}");
    }
}

#[actix_web::test]
async fn a_trusted_proxy_tells_clients_apart() {
    // A request that a test makes up comes from this address.
    let trusted_proxies = vec!["0.0.0.0/32".parse().expect("a network")];
    let market = market(Edge { rate_per_minute: 1, trusted_proxies, ..Edge::default() }).await;
    let from = |address: &str| {
        let wrong = json!({ "phone": "13900000001", "password": "wrong horse" });
        market.anonymous.post(LOGIN, &wrong).header("X-Forwarded-For", address).into_future()
    };
    from("198.51.100.7").await.refused(401, "wrong_credentials");
    from("1.2.3.4, 198.51.100.7").await.refused(429, "rate_limited");
    from("198.51.100.8").await.refused(401, "wrong_credentials");
    from("2001:db8:1:2::1").await.refused(401, "wrong_credentials");
    from("2001:db8:1:2:ffff::9").await.refused(429, "rate_limited");
}

#[actix_web::test]
async fn without_a_limit_nothing_is_told() {
    let market = Market::new().await;
    let answer = market.buyer.get("/api/v1/me").await;
    answer.ok();
    assert!(answer.header("ratelimit").is_empty() && answer.header("ratelimit-policy").is_empty());
}

#[actix_web::test]
async fn an_address_has_an_end() {
    let market = Market::new().await;
    let long = format!("/api/v1/listings?q={}", "x".repeat(8 * 1024));
    market.anonymous.get(long).await.refused(414, "uri_too_long");
}

#[actix_web::test]
async fn a_wrong_method_is_told_which_ones_there_are() {
    let market = Market::new().await;
    market.sells(EGGS).await;
    for (method, path, allowed) in [
        (Method::DELETE, "/api/v1/listings", "GET, HEAD, POST"),
        (Method::GET, "/api/v1/auth/login", "POST"),
        (Method::OPTIONS, "/api/v1/me", "GET, HEAD, PATCH"),
        (Method::HEAD, "/api/v1/auth/login", "POST"),
        (Method::POST, "/healthz", "GET, HEAD"),
        (Method::POST, "/.well-known/jwks.json", "GET, HEAD"),
        (Method::DELETE, "/", "GET, HEAD"),
    ] {
        let answer = market.anonymous.call(method.clone(), path).await;
        answer.refused(405, "method_not_allowed");
        let mut found: Vec<_> = answer.header("allow").split(", ").collect();
        found.sort_unstable();
        assert_eq!(found.join(", "), allowed, "{method} {path}");
    }
    let mut answers = Vec::new();
    for method in [Method::GET, Method::HEAD] {
        answers.push(market.anonymous.call(method, "/api/v1/listings").await);
    }
    assert_eq!((answers[1].status.as_u16(), answers[1].header("etag")), (200, answers[0].header("etag")));
    market.buyer.call(Method::HEAD, "/api/v1/payouts").await.refused(403, "forbidden");
}
