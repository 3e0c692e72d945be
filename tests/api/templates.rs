//! Product templates: laid down by approvers, used by coordinators, replaced and never changed.

use serde_json::{Value, json};

use crate::support::{EGGS, Market, XIUYUN, id, minutes, rows, template_of_eggs as eggs, text};

const TEMPLATES: &str = "/api/v1/templates";

fn ids(list: &Value) -> Vec<&str> {
    rows(list).iter().map(id).collect()
}

#[actix_web::test]
async fn an_approver_lays_down_what_coordinators_build_on() {
    let market = Market::new().await;
    let county = market.approver.post(TEMPLATES, &eggs()).await.created();
    assert_eq!((&county["returns_rule"], &county["papers"]), (&json!("perishable"), &json!(["conformity"])));
    assert_eq!((&county["is_editable"], &county["created_by"]), (&json!(true), &json!("苍溪县审核员")));
    market.app.advance(minutes(1));
    let village = json!({ "region_code": XIUYUN, "product": "土鸡蛋", "title": "岫云土鸡蛋" });
    let village = market.approver.post(TEMPLATES, &with(eggs(), &village)).await.created();

    for person in [&market.coordinator, &market.approver] {
        assert_eq!(ids(&person.get(TEMPLATES).await.ok()), [id(&village), id(&county)], "newest first");
    }
    let first = market.coordinator.get(format!("{TEMPLATES}?limit=1")).await.ok();
    let cursor = first["page"]["next"].as_str().expect("more");
    let second = market.coordinator.get(format!("{TEMPLATES}?limit=1&cursor={cursor}")).await.ok();
    assert_eq!((ids(&first), ids(&second)), (vec![id(&village)], vec![id(&county)]));
    assert_eq!(ids(&market.coordinator.get(format!("{TEMPLATES}?category=honey")).await.ok()).len(), 0);
    let read = market.coordinator.get(format!("{TEMPLATES}/{}", id(&county))).await.ok();
    assert_eq!((&read["is_editable"], &read["title"]), (&json!(false), &json!(EGGS.title)));

    assert_eq!(ids(&market.other_coordinator.get(TEMPLATES).await.ok()).len(), 0);
    market.other_coordinator.get(format!("{TEMPLATES}/{}", id(&county))).await.refused(404, "not_found");
    let elsewhere = with(eggs(), &json!({ "region_code": "513431" }));
    market.app.unchanged(market.approver.post(TEMPLATES, &elsewhere).into_future()).await.refused(403, "out_of_scope");
    let nowhere = with(eggs(), &json!({ "region_code": "999999" }));
    let nowhere = market.app.unchanged(market.approver.post(TEMPLATES, &nowhere).into_future()).await;
    nowhere.invalid(&[("/region_code", "unknown_region")]);
}

#[actix_web::test]
async fn every_fault_of_a_template_is_named() {
    let market = Market::new().await;
    let faulty = json!({
        "title": " ", "pack_quantity": 0, "season_from": "02-30", "season_until": "03-01", "category": "honey",
        "weight_min_g": 2_200, "weight_max_g": 1_500, "capacity_unit": "hive", "yield_limit": null, "papers": ["licence"],
    });
    let answer = market.app.unchanged(market.approver.post(TEMPLATES, &with(eggs(), &faulty)).into_future()).await;
    answer.invalid(&[
        ("/title", "text_required"),
        ("/pack_quantity", "invalid_quantity"),
        ("/weight_max_g", "invalid_weight_band"),
        ("/season_until", "invalid_season"),
        ("/yield_limit", "both_or_none"),
        ("/returns_rule", "not_perishable"),
        ("/papers", "unknown_word"),
    ]);
}

