//! Accounts and sessions.

mod account;
mod second_factor;
mod staff;
mod throttling;

use actix_web::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::common;
use crate::support::{Answer, Market, PASSWORD, Person, XIUYUN, hours, minutes, snapshot, text};
use yuanshan::context::Settings;
use yuanshan::identity::{self, NewGrant};
use yuanshan::kernel::{RegionCode, Role};

pub const REGISTER: &str = "/api/v1/auth/register";
pub const LOGIN: &str = "/api/v1/auth/login";
pub const REFRESH: &str = "/api/v1/auth/refresh";
pub const LOGOUT: &str = "/api/v1/auth/logout";

pub fn registration() -> Value {
    json!({ "phone": "13700000001", "password": PASSWORD, "display_name": "赵女士" })
}

/// The refresh cookie of an answer: `name=value`, and its attributes.
#[track_caller]
pub fn cookie(answer: &Answer) -> (String, Vec<String>) {
    let mut parts = answer.header("set-cookie").split("; ").map(ToOwned::to_owned);
    let cookie = parts.next().expect("a cookie");
    assert!(cookie.contains("yuanshan_refresh="), "{answer}");
    let mut attributes: Vec<String> = parts.collect();
    attributes.sort();
    (cookie, attributes)
}

pub fn refresh(market: &Market, cookie: &str) -> impl Future<Output = Answer> {
    market.anonymous.call(Method::POST, REFRESH).header("Cookie", cookie).into_future()
}

#[actix_web::test]
async fn somebody_registers_signs_in_and_is_shown_to_themselves() {
    let market = Market::new().await;
    let answer = market.anonymous.post(REGISTER, &registration()).await;
    snapshot!("registered", answer.created());
    let session = market.anonymous.post(LOGIN, &json!({ "phone": "13700000001", "password": PASSWORD })).await.ok();
    let somebody = Person::with_token(&market.app, text(&session, "/access_token"));
    let me = somebody.get("/api/v1/me").await.ok();
    assert_eq!(me, session["user"]);
    assert_eq!((&me["phone_masked"], &me["roles"]), (&json!("137****0001"), &json!(["buyer"])));
    snapshot!("coordinator", market.coordinator.get("/api/v1/me").await.ok());
    market.anonymous.get("/api/v1/me").await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn the_refresh_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let market = Market::new().await;
    let (sent, attributes) = cookie(&market.anonymous.post(REGISTER, &registration()).await);
    assert!(sent.starts_with("__Secure-"), "a browser takes it over TLS only");
    assert_eq!(attributes, ["HttpOnly", "Max-Age=2592000", "Path=/api/v1/auth", "SameSite=Strict", "Secure"]);

    let plain = Market::with(Settings { secure_cookies: false, ..common::settings() }).await;
    let (_, attributes) = cookie(&plain.anonymous.post(REGISTER, &registration()).await);
    assert!(!attributes.contains(&"Secure".to_owned()), "without TLS a browser would not send it back");
}

