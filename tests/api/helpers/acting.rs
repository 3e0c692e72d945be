//! What is done for an elder, and what is not.

use serde_json::{Value, json};

use super::{ACCEPT, DAUGHTER, ELDERS, FOR, Family, HELPERS};
use crate::support::{EGGS, HEN, address, cart, id, minutes, rows, text};

#[actix_web::test]
async fn a_helper_orders_pays_and_follows_for_the_elder_and_both_names_stand_on_it() {
    let (family, _) = Family::tied().await;
    let market = &family.market;
    let eggs = market.sells(EGGS).await;
    let checkout = family.checkout(&[(&eggs, 2)]).await.created();
    let show = family.helper.get(format!("/api/v1/checkouts/{}", id(&checkout))).header(FOR, &family.elder_id);
    assert_eq!(show.await.ok()["state"], "open");
    family.pay(&checkout).await.accepted();
    market.app.later(minutes(1));

    let path = format!("/api/v1/orders/{}", text(&checkout, "/orders/0/id"));
    let order = family.elder.get(&path).await.ok();
    let both = json!({ "display_name": "伍家女儿", "on_behalf_of": "伍奶奶" });
    assert_eq!(order["timeline"][0]["by"], both);
    assert_eq!(
        (&order["timeline"][0]["actor_role"], &order["timeline"][0]["state"]),
        (&json!("helper"), &json!("placed"))
    );
    assert_eq!(order["timeline"][1]["by"], both, "who began to pay");
    assert_eq!(text(&order, "/address/detail"), text(&address(), "/detail"));
    let seen = family.helper.get(&path).header(FOR, &family.elder_id).await.ok();
    assert_eq!((&seen["timeline"], &seen["address"]), (&order["timeline"], &order["address"]));
    assert_eq!((&seen["actions"], &order["actions"]), (&json!(["cancel"]), &json!(["cancel"])));
    assert_eq!(market.coordinator.get(&path).await.ok()["timeline"][0]["by"], both);

    let listed = family.helper.get("/api/v1/orders").header(FOR, &family.elder_id).await.ok();
    assert_eq!(rows(&listed).len(), 1);
    assert_eq!(rows(&family.helper.get("/api/v1/orders").await.ok()).len(), 0, "it is the elder's");
    assert_eq!(rows(&family.elder.get("/api/v1/orders").await.ok()).len(), 1);
    family.helper.get(&path).await.refused(404, "not_found");

    let page = market.auditor.get(format!("/api/v1/audit/orders/{}", text(&checkout, "/orders/0/id"))).await.ok();
    let masked = json!({ "display_name": "伍**", "on_behalf_of": "伍**" });
    let acts: Vec<(&str, &Value)> = page["log"]
        .as_array()
        .expect("a log")
        .iter()
        .filter(|entry| entry["actor_role"] == "helper")
        .map(|entry| (text(entry, "/action"), &entry["by"]))
        .collect();
    assert_eq!(acts, [("place", &masked), ("start", &masked)]);
    assert_eq!(page["log"][0]["on_behalf_of"], json!(family.elder_id));
    assert_eq!(page["order"]["timeline"][0]["by"], masked);
    assert_eq!(page["order"]["buyer"]["phone_masked"], "137****0082");

    let cancel = family.helper.post(format!("{path}/cancel"), &json!({ "reason": "奶奶改主意了" }));
    let cancelled = cancel.header(FOR, &family.elder_id).await.ok();
    assert_eq!((&cancelled["timeline"][2]["by"], &cancelled["state"]), (&both, &json!("cancelled")));
    market.app.later(minutes(1));
}

