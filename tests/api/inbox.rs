//! What people are told: who reads what, what counts as read, and what goes to the phone.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{EGGS, Market, Person, hours, id, rows, text};

async fn kinds(who: &Person, of: &str) -> Vec<String> {
    let list = who.get(format!("/api/v1/inbox?box={of}&limit=100")).await.ok();
    rows(&list).iter().map(|message| text(message, "/kind").to_owned()).collect()
}

async fn unread(who: &Person) -> Value {
    who.get("/api/v1/inbox/unread").await.ok()
}

#[actix_web::test]
async fn a_buyer_is_told_of_each_step_that_others_took() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let sent = market.shipped_order(&[(&eggs, 1)]).await;
    // All of it is of one instant here, so the order says nothing.
    let told = ["buyer.order_confirmed", "buyer.order_paid", "buyer.order_shipped"];
    let sorted = async || {
        let mut found = kinds(&market.buyer, "own").await;
        found.sort_unstable();
        found
    };
    assert_eq!(sorted().await, told);
    let list = market.buyer.get("/api/v1/inbox").await.ok();
    let one = &rows(&list)[0];
    assert_eq!((&one["thing_id"], &one["number"]), (&sent["id"], &sent["number"]));
    // What the buyer does, the buyer knows.
    market.buyer.act(format!("/api/v1/orders/{}/receive", id(&sent))).await.ok();
    let settled = ["buyer.order_confirmed", "buyer.order_paid", "buyer.order_settled", "buyer.order_shipped"];
    assert_eq!(sorted().await, settled);
    assert_eq!(kinds(&market.other_buyer, "own").await, [""; 0]);
    assert!(kinds(&market.coordinator, "coordinator").await.contains(&"order.paid".to_owned()));
    assert_eq!(kinds(&market.other_coordinator, "coordinator").await, [""; 0]);
}

#[actix_web::test]
async fn what_cannot_wait_goes_to_the_phone_unless_its_owner_wants_none() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    market.app.letters();
    let sent = market.shipped_order(&[(&eggs, 1)]).await;
    market.app.run_jobs();
    let letters = market.app.letters();
    let number = sent["number"].as_str().unwrap();
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].1.contains(number) && letters[0].1.contains("已发货"), "{letters:?}");

    let silent = market.buyer.call(Method::PUT, "/api/v1/inbox/silence").json(&json!({ "is_silent": true }));
    silent.await.no_content();
    assert_eq!(unread(&market.buyer).await["is_silent"], true);
    market.shipped_order(&[(&eggs, 1)]).await;
    market.app.run_jobs();
    assert!(market.app.letters().is_empty());
    let loud = market.buyer.call(Method::PUT, "/api/v1/inbox/silence").json(&json!({ "is_silent": false }));
    loud.await.no_content();
    assert_eq!(unread(&market.buyer).await["is_silent"], false);
}

#[actix_web::test]
async fn what_was_read_stays_read_and_what_is_new_is_counted() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    market.paid_order(&[(&eggs, 1)]).await;
    assert_eq!((unread(&market.buyer).await["own"]).clone(), json!(1));
    let list = market.buyer.get("/api/v1/inbox").await.ok();
    let until = rows(&list)[0]["created_at"].clone();
    let mark = |until: &Value| json!({ "box": "own", "until": until });
    market.buyer.post("/api/v1/inbox/read", &mark(&until)).await.no_content();
    assert_eq!(unread(&market.buyer).await["own"], 0);
    assert_eq!(rows(&market.buyer.get("/api/v1/inbox").await.ok())[0]["is_read"], true);
    let earlier = market.buyer.post("/api/v1/inbox/read", &mark(&json!("2001-01-01T00:00:00Z")));
    market.app.unchanged(earlier.into_future()).await.no_content();
    // A mark of next year does not hide what is yet to come.
    market.buyer.post("/api/v1/inbox/read", &mark(&json!("2100-01-01T00:00:00Z"))).await.no_content();
    market.app.advance(hours(1));
    market.paid_order(&[(&eggs, 1)]).await;
    assert_eq!(unread(&market.buyer).await["own"], 1);
}

#[actix_web::test]
async fn the_box_of_a_role_is_for_those_who_have_it() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    assert_eq!(kinds(&market.approver, "approver").await, ["listing.submitted"]);
    assert_eq!(kinds(&market.coordinator, "coordinator").await, ["listing.approved"]);
    market.buyer.get("/api/v1/inbox?box=coordinator").await.refused(403, "forbidden");
    market.coordinator.get("/api/v1/inbox?box=approver").await.refused(403, "forbidden");
    let mark = json!({ "box": "approver", "until": "2026-01-01T00:00:00Z" });
    let not_mine = market.buyer.post("/api/v1/inbox/read", &mark);
    market.app.unchanged(not_mine.into_future()).await.refused(403, "forbidden");
    market.buyer.get("/api/v1/inbox?box=mine").await.refused(422, "invalid");

    let order = market.received_order(&[(&eggs, 1)]).await;
    let opened = json!({ "line_no": 1, "kind": "late", "unit": "unit", "quantity": 1, "words": "晚了一周" });
    let claim = market.buyer.post(format!("/api/v1/orders/{}/claims", id(&order)), &opened).await.created();
    assert!(kinds(&market.coordinator, "coordinator").await.contains(&"claim.opened".to_owned()));
    let no = json!({ "verdict": "reject", "reason": "按时到的" });
    market.coordinator.post(format!("/api/v1/claims/{}/decide", id(&claim)), &no).await.ok();
    assert!(kinds(&market.buyer, "own").await.contains(&"buyer.claim_rejected".to_owned()));
    let appeal = json!({ "words": "请看快递记录" });
    market.buyer.post(format!("/api/v1/claims/{}/escalate", id(&claim)), &appeal).await.ok();
    assert!(kinds(&market.approver, "approver").await.contains(&"claim.escalated".to_owned()));
    let counted = unread(&market.approver).await;
    assert_eq!((&counted["approver"], &counted["coordinator"]), (&json!(3), &Value::Null));
}

#[actix_web::test]
async fn messages_are_cleared_after_a_year() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    market.paid_order(&[(&eggs, 1)]).await;
    market.app.begin_daily_work();
    market.app.later(hours(24 * 364));
    assert_eq!(kinds(&market.approver, "approver").await, ["listing.submitted"]);
    market.app.later(hours(24 * 3));
    assert_eq!(kinds(&market.approver, "approver").await, [""; 0]);
}