#[actix_web::test]
async fn a_session_is_renewed_by_its_cookie() {
    let market = Market::new().await;
    let (first, _) = cookie(&market.anonymous.post(REGISTER, &registration()).await);
    market.app.advance(hours(24 * 29));
    let renewed = refresh(&market, &first).await;
    assert_eq!(renewed.ok()["user"]["display_name"], "赵女士");
    let (second, _) = cookie(&renewed);
    assert_ne!(first, second, "each cookie is good once");
    market.app.advance(hours(24 * 29));
    refresh(&market, &second).await.ok();
    market.anonymous.call(Method::POST, REFRESH).await.refused(401, "unauthenticated");
    refresh(&market, "__Secure-yuanshan_refresh=forged").await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn two_tabs_may_renew_a_session_at_once() {
    let market = Market::new().await;
    let (shared, _) = cookie(&market.anonymous.post(REGISTER, &registration()).await);
    let (first, _) = cookie(&refresh(&market, &shared).await);
    market.app.advance(std::time::Duration::from_secs(20));
    let (second, _) = cookie(&refresh(&market, &shared).await);
    assert_eq!(first, second, "the chain of cookies never forks");
    assert_ne!(first, shared);
    refresh(&market, &first).await.ok();
}

#[actix_web::test]
async fn a_thief_within_the_leeway_is_found_at_the_next_renewal() {
    let market = Market::new().await;
    let (stolen, _) = cookie(&market.anonymous.post(REGISTER, &registration()).await);
    let (owner, _) = cookie(&refresh(&market, &stolen).await);
    let (thief, _) = cookie(&refresh(&market, &stolen).await);
    let (next, _) = cookie(&refresh(&market, &owner).await);
    market.app.advance(std::time::Duration::from_secs(21));
    refresh(&market, &thief).await.refused(401, "unauthenticated");
    refresh(&market, &next).await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn a_session_that_has_ended_ends_its_access_token_too() {
    let market = Market::new().await;
    let answer = market.anonymous.post(REGISTER, &registration()).await;
    let (session, _) = cookie(&answer);
    let person = Person::with_token(&market.app, text(&answer.created(), "/access_token"));
    person.get("/api/v1/me").await.ok();
    market.anonymous.call(Method::POST, LOGOUT).header("Cookie", &session).await.no_content();
    person.get("/api/v1/me").await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn a_cookie_used_again_later_ends_the_whole_session() {
    let market = Market::new().await;
    let (stolen, _) = cookie(&market.anonymous.post(REGISTER, &registration()).await);
    let other = market.anonymous.post(LOGIN, &json!({ "phone": "13700000001", "password": PASSWORD })).await;
    let (second, _) = cookie(&refresh(&market, &stolen).await);
    market.app.advance(std::time::Duration::from_secs(21));
    refresh(&market, &stolen).await.refused(401, "unauthenticated");
    refresh(&market, &second).await.refused(401, "unauthenticated");
    refresh(&market, &cookie(&other).0).await.ok();
}

#[actix_web::test]
async fn a_session_that_rests_too_long_has_ended() {
    let market = Market::new().await;
    let (resting, _) = cookie(&market.anonymous.post(REGISTER, &registration()).await);
    market.app.advance(hours(24 * 30));
    refresh(&market, &resting).await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn logging_out_ends_the_session_and_takes_the_cookie_away() {
    let market = Market::new().await;
    let (session, _) = cookie(&market.anonymous.post(REGISTER, &registration()).await);
    let left = market.anonymous.call(Method::POST, LOGOUT).header("Cookie", &session).await;
    left.no_content();
    let (gone, attributes) = cookie(&left);
    assert_eq!(gone, "__Secure-yuanshan_refresh=");
    assert!(attributes.contains(&"Max-Age=0".to_owned()), "{attributes:?}");
    assert!(attributes.contains(&"Path=/api/v1/auth".to_owned()), "{attributes:?}");
    refresh(&market, &session).await.refused(401, "unauthenticated");
    market.anonymous.call(Method::POST, LOGOUT).await.no_content();
}

#[actix_web::test]
async fn an_access_token_is_good_for_its_time_and_unforged() {
    let market = Market::new().await;
    let session = market.anonymous.post(REGISTER, &registration()).await.created();
    assert_eq!(session["expires_in_s"], 900);
    let token = text(&session, "/access_token").to_owned();
    let with = |token: &str| Person::with_token(&market.app, token);
    market.app.advance(minutes(15) - std::time::Duration::from_secs(1));
    with(&token).get("/api/v1/me").await.ok();

    let parts: Vec<&str> = token.split('.').collect();
    let encode = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let decode =
        |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON") };
    let (header, mut claims) = (decode(parts[0]), decode(parts[1]));
    let mut unsigned = header.clone();
    unsigned["alg"] = json!("none");
    claims["exp"] = json!(9_999_999_999_i64);
    let other_key = another_servers_token().await;
    for forged in [
        format!("{}.{}.", encode(unsigned.clone()), parts[1]),
        format!("{}.{}.{}", encode(unsigned), parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], encode(claims), parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        other_key,
        String::new(),
        "a.b.c".into(),
    ] {
        with(&forged).get("/api/v1/me").await.refused(401, "unauthenticated");
    }
    let basic = market.anonymous.get("/api/v1/me").header("Authorization", format!("Basic {token}"));
    basic.await.refused(401, "unauthenticated");

    market.app.advance(std::time::Duration::from_secs(1));
    with(&token).get("/api/v1/me").await.refused(401, "unauthenticated");
    // A shop window needs no token, but a bad one is not taken for none.
    let listing = "/api/v1/listings/01900000-0000-7000-8000-000000000000";
    with(&token).get(listing).await.refused(401, "unauthenticated");
    market.anonymous.get(listing).await.refused(404, "not_found");
}

/// A genuine token of another installation, which has keys of its own.
async fn another_servers_token() -> String {
    let other = Market::new().await;
    let session = other.anonymous.post(REGISTER, &registration()).await.created();
    text(&session, "/access_token").to_owned()
}

#[actix_web::test]
async fn a_cookie_that_another_site_sends_renews_and_ends_nothing() {
    let market = Market::new().await;
    let (session, _) = cookie(&market.anonymous.post(REGISTER, &registration()).await);
    for path in [REFRESH, LOGOUT] {
        let call = market.anonymous.call(Method::POST, path).header("Cookie", &session);
        let call = call.header("Sec-Fetch-Site", "cross-site");
        market.app.unchanged(call.into_future()).await.refused(403, "forbidden");
    }
    refresh(&market, &session).await.ok();
}

#[actix_web::test]
async fn signing_in_again_ends_the_session_of_the_cookie_that_comes_along() {
    let market = Market::new().await;
    let (old, _) = cookie(&market.anonymous.post(REGISTER, &registration()).await);
    let login = json!({ "phone": "13700000001", "password": PASSWORD });
    market.anonymous.post(LOGIN, &login).header("Cookie", &old).await.ok();
    refresh(&market, &old).await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn a_number_has_one_account_however_it_is_typed() {
    let market = Market::new().await;
    let mut typed = registration();
    typed["phone"] = json!("＋８６　１３７-００００-０００１");
    market.anonymous.post(REGISTER, &typed).await.created();
    let again = market.anonymous.post(REGISTER, &registration());
    market.app.unchanged(again.into_future()).await.refused(409, "phone_taken");
    for phone in ["13700000001", "+86 137 0000 0001", "１３７０００００００１"] {
        market.anonymous.post(LOGIN, &json!({ "phone": phone, "password": PASSWORD })).await.ok();
    }
}

#[actix_web::test]
async fn an_account_needs_a_number_a_password_and_a_name() {
    let market = Market::new().await;
    let bad = json!({ "phone": "12345", "password": "short", "display_name": " " });
    let call = market.anonymous.post(REGISTER, &bad);
    market.app.unchanged(call.into_future()).await.invalid(&[
        ("/phone", "invalid_phone"),
        ("/password", "password_too_short"),
        ("/display_name", "text_required"),
    ]);
    let mut long = registration();
    long["password"] = json!("密".repeat(86));
    market.anonymous.post(REGISTER, &long).await.invalid(&[("/password", "password_too_long")]);
    let mut admin = registration();
    admin["roles"] = json!(["administrator"]);
    let call = market.anonymous.post(REGISTER, &admin);
    market.app.unchanged(call.into_future()).await.invalid(&[("/roles", "invalid_value")]);
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_number_are_told_alike() {
    let market = Market::new().await;
    market.anonymous.post(REGISTER, &registration()).await.created();
    let refusal = async |phone: &str, password: &str| {
        let call = market.anonymous.post(LOGIN, &json!({ "phone": phone, "password": password }));
        let mut problem = market.app.unchanged(call.into_future()).await.refused(401, "wrong_credentials");
        problem["request_id"] = Value::Null;
        problem
    };
    let wrong = refusal("13700000001", "wrong horse").await;
    for (phone, password) in
        [("13799999999", PASSWORD), ("no number", PASSWORD), ("13700000001", ""), ("13700000001", "short")]
    {
        assert_eq!(refusal(phone, password).await, wrong);
    }
}

#[actix_web::test]
async fn a_role_counts_from_the_moment_it_is_entrusted_and_in_its_place_alone() {
    let market = Market::new().await;
    let grants = |me: &Value| me["grants"].clone();
    let me = market.buyer.get("/api/v1/me").await.ok();
    assert_eq!((&me["roles"], grants(&me)), (&json!(["buyer"]), json!([])));
    market.buyer.get("/api/v1/payouts").await.refused(403, "forbidden");

    let context = market.app.context();
    let (user, act) = (text(&me, "/id").parse().expect("an id"), context.system_act());
    let grant = NewGrant::for_good(Role::Coordinator, RegionCode::parse(XIUYUN).expect("a code"));
    let entrust = context.db.write_blocking(|conn| identity::entrust(conn, &act, user, &grant));
    entrust.expect("a role is entrusted");

    market.buyer.get("/api/v1/payouts").await.refused(403, "second_factor_required");
    let me = market.buyer.get("/api/v1/me").await.ok();
    assert_eq!(me["second_factor"], "required");
    let village = json!({ "code": XIUYUN, "name": "岫云村" });
    assert_eq!(grants(&me), json!([{ "role": "coordinator", "region": village, "valid_until": null }]));
    second_factor::set_up(&market, &market.buyer, PASSWORD).await;
    market.buyer.get("/api/v1/payouts").await.ok();
    let elsewhere = json!({ "village_code": "513431109210", "alias": "崖顶莫色家" });
    market.buyer.post("/api/v1/households", &elsewhere).await.refused(403, "out_of_scope");
}
