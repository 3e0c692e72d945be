//! What goods cost elsewhere: written down by approvers, and what follows for a listing that costs more.

use serde_json::{Value, json};

use crate::support::{EGGS, Market, XIUYUN, id, minutes, rows, template_of_eggs};

const REFERENCES: &str = "/api/v1/price-references";
const CHECK: &str = "/api/v1/price-check";

/// A median of eggs by the piece, of the week in which every test begins.
fn eggs_at(median_fen: i64) -> Value {
    json!({
        "product": "土鸡蛋", "region_code": "510824", "week": "2026-09-14", "per": "piece", "median_fen": median_fen,
        "sample_count": 12, "source": "县发改局价格监测", "source_date": "2026-09-18",
    })
}

fn with(mut value: Value, changes: &Value) -> Value {
    for (name, change) in changes.as_object().expect("members") {
        value[name] = change.clone();
    }
    value
}

async fn record(market: &Market, data: Value) -> Value {
    market.approver.post(REFERENCES, &json!({ "data": data })).await.ok()
}

/// A template of eggs without papers, as its county keeps it.
async fn template(market: &Market) -> Value {
    let plain = with(template_of_eggs(), &json!({ "papers": [], "cost_floor_fen": 3_000 }));
    market.approver.post("/api/v1/templates", &plain).await.created()
}

/// A draft of eggs at a price, of which the household gets what is over 15.00.
async fn draft(market: &Market, template: &Value, price_fen: i64, premium_reason: Option<&str>) -> Value {
    let household = market.household("坡上王家").await;
    let mut offer = EGGS.of(id(&household));
    offer["template_id"] = template["id"].clone();
    offer["premium_reason"] = json!(premium_reason);
    offer["price"]["farmer_pay_fen"] = json!(price_fen - 1_500);
    market.coordinator.post("/api/v1/listings", &offer).await.created()
}

fn path(listing: &Value, step: &str) -> String {
    format!("/api/v1/listings/{}/{step}", id(listing))
}

#[actix_web::test]
async fn medians_are_added_corrected_and_said_again() {
    let market = Market::new().await;
    let first = json!([eggs_at(120), with(eggs_at(118), &json!({ "region_code": XIUYUN }))]);
    assert_eq!(record(&market, first.clone()).await, json!({ "added": 2, "changed": 0, "unchanged": 0 }));
    market.app.advance(minutes(1));
    let again = market.approver.post(REFERENCES, &json!({ "data": first }));
    let again = market.app.unchanged(again.into_future()).await.ok();
    assert_eq!(again, json!({ "added": 0, "changed": 0, "unchanged": 2 }));
    let corrected = record(&market, json!([eggs_at(125)])).await;
    assert_eq!(corrected, json!({ "added": 0, "changed": 1, "unchanged": 0 }));

    let all = market.coordinator.get(REFERENCES).await.ok();
    let medians: Vec<_> = rows(&all).iter().map(|row| row["median_fen"].as_i64()).collect();
    assert_eq!(medians, [Some(125), Some(118)], "newest first");
    let here = market.coordinator.get(format!("{REFERENCES}?product=土鸡蛋&region={XIUYUN}")).await.ok();
    assert_eq!((rows(&here).len(), &rows(&here)[0]["region"]["name"]), (1, &json!("岫云村")));
    assert_eq!(rows(&market.coordinator.get(format!("{REFERENCES}?product=蜂蜜")).await.ok()).len(), 0);
    let page = market.coordinator.get(format!("{REFERENCES}?limit=1")).await.ok();
    let next = page["page"]["next"].as_str().expect("more");
    let rest = market.coordinator.get(format!("{REFERENCES}?limit=1&cursor={next}")).await.ok();
    assert_eq!(rows(&rest)[0]["median_fen"], 118);
}

