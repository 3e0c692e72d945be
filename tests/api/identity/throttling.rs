//! Guessing is slowed down, and tells nothing.

use serde_json::json;

use super::{LOGIN, REGISTER, registration};
use crate::support::{Market, PASSWORD, hours};
use std::time::Duration;

const RESET: &str = "/api/v1/auth/reset";

async fn guesses(market: &Market, phone: &str, count: usize) {
    for _ in 0..count {
        let guess = json!({ "phone": phone, "password": "wrong horse" });
        market.anonymous.post(LOGIN, &guess).await.refused(401, "wrong_credentials");
    }
}

#[actix_web::test]
async fn after_five_failures_each_further_one_takes_longer() {
    let market = Market::new().await;
    market.anonymous.post(REGISTER, &registration()).await.created();
    guesses(&market, "13700000001", 6).await;
    let right = json!({ "phone": "13700000001", "password": PASSWORD });
    let refused = market.anonymous.post(LOGIN, &right).await;
    assert_eq!(refused.refused(429, "too_many_attempts")["retry_after_s"], 1);
    assert_eq!(refused.header("retry-after"), "1");
    market.app.advance(Duration::from_secs(1));
    guesses(&market, "13700000001", 1).await;
    let refused = market.anonymous.post(LOGIN, &right).await;
    assert_eq!(refused.refused(429, "too_many_attempts")["retry_after_s"], 2);
    market.app.advance(Duration::from_secs(2));
    market.anonymous.post(LOGIN, &right).await.ok();
    // Who signs in begins anew.
    guesses(&market, "13700000001", 6).await;
}

#[actix_web::test]
async fn a_number_without_an_account_is_throttled_just_the_same() {
    let market = Market::new().await;
    market.anonymous.post(REGISTER, &registration()).await.created();
    for phone in ["13700000001", "13799999999"] {
        guesses(&market, phone, 6).await;
        let guess = json!({ "phone": phone, "password": "wrong horse" });
        let refused = market.anonymous.post(LOGIN, &guess).await.refused(429, "too_many_attempts");
        assert_eq!(refused["retry_after_s"], 1, "{phone}");
    }
    assert!(market.app.tables_holding("13799999999").is_empty(), "numbers are kept as digests");
}

#[actix_web::test]
async fn an_address_that_tries_many_numbers_is_slowed_down_too() {
    let market = Market::new().await;
    for number in 0..51 {
        guesses(&market, &format!("137000001{number:02}"), 1).await;
    }
    let other = json!({ "phone": "13700000199", "password": "wrong horse" });
    market.anonymous.post(LOGIN, &other).await.refused(429, "too_many_attempts");
    let no_number = json!({ "phone": "no number", "password": "wrong horse" });
    market.anonymous.post(LOGIN, &no_number).await.refused(429, "too_many_attempts");
    market.app.advance(hours(25));
    guesses(&market, "13700000199", 1).await;
}

#[actix_web::test]
async fn many_guesses_at_once_are_counted_one_by_one() {
    let market = Market::new().await;
    market.anonymous.post(REGISTER, &registration()).await.created();
    let guess = json!({ "phone": "13700000001", "password": "wrong horse" });
    let calls = (0..20).map(|_| market.anonymous.post(LOGIN, &guess).into_future());
    let answers = futures_util::future::join_all(calls).await;
    let tried = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(tried, 6, "five are free, the sixth is the first to be waited for");
}

#[actix_web::test]
async fn asking_for_codes_tells_nothing_and_is_slowed_down() {
    let market = Market::new().await;
    market.anonymous.post(REGISTER, &registration()).await.created();
    let ask = async |phone: &str| market.anonymous.post(RESET, &json!({ "phone": phone })).await;
    let (known, unknown) = (ask("13700000001").await, ask("13799999999").await);
    assert_eq!((known.status.as_u16(), known.body), (202, unknown.body));
    assert_eq!(market.app.letters().len(), 1);
    for _ in 0..5 {
        assert_eq!(ask("13700000001").await.status, 202);
    }
    assert_eq!(market.app.letters().len(), 0, "one message a minute, however often it is asked for");
    for _ in 0..44 {
        ask("13799999999").await;
    }
    ask("13700000001").await.refused(429, "too_many_attempts");
}

#[actix_web::test]
async fn who_keeps_a_number_from_signing_in_does_not_keep_it_from_a_new_password() {
    let market = Market::new().await;
    market.anonymous.post(REGISTER, &registration()).await.created();
    guesses(&market, "13700000001", 6).await;
    market.anonymous.post(RESET, &json!({ "phone": "13700000001" })).await;
    let (code, password) = (market.app.code(), "a better horse");
    let confirm = json!({ "phone": "13700000001", "code": code, "password": password });
    market.anonymous.post("/api/v1/auth/reset/confirm", &confirm).await.no_content();
}
