//! Paying out in bulk: approved together, sent as one file, and what the bank says of it.

use serde_json::{Value, json};

use crate::support::{Answer, EGGS, Market, Person, id, multipart, rows, text};

const FILES: &str = "/api/v1/payouts/bank_files";

/// Two households with an account and one without, each with a payout that is due.
async fn due(market: &Market) -> (Vec<Value>, Value) {
    let mut households = Vec::new();
    for (alias, account) in
        [("坡上王家", Some("6228480012345678901")), ("=1+1家", Some("880012345678")), ("井边陈家", None)]
    {
        let household = market.household(alias).await;
        if let Some(account) = account {
            let path = format!("/api/v1/households/{}/people", id(&household));
            let person = json!({
                "relation": "spouse", "name": "=HYPERLINK(王)", "bank_account": account, "agreement": { "medium": "tap" },
            });
            let person = market.coordinator.post(&path, &person).await.created();
            let pays = json!({ "payee_person_id": id(&person) });
            market.coordinator.patch(format!("/api/v1/households/{}", id(&household)), &pays).await.ok();
        }
        let eggs = market.household_sells(id(&household), EGGS).await;
        market.received_order(&[(&eggs, 1)]).await;
        households.push(household);
    }
    let mut payouts = rows(&market.approver.get("/api/v1/payouts?state=due").await.ok()).to_vec();
    payouts.sort_by_key(|payout| households.iter().position(|it| id(it) == text(payout, "/household/id")));
    let poor = payouts.pop().expect("three payouts");
    (payouts, poor)
}

fn ids(payouts: &[Value]) -> Vec<&str> {
    payouts.iter().map(id).collect()
}

async fn results(person: &Person, file: &Value, table: &str, query: &str) -> Answer {
    let (media_type, body) = multipart("file", table.as_bytes());
    person.post(format!("{FILES}/{}/results{query}", id(file)), &json!({})).bytes(&media_type, body).await
}

/// A bank file of two payouts.
pub async fn sent(market: &Market) -> (Vec<Value>, Value) {
    let (payouts, _) = due(market).await;
    market.approver.post("/api/v1/payouts/approvals", &json!({ "payout_ids": ids(&payouts) })).await.ok();
    let wish = json!({ "village_code": "510824115216", "payout_ids": ids(&payouts) });
    let file = market.coordinator.post(FILES, &wish).await.created();
    (payouts, file)
}

#[actix_web::test]
async fn many_are_approved_by_one_person_and_sent_by_another_as_one_file() {
    let market = Market::new().await;
    let (payouts, poor) = due(&market).await;
    let approve = |ids: Vec<&str>| json!({ "payout_ids": ids });
    let all = approve([ids(&payouts), vec![id(&poor)]].concat());
    market
        .app
        .unchanged(market.coordinator.post("/api/v1/payouts/approvals", &all).into_future())
        .await
        .refused(403, "forbidden");
    let elsewhere = market.other_approver.post("/api/v1/payouts/approvals", &all);
    market.app.unchanged(elsewhere.into_future()).await.refused(404, "not_found");
    let none = market.approver.post("/api/v1/payouts/approvals", &approve(Vec::new()));
    market.app.unchanged(none.into_future()).await.invalid(&[("/payout_ids", "required")]);
    let wish = json!({ "village_code": "510824115216" });
    let early = market.coordinator.post(FILES, &wish);
    market.app.unchanged(early.into_future()).await.invalid(&[("/payout_ids", "no_payouts")]);

    market.approver.post("/api/v1/payouts/approvals", &all).await.ok();
    market
        .app
        .unchanged(
            market
                .approver
                .post(FILES, &json!({ "village_code": "510824115216", "payout_ids": ids(&payouts) }))
                .into_future(),
        )
        .await
        .refused(403, "same_person");
    let unpaid = market.coordinator.post(FILES, &wish);
    market.app.unchanged(unpaid.into_future()).await.invalid(&[("/payout_ids/2", "payee_missing")]);
    let chosen = json!({ "village_code": "510824115216", "payout_ids": ids(&payouts) });
    market
        .app
        .unchanged(market.other_coordinator.post(FILES, &chosen).into_future())
        .await
        .refused(403, "out_of_scope");
    let file = market.coordinator.post(FILES, &chosen).await.created();
    assert_eq!((&file["payouts_count"], &file["total_fen"]), (&json!(2), &json!(6_600)));
    let again = market.coordinator.post(FILES, &chosen).without("idempotency-key");
    assert_eq!(market.app.unchanged(again.into_future()).await.refused(409, "wrong_state")["state"], "sent");
    let page = market.coordinator.get("/api/v1/payouts?state=sent").await.ok();
    assert!(rows(&page).iter().all(|payout| payout["bank_reference"] == file["number"]));
    assert_eq!(rows(&market.approver.get(FILES).await.ok()), std::slice::from_ref(&file));
    assert_eq!(rows(&market.other_approver.get(FILES).await.ok()).len(), 0);
    market.other_coordinator.get(format!("{FILES}/{}", id(&file))).await.refused(404, "not_found");
}