#[actix_web::test]
async fn every_fault_of_a_row_is_named_and_nothing_is_kept() {
    let market = Market::new().await;
    let refused = async |data: Value| {
        let call = market.approver.post(REFERENCES, &json!({ "data": data }));
        market.app.unchanged(call.into_future()).await
    };
    let faulty = with(
        eggs_at(0),
        &json!({ "product": " ", "week": "2026-09-15", "sample_count": 0, "source_date": "2026-10-01" }),
    );
    refused(json!([eggs_at(120), faulty])).await.invalid(&[
        ("/data/1/product", "text_required"),
        ("/data/1/week", "not_a_monday"),
        ("/data/1/source_date", "day_in_future"),
        ("/data/1/median_fen", "invalid_median"),
        ("/data/1/sample_count", "invalid_sample_count"),
    ]);
    let coming = with(eggs_at(1), &json!({ "week": "2026-09-21" }));
    refused(json!([coming])).await.invalid(&[("/data/0/week", "day_in_future")]);
    refused(json!([])).await.invalid(&[("/data", "invalid_row_count")]);
    refused(json!(vec![eggs_at(1); 501])).await.invalid(&[("/data", "invalid_row_count")]);
    let nowhere = with(eggs_at(1), &json!({ "region_code": "510824999999" }));
    refused(json!([eggs_at(1), nowhere])).await.invalid(&[("/data/1/region_code", "unknown_region")]);
    let elsewhere = with(eggs_at(1), &json!({ "region_code": "513431" }));
    refused(json!([elsewhere])).await.refused(403, "out_of_scope");
    market.coordinator.post(REFERENCES, &json!({ "data": [eggs_at(1)] })).await.refused(403, "forbidden");
}

#[actix_web::test]
async fn a_price_is_judged_while_it_is_typed() {
    let market = Market::new().await;
    let template = template(&market).await;
    let ask = async |changes: Value| {
        let asked = json!({ "template_id": id(&template), "village_code": XIUYUN, "price_fen": 4_800 });
        let call = market.coordinator.post(CHECK, &with(asked, &changes));
        market.app.unchanged(call.into_future()).await
    };
    assert_eq!(ask(json!({})).await.ok()["verdict"], "unknown");
    let province = with(eggs_at(300), &json!({ "region_code": "510824115" }));
    record(&market, json!([eggs_at(120), with(eggs_at(100), &json!({ "week": "2026-08-24" })), province])).await;
    let narrow = ask(json!({})).await.ok();
    assert_eq!((&narrow["reference"]["median_fen"], &narrow["ratio_percent"]), (&json!(300), &json!(53)), "narrowest");

    record(&market, json!([with(eggs_at(120), &json!({ "region_code": "510824115" }))])).await;
    for (price, verdict, ratio, likely) in [
        (2_399, "below_cost", 67, None),
        (3_600, "within", 100, None),
        (5_400, "within", 150, None),
        (5_401, "warned", 150, None),
        (6_372, "warned", 177, None),
        (6_481, "stopped", 180, None),
        (7_704, "stopped", 214, None),
        (36_000, "digit_slip", 1_000, Some(3_600)),
        (360, "digit_slip", 10, Some(3_600)),
    ] {
        let found = ask(json!({ "price_fen": price })).await.ok();
        assert_eq!((&found["verdict"], &found["ratio_percent"]), (&json!(verdict), &json!(ratio)), "{price}");
        assert_eq!(found["likely_price_fen"], json!(likely), "{price}");
    }
    let slipped = ask(json!({ "template_id": null, "price_fen": 18_500, "previous_price_fen": 1_850 })).await.ok();
    assert_eq!((&slipped["verdict"], &slipped["likely_price_fen"]), (&json!("digit_slip"), &json!(1_850)));
    ask(json!({ "price_fen": i64::MAX, "net_weight_g": 1 })).await.ok();
    ask(json!({ "village_code": "513431109210" })).await.refused(403, "out_of_scope");
    ask(json!({ "template_id": "00000000-0000-0000-0000-000000000000" }))
        .await
        .invalid(&[("/template_id", "unknown_template")]);
    market.app.advance(minutes(29 * 24 * 60));
    assert_eq!(ask(json!({})).await.ok()["verdict"], "unknown", "what is older than 28 days says nothing");
}

