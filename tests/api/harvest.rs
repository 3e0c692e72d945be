//! From what a household reports to whose eggs are in the parcel, and who is paid for them.

use serde_json::{Value, json};

use crate::support::{EGGS, HEN, Market, XIUYUN, id, minutes, rows, text};

/// A co-op that offers boxes of eggs of the village's households, by a standard that is counted by hens.
struct Pool {
    market: Market,
    template: Value,
    listing: Value,
}

fn standard() -> Value {
    json!({
        "region_code": "510824", "product": "土鸡蛋", "title": EGGS.title, "category": "eggs", "class": "primary",
        "unit_label": "盒", "base": "piece", "pack_quantity": 30, "weight_min_g": 1_300, "weight_max_g": 1_800,
        "claim_window_h": 48, "returns_rule": "perishable",
    })
}

impl Pool {
    async fn new() -> Self {
        let market = Market::new().await;
        let template = market.approver.post("/api/v1/templates", &standard()).await.created();
        let co_op = json!({
            "village_code": XIUYUN, "alias": "岫云合作社", "seller_type": "co_op", "credit_code": "91350100M000100Y43",
        });
        let co_op = market.coordinator.post("/api/v1/households", &co_op).await.created();
        let mut offer = EGGS.of(id(&co_op));
        offer["template_id"] = json!(id(&template));
        let listing = market.coordinator.post("/api/v1/listings", &offer).await.created();
        market.coordinator.act(format!("/api/v1/listings/{}/submit", id(&listing))).await.ok();
        let listing = market.approver.act(format!("/api/v1/listings/{}/approve", id(&listing))).await.ok();
        Self { market, template, listing }
    }

    fn intake(&self, household: &Value, eggs: i64) -> Value {
        json!({
            "household_id": id(household), "template_id": id(&self.template), "gross_g": eggs * 52 + 400,
            "tare_g": 400, "counted": eggs, "candled_good": eggs - 2, "candled_bad": 2, "grade": "first",
            "rejected_quantity": 1, "reject_reason": "壳裂", "scale_id": "村部台秤 1",
            "taken_at": self.market.app.now().to_string(),
        })
    }

    /// A batch of so many boxes.
    async fn brings(&self, household: &Value, boxes: i64) -> Value {
        self.market.app.advance(minutes(1));
        let taken = self.market.coordinator.post("/api/v1/intakes", &self.intake(household, boxes * 30 + 3)).await;
        taken.created()["batch"].clone()
    }

    async fn certified(&self, household: &Value, boxes: i64) -> Value {
        let batch = self.brings(household, boxes).await;
        self.certify(&batch).await
    }

    async fn certify(&self, batch: &Value) -> Value {
        let paper = json!({ "number": text(batch, "/code"), "issuer": "岫云合作社", "issued_on": "2026-09-20" });
        self.market.coordinator.post(format!("/api/v1/batches/{}/certificates", id(batch)), &paper).await.ok()
    }

    async fn allocate(&self) -> Value {
        self.market.coordinator.post("/api/v1/allocations", &json!({ "listing_id": id(&self.listing) })).await.ok()
    }

    async fn order(&self, boxes: i64) -> Value {
        self.market.paid_order(&[(&self.listing, boxes)]).await
    }
}

/// Who supplies how many, and why, by alias.
fn supplied(run: &Value) -> Vec<(&str, i64, &str)> {
    let rows = run["allocations"].as_array().expect("allocations");
    rows.iter()
        .map(|row| (text(row, "/household/alias"), row["quantity"].as_i64().expect("a count"), text(row, "/reason")))
        .collect()
}

#[actix_web::test]
async fn what_is_short_is_seen_before_intake_day() {
    let pool = Pool::new().await;
    let market = &pool.market;
    let wang = market.household("坡上王家").await;
    pool.order(5).await;
    let report = |quantity: i64| {
        json!({
            "household_id": id(&wang), "template_id": id(&pool.template), "quantity": quantity, "ready_on": "2026-09-22",
        })
    };
    market.coordinator.post("/api/v1/supply-reports", &report(60)).await.created();
    market.app.advance(minutes(1));
    market.coordinator.post("/api/v1/supply-reports", &report(90)).await.created();
    let balances = market.coordinator.get("/api/v1/supply-reports/balances").await.ok();
    let row = &balances["data"][0];
    let of = |field: &str| row[field].as_i64();
    assert_eq!((of("ordered_quantity"), of("reported_quantity")), (Some(150), Some(90)), "the newest counts");
    assert_eq!((of("short_quantity"), of("capacity_left_quantity")), (Some(60), None));
    let listed = market.coordinator.get("/api/v1/supply-reports").await.ok();
    assert_eq!(rows(&listed).len(), 2);
    assert!(rows(&market.other_coordinator.get("/api/v1/supply-reports").await.ok()).is_empty());

    let refused = |body: Value| {
        let call = market.coordinator.post("/api/v1/supply-reports", &body);
        async move { market.app.unchanged(call.into_future()).await }
    };
    refused(report(-1)).await.invalid(&[("/quantity", "invalid_count")]);
    let mut of_a_cycle = report(1);
    of_a_cycle["cycle_id"] = json!(id(&wang));
    refused(of_a_cycle).await.invalid(&[("/cycle_id", "unknown_cycle")]);
    let other = market.other_coordinator.post("/api/v1/supply-reports", &report(1));
    market.app.unchanged(other.into_future()).await.refused(404, "not_found");
}