#[actix_web::test]
async fn what_rests_on_a_replaced_template_stays_what_it_was() {
    let market = Market::new().await;
    let old = market.approver.post(TEMPLATES, &eggs()).await.created();
    let household = market.household("坡上王家").await;
    let offer = with(EGGS.of(id(&household)), &json!({ "template_id": id(&old) }));
    let listing = market.coordinator.post("/api/v1/listings", &offer).await.created();
    market.coordinator.act(format!("/api/v1/listings/{}/submit", id(&listing))).await.ok();
    market.approver.act(format!("/api/v1/listings/{}/approve", id(&listing))).await.ok();
    let waiting = market.coordinator.post("/api/v1/listings", &offer).await.created();

    market.app.advance(minutes(1));
    let better = with(eggs(), &json!({ "claim_window_h": 72 }));
    let path = format!("{TEMPLATES}/{}/replace", id(&old));
    let foreign = market.other_approver.post(&path, &better);
    market.app.unchanged(foreign.into_future()).await.refused(403, "out_of_scope");
    let new = market.approver.post(&path, &better).await.created();
    assert_eq!(new["replaces_id"], old["id"]);
    assert_eq!(ids(&market.coordinator.get(TEMPLATES).await.ok()), [id(&new)]);
    assert_eq!(ids(&market.coordinator.get(format!("{TEMPLATES}?retired=true")).await.ok()), [id(&old)]);
    let again = market.app.unchanged(market.approver.post(&path, &better).into_future()).await;
    again.refused(409, "template_retired");

    let live = market.listing(&listing).await;
    assert_eq!((&live["template"]["id"], &live["template"]["claim_window_h"]), (&old["id"], &json!(48)));
    let submit = format!("/api/v1/listings/{}/submit", id(&waiting));
    let refused = market.app.unchanged(market.coordinator.act(&submit).into_future()).await;
    refused.refused(409, "template_retired");
    let fresh = market.app.unchanged(market.coordinator.post("/api/v1/listings", &offer).into_future()).await;
    fresh.refused(409, "template_retired");
    let edit = json!({ "version": 1, "template_id": id(&new) });
    let edited = market.coordinator.patch(format!("/api/v1/listings/{}", id(&waiting)), &edit).await.ok();
    assert_eq!((&edited["version"], &edited["template"]["id"]), (&json!(2), &new["id"]));
    market.coordinator.act(&submit).await.ok();

    let retire = format!("{TEMPLATES}/{}/retire", id(&new));
    let retired = market.approver.act(&retire).await.ok();
    assert!(retired["retired_at"].is_string());
    market.app.advance(minutes(1));
    assert_eq!(market.app.unchanged(market.approver.act(&retire).into_future()).await.ok(), retired);
    let approve = format!("/api/v1/listings/{}/approve", id(&waiting));
    market.app.unchanged(market.approver.act(approve).into_future()).await.refused(409, "template_retired");
}

#[actix_web::test]
async fn a_listing_takes_unit_and_category_from_its_template() {
    let market = Market::new().await;
    let template = market.approver.post(TEMPLATES, &eggs()).await.created();
    let household = market.household("坡上王家").await;
    let mut offer = with(EGGS.of(id(&household)), &json!({ "template_id": id(&template), "season": "2026" }));
    for field in ["category", "unit_label"] {
        offer.as_object_mut().expect("an object").remove(field);
    }
    let listing = market.coordinator.post("/api/v1/listings", &offer).await.created();
    assert_eq!((text(&listing, "/category"), text(&listing, "/unit_label")), ("eggs", "盒"));
    assert_eq!((text(&listing, "/template/product"), text(&listing, "/season")), ("土鸡蛋", "2026"));

    let refuse = async |change: Value, pointer: &str, code: &str| {
        let call = market.coordinator.post("/api/v1/listings", &with(offer.clone(), &change));
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    };
    refuse(json!({ "unit_label": "筐" }), "/unit_label", "differs_from_template").await;
    refuse(json!({ "category": "honey" }), "/category", "differs_from_template").await;
    refuse(json!({ "net_weight_g": 9_000 }), "/net_weight_g", "weight_outside_band").await;
    refuse(json!({ "season": "26" }), "/season", "invalid_season_year").await;
    refuse(json!({ "template_id": "019ab000-0000-7000-8000-000000000000" }), "/template_id", "unknown_template").await;
    let alone = market.coordinator.post("/api/v1/listings", &with(offer.clone(), &json!({ "template_id": null })));
    let alone = market.app.unchanged(alone.into_future()).await;
    alone.invalid(&[("/category", "text_required"), ("/unit_label", "text_required")]);

    let there = json!({ "village_code": "513431109210", "alias": "崖顶莫色家" });
    let there = market.other_coordinator.post("/api/v1/households", &there).await.created();
    let foreign = with(offer.clone(), &json!({ "household_id": id(&there) }));
    let foreign = market.other_coordinator.post("/api/v1/listings", &foreign);
    market.app.unchanged(foreign.into_future()).await.invalid(&[("/template_id", "unknown_template")]);
}

/// `base` with the members of `change` in the place of its own.
fn with(mut base: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().expect("an object") {
        base[name] = value.clone();
    }
    base
}
