//! The second factor: setting an app up, signing in with it, losing it.

use serde_json::{Value, json};

use super::{LOGIN, REGISTER, registration};
use crate::support::{Market, PASSWORD, Person, minutes, text};
use yuanshan::identity::TotpSecret;

const BEGIN: &str = "/api/v1/me/totp";
const CONFIRM: &str = "/api/v1/me/totp/confirm";

/// Sets an app up as a person would, and gives it with the recovery codes.
pub async fn set_up(market: &Market, person: &Person, password: &str) -> (TotpSecret, Vec<String>) {
    let enrolment = person.post(BEGIN, &json!({ "password": password })).await.ok();
    assert!(text(&enrolment, "/uri").starts_with("otpauth://totp/Yuanshan"));
    assert!(text(&enrolment, "/qr_svg").contains("<svg"));
    let app = TotpSecret::from_base32(text(&enrolment, "/secret")).expect("base32");
    let confirmed = person.post(CONFIRM, &json!({ "code": code(market, &app) })).await.ok();
    let codes = confirmed["recovery_codes"].as_array().expect("codes");
    (app, codes.iter().map(|code| code.as_str().expect("text").to_owned()).collect())
}

fn code(market: &Market, app: &TotpSecret) -> String {
    app.code_at(market.app.now()).expect("a code")
}

async fn registered(market: &Market) -> Person {
    let session = market.anonymous.post(REGISTER, &registration()).await.created();
    Person::with_token(&market.app, text(&session, "/access_token"))
}

fn login(totp: Option<&str>) -> Value {
    json!({ "phone": "13700000001", "password": PASSWORD, "totp": totp })
}

#[actix_web::test]
async fn somebody_with_an_app_signs_in_with_its_code_and_each_code_is_good_once() {
    let market = Market::new().await;
    let person = registered(&market).await;
    let (app, codes) = set_up(&market, &person, PASSWORD).await;
    assert_eq!(codes.len(), 10);
    let used = code(&market, &app);
    market.anonymous.post(LOGIN, &login(Some(&used))).await.refused(401, "wrong_totp");
    market.app.advance(minutes(1));
    market.anonymous.post(LOGIN, &login(None)).await.refused(401, "totp_required");
    let fresh = code(&market, &app);
    let session = market.anonymous.post(LOGIN, &login(Some(&fresh))).await.ok();
    assert_eq!(session["user"]["second_factor"], "active");
    market.anonymous.post(LOGIN, &login(Some(&fresh))).await.refused(401, "wrong_totp");
    let wrong = json!({ "phone": "13700000001", "password": "wrong horse", "totp": code(&market, &app) });
    market.anonymous.post(LOGIN, &wrong).await.refused(401, "wrong_credentials");
}

#[actix_web::test]
async fn a_recovery_code_opens_once_however_it_is_typed() {
    let market = Market::new().await;
    let person = registered(&market).await;
    let (_, codes) = set_up(&market, &person, PASSWORD).await;
    let typed = format!(" {}-{} ", codes[0][..5].to_lowercase(), &codes[0][5..]);
    market.anonymous.post(LOGIN, &login(Some(&typed))).await.ok();
    market.anonymous.post(LOGIN, &login(Some(&codes[0]))).await.refused(401, "wrong_totp");
    market.anonymous.post(LOGIN, &login(Some(&codes[1]))).await.ok();
    assert!(market.app.tables_holding(&codes[2]).is_empty(), "codes are kept as digests");

    let renewed = json!({ "password": PASSWORD, "totp": codes[2] });
    let renewed = person.post("/api/v1/me/totp/recovery-codes", &renewed).await.ok();
    market.anonymous.post(LOGIN, &login(Some(&codes[3]))).await.refused(401, "wrong_totp");
    market.anonymous.post(LOGIN, &login(Some(text(&renewed, "/recovery_codes/0")))).await.ok();
}

