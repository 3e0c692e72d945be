//! Goods that are ordered by the piece and settled by weight.

use serde_json::{Value, json};

use crate::support::{HEN, Market, id, minutes, parcel, rows, text};

fn template() -> Value {
    json!({
        "region_code": "510824", "product": "时光鸡", "title": HEN.title, "category": "poultry", "class": "primary",
        "unit_label": "只", "base": "piece", "pack_quantity": 1, "weight_min_g": 1_500, "weight_max_g": 2_200,
        "catch_weight": true, "claim_window_h": 48, "returns_rule": "perishable", "papers": [],
    })
}

/// A hen of 1.8 kg for 228.00 that is settled by weight.
async fn hen(market: &Market) -> Value {
    let template = market.approver.post("/api/v1/templates", &template()).await.created();
    let household = market.household("柏树湾李家").await;
    let mut offer = HEN.of(id(&household));
    offer["template_id"] = template["id"].clone();
    let listing = market.coordinator.post("/api/v1/listings", &offer).await.created();
    market.coordinator.act(format!("/api/v1/listings/{}/submit", id(&listing))).await.ok();
    market.approver.act(format!("/api/v1/listings/{}/approve", id(&listing))).await.ok()
}

fn path(order: &Value, step: &str) -> String {
    format!("/api/v1/orders/{}/{step}", id(order))
}

fn weight(final_g: i64, reason: Option<&str>) -> Value {
    json!({ "lines": [{ "line_no": 1, "final_g": final_g, "reason": reason }] })
}

async fn confirmed(market: &Market, hens: i64) -> (Value, Value) {
    let hen = hen(market).await;
    let order = market.paid_order(&[(&hen, hens)]).await;
    market.coordinator.act(path(&order, "confirm")).await.ok();
    (hen, order)
}

/// Weighed, packed, sent, received and settled.
async fn settled(market: &Market, final_g: i64) -> Value {
    let (hen, order) = confirmed(market, 1).await;
    market.coordinator.post(path(&order, "weights"), &weight(final_g, None)).await.ok();
    market.coordinator.act(path(&order, "pack")).await.ok();
    market.coordinator.post(path(&order, "ship"), &parcel("SF100001", &[&hen])).await.ok();
    market.app.later(minutes(1));
    market.buyer.act(path(&order, "receive")).await.ok()
}

#[actix_web::test]
async fn less_weight_goes_back_and_everybody_gets_their_part_of_the_rest() {
    let market = Market::new().await;
    let order = settled(&market, 1_620).await;
    let line = &order["lines"][0];
    assert_eq!((&line["estimated_g"], &line["final_g"]), (&json!(1_800), &json!(1_620)));
    assert_eq!((&line["total_fen"], &line["final_total_fen"]), (&json!(22_800), &json!(20_520)));
    assert_eq!(line["farmer_fen"], 13_140, "nine tenths of 146.00");
    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok();
    let totals = &page["totals"];
    assert_eq!((&totals["paid_fen"], &totals["refunded_fen"]), (&json!(22_800), &json!(2_280)));
    assert_eq!((&totals["farmer_fen"], &totals["held_fen"]), (&json!(13_140), &json!(0)));
    assert_eq!(totals["freight_fen"], 3_240);
    let receipt = market.anonymous.get(format!("/api/v1/receipts/{}", text(&order, "/slips/0/code"))).await.ok();
    assert_eq!(
        receipt["weights"],
        json!([{ "title": HEN.title, "quantity": 1, "ordered_g": 1_800, "final_g": 1_620 }])
    );
    let split = receipt["split"].as_array().expect("parts").iter();
    assert_eq!(split.filter_map(|part| part["fen"].as_i64()).sum::<i64>(), 20_520);
}

#[actix_web::test]
async fn nothing_is_packed_that_was_not_weighed_and_no_weight_is_a_slip_of_the_pen() {
    let market = Market::new().await;
    let (_, order) = confirmed(&market, 2).await;
    let pack = market.coordinator.act(path(&order, "pack"));
    let missing = market.app.unchanged(pack.into_future()).await.refused(409, "weights_missing");
    assert_eq!(missing["lines"], json!([1]));
    for (body, pointer, code) in [
        (weight(299, Some("秤")), "/lines/0/final_g", "final_weight_out_of_band"),
        (weight(44_001, Some("秤")), "/lines/0/final_g", "final_weight_out_of_band"),
        (weight(2_900, None), "/lines/0/final_g", "weight_reason_required"),
        (json!({ "lines": [{ "line_no": 9, "final_g": 1_800 }] }), "/lines/0/line_no", "unknown_line"),
        (json!({ "lines": [] }), "/lines", "required"),
    ] {
        let weigh = market.coordinator.post(path(&order, "weights"), &body);
        market.app.unchanged(weigh.into_future()).await.invalid(&[(pointer, code)]);
    }
    let elsewhere = market.other_coordinator.post(path(&order, "weights"), &weight(3_400, None));
    market.app.unchanged(elsewhere.into_future()).await.refused(404, "not_found");

    market.coordinator.post(path(&order, "weights"), &weight(3_000, None)).await.ok();
    let again = market.coordinator.post(path(&order, "weights"), &weight(3_000, None));
    market.app.unchanged(again.without("idempotency-key").into_future()).await.ok();
    market.coordinator.post(path(&order, "weights"), &weight(4_400, None)).await.ok();
    market.coordinator.act(path(&order, "pack")).await.ok();
    assert_eq!(market.order(id(&order)).await["lines"][0]["final_total_fen"], 45_600, "more is not asked for");
    let lighter = market.coordinator.post(path(&order, "weights"), &weight(3_240, None)).await.ok();
    assert_eq!(lighter["lines"][0]["final_total_fen"], 41_040);
    let heavier = market.coordinator.post(path(&order, "weights"), &weight(3_600, None));
    market.app.unchanged(heavier.into_future()).await.invalid(&[("/lines/0/final_g", "weight_refunded")]);
    market.coordinator.post(path(&order, "cancel"), &json!({ "reason": "病了" })).await.ok();
    market.app.later(minutes(1));
    assert_eq!(market.order(id(&order)).await["state"], "refunded");
}

