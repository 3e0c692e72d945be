//! The gates: what may not be published or sent without its papers, and what says why.

use serde_json::{Value, json};

use crate::support::{EGGS, HEN, Market, Offer, WALNUTS, hours, id, minutes, rows};

const PORK: Offer = Offer { category: "pork", unit_label: "份", ..HEN.titled("土猪肉 2.5 公斤") };
const BACON: Offer = Offer { category: "other", unit_label: "块", ..HEN.titled("柏树枝熏腊肉") };

fn path(listing: &Value, step: &str) -> String {
    format!("/api/v1/listings/{}/{step}", id(listing))
}

fn paper(kind: &str) -> Value {
    json!({ "kind": kind, "number": format!("川 {kind} 1"), "issuer": "苍溪县", "issued_on": "2026-09-19" })
}

/// A draft of an offer, with what a test changes of it.
async fn draft(market: &Market, offer: Offer, changes: &Value) -> Value {
    let household = market.household("坡上王家").await;
    let mut body = offer.of(id(&household));
    for (name, change) in changes.as_object().expect("members") {
        body[name] = change.clone();
    }
    market.coordinator.post("/api/v1/listings", &body).await.created()
}

async fn add(market: &Market, listing: &Value, paper: &Value) -> Value {
    market.coordinator.post(path(listing, "papers"), paper).await.created()
}

async fn publish(market: &Market, listing: &Value) -> Value {
    market.coordinator.act(path(listing, "submit")).await.ok();
    market.approver.act(path(listing, "approve")).await.ok()
}

/// What a refusal says is missing: pointers and codes.
fn missing(problem: &Value) -> Vec<(String, String)> {
    let text = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    let errors = problem["errors"].as_array().expect("each is named");
    errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect()
}