#[actix_web::test]
async fn what_is_weighed_arrives_once_and_makes_a_batch() {
    let pool = Pool::new().await;
    let market = &pool.market;
    let wang = market.household("坡上王家").await;
    let body = pool.intake(&wang, 100);
    let key = market.app.new_key();
    let send = || market.coordinator.post("/api/v1/intakes", &body).key(&key);
    let taken = send().await.created();
    assert_eq!((&taken["intake"]["net_g"], &taken["intake"]["accepted_quantity"]), (&json!(5_200), &json!(97)));
    assert_eq!((&taken["batch"]["units"], &taken["batch"]["remaining"]), (&json!(3), &json!(3)));
    assert_eq!(text(&taken, "/batch/harvested_on"), "2026-09-20");
    assert_eq!(market.app.unchanged(send().into_future()).await.created(), taken, "the answer was lost");
    assert_eq!(rows(&market.coordinator.get("/api/v1/intakes").await.ok()).len(), 1);

    let changed = |field: &str, value: Value| {
        let mut body = body.clone();
        body[field] = value;
        body
    };
    let refused = |body: Value| async move {
        market.app.unchanged(market.coordinator.post("/api/v1/intakes", &body).into_future()).await
    };
    refused(changed("tare_g", json!(6_000))).await.invalid(&[("/tare_g", "tare_above_gross")]);
    refused(changed("counted", Value::Null)).await.invalid(&[("/counted", "count_required")]);
    refused(changed("reject_reason", Value::Null)).await.invalid(&[("/reject_reason", "reject_reason_required")]);
    refused(changed("rejected_quantity", json!(99)))
        .await
        .invalid(&[("/rejected_quantity", "rejected_more_than_there")]);
    refused(changed("photo_ids", json!([id(&wang)]))).await.invalid(&[("/photo_ids", "unknown_photo")]);
    // Kilograms were typed as hectograms.
    let odd = changed("gross_g", json!(600));
    let problem = refused(odd.clone()).await.refused(409, "weight_out_of_band");
    assert_eq!(
        (&problem["net_g"], &problem["least_g"], &problem["most_g"]),
        (&json!(200), &json!(4_333), &json!(6_000))
    );
    let mut confirmed = odd;
    confirmed["band_reason"] = json!("鹌鹑蛋大小，已复称");
    market.coordinator.post("/api/v1/intakes", &confirmed).await.created();
    let other = market.other_coordinator.post("/api/v1/intakes", &body);
    market.app.unchanged(other.into_future()).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_label_tells_everybody_the_village_and_nobody_who_did_not_agree() {
    let pool = Pool::new().await;
    let market = &pool.market;
    let silent = json!({ "village_code": XIUYUN, "alias": "坡上王家", "alias_consent": false });
    let wang = market.coordinator.post("/api/v1/households", &silent).await.created();
    let batch = pool.certified(&wang, 2).await;
    let path = format!("/api/v1/batches/{}", text(&batch, "/code"));
    let shown = market.anonymous.get(&path).await.ok();
    assert_eq!((&shown["households"], text(&shown, "/grade")), (&json!([]), "first"));
    assert_eq!(text(&shown, "/certificate/number"), text(&batch, "/code"));
    market.anonymous.get("/api/v1/batches/AAAAAAAAAAAA").await.refused(404, "not_found");

    let li = market.household("河边李家").await;
    let other = pool.brings(&li, 1).await;
    let merge = |ids: Vec<&str>| market.coordinator.post("/api/v1/batches", &json!({ "batch_ids": ids }));
    let alone = merge(vec![id(&batch), id(&batch)]);
    market.app.unchanged(alone.into_future()).await.invalid(&[("/batch_ids", "too_few")]);
    let whole = merge(vec![id(&batch), id(&other)]).await.created();
    assert_eq!((&whole["units"], &whole["certificate"]), (&json!(3), &Value::Null), "it needs its own");
    assert_eq!(whole["parts"].as_array().map(Vec::len), Some(2));
    let shown = market.anonymous.get(format!("/api/v1/batches/{}", text(&whole, "/code"))).await.ok();
    assert_eq!(shown["households"], json!([{ "id": id(&li), "alias": "河边李家" }]), "who agrees");
    let again = merge(vec![id(&batch), id(&other)]);
    market.app.unchanged(again.into_future()).await.refused(409, "batch_in_use");
    let paper = json!({ "number": "1", "issuer": "岫云合作社", "issued_on": "2026-09-20" });
    let part = market.coordinator.post(format!("/api/v1/batches/{}/certificates", id(&batch)), &paper);
    market.app.unchanged(part.into_future()).await.refused(409, "batch_in_use");

    pool.order(3).await;
    assert_eq!(pool.allocate().await["uncertified_units"], 3);
    pool.certify(&whole).await;
    assert_eq!(supplied(&pool.allocate().await).iter().map(|row| row.1).sum::<i64>(), 3);
}

#[actix_web::test]
async fn turns_go_round_and_those_who_brought_the_eggs_are_paid() {
    let pool = Pool::new().await;
    let market = &pool.market;
    let (wang, li, zhang) =
        (market.household("坡上王家").await, market.household("河边李家").await, market.household("岭后张家").await);
    pool.certified(&wang, 6).await;
    pool.certified(&li, 2).await;
    pool.certified(&zhang, 4).await;
    let order = pool.order(7).await;
    let run = pool.allocate().await;
    let sum = |alias: &str| supplied(&run).iter().filter(|row| row.0 == alias).map(|row| row.1).sum::<i64>();
    assert_eq!((sum("坡上王家"), sum("河边李家"), sum("岭后张家")), (3, 2, 2));
    assert_eq!(run["missing_units"], 0);
    let path = |step: &str| format!("/api/v1/orders/{}/{step}", id(&order));
    market.coordinator.act(path("confirm")).await.ok();
    market.coordinator.act(path("pack")).await.ok();
    let parcel = json!({ "carrier": "顺丰", "tracking_number": "SF1" });
    market.coordinator.post(path("ship"), &parcel).await.ok();
    market.buyer.act(path("receive")).await.ok();
    let payouts = market.coordinator.get("/api/v1/payouts?state=due").await.ok();
    let mut paid: Vec<(&str, i64)> = rows(&payouts)
        .iter()
        .map(|row| (text(row, "/household/alias"), row["amount_fen"].as_i64().expect("fen")))
        .collect();
    paid.sort_unstable();
    assert_eq!(paid, [("坡上王家", 9_900), ("岭后张家", 6_600), ("河边李家", 6_600)], "nothing to the co-op");
}

#[actix_web::test]
async fn running_again_changes_nothing_and_a_cancelled_order_gives_back() {
    let pool = Pool::new().await;
    let market = &pool.market;
    let wang = market.household("坡上王家").await;
    let batch = pool.certified(&wang, 2).await;
    let order = pool.order(3).await;
    let first = pool.allocate().await;
    assert_eq!((supplied(&first).iter().map(|row| row.1).sum::<i64>(), &first["missing_units"]), (2, &json!(1)));
    let second = pool.allocate().await;
    assert_eq!((supplied(&second).len(), &second["missing_units"]), (0, &json!(1)));
    let path = |step: &str| format!("/api/v1/orders/{}/{step}", id(&order));
    market.coordinator.act(path("confirm")).await.ok();
    market.coordinator.act(path("pack")).await.ok();
    let parcel = json!({ "carrier": "顺丰", "tracking_number": "SF1" });
    let unsupplied = market.coordinator.post(path("ship"), &parcel);
    market.app.unchanged(unsupplied.into_future()).await.refused(409, "papers_missing");

    market.coordinator.post(path("cancel"), &json!({ "reason": "没货了" })).await.ok();
    let batches = market.coordinator.get("/api/v1/batches").await.ok();
    assert_eq!((id(&rows(&batches)[0]), &rows(&batches)[0]["remaining"]), (id(&batch), &json!(2)));
    let released = market.coordinator.get("/api/v1/allocations").await.ok();
    assert!(rows(&released).iter().all(|row| row["released_at"].is_string()));

    let own = market.sells(HEN).await;
    let not_pooled = market.coordinator.post("/api/v1/allocations", &json!({ "listing_id": id(&own) }));
    market.app.unchanged(not_pooled.into_future()).await.invalid(&[("/listing_id", "not_pooled")]);
    let neither = market.coordinator.post("/api/v1/allocations", &json!({}));
    market.app.unchanged(neither.into_future()).await.invalid(&[("/listing_id", "one_of_required")]);
    let other = market.other_coordinator.post("/api/v1/allocations", &json!({ "listing_id": id(&pool.listing) }));
    market.app.unchanged(other.into_future()).await.refused(404, "not_found");
}

#[actix_web::test]
async fn who_is_looked_after_comes_first_among_equals_and_no_answer_says_so() {
    let pool = Pool::new().await;
    let market = &pool.market;
    let (wang, li) = (market.household("坡上王家").await, market.household("河边李家").await);
    let reason = json!({ "category": "lifted", "valid_from": "2026-01-01" });
    market.coordinator.post(format!("/api/v1/households/{}/categories", id(&li)), &reason).await.created();
    pool.certified(&wang, 1).await;
    pool.certified(&li, 1).await;
    pool.order(1).await;
    let run = pool.allocate().await;
    assert_eq!(supplied(&run), [("河边李家", 1, "first_turn")]);
    assert!(!run.to_string().contains("lifted"));
}
