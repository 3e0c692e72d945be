//! The address book: sealed, one's own, at most 20; and a pasted line taken apart.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Market, Person, address, id, minutes, rows, text};

const BOOK: &str = "/api/v1/me/addresses";
const PARSE: &str = "/api/v1/addresses/parse";

fn with(change: &Value) -> Value {
    let mut address = address();
    for (name, value) in change.as_object().expect("an object") {
        address[name] = value.clone();
    }
    address
}

async fn put(person: &Person, entry: &Value, body: &Value) -> Answer {
    person.call(Method::PUT, format!("{BOOK}/{}", id(entry))).json(body).await
}

#[actix_web::test]
async fn a_book_is_ones_own_sealed_and_has_one_address_that_is_offered_first() {
    let market = Market::new().await;
    let book = market.buyer.post(BOOK, &address()).await.created();
    let first = &rows(&book)[0];
    assert_eq!(
        (&first["recipient"], &first["region"]["name"], &first["path"], &first["is_default"]),
        (&json!("陈女士"), &json!("锦江区"), &json!("四川省成都市"), &json!(true))
    );
    assert!(market.app.tables_holding("春熙路").is_empty(), "it is sealed");
    market.app.advance(minutes(1));
    let again = market.app.unchanged(market.buyer.post(BOOK, &address()).into_future()).await;
    assert_eq!(again.created(), book, "what is kept already stays one");

    let parents =
        with(&json!({ "recipient": "陈爸", "detail": "白驿镇岫云村", "region_code": "510824", "is_default": true }));
    let book = market.buyer.post(BOOK, &parents).await.created();
    let order = |book: &Value| {
        rows(book).iter().map(|it| (text(it, "/recipient").to_owned(), it["is_default"] == true)).collect::<Vec<_>>()
    };
    assert_eq!(order(&book), [("陈爸".to_owned(), true), ("陈女士".to_owned(), false)]);
    let moved = put(&market.buyer, &rows(&book)[0], &with(&json!({ "recipient": "陈妈" }))).await.ok();
    assert_eq!(order(&moved), [("陈妈".to_owned(), true), ("陈女士".to_owned(), false)]);

    let own = address();
    let foreign = put(&market.other_buyer, &rows(&book)[0], &own);
    market.app.unchanged(foreign).await.refused(404, "not_found");
    assert_eq!(market.other_buyer.get(BOOK).await.ok()["data"], json!([]));
    let path = format!("{BOOK}/{}", id(&rows(&book)[0]));
    market.app.unchanged(market.other_buyer.delete(&path).into_future()).await.ok();
    let left = market.buyer.delete(&path).await.ok();
    assert_eq!(order(&left), [("陈女士".to_owned(), true)], "the newest that is left is offered first");
    let export = market.buyer.get("/api/v1/me/export").await.ok();
    assert_eq!(export["addresses"][0]["detail"], "春熙路 1 号");
}

#[actix_web::test]
async fn what_is_no_address_and_one_too_many_are_refused() {
    let market = Market::new().await;
    for (change, pointer, code) in [
        (json!({ "recipient": " " }), "/recipient", "text_required"),
        (json!({ "phone": "123" }), "/phone", "invalid_phone"),
        (json!({ "region_code": "5101" }), "/region_code", "region_too_wide"),
        (json!({ "region_code": "999999" }), "/region_code", "unknown_region"),
        (json!({ "detail": "字".repeat(201) }), "/detail", "text_too_long"),
    ] {
        let refused = market.app.unchanged(market.buyer.post(BOOK, &with(&change)).into_future()).await;
        refused.invalid(&[(pointer, code)]);
    }
    for number in 0..20 {
        market.buyer.post(BOOK, &with(&json!({ "detail": format!("春熙路 {number} 号") }))).await.created();
    }
    let more = with(&json!({ "detail": "春熙路 99 号" }));
    market.app.unchanged(market.buyer.post(BOOK, &more).into_future()).await.refused(409, "address_book_full");
}

#[actix_web::test]
async fn a_helper_sends_to_the_elder_and_a_deleted_account_leaves_no_address() {
    let market = Market::new().await;
    let invited = market.buyer.post("/api/v1/me/helpers", &json!({ "phone": "13900000002" })).await.created();
    let tie = market.other_buyer.post("/api/v1/me/elders/accept", &json!({ "code": invited["code"] })).await.ok();
    let elder = text(&tie, "/elder/id");
    market.other_buyer.post(BOOK, &address()).header("Yuanshan-Acting-For", elder).await.created();
    assert_eq!(rows(&market.buyer.get(BOOK).await.ok()).len(), 1);
    assert_eq!(market.other_buyer.get(BOOK).await.ok()["data"], json!([]));
    market.buyer.post("/api/v1/me/delete", &json!({ "password": crate::support::PASSWORD })).await.ok();
    let left = market.app.read(|conn| {
        use diesel::prelude::*;
        yuanshan::db::schema::addresses::table.count().get_result::<i64>(conn)
    });
    assert_eq!(left, 0);
}

#[actix_web::test]
async fn a_pasted_line_is_taken_apart_and_nothing_of_it_is_kept() {
    let market = Market::new().await;
    let parse = async |text: &str| market.buyer.post(PARSE, &json!({ "text": text })).await;
    let whole = market.app.unchanged(parse("王秀英，138 0000 1234，四川省成都市锦江区春熙路１号")).await.ok();
    let expected = json!({
        "recipient": "王秀英", "phone": "13800001234", "region_code": "510104", "detail": "春熙路1号", "unsure": [],
    });
    assert_eq!(whole, expected);
    let little = parse("四川 13800001234").await.ok();
    assert_eq!(
        (&little["phone"], &little["unsure"]),
        (&json!("13800001234"), &json!(["recipient", "region", "detail"]))
    );
    parse(&"字".repeat(301)).await.invalid(&[("/text", "text_too_long")]);
    market.anonymous.post(PARSE, &json!({ "text": "" })).await.refused(401, "unauthenticated");
}
