//! What buyers say of what they had: who may, how often, who answers, and what is removed.

use serde_json::{Value, json};

use crate::support::{EGGS, Market, XIUYUN, cart, enrol, hours, id, rows};
use yuanshan::kernel::Role;

fn review(stars: i64, words: &str) -> Value {
    json!({ "line_no": 1, "stars": stars, "words": words })
}

#[actix_web::test]
async fn a_buyer_reviews_what_came_once_and_may_think_again_for_a_week() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let sent = market.shipped_order(&[(&eggs, 1)]).await;
    let path = format!("/api/v1/orders/{}/reviews", id(&sent));
    let early = market.app.unchanged(market.buyer.post(&path, &review(5, "很香")).into_future()).await;
    assert_eq!(early.refused(409, "wrong_state")["state"], "shipped");
    market.buyer.act(format!("/api/v1/orders/{}/receive", id(&sent))).await.ok();
    assert_eq!(market.buyer.get(&path).await.ok()["reviewable"][0]["line_no"], 1);
    for (wrong, pointer, code) in [
        (review(0, "很香"), "/stars", "invalid_stars"),
        (review(6, "很香"), "/stars", "invalid_stars"),
        (review(5, " "), "/words", "text_required"),
        (json!({ "line_no": 9, "stars": 5, "words": "很香" }), "/line_no", "unknown_line"),
    ] {
        market.app.unchanged(market.buyer.post(&path, &wrong).into_future()).await.invalid(&[(pointer, code)]);
    }
    market
        .app
        .unchanged(market.other_buyer.post(&path, &review(1, "不是我的")).into_future())
        .await
        .refused(404, "not_found");
    let written = market.buyer.post(&path, &review(4, "很香")).await.created();
    assert_eq!((&written["by"], &written["stars"]), (&json!("陈**"), &json!(4)));
    market.app.unchanged(market.buyer.post(&path, &review(4, "很香")).into_future()).await.created();
    market
        .app
        .unchanged(market.buyer.post(&path, &review(1, "又一条")).into_future())
        .await
        .refused(409, "wrong_state");

    let one = format!("/api/v1/reviews/{}", id(&written));
    let better = json!({ "stars": 5, "words": "越吃越香" });
    assert_eq!(market.buyer.patch(&one, &better).await.ok()["stars"], 5);
    market.app.advance(hours(24 * 7));
    let late = market.buyer.patch(&one, &json!({ "stars": 1, "words": "晚了" }));
    market.app.unchanged(late.into_future()).await.refused(409, "wrong_state");
}

#[actix_web::test]
async fn a_village_answers_and_only_the_county_removes_with_a_reason() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let mut written = Vec::new();
    for stars in [5, 2] {
        let order = market.received_order(&[(&eggs, 1)]).await;
        let path = format!("/api/v1/orders/{}/reviews", id(&order));
        written.push(market.buyer.post(path, &review(stars, "说一句")).await.created());
    }
    let path = |review: &Value, step: &str| format!("/api/v1/reviews/{}/{step}", id(review));
    let answer = json!({ "words": "谢谢，下次给您挑大的" });
    let other = market.other_coordinator.post(path(&written[1], "reply"), &answer);
    market.app.unchanged(other.into_future()).await.refused(404, "not_found");
    assert_eq!(market.coordinator.post(path(&written[1], "reply"), &answer).await.ok()["reply"], answer["words"]);

    let public = format!("/api/v1/listings/{}/reviews", id(&eggs));
    let first = market.anonymous.get(format!("{public}?limit=1")).await.ok();
    assert_eq!((&first["count"], &first["sum_stars"], rows(&first).len()), (&json!(2), &json!(7), 1));
    assert!(first["page"]["next"].is_string());

    let reason = json!({ "reason": "骂人" });
    let own = market.coordinator.post(path(&written[1], "remove"), &reason);
    market.app.unchanged(own.into_future()).await.refused(403, "forbidden");
    market
        .approver
        .post(path(&written[1], "remove"), &json!({ "reason": "" }))
        .await
        .invalid(&[("/reason", "text_required")]);
    market.approver.post(path(&written[1], "remove"), &reason).await.ok();
    let again = market.approver.post(path(&written[1], "remove"), &reason);
    market.app.unchanged(again.into_future()).await.ok();
    let all = market.anonymous.get(&public).await.ok();
    assert_eq!((&all["count"], &all["sum_stars"], rows(&all).len()), (&json!(1), &json!(5), 2));
    let removed = &all["data"][0];
    assert_eq!(
        (&removed["removed_reason"], &removed["words"], &removed["reply"]),
        (&json!("骂人"), &json!(null), &json!(null))
    );
    market.coordinator.post(path(&written[1], "reply"), &json!({ "words": "再答" })).await.refused(409, "wrong_state");
}

#[actix_web::test]
async fn nobody_praises_the_village_that_they_coordinate() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let keen = enrol(&market.app, "13800000098", "自家协调员", &[(Role::Coordinator, XIUYUN)]);
    let checkout = keen.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).await.created();
    let order = crate::claims::received_by(&market, &keen, &checkout, &eggs).await;
    let path = format!("/api/v1/orders/{}/reviews", id(&order));
    let own = keen.post(&path, &review(5, "自卖自夸"));
    market.app.unchanged(own.into_future()).await.refused(403, "same_person");
}
