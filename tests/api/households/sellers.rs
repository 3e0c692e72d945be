//! As what a household sells, to whom its money goes, and how near it is to having to be registered.

use serde_json::{Value, json};

use super::{add, agree, head, of, of_person};
use crate::support::{EGGS, Market, XIUYUN, id, text};

const CODE: &str = "93510824MA62AB12CC";

fn one(household: &Value) -> String {
    format!("/api/v1/households/{}", id(household))
}

#[actix_web::test]
async fn a_co_op_has_a_credit_code_and_a_household_has_none() {
    let market = Market::new().await;
    let new = json!({ "village_code": XIUYUN, "alias": "岫云合作社", "seller_type": "co_op", "credit_code": CODE.to_lowercase() });
    let co_op = market.coordinator.post("/api/v1/households", &new).await.created();
    assert_eq!((text(&co_op, "/seller_type"), text(&co_op, "/credit_code")), ("co_op", CODE));
    let household = market.household("坡上王家").await;
    assert_eq!(text(&household, "/seller_type"), "household_self_produced");
    for (to, patch, code) in [
        (&household, json!({ "credit_code": CODE }), "credit_code_unexpected"),
        (&household, json!({ "seller_type": "firm" }), "credit_code_required"),
        (&household, json!({ "seller_type": "firm", "credit_code": "93510824MA62AB12C1" }), "invalid_credit_code"),
        (&co_op, json!({ "seller_type": "small_amount" }), "credit_code_unexpected"),
        (&co_op, json!({ "credit_code": null }), "credit_code_required"),
    ] {
        let call = market.coordinator.patch(one(to), &patch);
        market.app.unchanged(call.into_future()).await.invalid(&[("/credit_code", code)]);
    }
    let grown = json!({ "seller_type": "firm", "credit_code": "91350100M000100Y43" });
    assert_eq!(text(&market.coordinator.patch(one(&household), &grown).await.ok(), "/seller_type"), "firm");
    let back = json!({ "seller_type": "small_amount", "credit_code": null });
    assert_eq!(market.coordinator.patch(one(&household), &back).await.ok().get("credit_code"), None);

    let public = market.buyer.get(one(&co_op)).await.ok();
    assert_eq!(text(&public, "/seller_type"), "co_op");
    for hidden in ["credit_code", "payee_person_id", "turnover"] {
        assert_eq!(public.get(hidden), None, "{hidden}");
    }
}

#[actix_web::test]
async fn money_goes_to_somebody_with_an_account_and_to_nobody_when_it_is_gone() {
    let market = Market::new().await;
    let (household, other) = (market.household("坡上王家").await, market.household("柏树湾李家").await);
    let account =
        json!({ "relation": "spouse", "bank_account": "6228480012345678901", "agreement": { "medium": "tap" } });
    let spouse = add(&market, &household, &account).await;
    let pays = |person: &Value| json!({ "payee_person_id": id(person) });
    for (to, person, code) in [
        (&household, &head(&market, &household).await, "account_required"),
        (&other, &spouse, "unknown_person"),
        (&household, &household, "unknown_person"),
    ] {
        let call = market.coordinator.patch(one(to), &pays(person));
        market.app.unchanged(call.into_future()).await.invalid(&[("/payee_person_id", code)]);
    }
    let set = async || {
        let paid = market.coordinator.patch(one(&household), &pays(&spouse)).await.ok();
        assert_eq!(text(&paid, "/payee_person_id"), id(&spouse));
        let again = market.coordinator.patch(one(&household), &pays(&spouse));
        assert_eq!(market.app.unchanged(again.into_future()).await.ok(), paid);
    };
    let payee = async || market.coordinator.get(one(&household)).await.ok().get("payee_person_id").cloned();

    set().await;
    market.coordinator.patch(of_person(&household, &spouse, ""), &json!({ "bank_account": null })).await.ok();
    assert_eq!(payee().await, None, "the account was taken out");

    market.coordinator.patch(of_person(&household, &spouse, ""), &json!({ "bank_account": "880012345678" })).await.ok();
    set().await;
    let consent = agree(&market, &household, &spouse, "payout", "bank_account").await;
    super::withdraw(&market, &consent).await;
    assert_eq!(payee().await, None, "the consent to it was withdrawn");

    let account = json!({ "bank_account": "880012345678", "agreement": { "medium": "tap" } });
    market.coordinator.patch(of_person(&household, &spouse, ""), &account).await.ok();
    set().await;
    let reason = json!({ "reason": "本人要求" });
    market.coordinator.post(of_person(&household, &spouse, "/erase"), &reason).await.no_content();
    assert_eq!(payee().await, None, "the person was erased");
    let call = market.coordinator.patch(one(&household), &pays(&spouse));
    market.app.unchanged(call.into_future()).await.invalid(&[("/payee_person_id", "unknown_person")]);
}

#[actix_web::test]
async fn what_was_paid_for_this_year_counts_and_near_the_limit_it_is_said() {
    let market = Market::new().await;
    // 48 yuan a box: 1,700 boxes are 81,600 yuan.
    let eggs = market.sells(EGGS.with_stock(3_000)).await;
    let household = eggs["household"].clone();
    let turnover = async || market.coordinator.get(one(&household)).await.ok()["turnover"].clone();
    let year = json!("2026-01-01");
    let expected = |sold: i64, near: bool| json!({ "since": year, "sold_fen": sold, "limit_fen": 10_000_000, "is_near_limit": near });
    assert_eq!(turnover().await, expected(0, false));
    market.checkout(&[(&eggs, 1_000)]).await;
    assert_eq!(turnover().await, expected(0, false), "what is not paid does not count");
    let order = market.paid_order(&[(&eggs, 1_000)]).await;
    assert_eq!(turnover().await, expected(4_800_000, false));
    market.paid_order(&[(&eggs, 700)]).await;
    assert_eq!(turnover().await, expected(8_160_000, true));
    let reason = json!({ "reason": "下错单了" });
    market.buyer.post(format!("/api/v1/orders/{}/cancel", id(&order)), &reason).await.ok();
    assert_eq!(turnover().await, expected(3_360_000, false), "what is paid back does not count");
    assert_eq!(text(&market.coordinator.get("/api/v1/households").await.ok(), "/data/0/turnover/since"), "2026-01-01");
    market.coordinator.get(of(&household, "people")).await.ok();
}
