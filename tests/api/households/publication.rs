//! What everybody sees of a household: what its head agrees to, now.

use serde_json::{Value, json};

use super::{agree, alias_consent, head, in_force, of, withdraw};
use crate::support::{EGGS, Market, XIUYUN, id, minutes, rows, text};

const SHOP: &str = "/api/v1/listings";

/// A household with a story, whose head agreed to the alias.
async fn with_a_story(market: &Market) -> Value {
    let household = json!({ "village_code": XIUYUN, "alias": "柏树湾李家", "story": "养鸡按年头算。", "members": 4 });
    market.coordinator.post("/api/v1/households", &household).await.created()
}

/// What is found in the shop.
async fn search(market: &Market, words: &str) -> Vec<Value> {
    let query: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
    rows(&market.anonymous.get(format!("{SHOP}?q={query}")).await.ok()).to_vec()
}

/// Changes what is told of a household.
async fn change(market: &Market, household: &Value, patch: &Value) -> Value {
    market.coordinator.patch(format!("/api/v1/households/{}", id(household)), patch).await.ok()
}

#[actix_web::test]
async fn an_alias_that_is_taken_back_is_gone_everywhere_at_once() {
    let market = Market::new().await;
    let household = with_a_story(&market).await;
    let eggs = market.household_sells(id(&household), EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    let wish = json!({ "household_id": id(&household) });
    let pairing = market.buyer.post("/api/v1/pairings", &wish).await.created();
    let public = [
        (format!("/api/v1/households/{}", id(&household)), "/alias"),
        (SHOP.to_owned(), "/data/0/household/alias"),
        (format!("{SHOP}/{}", id(&eggs)), "/household/alias"),
        (format!("/api/v1/orders/{}", id(&order)), "/lines/0/household/alias"),
        (format!("/api/v1/pairings/{}", id(&pairing)), "/household/alias"),
    ];
    let mut tags = Vec::new();
    for (path, pointer) in &public {
        let answer = market.buyer.get(path).await;
        assert_eq!(text(&answer.ok(), pointer), "柏树湾李家", "{path}");
        tags.push(market.anonymous.get(path).await.header("etag").to_owned());
    }
    withdraw(&market, &alias_consent(&market, &household).await).await;
    for ((path, pointer), tag) in public.iter().zip(&tags) {
        let answer = market.buyer.get(path).header("If-None-Match", tag).await.ok();
        assert_eq!(answer.pointer(pointer), Some(&Value::Null), "{path}");
        let anonymous = market.anonymous.get(path).header("If-None-Match", tag).await;
        assert!(anonymous.status != 304 && !anonymous.to_string().contains("柏树湾"), "{anonymous}");
    }
    for (path, pointer) in &public {
        if !path.starts_with(SHOP) || path.len() > SHOP.len() {
            let answer = market.coordinator.get(path).await.ok();
            assert_eq!(text(&answer, pointer), "柏树湾李家", "those who look after it read it: {path}");
        }
    }
    for path in ["/api/v1/desk/listings", "/api/v1/households"] {
        assert!(market.approver.get(path).await.ok().to_string().contains("柏树湾"), "{path}");
    }
    market.app.run_jobs();
}

#[actix_web::test]
async fn a_search_finds_an_alias_while_it_is_public() {
    let market = Market::new().await;
    let household = with_a_story(&market).await;
    market.household_sells(id(&household), EGGS).await;
    let found = async || search(&market, "柏树湾").await.len();
    assert_eq!(found().await, 1);
    withdraw(&market, &alias_consent(&market, &household).await).await;
    market.app.run_jobs();
    assert_eq!(found().await, 0);
    assert_eq!(search(&market, "土鸡蛋").await.len(), 1, "but the eggs are still there");
    agree(&market, &household, &head(&market, &household).await, "publication", "alias").await;
    market.app.run_jobs();
    assert_eq!(found().await, 1);
    change(&market, &household, &json!({ "alias": "坡上李家", "consent": "tap" })).await;
    market.app.run_jobs();
    assert_eq!(found().await, 0);
    assert_eq!(search(&market, "坡上").await.len(), 1);
}

#[actix_web::test]
async fn what_was_offered_without_consent_is_not_found_by_the_alias() {
    let market = Market::new().await;
    let household = json!({ "village_code": XIUYUN, "alias": "柏树湾李家", "alias_consent": false });
    let household = market.coordinator.post("/api/v1/households", &household).await.created();
    market.household_sells(id(&household), EGGS).await;
    assert_eq!(search(&market, "柏树湾").await.len(), 0);
    assert_eq!(search(&market, "土鸡蛋").await[0]["household"]["alias"], Value::Null);
}

#[actix_web::test]
async fn an_alias_is_agreed_to_by_tap_unless_said_otherwise() {
    let market = Market::new().await;
    for (said, alias) in
        [(json!("tap"), json!("坡上王家")), (json!(true), json!("坡上王家")), (json!(false), Value::Null)]
    {
        let household = json!({ "village_code": XIUYUN, "alias": "坡上王家", "alias_consent": said });
        let household = market.coordinator.post("/api/v1/households", &household).await.created();
        let public = market.anonymous.get(format!("/api/v1/households/{}", id(&household))).await.ok();
        assert_eq!(public["alias"], alias, "{said}");
    }
    for wrong in [json!("paper"), json!(1), json!([])] {
        let household = json!({ "village_code": XIUYUN, "alias": "坡上王家", "alias_consent": wrong });
        let call = market.coordinator.post("/api/v1/households", &household);
        market.app.unchanged(call.into_future()).await.invalid(&[("/alias_consent", "invalid_value")]);
    }
}

#[actix_web::test]
async fn a_story_is_public_once_the_head_agrees_and_members_never_are() {
    let market = Market::new().await;
    let household = with_a_story(&market).await;
    let path = format!("/api/v1/households/{}", id(&household));
    let public = market.anonymous.get(&path).await.ok();
    assert_eq!((&public["story"], &public["alias"]), (&Value::Null, &json!("柏树湾李家")));
    assert_eq!(household["public_fields"], json!(["alias"]));
    agree(&market, &household, &head(&market, &household).await, "publication", "story").await;
    let public = market.anonymous.get(&path).await.ok();
    assert_eq!(text(&public, "/story"), "养鸡按年头算。");
    assert!(public.get("members").is_none() && public.get("public_fields").is_none(), "{public}");
    let staff = market.approver.get(&path).await.ok();
    assert_eq!((&staff["members"], &staff["public_fields"]), (&json!(4), &json!(["alias", "story"])));
    let other = market.other_coordinator.get(&path).await.ok();
    assert!(other.get("members").is_none(), "{other}");
}

#[actix_web::test]
async fn nobody_has_agreed_to_new_words_by_agreeing_to_the_old() {
    let market = Market::new().await;
    let household = with_a_story(&market).await;
    let own = head(&market, &household).await;
    agree(&market, &household, &own, "publication", "story").await;
    let path = format!("/api/v1/households/{}", id(&household));

    change(&market, &household, &json!({ "alias": "柏树湾李家", "members": 5 })).await;
    assert_eq!(
        in_force(&market, &household).await,
        ["publication alias", "publication story"],
        "the words are the same"
    );
    market.app.advance(minutes(1));
    let staff = change(&market, &household, &json!({ "story": "三年才出栏。" })).await;
    assert_eq!((text(&staff, "/story"), &staff["public_fields"]), ("三年才出栏。", &json!(["alias"])));
    assert_eq!(market.anonymous.get(&path).await.ok()["story"], Value::Null);
    change(&market, &household, &json!({ "story": "四年才出栏。", "consent": "tap" })).await;
    assert_eq!(text(&market.anonymous.get(&path).await.ok(), "/story"), "四年才出栏。");
    change(&market, &household, &json!({ "alias": "坡上李家" })).await;
    assert_eq!(market.anonymous.get(&path).await.ok()["alias"], Value::Null);
    let gone = change(&market, &household, &json!({ "story": null, "members": null, "consent": "tap" })).await;
    assert_eq!((&gone["story"], gone.get("members"), &gone["public_fields"]), (&Value::Null, None, &json!([])));
    let all = market.coordinator.get(of(&household, "consents?limit=100")).await.ok();
    let changed = rows(&all).iter().filter(|consent| consent["withdrawal_reason"] == "changed").count();
    assert_eq!(changed, 3, "the story twice, the alias once: {all:#}");
    market.app.run_jobs();
}

#[actix_web::test]
async fn there_is_nobody_to_agree_once_the_head_is_erased() {
    let market = Market::new().await;
    let household = with_a_story(&market).await;
    let own = head(&market, &household).await;
    let reason = json!({ "reason": "本人要求" });
    market.coordinator.post(super::of_person(&household, &own, "/erase"), &reason).await.no_content();
    let path = format!("/api/v1/households/{}", id(&household));
    assert_eq!(market.anonymous.get(&path).await.ok()["alias"], Value::Null);
    let call = market.coordinator.patch(&path, &json!({ "alias": "坡上李家", "consent": "tap" }));
    market.app.unchanged(call.into_future()).await.invalid(&[("/consent", "head_required")]);
    change(&market, &household, &json!({ "alias": "坡上李家" })).await;
    market.app.run_jobs();
}

#[actix_web::test]
async fn nothing_goes_on_sale_of_whom_the_public_may_no_longer_read() {
    let market = Market::new().await;
    let household = with_a_story(&market).await;
    let draft = market.coordinator.post("/api/v1/listings", &EGGS.of(id(&household))).await.created();
    let path = |step: &str| format!("/api/v1/listings/{}/{step}", id(&draft));
    market.coordinator.act(path("submit")).await.ok();
    withdraw(&market, &alias_consent(&market, &household).await).await;
    market.app.run_jobs();
    let approved = market.approver.act(path("approve"));
    market.app.unchanged(approved.into_future()).await.refused(409, "consent_withdrawn");
    agree(&market, &household, &head(&market, &household).await, "publication", "alias").await;
    assert_eq!(market.approver.act(path("approve")).await.ok()["state"], "live");
}