#[actix_web::test]
async fn what_is_not_settled_by_weight_is_not_weighed() {
    let market = Market::new().await;
    let hen = market.sells(HEN).await;
    let order = market.paid_order(&[(&hen, 1)]).await;
    market.coordinator.post(path(&order, "weights"), &weight(1_800, None)).await.refused(409, "wrong_state");
    market.coordinator.act(path(&order, "confirm")).await.ok();
    let weigh = market.coordinator.post(path(&order, "weights"), &weight(1_800, None));
    market.app.unchanged(weigh.into_future()).await.invalid(&[("/lines/0/final_g", "not_by_weight")]);
    market.coordinator.act(path(&order, "pack")).await.ok();
}

fn correction(final_g: i64) -> Value {
    json!({ "lines": [{ "line_no": 1, "final_g": final_g }], "reason": "秤没有归零" })
}

#[actix_web::test]
async fn a_weight_that_was_wrong_is_put_right_in_all_that_hangs_on_it() {
    let market = Market::new().await;
    let order = settled(&market, 1_800).await;
    let payouts = market.approver.get("/api/v1/payouts?state=due").await.ok();
    let payout = rows(&payouts)[0].clone();
    assert_eq!(payout["amount_fen"], 14_600);
    market.approver.act(format!("/api/v1/payouts/{}/approve", id(&payout))).await.ok();
    let correct = path(&order, "weights/correct");
    market
        .app
        .unchanged(market.coordinator.post(&correct, &correction(1_620)).into_future())
        .await
        .refused(403, "forbidden");
    let elsewhere = market.other_approver.post(&correct, &correction(1_620));
    market.app.unchanged(elsewhere.into_future()).await.refused(404, "not_found");

    market.approver.post(&correct, &correction(1_620)).await.ok();
    let again = market.approver.post(&correct, &correction(1_620)).without("idempotency-key");
    market.app.unchanged(again.into_future()).await.ok();
    let heavier = market.approver.post(&correct, &correction(1_700));
    market.app.unchanged(heavier.into_future()).await.invalid(&[("/lines/0/final_g", "weight_refunded")]);
    market.app.later(minutes(1));
    let payouts = market.approver.get("/api/v1/payouts?state=due").await.ok();
    assert_eq!(rows(&payouts)[0]["amount_fen"], 13_140, "approved anew");
    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok();
    let totals = &page["totals"];
    assert_eq!((&totals["paid_fen"], &totals["refunded_fen"]), (&json!(22_800), &json!(2_280)));
    assert_eq!((&totals["farmer_fen"], &totals["collective_fund_fen"]), (&json!(13_140), &json!(450)));
    let summary = market.auditor.get("/api/v1/audit/summary?from=2026-09-01&to=2026-12-31&group_by=day").await.ok();
    assert_eq!(summary["total"]["farmer_fen"], 13_140, "a reversal counts as what it reverses");
    let receipt = market.anonymous.get(format!("/api/v1/receipts/{}", text(&payout, "/code"))).await.ok();
    assert_eq!((&receipt["weights"][0]["final_g"], &receipt["payout"]["amount_fen"]), (&json!(1_620), &json!(13_140)));
    let split = receipt["split"].as_array().expect("parts").iter();
    assert_eq!(split.filter_map(|part| part["fen"].as_i64()).sum::<i64>(), 20_520);
}

#[actix_web::test]
async fn what_a_household_was_paid_too_much_stands_as_owed() {
    let market = Market::new().await;
    let order = settled(&market, 1_800).await;
    let payouts = market.approver.get("/api/v1/payouts?state=due").await.ok();
    let step = |step: &str| format!("/api/v1/payouts/{}/{step}", id(&rows(&payouts)[0]));
    market.approver.act(step("approve")).await.ok();
    market.coordinator.post(step("send"), &json!({ "bank_reference": "B1" })).await.ok();
    market.coordinator.act(step("confirm")).await.ok();
    for final_g in [1_620, 1_584] {
        market.approver.post(path(&order, "weights/correct"), &correction(final_g)).await.ok();
        market.app.later(minutes(1));
    }
    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok();
    let totals = &page["totals"];
    assert_eq!((&totals["farmer_fen"], &totals["paid_out_fen"]), (&json!(12_848), &json!(14_600)));
    let postings = page["ledger"].as_array().expect("postings").iter();
    let receivable = postings.filter(|posting| posting["account"] == "receivable");
    let fen =
        |posting: &Value| posting["debit_fen"].as_i64().unwrap_or(0) - posting["credit_fen"].as_i64().unwrap_or(0);
    assert_eq!(receivable.map(fen).sum::<i64>(), 14_600 - 12_848);
    let parts = [
        "farmer_fen",
        "coop_fee_fen",
        "packing_fen",
        "freight_fen",
        "inspection_fen",
        "collective_fund_fen",
        "loss_reserve_fen",
        "platform_cost_fen",
        "refunded_fen",
    ];
    assert_eq!(parts.iter().filter_map(|part| totals[*part].as_i64()).sum::<i64>(), 22_800);
}
