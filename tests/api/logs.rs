//! The log holds nothing of people and nothing that opens anything, and one event is one line.

use actix_web::http::Method;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::{EGGS, Market, Person, address, cart, text};
use yuanshan::web::logging;

/// What was written so far.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<u8>>>);

impl Book {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Book {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Book {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

const PHONE: &str = "13512345678";
const SECRET: &str = "a secret that nobody reads";
const DOOR: &str = "听雪巷 77 号";
const INJECTIONS: [&str; 6] = [
    "x\r\n2026-09-20T01:30:00Z ERROR forged: INJECTED",
    "x\u{1b}[2K\u{1b}[31mINJECTED",
    "x\"}\n{\"level\":\"ERROR\",\"message\":\"INJECTED\"}",
    "INJECTED'; DROP TABLE users; --",
    "x\u{85}INJECTED\u{2028}INJECTED",
    "${jndi:ldap://INJECTED}",
];

#[actix_web::test]
async fn nothing_private_is_logged_and_one_event_is_one_line() {
    // For the whole process: other tests write into the same books, which only makes this one stricter.
    let [plain, json_lines, usual] = [Book::default(), Book::default(), Book::default()];
    let all = || EnvFilter::new("warn,yuanshan=trace");
    let subscriber = tracing_subscriber::registry()
        .with(logging::layer(false, all(), plain.clone()))
        .with(logging::layer(true, all(), json_lines.clone()))
        .with(logging::layer(false, EnvFilter::new(logging::FILTER), usual.clone()));
    tracing::subscriber::set_global_default(subscriber).expect("the first subscriber");

    let market = Market::new().await;
    let opened = live(&market).await;
    inject(&market).await;
    tracing::error!(target: "yuanshan", error = %INJECTIONS[0], "told by something else: {}", INJECTIONS[1]);

    let key = market.app.context().secrets.token_key();
    let key: String = key.key.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut private = vec![PHONE, SECRET, DOOR, "听雪巷", "赵晚晴", &key, "INJECTED'"];
    private.extend(opened.iter().map(String::as_str));
    for (name, book) in [("text", &plain), ("JSON", &json_lines), ("usual", &usual)] {
        let book = book.text();
        for words in &private {
            assert!(!words.is_empty() && !book.contains(words), "{words} stands in the log ({name})");
        }
        assert!(book.contains("told by something else"), "{name}: {book}");
        assert!(!book.chars().any(|character| character.is_control() && character != '\n'), "{name}");
    }
    assert!(plain.text().contains("/api/v1/auth/login"), "requests are logged at all");
    for line in plain.text().lines().chain(usual.text().lines()) {
        assert!(begins_with_time(line) && !line.contains(" ERROR forged:") || line.contains("told by"), "{line}");
    }
    for line in json_lines.text().lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(event["timestamp"].is_string() && event["level"].is_string(), "{line}");
    }
}

fn begins_with_time(line: &str) -> bool {
    line.get(..19).is_some_and(|time| time.starts_with("20") && time.as_bytes()[10] == b'T')
}

/// A person's day; gives all that opened something.
async fn live(market: &Market) -> Vec<String> {
    let registration = json!({ "phone": PHONE, "password": SECRET, "display_name": "赵晚晴" });
    let answer = market.anonymous.post("/api/v1/auth/register", &registration).await;
    let mut opened = vec![text(&answer.created(), "/access_token").to_owned()];
    let cookie = answer.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    opened.push(cookie.split('=').nth(1).expect("a value").to_owned());
    let renewed = market.anonymous.call(Method::POST, "/api/v1/auth/refresh").header("Cookie", &cookie).await;
    opened.push(text(&renewed.ok(), "/access_token").to_owned());
    let somebody = Person::with_token(&market.app, &opened[0]);
    somebody.get("/api/v1/me").await.ok();

    let login = |password: &str| json!({ "phone": PHONE, "password": password });
    market.anonymous.post("/api/v1/auth/login", &login("a secret that is wrong")).await;
    market.anonymous.post("/api/v1/auth/login", &login(SECRET)).await.ok();
    let eggs = market.sells(EGGS).await;
    let mut order = cart(&[(&eggs, 1)]);
    order["address"]["detail"] = json!(DOOR);
    order["address"]["phone"] = json!(PHONE);
    somebody.post("/api/v1/checkouts", &order).await.created();
    somebody.get(format!("/api/v1/listings?q={PHONE}")).await;
    somebody.get(format!("/api/v1/listings/{PHONE}")).await;
    somebody.get(format!("/nowhere/{PHONE}?phone={PHONE}")).await;
    market.anonymous.get("/api/v1/me").header("Cookie", &cookie).header("X-Phone", PHONE).await;

    let broken = format!("{{\"phone\":\"{PHONE}\",\"password\":\"{SECRET}\",");
    market.anonymous.act("/api/v1/auth/login").bytes("application/json", broken).await;
    let wrong = json!({ "phone": [PHONE], "password": { "is": SECRET } });
    market.anonymous.post("/api/v1/auth/register", &wrong).await;
    let mut wrong = cart(&[(&eggs, 1)]);
    wrong["address"] = json!([address(), DOOR, PHONE]);
    somebody.post("/api/v1/checkouts", &wrong).await;

    let forged = format!("{}.{}.{}", opened[0], "eyJhbGciOiJub25lIn0", PHONE);
    Person::with_token(&market.app, &forged).get("/api/v1/me").await;
    Person::with_token(&market.app, &opened[0].replace('.', "x")).get("/api/v1/me").await;
    market.app.later(std::time::Duration::from_secs(3600));
    opened
}

/// Words that would end a line, colour a screen or close a bracket, wherever a text is taken.
async fn inject(market: &Market) {
    for words in INJECTIONS {
        let encoded: String = words.bytes().map(|byte| format!("%{byte:02x}")).collect();
        market.buyer.get(format!("/api/v1/listings?q={encoded}")).await;
        market.buyer.get(format!("/api/v1/orders/{encoded}")).await;
        market.buyer.get(format!("/{encoded}/{encoded}?{encoded}")).await;
        market.anonymous.get(format!("/go/{encoded}")).await;
        let body = json!({ "phone": words, "password": words, "display_name": words });
        market.anonymous.post("/api/v1/auth/register", &body).await;
        market.anonymous.post("/api/v1/auth/login", &body).await;
        let household = json!({ "village_code": words, "alias": words });
        market.coordinator.post("/api/v1/households", &household).await;
        let visible: String = words.chars().filter(|character| character.is_ascii_graphic()).collect();
        market.buyer.get("/api/v1/me").header("User-Agent", &visible).header("Accept-Language", &visible).await;
        let keyed = market.buyer.act("/api/v1/checkouts").key(&visible);
        keyed.bytes("application/json", words.as_bytes().to_vec()).await;
        market.anonymous.act("/api/v1/payments/sandbox/notify").header("X-Signature", &visible).await;
    }
}