#[actix_web::test]
async fn another_app_takes_over_only_when_it_is_confirmed_and_with_a_code_of_the_first() {
    let market = Market::new().await;
    let person = registered(&market).await;
    let (first, _) = set_up(&market, &person, PASSWORD).await;
    market.app.advance(minutes(1));
    person.post(BEGIN, &json!({ "password": PASSWORD })).await.refused(401, "wrong_totp");
    person.post(BEGIN, &json!({ "password": "wrong horse" })).await.refused(401, "wrong_credentials");
    let begun = json!({ "password": PASSWORD, "totp": code(&market, &first) });
    let second = person.post(BEGIN, &begun).await.ok();
    let second = TotpSecret::from_base32(text(&second, "/secret")).expect("base32");
    assert!(market.app.tables_holding(second.base32()).is_empty(), "secrets are sealed");

    market.app.advance(minutes(1));
    market.anonymous.post(LOGIN, &login(Some(&code(&market, &second)))).await.refused(401, "wrong_totp");
    market.anonymous.post(LOGIN, &login(Some(&code(&market, &first)))).await.ok();
    person.post(CONFIRM, &json!({ "code": "000000" })).await.refused(401, "wrong_totp");
    person.post(CONFIRM, &json!({ "code": code(&market, &second) })).await.ok();
    market.app.advance(minutes(1));
    market.anonymous.post(LOGIN, &login(Some(&code(&market, &first)))).await.refused(401, "wrong_totp");
    market.anonymous.post(LOGIN, &login(Some(&code(&market, &second)))).await.ok();
    person.post(CONFIRM, &json!({ "code": code(&market, &second) })).await.refused(401, "wrong_totp");
}

#[actix_web::test]
async fn an_app_is_confirmed_soon_and_not_by_guessing() {
    let market = Market::new().await;
    let person = registered(&market).await;
    let begin = async || {
        let enrolment = person.post(BEGIN, &json!({ "password": PASSWORD })).await.ok();
        TotpSecret::from_base32(text(&enrolment, "/secret")).expect("base32")
    };
    let late = begin().await;
    market.app.advance(minutes(15) - std::time::Duration::from_secs(60));
    let again = person.get("/api/v1/me").await;
    assert_eq!(again.status, 200);
    market.app.advance(minutes(1));
    let session = market.anonymous.post(LOGIN, &login(None)).await.ok();
    let person = Person::with_token(&market.app, text(&session, "/access_token"));
    person.post(CONFIRM, &json!({ "code": code(&market, &late) })).await.refused(401, "wrong_totp");
    for _ in 0..5 {
        person.post(CONFIRM, &json!({ "code": "000000" })).await.refused(401, "wrong_totp");
    }
    person.post(CONFIRM, &json!({ "code": "000000" })).await.refused(429, "too_many_attempts");
}

#[actix_web::test]
async fn guessing_codes_is_slowed_down_also_for_somebody_who_is_signed_in() {
    let market = Market::new().await;
    let person = registered(&market).await;
    set_up(&market, &person, PASSWORD).await;
    let guess = json!({ "password": PASSWORD, "totp": "000000" });
    for _ in 0..6 {
        person.post("/api/v1/me/totp/recovery-codes", &guess).await.refused(401, "wrong_totp");
    }
    person.post("/api/v1/me/totp/recovery-codes", &guess).await.refused(429, "too_many_attempts");
    market.anonymous.post(LOGIN, &login(Some("000000"))).await.refused(429, "too_many_attempts");
}

#[actix_web::test]
async fn staff_without_a_second_factor_reach_their_own_account_only() {
    let market = Market::new().await;
    let token = market.coordinator.token().await.expect("a token");
    let context = market.app.context();
    let user = text(&market.coordinator.get("/api/v1/me").await.ok(), "/id").parse().expect("an id");
    let act = context.system_act();
    let reset = |conn: &mut yuanshan::db::Conn| yuanshan::identity::second_factor::reset(conn, &act, user, "lost");
    context.db.write_blocking(reset).expect("reset");
    let fresh = json!({ "phone": "13800000001", "password": PASSWORD });
    let session = market.anonymous.post(LOGIN, &fresh).await.ok();
    assert_eq!(session["user"]["second_factor"], "required");
    let bare = Person::with_token(&market.app, text(&session, "/access_token"));
    bare.get("/api/v1/payouts").await.refused(403, "second_factor_required");
    bare.post("/api/v1/households", &json!({})).await.refused(403, "second_factor_required");
    bare.get("/api/v1/me").await.ok();
    assert_eq!(bare.get("/api/v1/orders").await.ok()["data"], json!([]), "a buyer's list, not the village's");
    // The old session had shown one; an administrator's reset ends it, this one only took the app away.
    Person::with_token(&market.app, &token).get("/api/v1/payouts").await.ok();
    set_up(&market, &bare, PASSWORD).await;
    bare.get("/api/v1/payouts").await.ok();
}
