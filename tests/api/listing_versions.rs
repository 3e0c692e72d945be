//! What a listing says is kept version by version: buyers see what somebody else has approved, an order
//! keeps what it was placed on, and nobody's work is lost to another's.

use serde_json::{Value, json};

use crate::support::{EGGS, Market, XIUYUN, cart, enrol, id, minutes, rows, template_of_eggs, text};
use yuanshan::kernel::Role;

fn path(listing: &Value, step: &str) -> String {
    format!("/api/v1/listings/{}{step}", id(listing))
}

/// Eggs at 50.00 instead of 48.00: two yuan more for the household.
fn dearer(version: i64) -> Value {
    let mut price = EGGS.of("")["price"].clone();
    price["farmer_pay_fen"] = json!(3_500);
    json!({ "version": version, "price": price, "price_fen": 5_000 })
}

#[actix_web::test]
async fn a_draft_is_changed_at_once_and_keeps_what_it_said() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let listing = market.coordinator.post("/api/v1/listings", &EGGS.of(id(&household))).await.created();
    assert_eq!((&listing["version"], &listing["is_editable"]), (&json!(1), &json!(true)));
    let edit = json!({
        "version": 1, "title": "坡上土鸡蛋", "description": "鸡满山跑。\n蛋一天一捡。", "origin": "岫云村六社",
        "label": { "storage": "阴凉处" }, "premium_reason": "散养",
    });
    let edited = market.coordinator.patch(path(&listing, ""), &edit).await.ok();
    assert_eq!((&edited["version"], &edited["pending_version"]), (&json!(2), &json!(null)));
    assert_eq!((&edited["title"], &edited["label"]["storage"]), (&json!("坡上土鸡蛋"), &json!("阴凉处")));
    market.app.advance(minutes(1));
    let same = market.app.unchanged(market.coordinator.patch(path(&listing, ""), &edit).into_future()).await;
    assert_eq!(same.ok(), edited, "sent again by the same person, it changes nothing");
    let nothing = json!({ "version": 2, "title": "坡上土鸡蛋", "origin": "岫云村六社" });
    let nothing = market.app.unchanged(market.coordinator.patch(path(&listing, ""), &nothing).into_future()).await;
    assert_eq!(nothing.ok(), edited, "what changes nothing is no version");
    let gone = json!({ "version": 2, "origin": null });
    assert_eq!(market.coordinator.patch(path(&listing, ""), &gone).await.ok()["origin"], json!(null));

    market.coordinator.act(path(&listing, "/submit")).await.ok();
    let late = json!({ "version": 3, "title": "晚了" });
    let late = market.app.unchanged(market.coordinator.patch(path(&listing, ""), &late).into_future()).await;
    assert_eq!(late.refused(409, "wrong_state")["state"], "in_review");
    market.approver.post(path(&listing, "/reject"), &json!({ "reason": "没有照片" })).await.ok();
    let better = json!({ "version": 3, "title": "坡上散养土鸡蛋" });
    assert_eq!(market.coordinator.patch(path(&listing, ""), &better).await.ok()["version"], 4);

    let versions = market.coordinator.get(path(&listing, "/versions")).await.ok();
    let told: Vec<_> = rows(&versions)
        .iter()
        .map(|it| (it["version"].as_i64(), it["compared_with"].as_i64(), it["decision"].as_str()))
        .collect();
    let expected = [
        (Some(4), Some(3), None),
        (Some(3), Some(2), Some("rejected")),
        (Some(2), Some(1), None),
        (Some(1), None, None),
    ];
    assert_eq!(told, expected);
    assert_eq!(rows(&versions)[1]["decision_reason"], "没有照片");
    assert_eq!(rows(&versions)[1]["changes"], json!([{ "field": "origin", "from": "岫云村六社", "to": null }]));
    let shop = market.anonymous.get("/api/v1/listings?q=%E6%95%A3%E5%85%BB").await.ok();
    assert_eq!(rows(&shop).len(), 0);
    market.coordinator.act(path(&listing, "/submit")).await.ok();
    market.approver.act(path(&listing, "/approve")).await.ok();
    let shop = market.anonymous.get("/api/v1/listings?q=%E6%95%A3%E5%85%BB").await.ok();
    assert_eq!(rows(&shop).len(), 1, "found by its new words");
}