#[actix_web::test]
async fn plain_acts_name_nobody() {
    let (family, _) = Family::tied().await;
    let market = &family.market;
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    assert!(order["timeline"].as_array().expect("a timeline").iter().all(|entry| entry["by"].is_null()));
    // Placed by the elder, paid by the helper: each act has its own names.
    let checkout = family.elder.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).await.created();
    family.pay(&checkout).await.accepted();
    market.app.later(minutes(1));
    let order = family.elder.get(format!("/api/v1/orders/{}", text(&checkout, "/orders/0/id"))).await.ok();
    assert_eq!(
        (&order["timeline"][0]["by"], &order["timeline"][1]["by"]["display_name"]),
        (&Value::Null, &json!("伍家女儿"))
    );
}

#[actix_web::test]
async fn the_elder_ends_it_in_the_middle_of_a_checkout() {
    let (family, tie) = Family::tied().await;
    let market = &family.market;
    let eggs = market.sells(EGGS).await;
    let checkout = family.checkout(&[(&eggs, 1)]).await.created();
    family.end(&tie).await.ok();
    market.app.unchanged(family.pay(&checkout)).await.refused(403, "not_helping");
    market.app.unchanged(family.checkout(&[(&eggs, 1)])).await.refused(403, "not_helping");
    let order = text(&checkout, "/orders/0/id");
    for path in [format!("/api/v1/orders/{order}"), format!("/api/v1/checkouts/{}", id(&checkout))] {
        family.helper.get(path).header(FOR, &family.elder_id).await.refused(403, "not_helping");
    }
    let pay = family.elder.post(format!("/api/v1/checkouts/{}/pay", id(&checkout)), &json!({ "provider": "sandbox" }));
    pay.await.accepted();
    market.app.later(minutes(1));
    let order = family.elder.get(format!("/api/v1/orders/{order}")).await.ok();
    assert_eq!((&order["state"], &order["timeline"][0]["by"]["display_name"]), (&json!("paid"), &json!("伍家女儿")));
}

#[actix_web::test]
async fn the_header_names_an_elder_whom_one_helps_and_is_refused_everywhere_else() {
    let (family, _) = Family::tied().await;
    let (market, helper) = (&family.market, &family.helper);
    let eggs = market.sells(EGGS).await;
    let stranger = id(&market.other_buyer.get("/api/v1/me").await.ok()).to_owned();
    let oneself = id(&helper.get("/api/v1/me").await.ok()).to_owned();
    for named in [stranger.as_str(), oneself.as_str(), "", "nobody", "伍奶奶", "00000000-0000-0000-0000-000000000000"]
    {
        helper.get("/api/v1/orders").header(FOR, named).await.refused(403, "not_helping");
        let call = helper.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).header(FOR, named);
        market.app.unchanged(call.into_future()).await.refused(403, "not_helping");
    }
    let twice = helper.get("/api/v1/orders").header(FOR, &family.elder_id).header(FOR, &stranger);
    twice.await.refused(403, "not_helping");
    market.coordinator.get("/api/v1/orders").header(FOR, &family.elder_id).await.refused(403, "not_helping");
    family.elder.get("/api/v1/orders").header(FOR, &oneself).await.refused(403, "not_helping");
    market.anonymous.get("/api/v1/orders").header(FOR, &family.elder_id).await.refused(401, "unauthenticated");

    let household = json!({ "household_id": text(&eggs, "/household/id") });
    for call in [
        helper.get("/api/v1/me"),
        helper.get(HELPERS),
        helper.get(ELDERS),
        helper.get("/api/v1/pairings"),
        helper.post("/api/v1/pairings", &household),
        helper.post(HELPERS, &json!({ "phone": "13711112222" })),
    ] {
        market.app.unchanged(call.header(FOR, &family.elder_id).into_future()).await.refused(403, "forbidden");
    }
    let checkout = family.checkout(&[(&eggs, 1)]).await.created();
    family.pay(&checkout).await.accepted();
    market.app.later(minutes(1));
    let order = format!("/api/v1/orders/{}", text(&checkout, "/orders/0/id"));
    for step in ["confirm", "pack"] {
        market.coordinator.act(format!("{order}/{step}")).await.ok();
    }
    let parcel = json!({ "carrier": "顺丰", "tracking_number": "SF1" });
    market.coordinator.post(format!("{order}/ship"), &parcel).await.ok();
    let receive = helper.act(format!("{order}/receive")).header(FOR, &family.elder_id);
    receive.await.refused(403, "forbidden");
    let shown = helper.get(&order).header(FOR, &family.elder_id).await.ok();
    assert_eq!(shown["actions"], json!([]), "that it has arrived, the elder says");
    family.elder.act(format!("{order}/receive")).await.ok();
}