fn named(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

const PORK_MISSING: [(&str, &str); 3] = [
    ("/papers/slaughterhouse", "pork_needs_slaughterhouse"),
    ("/papers/quarantine", "pork_needs_quarantine"),
    ("/papers/meat_inspection", "pork_needs_inspection"),
];

/// Pays for one unit and packs it; gives the order.
async fn packed(market: &Market, listing: &Value) -> Value {
    let order = market.paid_order(&[(listing, 1)]).await;
    for step in ["confirm", "pack"] {
        market.coordinator.act(format!("/api/v1/orders/{}/{step}", id(&order))).await.ok();
    }
    order
}

fn parcel() -> Value {
    json!({ "carrier": "顺丰", "tracking_number": "SF1" })
}

#[actix_web::test]
async fn pork_comes_into_the_shop_with_three_papers_or_not_at_all() {
    let market = Market::new().await;
    let pork = draft(&market, PORK, &json!({})).await;
    let refused = market.app.unchanged(market.coordinator.act(path(&pork, "submit")).into_future()).await;
    let refused = refused.refused(409, "papers_missing");
    assert_eq!(missing(&refused), named(&PORK_MISSING));
    let why = refused["errors"][0]["detail"].as_str().expect("a sentence");
    assert!(why.contains("《生猪屠宰管理条例》第二条"), "{why}");
    assert_eq!(
        refused["missing"][0],
        json!({ "any_of": ["slaughterhouse"], "label": null, "law": "pig_slaughter", "why": "pork_needs_slaughterhouse" })
    );

    let hidden = draft(&market, PORK, &json!({ "category": "other", "title": "自家土猪 肉" })).await;
    market.coordinator.act(path(&hidden, "submit")).await.refused(409, "papers_missing");

    for kind in ["slaughterhouse", "quarantine", "meat_inspection"] {
        market.coordinator.act(path(&pork, "submit")).await.refused(409, "papers_missing");
        add(&market, &pork, &paper(kind)).await;
    }
    assert_eq!(publish(&market, &pork).await["state"], "live");
    let gates = market.approver.get(path(&pork, "gates")).await.ok();
    assert_eq!((&gates["publish"], &gates["dispatch"]), (&json!([]), &json!([])));
    let order = packed(&market, &pork).await;
    market.coordinator.post(format!("/api/v1/orders/{}/ship", id(&order)), &parcel()).await.ok();
}

#[actix_web::test]
async fn a_pig_that_is_raised_for_somebody_is_sold_but_not_sent_without_papers() {
    let market = Market::new().await;
    let raised = json!({ "title": "年猪四分之一头", "sale_kind": "raising_service" });
    let pig = draft(&market, PORK, &raised).await;
    assert_eq!(publish(&market, &pig).await["state"], "live");
    let gates = market.coordinator.get(path(&pig, "gates")).await.ok();
    assert_eq!(
        (gates["publish"].as_array().map(Vec::len), gates["dispatch"].as_array().map(Vec::len)),
        (Some(0), Some(3))
    );

    let order = packed(&market, &pig).await;
    let ship = format!("/api/v1/orders/{}/ship", id(&order));
    let refused = market.app.unchanged(market.coordinator.post(&ship, &parcel()).into_future()).await;
    let refused = refused.refused(409, "papers_missing");
    assert_eq!(
        missing(&refused)[0],
        ("/lines/1/papers/slaughterhouse".to_owned(), "pork_needs_slaughterhouse".to_owned())
    );
    assert_eq!(refused["lines"][0]["listing_id"], pig["id"]);
    let some = json!([{ "listing_id": id(&pig), "kind": "quarantine", "number": "1", "issued_on": "2026-09-20" }]);
    let mut with_one = parcel();
    with_one["papers"] = some;
    let still = market.app.unchanged(market.coordinator.post(&ship, &with_one).into_future()).await;
    assert_eq!(missing(&still.refused(409, "papers_missing")).len(), 2, "and what was sent with it is not kept");
    with_one["papers"] = ["slaughterhouse", "quarantine", "meat_inspection"]
        .map(|kind| json!({ "listing_id": id(&pig), "kind": kind, "number": "1", "issued_on": "2026-09-20" }))
        .into();
    assert_eq!(market.coordinator.post(&ship, &with_one).await.ok()["state"], "shipped");
    market.app.advance(minutes(1));
    let again = market.app.unchanged(market.coordinator.post(&ship, &with_one).into_future()).await;
    assert_eq!(again.ok()["state"], "shipped");
    let kept = market.coordinator.get(path(&pig, "papers")).await.ok();
    assert_eq!(rows(&kept).len(), 3);
}

#[actix_web::test]
async fn poultry_travels_with_quarantine_and_a_paper_of_another_order_is_refused() {
    let market = Market::new().await;
    let (hen, eggs) = (market.sells(HEN).await, market.sells(EGGS).await);
    let order = packed(&market, &hen).await;
    let ship = format!("/api/v1/orders/{}/ship", id(&order));
    let refused = market.coordinator.post(&ship, &parcel()).await.refused(409, "papers_missing");
    assert_eq!(missing(&refused), named(&[("/lines/1/papers/quarantine", "meat_needs_quarantine")]));
    let mut foreign = parcel();
    foreign["papers"] =
        json!([{ "listing_id": id(&eggs), "kind": "quarantine", "number": "1", "issued_on": "2026-09-20" }]);
    let foreign = market.app.unchanged(market.coordinator.post(&ship, &foreign).into_future()).await;
    foreign.invalid(&[("/papers", "unknown_listing")]);
    let mut early = parcel();
    early["papers"] =
        json!([{ "listing_id": id(&hen), "kind": "quarantine", "number": " ", "issued_on": "2026-09-21" }]);
    let early = market.app.unchanged(market.coordinator.post(&ship, &early).into_future()).await;
    early.invalid(&[("/papers/0/number", "text_required"), ("/papers/0/issued_on", "day_in_future")]);

    add(&market, &hen, &paper("quarantine")).await;
    assert_eq!(market.coordinator.post(&ship, &parcel()).await.ok()["state"], "shipped");
    let late = packed(&market, &hen).await;
    market.app.advance(hours(31 * 24));
    let late = market.coordinator.post(format!("/api/v1/orders/{}/ship", id(&late)), &parcel()).await;
    late.refused(409, "papers_missing");
}

#[actix_web::test]
async fn eggs_of_a_household_go_without_paper_and_those_of_a_co_op_with_a_certificate() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    market.shipped_order(&[(&eggs, 1)]).await;
    let gates = market.coordinator.get(path(&eggs, "gates")).await.ok();
    assert_eq!((&gates["publish"], &gates["dispatch"]), (&json!([]), &json!([])));

    let co_op = json!({ "seller_type": "co_op", "credit_code": "91350100M000100Y43" });
    market
        .coordinator
        .patch(format!("/api/v1/households/{}", eggs["household"]["id"].as_str().expect("an id")), &co_op)
        .await
        .ok();
    let order = packed(&market, &eggs).await;
    let ship = format!("/api/v1/orders/{}/ship", id(&order));
    let refused = market.coordinator.post(&ship, &parcel()).await.refused(409, "papers_missing");
    assert_eq!(missing(&refused), named(&[("/lines/1/papers/conformity", "produce_needs_conformity")]));
    add(&market, &eggs, &paper("conformity")).await;
    market.coordinator.post(&ship, &parcel()).await.ok();
}