#[actix_web::test]
async fn a_warned_price_needs_its_reason_and_shows_it_with_the_median() {
    let market = Market::new().await;
    let template = template(&market).await;
    record(&market, json!([eggs_at(100)])).await;
    let silent = draft(&market, &template, 4_800, None).await;
    let refused = market.app.unchanged(market.coordinator.act(path(&silent, "submit")).into_future()).await;
    refused.invalid(&[("/premium_reason", "premium_reason_required")]);

    let explained = draft(&market, &template, 4_800, Some("散养，一天一捡")).await;
    let submitted = market.coordinator.act(path(&explained, "submit")).await.ok();
    assert_eq!(submitted["price_verdict"], "warned");
    market.approver.act(path(&explained, "approve")).await.ok();
    let public = market.anonymous.get(format!("/api/v1/listings/{}", id(&explained))).await.ok();
    assert_eq!((&public["premium_reason"], &public["price_verdict"]), (&json!("散养，一天一捡"), &json!(null)));
    assert_eq!(
        public["price_card"],
        json!({ "reference_median_fen": 100, "per": "piece", "source": "县发改局价格监测", "source_date": "2026-09-18", "ratio_percent": 160 })
    );
    record(&market, json!([eggs_at(200)])).await;
    let later = market.anonymous.get(format!("/api/v1/listings/{}", id(&explained))).await.ok();
    assert_eq!(later["price_card"], public["price_card"], "as it was when it was let through");
}

#[actix_web::test]
async fn what_is_stopped_is_approved_only_with_a_written_reason() {
    let market = Market::new().await;
    let template = template(&market).await;
    for (median, price, verdict, ratio) in
        [(35, 2_247, "stopped", 214), (16, 4_800, "digit_slip", 1_000), (60, 2_000, "below_cost", 111)]
    {
        record(&market, json!([eggs_at(median)])).await;
        let listing = draft(&market, &template, price, None).await;
        market.coordinator.act(path(&listing, "submit")).await.ok();
        let silent = market.app.unchanged(market.approver.act(path(&listing, "approve")).into_future()).await;
        let refused = silent.refused(409, "price_reason_required");
        assert_eq!((&refused["verdict"], &refused["ratio_percent"]), (&json!(verdict), &json!(ratio)));
        let why = json!({ "reason": "看过账，礼盒装" });
        let live = market.approver.post(path(&listing, "approve"), &why).await.ok();
        assert_eq!((&live["state"], &live["price_verdict"]), (&json!("live"), &json!(verdict)));
        let versions = market.approver.get(path(&listing, "versions")).await.ok();
        assert_eq!(rows(&versions)[0]["decision_reason"], "看过账，礼盒装");
        market.app.advance(minutes(1));
    }
}

#[actix_web::test]
async fn a_change_of_price_is_held_against_the_version_in_force() {
    let market = Market::new().await;
    let template = template(&market).await;
    let listing = draft(&market, &template, 4_800, None).await;
    market.coordinator.act(path(&listing, "submit")).await.ok();
    market.approver.act(path(&listing, "approve")).await.ok();
    let mut price = EGGS.of("")["price"].clone();
    price["farmer_pay_fen"] = json!(46_500);
    let slipped = json!({ "version": 1, "price": price });
    market.coordinator.patch(format!("/api/v1/listings/{}", id(&listing)), &slipped).await.ok();
    let gates = market.approver.get(path(&listing, "gates")).await.ok();
    assert_eq!(
        (&gates["price"]["verdict"], &gates["price"]["likely_price_fen"]),
        (&json!("digit_slip"), &json!(4_800))
    );
    let silent = market.app.unchanged(market.approver.act(path(&listing, "approve")).into_future()).await;
    silent.refused(409, "price_reason_required");
    assert_eq!(market.listing(&listing).await["price_fen"], 4_800, "what is for sale stays as it was");
}
