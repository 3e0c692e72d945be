//! Who looked at what is hidden: kept for good, read by those whose it is and by auditors.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{head, of, of_person};
use crate::support::{EGGS, Market, id, minutes, rows, snapshot, text};

/// An order of the buyer, whose address the coordinator reads.
async fn looked_at(market: &Market) -> Value {
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    let path = format!("/api/v1/orders/{}/unmask", id(&order));
    market.coordinator.post(path, &json!({ "reason": "打印面单" })).await.ok();
    order
}

#[actix_web::test]
async fn an_address_is_masked_but_to_its_buyer_and_shown_with_a_reason() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    let path = format!("/api/v1/orders/{}", id(&order));
    let own = market.buyer.get(&path).await.ok();
    assert_eq!((text(&own, "/address/recipient"), &own["address"]["is_masked"]), ("陈女士", &json!(false)));
    let masked = market.coordinator.get(&path).await.ok();
    snapshot!("masked_address", masked["address"]);
    let stepped = market.coordinator.act(format!("{path}/confirm")).await.ok();
    assert_eq!(stepped["address"], masked["address"], "each answer to a coordinator is masked");
    assert!(market.approver.get(&path).await.ok().get("address").is_none());
    let audited = market.auditor.get(format!("/api/v1/audit/orders/{}", id(&order))).await.ok().to_string();
    for private in ["春熙路", "13900000001", "陈女士"] {
        assert!(!audited.contains(private), "{private}");
    }

    let unmask = format!("{path}/unmask");
    let reason = json!({ "reason": "打印面单" });
    let blank = market.coordinator.post(&unmask, &json!({ "reason": "" }));
    market.app.unchanged(blank.into_future()).await.invalid(&[("/reason", "text_required")]);
    for (person, status, code) in [
        (&market.other_coordinator, 404, "not_found"),
        (&market.approver, 403, "forbidden"),
        (&market.buyer, 403, "forbidden"),
        (&market.auditor, 403, "forbidden"),
        (&market.anonymous, 401, "unauthenticated"),
    ] {
        market.app.unchanged(person.post(&unmask, &reason).into_future()).await.refused(status, code);
    }
    let shown = market.coordinator.post(&unmask, &reason).await.ok();
    assert_eq!(shown, own["address"]);
    let log = market.buyer.get("/api/v1/me/access-log").await.ok();
    snapshot!("access_to_an_address", log);
    assert_eq!(rows(&market.other_buyer.get("/api/v1/me/access-log").await.ok()).len(), 0);
}

#[actix_web::test]
async fn an_address_without_a_parcel_stays_masked() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let placed = market.checkout(&[(&eggs, 1)]).await;
    let cancelled = market.paid_order(&[(&eggs, 1)]).await;
    let cancel = format!("/api/v1/orders/{}/cancel", id(&cancelled));
    market.buyer.post(cancel, &json!({ "reason": "出差了" })).await.ok();
    market.app.later(minutes(1));
    for (order, state) in [(text(&placed, "/orders/0/id"), "placed"), (id(&cancelled), "refunded")] {
        let call = market.coordinator.post(format!("/api/v1/orders/{order}/unmask"), &json!({ "reason": "打印面单" }));
        let refused = market.app.unchanged(call.into_future()).await.refused(409, "wrong_state");
        assert_eq!(refused["state"], state);
    }
}

#[actix_web::test]
async fn auditors_read_the_log_of_their_region() {
    let market = Market::new().await;
    let order = looked_at(&market).await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    market.app.advance(minutes(24 * 60));
    let wanted = json!({ "fields": ["id_number", "name"], "reason": "核对" });
    market.approver.post(of_person(&household, &own, "/unmask"), &wanted).await.ok();

    let path = "/api/v1/audit/access-log";
    let log = market.auditor.get(path).await.ok();
    assert_eq!(rows(&log).len(), 2);
    assert_eq!(rows(&log)[0]["subject_person_id"], own["id"], "newest first");
    assert_eq!((&rows(&log)[0]["fields"], text(&rows(&log)[0], "/role")), (&json!(["name", "id_number"]), "approver"));
    assert_eq!(text(&rows(&log)[1], "/thing/id"), id(&order));
    assert_eq!(rows(&market.other_auditor.get(path).await.ok()).len(), 0);
    for person in [&market.coordinator, &market.approver, &market.administrator, &market.buyer] {
        person.get(path).await.refused(403, "forbidden");
    }

    let coordinator = text(&rows(&log)[1], "/actor/id");
    for (query, found) in [
        ("?from=2026-09-21".to_owned(), 1),
        ("?to=2026-09-20".into(), 1),
        ("?from=2026-09-20&to=2026-09-21".into(), 2),
        ("?from=2026-09-22".into(), 0),
        (format!("?actor={coordinator}"), 1),
        ("?region=510824115216".into(), 2),
        ("?region=513431".into(), 0),
        ("?region=51".into(), 2),
    ] {
        let answer = market.auditor.get(format!("{path}{query}")).await.ok();
        assert_eq!(rows(&answer).len(), found, "{query}");
    }
    for (query, pointer, code) in [
        ("?from=yesterday", "#from", "invalid_day"),
        ("?actor=42", "#actor", "invalid_id"),
        ("?region=5", "#region", "invalid_region_code"),
        ("?limit=0", "#limit", "invalid_limit"),
        ("?cursor=x", "#cursor", "invalid_cursor"),
    ] {
        market.auditor.get(format!("{path}{query}")).await.invalid(&[(pointer, code)]);
    }
    let first = market.auditor.get(format!("{path}?limit=1")).await.ok();
    let next = text(&first, "/page/next");
    let second = market.auditor.get(format!("{path}?limit=1&cursor={next}")).await.ok();
    assert_eq!((&rows(&first)[0], &rows(&second)[0]), (&rows(&log)[0], &rows(&log)[1]));
    assert_eq!(second["page"]["next"], Value::Null);
}

#[actix_web::test]
async fn a_household_s_log_is_of_its_own_people() {
    let market = Market::new().await;
    let (household, other) = (market.household("坡上王家").await, market.household("柏树湾李家").await);
    let own = head(&market, &household).await;
    for reason in ["第一次", "第二次", "第三次"] {
        let wanted = json!({ "fields": ["name"], "reason": reason });
        market.coordinator.post(of_person(&household, &own, "/unmask"), &wanted).await.ok();
    }
    let first = market.auditor.get(of(&household, "access-log?limit=2")).await.ok();
    let reasons: Vec<&str> = rows(&first).iter().map(|row| text(row, "/reason")).collect();
    assert_eq!(reasons, ["第三次", "第二次"]);
    let next = text(&first, "/page/next");
    let second = market.auditor.get(of(&household, &format!("access-log?limit=2&cursor={next}"))).await.ok();
    assert_eq!((rows(&second).len(), text(&rows(&second)[0], "/reason")), (1, "第一次"));
    assert_eq!(rows(&market.auditor.get(of(&other, "access-log")).await.ok()).len(), 0);
}

#[actix_web::test]
async fn what_is_in_the_log_stays() {
    let market = Market::new().await;
    looked_at(&market).await;
    let spoil = async {
        for statement in ["UPDATE data_accesses SET reason = 'x'", "DELETE FROM data_accesses"] {
            let spoilt = market
                .app
                .context()
                .db
                .write_blocking(|conn| conn.batch_execute(statement).map_err(yuanshan::db::DbError::from));
            assert!(spoilt.is_err(), "{statement}");
        }
    };
    market.app.unchanged(spoil).await;
}
