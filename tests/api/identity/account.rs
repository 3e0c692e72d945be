//! One's own account: password, number, mail address, devices.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{LOGIN, REFRESH, REGISTER, cookie, refresh, registration};
use crate::support::{Market, PASSWORD, Person, hours, id, minutes, rows, text};

const NEW: &str = "a better horse";

async fn registered(market: &Market) -> (Person, String) {
    let answer = market.anonymous.post(REGISTER, &registration()).await;
    (Person::with_token(&market.app, text(&answer.created(), "/access_token")), cookie(&answer).0)
}

fn login(password: &str) -> Value {
    json!({ "phone": "13700000001", "password": password })
}

#[actix_web::test]
async fn a_changed_password_ends_every_other_device() {
    let market = Market::new().await;
    let (here, here_cookie) = registered(&market).await;
    let there = market.anonymous.post(LOGIN, &login(PASSWORD)).await;
    let there_cookie = cookie(&there).0;
    let there = Person::with_token(&market.app, text(&there.ok(), "/access_token"));
    let change = |current: &str, new: &str| json!({ "current": current, "new": new });
    here.post("/api/v1/me/password", &change("wrong horse", NEW)).await.refused(401, "wrong_credentials");
    here.post("/api/v1/me/password", &change(PASSWORD, "short")).await.invalid(&[("/new", "password_too_short")]);
    here.post("/api/v1/me/password", &change(PASSWORD, "12345678")).await.invalid(&[("/new", "password_too_common")]);
    here.post("/api/v1/me/password", &change(PASSWORD, NEW)).await.no_content();

    here.get("/api/v1/me").await.ok();
    refresh(&market, &here_cookie).await.ok();
    there.get("/api/v1/me").await.refused(401, "unauthenticated");
    refresh(&market, &there_cookie).await.refused(401, "unauthenticated");
    market.anonymous.post(LOGIN, &login(PASSWORD)).await.refused(401, "wrong_credentials");
    market.anonymous.post(LOGIN, &login(NEW)).await.ok();
}

#[actix_web::test]
async fn devices_are_listed_and_signed_out_at_once() {
    let market = Market::new().await;
    let (here, _) = registered(&market).await;
    market.app.advance(minutes(5));
    let there = market.anonymous.post(LOGIN, &login(PASSWORD)).header("User-Agent", "Phone\tof 赵女士 2").await.ok();
    let there = Person::with_token(&market.app, text(&there, "/access_token"));
    let devices = here.get("/api/v1/me/sessions").await.ok();
    let devices = rows(&devices);
    assert_eq!(devices.len(), 2);
    assert_eq!((&devices[0]["is_current"], &devices[1]["is_current"]), (&json!(false), &json!(true)));

    let end = |device: &Value| format!("/api/v1/me/sessions/{}", id(device));
    market.buyer.call(Method::DELETE, end(&devices[0])).await.refused(404, "not_found");
    here.call(Method::DELETE, end(&devices[0])).await.no_content();
    there.get("/api/v1/me").await.refused(401, "unauthenticated");
    here.call(Method::DELETE, end(&devices[0])).await.refused(404, "not_found");
    here.get("/api/v1/me").await.ok();

    market.anonymous.post(LOGIN, &login(PASSWORD)).await.ok();
    here.act("/api/v1/me/sessions/end-others").await.no_content();
    assert_eq!(rows(&here.get("/api/v1/me/sessions").await.ok()).len(), 1);
}

#[actix_web::test]
async fn a_forgotten_password_is_set_anew_with_a_code_that_was_sent() {
    let market = Market::new().await;
    let (here, here_cookie) = registered(&market).await;
    market.anonymous.post("/api/v1/auth/reset", &json!({ "phone": "+86 137-0000-0001" })).await;
    let code = market.app.code();
    assert!(market.app.tables_holding(&code).is_empty(), "codes are kept as digests, messages sealed");
    let confirm = |code: &str| json!({ "phone": "13700000001", "code": code, "password": NEW });
    let reset = async |code: &str| market.anonymous.post("/api/v1/auth/reset/confirm", &confirm(code)).await;
    reset("000000").await.refused(401, "wrong_code");
    reset(&code).await.no_content();
    reset(&code).await.refused(401, "wrong_code");
    here.get("/api/v1/me").await.refused(401, "unauthenticated");
    refresh(&market, &here_cookie).await.refused(401, "unauthenticated");
    market.anonymous.post(LOGIN, &login(NEW)).await.ok();
    let unknown = json!({ "phone": "13799999999", "code": code, "password": NEW });
    market.anonymous.post("/api/v1/auth/reset/confirm", &unknown).await.refused(401, "wrong_code");
}

#[actix_web::test]
async fn a_code_is_good_for_ten_minutes_and_five_tries() {
    let market = Market::new().await;
    registered(&market).await;
    let ask = async || {
        market.anonymous.post("/api/v1/auth/reset", &json!({ "phone": "13700000001" })).await;
        market.app.code()
    };
    let reset = async |code: &str| {
        let body = json!({ "phone": "13700000001", "code": code, "password": NEW });
        market.anonymous.post("/api/v1/auth/reset/confirm", &body).await
    };
    let code = ask().await;
    market.app.advance(minutes(10));
    reset(&code).await.refused(401, "wrong_code");
    let code = ask().await;
    for _ in 0..5 {
        reset("000000").await.refused(401, "wrong_code");
        market.app.advance(std::time::Duration::from_secs(20));
    }
    reset(&code).await.refused(401, "wrong_code");
    // That one is used up, so there is a new one, and as long as it is good it is sent again.
    market.app.advance(minutes(15));
    let earlier = ask().await;
    market.app.advance(minutes(1));
    assert_eq!(ask().await, earlier, "nobody voids the code of another by asking for one");
    market.app.advance(minutes(10));
    assert_ne!(ask().await, earlier);
}