#[actix_web::test]
async fn a_new_price_waits_until_another_person_approves_it() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let edited = market.coordinator.patch(path(&eggs, ""), &dearer(1)).await.ok();
    assert_eq!((&edited["version"], &edited["pending_version"]), (&json!(1), &json!(2)));
    assert_eq!(edited["price_fen"], 4_800, "buyers see what was approved");
    let public = market.anonymous.get(path(&eggs, "")).await.ok();
    assert_eq!((&public["price_fen"], &public["pending_version"]), (&json!(4_800), &json!(null)));

    let versions = market.approver.get(path(&eggs, "/versions")).await.ok();
    let newest = &rows(&versions)[0];
    assert_eq!((&newest["is_pending"], &newest["author"]), (&json!(true), &json!("岫云村协调员")));
    let changes = json!([
        { "field": "price_fen", "from": 4_800, "to": 5_000 },
        { "field": "price.farmer_pay_fen", "from": 3_300, "to": 3_500 },
    ]);
    assert_eq!(newest["changes"], changes);
    market.other_approver.get(path(&eggs, "/versions")).await.refused(404, "not_found");

    let other = market.app.unchanged(market.other_approver.act(path(&eggs, "/approve")).into_future()).await;
    other.refused(403, "out_of_scope");
    let reason = json!({ "version": 2, "reason": "饲料涨价，附票据" });
    let approved = market.approver.post(path(&eggs, "/approve"), &reason).await.ok();
    assert_eq!((&approved["version"], &approved["price_fen"]), (&json!(2), &json!(5_000)));
    market.app.advance(minutes(1));
    let again = market.app.unchanged(market.approver.post(path(&eggs, "/approve"), &reason).into_future()).await;
    assert_eq!(again.ok(), approved);
    let versions = market.approver.get(path(&eggs, "/versions")).await.ok();
    let decided = &rows(&versions)[0];
    assert_eq!((&decided["decision"], &decided["decided_by"]), (&json!("approved"), &json!("苍溪县审核员")));
    assert_eq!(decided["decision_reason"], "饲料涨价，附票据");
    assert_eq!(rows(&versions)[1]["decision"], "approved", "the first one too");
}

#[actix_web::test]
async fn a_refused_change_leaves_the_listing_as_it_was() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    market.coordinator.act(path(&eggs, "/pause")).await.ok();
    market.coordinator.patch(path(&eggs, ""), &dearer(1)).await.ok();
    let reason = json!({ "version": 2, "reason": "高于同村" });
    let after = market.approver.post(path(&eggs, "/reject"), &reason).await.ok();
    assert_eq!((&after["state"], &after["version"], &after["price_fen"]), (&json!("paused"), &json!(1), &json!(4_800)));
    assert_eq!((&after["pending_version"], &after["reject_reason"]), (&json!(null), &json!(null)));
    let again = market.app.unchanged(market.approver.post(path(&eggs, "/reject"), &reason).into_future()).await;
    assert_eq!(again.ok(), after);
    // Made from what was rejected, not from what is in force.
    let stale = json!({ "version": 2, "title": "土鸡蛋 新鲜" });
    let stale = market.app.unchanged(market.coordinator.patch(path(&eggs, ""), &stale).into_future()).await;
    let stale = stale.refused(409, "version_conflict");
    assert_eq!((&stale["version"], &stale["content"]["title"]), (&json!(1), &json!(EGGS.title)));
    let title = json!({ "version": 1, "title": "土鸡蛋 新鲜" });
    assert_eq!(market.coordinator.patch(path(&eggs, ""), &title).await.ok()["pending_version"], 3);
    let versions = market.approver.get(path(&eggs, "/versions?limit=1")).await.ok();
    assert_eq!((&rows(&versions)[0]["version"], &rows(&versions)[0]["compared_with"]), (&json!(3), &json!(1)));
    let next = text(&versions, "/page/next");
    let rest = market.approver.get(path(&eggs, &format!("/versions?cursor={next}"))).await.ok();
    assert_eq!(rows(&rest).len(), 2);
    let closed = market.coordinator.act(path(&eggs, "/close")).await.ok();
    assert_eq!(closed["pending_version"], json!(null), "nothing waits on what is closed");
    let late = json!({ "version": 1, "title": "晚了" });
    let late = market.app.unchanged(market.coordinator.patch(path(&eggs, ""), &late).into_future()).await;
    assert_eq!(late.refused(409, "wrong_state")["state"], "closed");
}

