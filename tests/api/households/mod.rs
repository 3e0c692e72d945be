//! Households: their people, what these agree to, evidence and pictures of it, who looked.

mod access_log;
mod categories;
mod consents;
mod evidence;
mod people;
mod pictures;
mod publication;
mod sellers;
mod words;

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Market, Person, form, id, multipart, rows};

/// An address of a household.
fn of(household: &Value, rest: &str) -> String {
    format!("/api/v1/households/{}/{rest}", id(household))
}

/// An address of somebody of a household.
fn of_person(household: &Value, person: &Value, rest: &str) -> String {
    of(household, &format!("people/{}{rest}", id(person)))
}

/// The people of a household as its coordinator sees them.
async fn people(market: &Market, household: &Value) -> Vec<Value> {
    rows(&market.coordinator.get(of(household, "people")).await.ok()).to_vec()
}

async fn head(market: &Market, household: &Value) -> Value {
    people(market, household).await[0].clone()
}

/// Records somebody of a household.
async fn add(market: &Market, household: &Value, person: &Value) -> Value {
    market.coordinator.post(of(household, "people"), person).await.created()
}

/// Somebody agrees by tap.
async fn agree(market: &Market, household: &Value, person: &Value, purpose: &str, field: &str) -> Value {
    let consent = json!({ "person_id": id(person), "purpose": purpose, "fields": [field], "medium": "tap" });
    let granted = market.coordinator.post(of(household, "consents"), &consent).await.created();
    granted["data"][0].clone()
}

/// Those consents of a household that are in force: purpose, field.
async fn in_force(market: &Market, household: &Value) -> Vec<String> {
    let all = market.coordinator.get(of(household, "consents?limit=100")).await.ok();
    let standing = rows(&all).iter().filter(|consent| consent["withdrawn_at"].is_null());
    let mut names: Vec<String> =
        standing.map(|consent| format!("{} {}", consent["purpose"], consent["field"]).replace('"', "")).collect();
    names.sort();
    names
}

/// The consent to the alias that is in force.
async fn alias_consent(market: &Market, household: &Value) -> Value {
    let all = market.coordinator.get(of(household, "consents")).await.ok();
    let standing = rows(&all).iter().find(|row| row["field"] == "alias" && row["withdrawn_at"].is_null());
    standing.cloned().unwrap_or_else(|| panic!("no consent to the alias: {all:#}"))
}

async fn withdraw(market: &Market, consent: &Value) -> Value {
    market.coordinator.act(format!("/api/v1/consents/{}/withdraw", id(consent))).await.ok()
}

async fn upload_evidence(by: &Person, household: &Value, file: &[u8]) -> Answer {
    let (content_type, body) = multipart("file", file);
    by.call(Method::POST, of(household, "evidence")).bytes(&content_type, body).await
}

async fn upload_picture(by: &Person, household: &Value, person_id: &str, file: &[u8]) -> Answer {
    let (content_type, body) = form(&[("person_id", person_id)], "file", file);
    by.call(Method::POST, of(household, "photos")).bytes(&content_type, body).await
}

/// The id number of somebody who was born on a day, as `20080920`, with its check character.
fn id_number(birthday: &str, serial: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("510824{birthday}{serial:03}");
    let digits = body.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let check = "10X98765432".chars().nth(usize::try_from(sum % 11).expect("below 11")).expect("11 of them");
    format!("{body}{check}")
}