#[actix_web::test]
async fn bacon_needs_a_licence_and_a_label_which_may_end_or_be_taken_back() {
    let market = Market::new().await;
    let bare = draft(&market, BACON, &json!({})).await;
    let refused = market.coordinator.act(path(&bare, "submit")).await.refused(409, "papers_missing");
    assert_eq!(
        missing(&refused),
        named(&[
            ("/papers/food_licence", "processed_needs_licence"),
            ("/label/ingredients", "label_needs_ingredients"),
            ("/label/producer", "label_needs_producer"),
            ("/label/storage", "label_needs_storage"),
            ("/label/shelf_life", "label_needs_shelf_life"),
        ])
    );
    let whole = json!({
        "label": { "ingredients": "猪肉、盐、花椒", "producer": "岫云村六社", "storage": "阴凉干燥处" },
        "description": "保质期 180 天",
    });
    let bacon = draft(&market, BACON, &whole).await;
    let licence =
        json!({ "kind": "workshop", "number": "川小作坊 1", "issued_on": "2025-01-01", "valid_until": "2026-10-01" });
    let kept = add(&market, &bacon, &licence).await;
    publish(&market, &bacon).await;
    let order = packed(&market, &bacon).await;
    market.coordinator.act(path(&bacon, "pause")).await.ok();
    market.app.advance(hours(20 * 24));

    let over = market.coordinator.get(path(&bacon, "gates")).await.ok();
    assert_eq!(over["publish"][0]["any_of"], json!(["food_licence", "workshop"]));
    let resume = market.app.unchanged(market.coordinator.act(path(&bacon, "resume")).into_future()).await;
    resume.refused(409, "papers_missing");
    let ship = format!("/api/v1/orders/{}/ship", id(&order));
    market.coordinator.post(&ship, &parcel()).await.refused(409, "papers_missing");

    let renewed = json!({ "kind": "food_licence", "number": "JY1", "issued_on": "2026-10-02" });
    let renewed = add(&market, &bacon, &renewed).await;
    market.coordinator.act(path(&bacon, "resume")).await.ok();
    let withdraw = format!("/api/v1/papers/{}/withdraw", id(&renewed));
    let foreign = market.other_coordinator.post(&withdraw, &json!({ "reason": "假的" }));
    market.app.unchanged(foreign.into_future()).await.refused(404, "not_found");
    market.coordinator.post(&withdraw, &json!({ "reason": "编号查无此证" })).await.ok();
    market.app.advance(minutes(1));
    let again = market.coordinator.post(&withdraw, &json!({ "reason": "编号查无此证" }));
    assert_eq!(market.app.unchanged(again.into_future()).await.ok()["in_force"], false);
    market.coordinator.post(&ship, &parcel()).await.refused(409, "papers_missing");
    assert_eq!(rows(&market.coordinator.get(path(&bacon, "papers")).await.ok()).len(), 2);
    assert_eq!(
        rows(&market.anonymous.get(path(&bacon, "papers")).await.ok()).len(),
        0,
        "what does not count is not shown"
    );
    assert_eq!(id(&kept).len(), 36);
}