#[actix_web::test]
async fn two_coordinators_do_not_overwrite_each_other() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let second = enrol(&market.app, "13800000098", "第二协调员", &[(Role::Coordinator, XIUYUN)]);
    market.coordinator.patch(path(&eggs, ""), &dearer(1)).await.ok();
    let title = |version: i64| json!({ "version": version, "title": "岫云土鸡蛋" });
    let lost = market.app.unchanged(second.patch(path(&eggs, ""), &title(1)).into_future()).await;
    let lost = lost.refused(409, "version_conflict");
    assert_eq!((&lost["version"], &lost["content"]["price"]["farmer_pay_fen"]), (&json!(2), &json!(3_500)));
    let both = second.patch(path(&eggs, ""), &title(2)).await.ok();
    assert_eq!(both["pending_version"], 3);
    let unread = market.approver.post(path(&eggs, "/approve"), &json!({ "version": 2 }));
    let unread = market.app.unchanged(unread.into_future()).await;
    assert_eq!(unread.refused(409, "version_conflict")["version"], 3, "what was not read is not approved");
    let newest = market.approver.get(path(&eggs, "/versions")).await.ok();
    let changes = rows(&newest)[0]["changes"].as_array().expect("changes");
    let fields: Vec<_> = changes.iter().map(|it| text(it, "/field")).collect();
    assert_eq!(fields, ["title", "price_fen", "price.farmer_pay_fen"], "against what buyers see");
    let foreign = market.other_coordinator.patch(path(&eggs, ""), &title(3));
    market.app.unchanged(foreign.into_future()).await.refused(403, "out_of_scope");
}

#[actix_web::test]
async fn nobody_approves_what_they_wrote_a_part_of() {
    let market = Market::new().await;
    let roles = [(Role::Coordinator, XIUYUN), (Role::Approver, "510824")];
    let both = enrol(&market.app, "13800000099", "一身两职", &roles);
    let eggs = market.sells(EGGS).await;
    both.patch(path(&eggs, ""), &dearer(1)).await.ok();
    market.coordinator.patch(path(&eggs, ""), &json!({ "version": 2, "title": "岫云土鸡蛋" })).await.ok();
    assert_eq!(both.get(path(&eggs, "")).await.ok()["actions"], json!(["reject", "pause", "close"]));
    market.app.unchanged(both.act(path(&eggs, "/approve")).into_future()).await.refused(403, "same_person");
    market.approver.act(path(&eggs, "/approve")).await.ok();

    let household = market.household("柏树湾李家").await;
    let draft = both.post("/api/v1/listings", &EGGS.of(id(&household))).await.created();
    market.coordinator.patch(path(&draft, ""), &json!({ "version": 1, "title": "土鸡蛋 好" })).await.ok();
    market.coordinator.act(path(&draft, "/submit")).await.ok();
    market.app.unchanged(both.act(path(&draft, "/approve")).into_future()).await.refused(403, "same_person");
}

#[actix_web::test]
async fn what_a_promise_rests_on_is_fixed_once_published() {
    let market = Market::new().await;
    let template = market.approver.post("/api/v1/templates", &template_of_eggs()).await.created();
    let eggs = market.sells(EGGS).await;
    for (change, pointer) in
        [(json!({ "template_id": id(&template) }), "/template_id"), (json!({ "sale_kind": "pre_order" }), "/sale_kind")]
    {
        let mut edit = change;
        edit["version"] = json!(1);
        let refused = market.app.unchanged(market.coordinator.patch(path(&eggs, ""), &edit).into_future()).await;
        refused.invalid(&[(pointer, "fixed_once_published")]);
    }
    let wrong = json!({ "version": 1, "title": " ", "price_fen": 4_900, "label": { "producer": "x".repeat(101) } });
    let wrong = market.app.unchanged(market.coordinator.patch(path(&eggs, ""), &wrong).into_future()).await;
    wrong.invalid(&[("/title", "text_required"), ("/label/producer", "text_too_long"), ("/price", "price_required")]);
}