#[actix_web::test]
async fn a_helper_who_is_staff_sees_what_the_elder_sees_and_no_more() {
    let family = Family::new().await;
    let market = &family.market;
    let eggs = market.sells(EGGS).await;
    let theirs = market.paid_order(&[(&eggs, 1)]).await;
    let invitation = family.invite("13800000001").await.created();
    market.coordinator.post(ACCEPT, &json!({ "code": invitation["code"] })).await.ok();
    assert_eq!(rows(&market.coordinator.get("/api/v1/orders").await.ok()).len(), 1);
    let listed = market.coordinator.get("/api/v1/orders").header(FOR, &family.elder_id).await.ok();
    assert_eq!(rows(&listed).len(), 0);
    let path = format!("/api/v1/orders/{}", id(&theirs));
    market.coordinator.get(&path).header(FOR, &family.elder_id).await.refused(404, "not_found");
    let cancel = market.coordinator.post(format!("{path}/cancel"), &json!({ "reason": "路断了" }));
    cancel.header(FOR, &family.elder_id).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_key_belongs_to_who_acts_and_to_the_one_acted_for() {
    let (family, _) = Family::tied().await;
    let (market, helper) = (&family.market, &family.helper);
    let eggs = market.sells(EGGS).await;
    let wish = || helper.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).key("one");
    let first = wish().header(FOR, &family.elder_id).await.created();
    assert_eq!(market.app.unchanged(wish().header(FOR, &family.elder_id).into_future()).await.created(), first);
    market.app.unchanged(wish().into_future()).await.refused(422, "idempotency_conflict");
    let own = family.elder.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).key("one").await.created();
    assert_ne!(own["id"], first["id"], "the elder's keys are the elder's");

    // Of two elders as well.
    let invitation = market.buyer.post(HELPERS, &json!({ "phone": DAUGHTER })).await.created();
    let other = family.accept(text(&invitation, "/code")).await.ok();
    let other = text(&other, "/elder/id");
    market.app.unchanged(wish().header(FOR, other).into_future()).await.refused(422, "idempotency_conflict");
    let pay = |elder: &str| {
        let path = format!("/api/v1/checkouts/{}/pay", id(&first));
        helper.post(path, &json!({ "provider": "sandbox" })).key("pay").header(FOR, elder)
    };
    pay(other).await.refused(404, "not_found");
    pay(&family.elder_id).await.accepted();
    pay(other).await.refused(422, "idempotency_conflict");
    market.app.later(minutes(1));
}

#[actix_web::test]
async fn what_a_helper_orders_belongs_to_the_elders_pair() {
    let (family, _) = Family::tied().await;
    let market = &family.market;
    let hen = market.sells(HEN).await;
    let wish = json!({ "household_id": text(&hen, "/household/id") });
    let pairing = family.elder.post("/api/v1/pairings", &wish).await.created();
    market.coordinator.act(format!("/api/v1/pairings/{}/accept", id(&pairing))).await.ok();
    let checkout = family.checkout(&[(&hen, 1)]).await.created();
    family.pay(&checkout).await.accepted();
    market.app.later(minutes(1));
    let order = family.elder.get(format!("/api/v1/orders/{}", text(&checkout, "/orders/0/id"))).await.ok();
    assert_eq!(order["lines"][0]["pairing_id"], pairing["id"]);
    let page = family.elder.get(format!("/api/v1/pairings/{}", id(&pairing))).await.ok();
    assert_eq!(page["orders"], 1);
}