#[actix_web::test]
async fn a_paper_that_went_meanwhile_holds_the_approval_up() {
    let market = Market::new().await;
    let pork = draft(&market, PORK, &json!({})).await;
    let mut kept = Value::Null;
    for kind in ["slaughterhouse", "quarantine", "meat_inspection"] {
        kept = add(&market, &pork, &paper(kind)).await;
    }
    market.coordinator.act(path(&pork, "submit")).await.ok();
    market
        .coordinator
        .post(format!("/api/v1/papers/{}/withdraw", id(&kept)), &json!({ "reason": "写错了" }))
        .await
        .ok();
    let refused = market.app.unchanged(market.approver.act(path(&pork, "approve")).into_future()).await;
    assert_eq!(missing(&refused.refused(409, "papers_missing")), named(&PORK_MISSING[2..]));
    add(&market, &pork, &paper("meat_inspection")).await;
    market.approver.act(path(&pork, "approve")).await.ok();
}

#[actix_web::test]
async fn marks_are_words_with_a_certificate() {
    let market = Market::new().await;
    let walnuts = async |changes: Value| draft(&market, WALNUTS, &changes).await;
    for (changes, kind, why) in [
        (json!({ "title": "有机山核桃" }), "mark_organic", "organic_needs_certificate"),
        (json!({ "description": "消费 帮扶产品" }), "mark_relief", "relief_needs_certificate"),
        (json!({ "title": "绿色食品山核桃" }), "mark_green", "green_needs_certificate"),
    ] {
        let listing = walnuts(changes).await;
        let refused = market.coordinator.act(path(&listing, "submit")).await.refused(409, "papers_missing");
        assert_eq!(missing(&refused), named(&[(&format!("/papers/{kind}"), why)]));
        add(&market, &listing, &paper(kind)).await;
        publish(&market, &listing).await;
    }
    let manure = walnuts(json!({ "title": "有机肥种的山核桃" })).await;
    publish(&market, &manure).await;
}

#[actix_web::test]
async fn papers_of_what_is_for_sale_are_there_for_everybody() {
    let market = Market::new().await;
    let hen = draft(&market, HEN, &json!({})).await;
    let certificate = paper("quarantine");
    add(&market, &hen, &certificate).await;
    market.app.advance(minutes(1));
    let again = market.app.unchanged(market.coordinator.post(path(&hen, "papers"), &certificate).into_future()).await;
    again.created();
    let mut other = certificate.clone();
    other["issued_on"] = json!("2026-09-01");
    let other = market.app.unchanged(market.coordinator.post(path(&hen, "papers"), &other).into_future()).await;
    other.refused(409, "paper_exists");
    let backwards =
        json!({ "kind": "conformity", "number": "1", "issued_on": "2026-09-19", "valid_until": "2026-09-01" });
    let backwards = market.app.unchanged(market.coordinator.post(path(&hen, "papers"), &backwards).into_future()).await;
    backwards.invalid(&[("/valid_until", "ends_before_it_begins")]);

    market.anonymous.get(path(&hen, "papers")).await.refused(404, "not_found");
    publish(&market, &hen).await;
    let public = market.anonymous.get(path(&hen, "papers")).await.ok();
    assert_eq!(
        public,
        json!({ "data": [{ "kind": "quarantine", "number": "川 quarantine 1", "issuer": "苍溪县", "issued_on": "2026-09-19", "valid_until": null, "in_force": true }] })
    );
    market.other_coordinator.post(path(&hen, "papers"), &certificate).await.refused(404, "not_found");
    market.other_coordinator.get(path(&hen, "gates")).await.refused(404, "not_found");
}