#[actix_web::test]
async fn an_order_keeps_the_version_it_was_placed_on() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let order = market.shipped_order(&[(&eggs, 2)]).await;
    market.coordinator.patch(path(&eggs, ""), &dearer(1)).await.ok();
    market.approver.act(path(&eggs, "/approve")).await.ok();

    let settled = market.buyer.act(format!("/api/v1/orders/{}/receive", id(&order))).await.ok();
    assert_eq!((&settled["state"], &settled["total_fen"]), (&json!("settled"), &json!(9_600)));
    assert_eq!(
        (&settled["lines"][0]["listing_version"], &settled["slips"][0]["farmer_fen"]),
        (&json!(1), &json!(6_600))
    );

    let mut stale = cart(&[(&eggs, 1)]);
    stale["lines"][0]["version"] = json!(1);
    let refused = market.app.unchanged(market.buyer.post("/api/v1/checkouts", &stale).into_future()).await;
    let refused = refused.refused(409, "price_changed");
    assert_eq!((&refused["line"], &refused["version"], &refused["price_fen"]), (&json!(0), &json!(2), &json!(5_000)));
    assert_eq!(refused["listing_id"], eggs["id"]);
    let mut fresh = cart(&[(&eggs, 1), (&eggs, 1)]);
    fresh["lines"][0]["version"] = json!(2);
    let checkout = market.buyer.post("/api/v1/checkouts", &fresh).await.created();
    assert_eq!(checkout["total_fen"], 10_000);
    let placed = market.order(text(&checkout, "/orders/0/id")).await;
    assert_eq!(
        (&placed["lines"][0]["listing_version"], &placed["lines"][0]["unit_price_fen"]),
        (&json!(2), &json!(5_000))
    );
}

#[actix_web::test]
async fn a_draft_that_is_sent_twice_is_one_draft() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let (offer, key) = (EGGS.of(id(&household)), market.app.new_key());
    let send = |offer: Value| market.coordinator.post("/api/v1/listings", &offer).key(&key);
    let first = send(offer.clone()).await.created();
    market.app.advance(minutes(1));
    let again = market.app.unchanged(send(offer.clone()).into_future()).await;
    assert_eq!(again.created(), first);
    let other = market.app.unchanged(send(EGGS.titled("别的").of(id(&household))).into_future()).await;
    other.refused(422, "idempotency_conflict");
    let unkeyed = market.coordinator.post("/api/v1/listings", &offer).without("idempotency-key").await.created();
    assert_ne!(unkeyed["id"], first["id"]);
}

#[actix_web::test]
async fn a_listing_of_another_village_is_copied_in_one_step() {
    let market = Market::new().await;
    let template = market.approver.post("/api/v1/templates", &template_of_eggs()).await.created();
    let household = market.household("坡上王家").await;
    let mut offer = EGGS.of(id(&household));
    offer["template_id"] = template["id"].clone();
    offer["origin"] = json!("岫云村六社");
    offer["description"] = json!("一天一捡。");
    let source = market.coordinator.post("/api/v1/listings", &offer).await.created();
    let there = json!({ "village_code": "513431109210", "alias": "崖顶莫色家" });
    let there = market.other_coordinator.post("/api/v1/households", &there).await.created();
    let wish = json!({ "household_id": id(&there), "stock": 12 });
    let copy = || market.other_coordinator.post(path(&source, "/copy"), &wish);
    market.app.unchanged(copy().into_future()).await.refused(404, "not_found");
    market.coordinator.act(path(&source, "/submit")).await.ok();
    market.approver.act(path(&source, "/approve")).await.ok();

    let draft = copy().await.created();
    assert_eq!(
        (&draft["state"], &draft["household"]["id"], &draft["stock_total"]),
        (&json!("draft"), &there["id"], &json!(12))
    );
    assert_eq!((&draft["title"], &draft["price_fen"], &draft["photos"]), (&source["title"], &json!(4_800), &json!([])));
    assert_eq!((&draft["description"], &draft["origin"]), (&json!("一天一捡。"), &json!(null)));
    assert_eq!(draft["template"], json!(null), "the standard is of another county");
    let near = json!({ "household_id": id(&household) });
    let near = market.coordinator.post(path(&source, "/copy"), &near).await.created();
    assert_eq!(near["template"]["id"], template["id"]);
    let foreign = market.coordinator.post(path(&source, "/copy"), &wish);
    market.app.unchanged(foreign.into_future()).await.refused(403, "out_of_scope");
}