#[actix_web::test]
async fn the_file_names_who_is_paid_and_says_who_read_it() {
    let market = Market::new().await;
    let (payouts, file) = sent(&market).await;
    let path = format!("{FILES}/{}/download", id(&file));
    let reason = json!({ "reason": "交农商行代发" });
    market.app.unchanged(market.other_coordinator.post(&path, &reason).into_future()).await.refused(404, "not_found");
    market
        .app
        .unchanged(market.coordinator.post(&path, &json!({ "reason": " " })).into_future())
        .await
        .refused(422, "invalid");
    let csv = market.coordinator.post(&path, &reason).await;
    let csv = String::from_utf8_lossy(&csv.body).into_owned();
    let number = text(&file, "/number");
    let line = format!("1,{},'=HYPERLINK(王),6228480012345678901,33.00,{number}", text(&payouts[0], "/code"));
    assert!(csv.starts_with('\u{feff}') && csv.contains(&line), "{csv}");
    let log = market.auditor.get("/api/v1/audit/access-log").await.ok();
    let read = rows(&log).iter().filter(|entry| entry["reason"] == "交农商行代发");
    assert_eq!(read.count(), 2, "{log}");
}

#[actix_web::test]
async fn what_the_bank_says_is_taken_in_whole_or_not_at_all() {
    let market = Market::new().await;
    let (payouts, file) = sent(&market).await;
    let (first, second) = (text(&payouts[0], "/code"), text(&payouts[1], "/code"));
    for (row, code) in [
        ("ABCDEFGH2345,33.00,成功,,".to_owned(), "unknown_code"),
        (format!("{second},33.01,成功,,"), "another_amount"),
        (format!("{first},33.00,成功,,"), "told_twice"),
        (format!("{second},33.00,失败,,"), "reason_required"),
        (format!("{second},33.00,在途,,"), "unknown_outcome"),
    ] {
        let table = format!("凭号,金额,结果,流水号,原因\n{first},33.00,成功,B1,\n{row}\n");
        let answer = market.app.unchanged(results(&market.coordinator, &file, &table, "")).await;
        answer.invalid(&[("/rows/3", code)]);
    }
    let table = format!("凭号,金额,结果,流水号,原因\n{first},33.00,成功,B1,\n{second},33.00,退票,,户名不符\n");
    let preview = market.app.unchanged(results(&market.coordinator, &file, &table, "?dry_run=true")).await.ok();
    assert_eq!((&preview["confirmed"], &preview["bounced"]), (&json!(1), &json!(1)));
    results(&market.other_coordinator, &file, &table, "").await.refused(404, "not_found");
    assert_eq!(results(&market.coordinator, &file, &table, "").await.ok(), preview);
    let again = market.app.unchanged(results(&market.coordinator, &file, &table, "")).await.ok();
    assert_eq!((&again["already_imported"], &again["confirmed"]), (&json!(true), &json!(0)));
    let otherwise = format!("code,amount,outcome,reason\n{first},33,bounced,x\n");
    let otherwise = market.app.unchanged(results(&market.coordinator, &file, &otherwise, "")).await;
    otherwise.invalid(&[("/rows/2", "told_otherwise")]);

    let shown = market.coordinator.get(format!("{FILES}/{}", id(&file))).await.ok();
    assert_eq!(
        (&shown["rows"][0]["outcome"], &shown["rows"][0]["bank_reference"]),
        (&json!("confirmed"), &json!("B1"))
    );
    assert_eq!((&shown["rows"][1]["outcome"], &shown["rows"][1]["reason"]), (&json!("bounced"), &json!("户名不符")));
    let bounced = market.approver.get("/api/v1/payouts?state=bounced").await.ok();
    assert_eq!(ids(rows(&bounced)), [id(&payouts[1])]);

    market.approver.act(format!("/api/v1/payouts/{}/approve", id(&payouts[1]))).await.ok();
    let next = market.coordinator.post(FILES, &json!({ "village_code": "510824115216" })).await.created();
    assert_ne!(next["number"], file["number"]);
    let table = format!("code,amount,outcome\n{first},33.00,confirmed\n");
    market
        .app
        .unchanged(results(&market.coordinator, &next, &table, ""))
        .await
        .invalid(&[("/rows/2", "of_another_file")]);
    let table = format!("code,amount,outcome\n{second},33.00,confirmed\n");
    assert_eq!(results(&market.coordinator, &next, &table, "").await.ok()["confirmed"], 1);
}