#[actix_web::test]
async fn a_new_number_is_taken_when_its_code_was_shown() {
    let market = Market::new().await;
    let (here, _) = registered(&market).await;
    let ask = |phone: &str| json!({ "phone": phone, "password": PASSWORD });
    here.post("/api/v1/me/phone", &json!({ "phone": "13700000009", "password": "wrong horse" }))
        .await
        .refused(401, "wrong_credentials");
    assert_eq!(here.post("/api/v1/me/phone", &ask("１２３")).await.status, 422);
    assert_eq!(here.post("/api/v1/me/phone", &ask("１３７０００００００９")).await.status, 202);
    let letters = market.app.letters();
    assert_eq!(letters[0].0, "13700000009");
    here.post("/api/v1/me/phone/confirm", &json!({ "code": "000000" })).await.refused(401, "wrong_code");
    let code: String = letters[0].1.chars().filter(char::is_ascii_digit).take(6).collect();
    let me = here.post("/api/v1/me/phone/confirm", &json!({ "code": code })).await.ok();
    assert_eq!(me["phone_masked"], "137****0009");
    market.anonymous.post(LOGIN, &login(PASSWORD)).await.refused(401, "wrong_credentials");
    market.anonymous.post(LOGIN, &json!({ "phone": "13700000009", "password": PASSWORD })).await.ok();

    // A number that somebody else has is refused only to whoever holds it.
    here.post("/api/v1/me/phone", &ask("13900000001")).await;
    let code = market.app.code();
    here.post("/api/v1/me/phone/confirm", &json!({ "code": code })).await.refused(409, "phone_taken");
}

#[actix_web::test]
async fn name_and_mail_address_are_corrected() {
    let market = Market::new().await;
    let (here, _) = registered(&market).await;
    let me = here.call(Method::PATCH, "/api/v1/me").json(&json!({ "display_name": " 赵 奶奶 " })).await.ok();
    assert_eq!(me["display_name"], "赵 奶奶");
    for name in ["", " ", "a\u{0}b", "一\r\nSet-Cookie: x=1"] {
        let call = here.call(Method::PATCH, "/api/v1/me").json(&json!({ "display_name": name }));
        assert_eq!(market.app.unchanged(call.into_future()).await.status, 422, "{name:?}");
    }
    for name in ["Robert'); DROP TABLE users;--", "<script>alert(1)</script>", "{{7*7}} %0d%0a"] {
        let me = here.call(Method::PATCH, "/api/v1/me").json(&json!({ "display_name": name })).await.ok();
        assert_eq!(me["display_name"], name, "kept as it is, shown as text");
    }
    let email = |email: Option<&str>| json!({ "email": email, "password": PASSWORD });
    let me = here.post("/api/v1/me/email", &email(Some("zhao@example.org"))).await.ok();
    assert_eq!(me["email_masked"], "z***@example.org");
    assert!(market.app.tables_holding("zhao@example.org").is_empty());
    let bad = here.post("/api/v1/me/email", &email(Some("zhao@example.org\r\nBcc: all@example.org"))).await;
    bad.invalid(&[("/email", "invalid_email")]);
    assert_eq!(here.post("/api/v1/me/email", &email(None)).await.ok()["email_masked"], Value::Null);
}

#[actix_web::test]
async fn a_name_of_ten_megabytes_is_turned_away() {
    let market = Market::new().await;
    let mut huge = registration();
    huge["display_name"] = json!("名".repeat(10 * 1024 * 1024 / 3));
    let call = market.anonymous.post(REGISTER, &huge);
    market.app.unchanged(call.into_future()).await.refused(413, "body_too_large");
    huge["display_name"] = json!("名".repeat(41));
    market.anonymous.post(REGISTER, &huge).await.invalid(&[("/display_name", "text_too_long")]);
}

#[actix_web::test]
async fn what_has_run_out_is_cleared_away_once_a_day() {
    let market = Market::new().await;
    let (_, resting) = registered(&market).await;
    market.anonymous.post(LOGIN, &login("wrong horse")).await.refused(401, "wrong_credentials");
    market.app.begin_daily_work();
    market.app.advance(hours(24 * 31));
    market.app.run_jobs();
    let left = market.app.read(|conn| {
        use diesel::prelude::*;
        use yuanshan::db::schema::{refresh_tokens, sessions, throttles};
        let tokens: i64 = refresh_tokens::table.count().get_result(conn)?;
        let sessions: i64 = sessions::table.count().get_result(conn)?;
        let throttles: i64 = throttles::table.count().get_result(conn)?;
        Ok((tokens, sessions, throttles))
    });
    assert_eq!(left, (0, 0, 0));
    market.anonymous.call(Method::POST, REFRESH).header("Cookie", resting).await.refused(401, "unauthenticated");
}
