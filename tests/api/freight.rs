//! Freight: laid down by a coordinator, shown in a quote, part of the order, split and paid back.

use serde_json::{Value, json};

use crate::support::{Answer, EGGS, Market, Person, WALNUTS, XIUYUN, cart, hours, id, minutes, template_of_eggs, text};

const RULE: &str = "/api/v1/villages/510824115216/freight";
const QUOTE: &str = "/api/v1/checkouts/quote";

/// 8 yuan for the first kilogram and 2 for each further in Sichuan, 12 and 5 elsewhere.
fn rule(from: &str) -> Value {
    json!({
        "effective_from": from, "first_g": 1_000,
        "elsewhere": { "first_fen": 1_200, "further_fen": 500 },
        "provinces": [{ "code": "51", "rate": { "first_fen": 800, "further_fen": 200 } }],
    })
}

async fn quote(person: &Person, lines: &[(&Value, i64)], region: &str) -> Answer {
    let lines = cart(lines)["lines"].clone();
    person.post(QUOTE, &json!({ "lines": lines, "region_code": region })).await
}

#[actix_web::test]
async fn a_rule_is_appended_and_everybody_reads_it() {
    let market = Market::new().await;
    assert_eq!(market.anonymous.get(RULE).await.ok(), json!({ "in_force": null, "coming": [] }));
    let laid = market.coordinator.post(RULE, &rule("2026-09-20")).await.created();
    assert_eq!(laid["in_force"]["provinces"][0]["province"]["name"], "四川省");
    market.app.advance(minutes(1));
    let again = market.app.unchanged(market.coordinator.post(RULE, &rule("2026-09-20")).into_future()).await;
    assert_eq!(again.created(), laid, "said twice, it stands once");
    let mut dearer = rule("2026-10-01");
    dearer["elsewhere"] = json!(null);
    market.coordinator.post(RULE, &dearer).await.created();
    let shown = market.anonymous.get(RULE).await.ok();
    assert_eq!((&shown["in_force"], &shown["coming"][0]["elsewhere"]), (&laid["in_force"], &json!(null)));
    assert_eq!(shown["coming"].as_array().map(Vec::len), Some(1));
    market.app.advance(hours(24 * 12));
    let shown = market.anonymous.get(RULE).await.ok();
    assert_eq!((&shown["in_force"]["effective_from"], &shown["coming"]), (&json!("2026-10-01"), &json!([])));

    let refuse =
        async |person: &Person, body: Value| market.app.unchanged(person.post(RULE, &body).into_future()).await;
    refuse(&market.other_coordinator, rule("2026-10-02")).await.refused(403, "out_of_scope");
    refuse(&market.buyer, rule("2026-10-02")).await.refused(403, "forbidden");
    refuse(&market.coordinator, rule("2026-09-20")).await.invalid(&[("/effective_from", "day_is_over")]);
    let mut twice = rule("2026-10-02");
    let first = twice["provinces"][0].clone();
    twice["provinces"] = json!([first, { "code": "51", "rate": null }]);
    refuse(&market.coordinator, twice).await.invalid(&[("/provinces/1/code", "province_twice")]);
    for code in ["5108", "99"] {
        let mut wrong = rule("2026-10-02");
        wrong["provinces"][0]["code"] = json!(code);
        refuse(&market.coordinator, wrong).await.invalid(&[("/provinces", "unknown_province")]);
    }
    let huge = json!({ "effective_from": "2026-10-02", "first_g": 1, "elsewhere": { "first_fen": 1_000_001, "further_fen": 0 } });
    refuse(&market.coordinator, huge).await.invalid(&[("/elsewhere", "amount_over_limit")]);
    market.anonymous.get("/api/v1/villages/5108/freight").await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_quote_is_what_the_order_costs_and_the_freight_goes_to_the_village() {
    let market = Market::new().await;
    let (eggs, walnuts) = (market.sells(EGGS).await, market.other_village_sells(WALNUTS).await);
    market.coordinator.post(RULE, &rule("2026-09-20")).await.created();
    let lines = [(&eggs, 2), (&walnuts, 1)];
    let quoted = market.app.unchanged(quote(&market.buyer, &lines, "510104")).await.ok();
    let parcel = &quoted["parcels"][0];
    assert_eq!(
        (&parcel["weight_g"], &parcel["goods_fen"], &parcel["freight_fen"], &parcel["total_fen"]),
        (&json!(3_000), &json!(9_600), &json!(1_200), &json!(10_800))
    );
    assert_eq!(quoted["parcels"][1]["freight_fen"], 0, "a village without a rule");
    assert_eq!(
        (&quoted["goods_fen"], &quoted["freight_fen"], &quoted["total_fen"], &quoted["is_perishable"]),
        (&json!(16_800), &json!(1_200), &json!(18_000), &json!(false))
    );
    // 2026-09-20 is a Sunday on which people work; the Mid-Autumn holiday is from the 25th to the 27th.
    assert_eq!(parcel["arrival"], json!({ "earliest": "2026-09-23", "latest": "2026-09-28" }));
    quote(&market.buyer, &lines, "5101").await.invalid(&[("/region_code", "region_too_wide")]);
    quote(&market.anonymous, &lines, "510104").await.refused(401, "unauthenticated");
    quote(&market.buyer, &[(&eggs, 99)], "510104").await.refused(409, "out_of_stock");

    let mut wish = cart(&[(&eggs, 2)]);
    wish["freight_seen_fen"] = json!(800);
    let refused = market.app.unchanged(market.buyer.post("/api/v1/checkouts", &wish).into_future()).await;
    assert_eq!(refused.refused(409, "freight_changed")["freight_fen"], 1_200);
    wish["freight_seen_fen"] = json!(1_200);
    let checkout = market.buyer.post("/api/v1/checkouts", &wish).await.created();
    assert_eq!((&checkout["total_fen"], &checkout["orders"][0]["freight_fen"]), (&json!(10_800), &json!(1_200)));
    market.pay(&checkout).await;
    let path = |step: &str| format!("/api/v1/orders/{}/{step}", text(&checkout, "/orders/0/id"));
    for step in ["confirm", "pack"] {
        market.coordinator.act(path(step)).await.ok();
    }
    let parcel = json!({ "carrier": "顺丰", "tracking_number": "SF1" });
    market.coordinator.post(path("ship"), &parcel).await.ok();
    let settled = market.buyer.act(path("receive")).await.ok();
    assert_eq!((&settled["state"], &settled["freight_fen"]), (&json!("settled"), &json!(1_200)));
    let total = &market.auditor.get("/api/v1/audit/summary").await.ok()["total"];
    assert_eq!((&total["freight_fen"], &total["held_fen"]), (&json!(2 * 700 + 1_200), &json!(0)));
}

#[actix_web::test]
async fn a_cancelled_order_gives_its_freight_back_and_nothing_goes_where_nothing_is_sent() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    market.coordinator.post(RULE, &rule("2026-09-20")).await.created();
    let order = market.paid_order(&[(&eggs, 1)]).await;
    assert_eq!(order["total_fen"], 4_800 + 1_000);
    let cancel = format!("/api/v1/orders/{}/cancel", id(&order));
    market.buyer.post(cancel, &json!({ "reason": "买错了" })).await.ok();
    market.app.later(minutes(1));
    let total = &market.auditor.get("/api/v1/audit/summary").await.ok()["total"];
    assert_eq!((&total["refunded_fen"], &total["held_fen"]), (&json!(5_800), &json!(0)));

    let mut far = rule("2026-09-20");
    far["provinces"][0]["rate"] = json!(null);
    market.coordinator.post(RULE, &far).await.created();
    let refused =
        market.app.unchanged(market.buyer.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).into_future()).await;
    assert_eq!(refused.refused(409, "not_delivered")["village_code"], XIUYUN);
    quote(&market.buyer, &[(&eggs, 1)], "510104").await.refused(409, "not_delivered");
}

