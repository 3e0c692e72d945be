//! What households can give: surveys, capacity and the promise, producing units.

mod promise;
mod surveys;
mod units;

use serde_json::{Value, json};

use crate::support::{Answer, EGGS, Market, Offer, id, minutes, text};

/// A hen gives 150 eggs in a season; a box holds 30.
fn standard() -> Value {
    json!({
        "region_code": "510824", "product": "土鸡蛋", "title": EGGS.title, "category": "eggs", "class": "primary",
        "unit_label": "盒", "base": "piece", "pack_quantity": 30, "claim_window_h": 48, "returns_rule": "perishable",
        "capacity_unit": "animal", "yield_limit": 150,
    })
}

async fn template(market: &Market) -> Value {
    market.approver.post("/api/v1/templates", &standard()).await.created()
}

fn of(household: &Value, rest: &str) -> String {
    format!("/api/v1/households/{}/{rest}", id(household))
}

fn hens(template: &Value, count: i64) -> Value {
    json!({ "template_id": id(template), "season": "2026", "capacity_units": count, "expected_quantity": count * 100 })
}

/// The coordinator counts hens.
async fn survey(market: &Market, household: &Value, template: &Value, count: i64) -> Value {
    market.app.advance(minutes(1));
    market.coordinator.post(of(household, "surveys"), &hens(template, count)).await.created()
}

/// Eggs by the template, handed in for approval.
async fn handed_in(market: &Market, household: &Value, template: &Value, boxes: i64) -> Value {
    market.app.advance(minutes(1));
    let offer: Offer = EGGS.with_stock(boxes);
    let mut new = offer.of(id(household));
    new["template_id"] = json!(id(template));
    let listing = market.coordinator.post("/api/v1/listings", &new).await.created();
    command(market, &listing, "submit").await.ok()
}

async fn command(market: &Market, listing: &Value, command: &str) -> Answer {
    let person = if command == "approve" { &market.approver } else { &market.coordinator };
    person.act(format!("/api/v1/listings/{}/{command}", id(listing))).await
}

async fn on_sale(market: &Market, household: &Value, template: &Value, boxes: i64) -> Value {
    let listing = handed_in(market, household, template, boxes).await;
    command(market, &listing, "approve").await.ok()
}

/// Limit and promised of the only capacity, in eggs.
async fn capacity(market: &Market, household: &Value) -> (i64, i64) {
    let capacities = market.coordinator.get(of(household, "capacities")).await.ok();
    let of = |field: &str| capacities["data"][0][field].as_i64().expect("a number");
    (of("limit_quantity"), of("promised_quantity"))
}

async fn stock(market: &Market, listing: &Value, body: &Value) -> Answer {
    let path = format!("/api/v1/listings/{}/stock", id(listing));
    market.coordinator.post(path, body).key(&market.app.new_key()).await
}

async fn available(market: &Market, listing: &Value) -> i64 {
    let shown = market.listing(listing).await;
    assert!(!text(&shown, "/state").is_empty());
    shown["stock_available"].as_i64().expect("a number")
}