#[actix_web::test]
async fn fresh_goods_are_ticked_and_a_gift_keeps_its_words_for_those_who_pack() {
    let market = Market::new().await;
    let template = market.approver.post("/api/v1/templates", &template_of_eggs()).await.created();
    let household = market.household("坡上王家").await;
    let mut offer = EGGS.of(id(&household));
    offer["template_id"] = template["id"].clone();
    let eggs = market.coordinator.post("/api/v1/listings", &offer).await.created();
    market.coordinator.act(format!("/api/v1/listings/{}/submit", id(&eggs))).await.ok();
    let paper = json!({ "kind": "conformity", "number": "1", "issued_on": "2026-09-20" });
    market.coordinator.post(format!("/api/v1/listings/{}/papers", id(&eggs)), &paper).await.created();
    market.approver.act(format!("/api/v1/listings/{}/approve", id(&eggs))).await.ok();

    assert_eq!(quote(&market.buyer, &[(&eggs, 1)], "510104").await.ok()["is_perishable"], true);
    let mut wish = cart(&[(&eggs, 1)]);
    let refused = market.app.unchanged(market.buyer.post("/api/v1/checkouts", &wish).into_future()).await;
    assert_eq!(refused.refused(409, "perishable_not_acknowledged")["listing_id"], eggs["id"]);
    wish["perishable_acknowledged"] = json!(true);
    wish["gift"] = json!({ "message": "字".repeat(101) });
    let refused = market.app.unchanged(market.buyer.post("/api/v1/checkouts", &wish).into_future()).await;
    refused.invalid(&[("/gift/message", "text_too_long")]);
    wish["gift"] = json!({ "message": "爸妈，中秋快乐" });
    let checkout = market.buyer.post("/api/v1/checkouts", &wish).await.created();
    assert!(market.app.tables_holding("中秋快乐").is_empty(), "it is sealed");
    market.pay(&checkout).await;

    let path = format!("/api/v1/orders/{}", text(&checkout, "/orders/0/id"));
    for person in [&market.buyer, &market.coordinator] {
        let order = person.get(&path).await.ok();
        assert_eq!((&order["is_gift"], &order["gift_message"]), (&json!(true), &json!("爸妈，中秋快乐")));
    }
    let export = market.buyer.get("/api/v1/me/export").await.ok();
    let kept = &export["checkouts"][0];
    assert_eq!(
        (&kept["perishable_rule"], &kept["gift_message"]),
        (&json!("consumer-law-25-perishable"), &json!("爸妈，中秋快乐"))
    );
    let acknowledged = export["log"].as_array().expect("a log").iter().find(|entry| entry["action"] == "acknowledge");
    assert_eq!(acknowledged.expect("an entry")["to_state"], "consumer-law-25-perishable");
}
