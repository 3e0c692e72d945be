//! One's own data: taking it away, and having the account deleted.

use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::support::{
    Answer, EGGS, HEN, Market, Offer, PASSWORD, Person, address, cart, enrol, hours, id, minutes, parcel, rows, text,
};
use yuanshan::db::schema::{checkouts, grants, helpers, idempotency_keys, pairings, refresh_tokens, sessions, users};
use yuanshan::identity::IdentityError;
use yuanshan::kernel::{Id, Quantity, RegionCode, Role};
use yuanshan::orders::{self, CheckoutId, OrderError, Placement, Terms};
use yuanshan::web::idempotency::Ticket;

const EXPORT: &str = "/api/v1/me/export";
const DELETION: &str = "/api/v1/me/deletion";
const DELETE: &str = "/api/v1/me/delete";
const NUMBER: &str = "13700000066";

/// Somebody about whom everything is kept that can be, all of it over.
struct Somebody {
    market: Market,
    person: Person,
    user_id: String,
    order: Value,
    pairing: Value,
}

impl Somebody {
    async fn new() -> Self {
        let market = Market::new().await;
        let registration = json!({ "phone": NUMBER, "password": PASSWORD, "display_name": "赵六妹" });
        let register = market.anonymous.post("/api/v1/auth/register", &registration).header("User-Agent", "OldPhone 7");
        let session = register.await.created();
        let person = Person::with_account(&market.app, NUMBER, None);
        let hen = market.sells(HEN).await;
        let wish = json!({ "household_id": text(&hen, "/household/id"), "message": "想和你们结个亲" });
        let pairing = person.post("/api/v1/pairings", &wish).await.created();
        market.coordinator.act(format!("/api/v1/pairings/{}/accept", id(&pairing))).await.ok();
        for phone in ["13900000002", "13711112222"] {
            let helper = json!({ "phone": phone, "relation": "表弟" });
            let invitation = person.post("/api/v1/me/helpers", &helper).await.created();
            let code = json!({ "code": invitation["code"] });
            market.other_buyer.post("/api/v1/me/elders/accept", &code).await;
        }
        let order = Self::bought(&market, &person, &hen).await;
        let user_id = text(&session, "/user/id").to_owned();
        Self { market, person, user_id, order, pairing }
    }

    /// A settled order.
    async fn bought(market: &Market, person: &Person, listing: &Value) -> Value {
        let checkout = person.post("/api/v1/checkouts", &cart(&[(listing, 1)])).await.created();
        let pay = format!("/api/v1/checkouts/{}/pay", id(&checkout));
        person.post(pay, &json!({ "provider": "sandbox" })).await.accepted();
        market.app.later(minutes(1));
        let path = format!("/api/v1/orders/{}", text(&checkout, "/orders/0/id"));
        for step in ["confirm", "pack"] {
            market.coordinator.act(format!("{path}/{step}")).await.ok();
        }
        let parcel = parcel("SF6", &[listing]);
        market.coordinator.post(format!("{path}/ship"), &parcel).await.ok();
        person.act(format!("{path}/receive")).await.ok()
    }

    async fn delete(&self) -> Answer {
        self.person.post(DELETE, &json!({ "password": PASSWORD })).await
    }
}

#[actix_web::test]
async fn an_export_holds_everything_that_is_kept_of_the_person() {
    let somebody = Somebody::new().await;
    let helped = somebody.market.other_buyer.post("/api/v1/checkouts", &cart(&[(&somebody.order_again().await, 1)]));
    helped.header("Yuanshan-Acting-For", &somebody.user_id).await.created();
    let answer = somebody.person.get(EXPORT).await;
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"yuanshan-20260920.json\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    let export = answer.ok();
    let members: Vec<&str> = export.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = "accesses account addresses cart checkouts exported_at helpers left_alone_since log orders organisations pairings";
    assert_eq!(members.join(" "), expected);
    assert_eq!((&export["account"]["phone"], &export["account"]["display_name"]), (&json!(NUMBER), &json!("赵六妹")));
    let sessions = export["account"]["sessions"].as_array().expect("a list");
    assert!(sessions.iter().any(|session| session["device"] == "OldPhone 7"), "{sessions:?}");
    assert_eq!(export["pairings"][0]["message"], "想和你们结个亲");
    let phones: BTreeSet<&str> = (0..2).map(|index| text(&export, &format!("/helpers/{index}/phone"))).collect();
    assert_eq!(phones, BTreeSet::from(["13900000002", "13711112222"]));
    assert_eq!(
        (export["orders"].as_array().map(Vec::len), export["checkouts"].as_array().map(Vec::len)),
        (Some(2), Some(2))
    );
    let both = json!({ "display_name": "林先生", "on_behalf_of": "赵六妹" });
    assert_eq!(export["orders"][0]["timeline"][0]["by"], both);
    assert_eq!(export["log"].as_array().expect("a log").iter().filter(|entry| entry["by"] == both).count(), 1);

    let (order, checkout) = (&export["orders"][1], &export["checkouts"][1]);
    assert_eq!((&order["number"], &order["state"]), (&somebody.order["number"], &json!("settled")));
    assert_eq!(
        (&order["lines"][0]["title"], &order["lines"][0]["pairing_id"]),
        (&json!(HEN.title), &somebody.pairing["id"])
    );
    assert_eq!(
        (&order["shipment"]["tracking_number"], order["timeline"].as_array().map(Vec::len)),
        (&json!("SF6"), Some(7))
    );
    assert_eq!(
        (&checkout["address"]["detail"], &checkout["address"]["path"]),
        (&address()["detail"], &json!("四川省成都市"))
    );
    assert_eq!(
        (&checkout["payments"][0]["state"], &checkout["payments"][0]["amount_fen"]),
        (&json!("succeeded"), &json!(22_800))
    );
    somebody.market.app.later(minutes(31));
}

impl Somebody {
    /// Another good of the village.
    async fn order_again(&self) -> Value {
        self.market.sells(EGGS).await
    }
}

#[actix_web::test]
async fn an_export_holds_nothing_of_others() {
    let somebody = Somebody::new().await;
    let eggs = somebody.market.sells(EGGS).await;
    somebody.market.received_order(&[(&eggs, 1)]).await;
    let own = String::from_utf8_lossy(&somebody.person.get(EXPORT).await.body).into_owned();
    assert!(!own.contains(EGGS.title) && !own.contains("陈女士\",\"phone\":\"13900000001\",\"display_name"), "{own}");
    let theirs = somebody.market.buyer.get(EXPORT).await.ok();
    assert_eq!(theirs["orders"].as_array().map(Vec::len), Some(1));
    assert!(!theirs.to_string().contains(NUMBER) && !theirs.to_string().contains("赵六妹"));
    somebody.market.anonymous.get(EXPORT).await.refused(401, "unauthenticated");
    let staff = somebody.market.coordinator.get(EXPORT).await.ok();
    assert_eq!(staff["account"]["grants"][0]["role"], "coordinator");
}

#[actix_web::test]
async fn orders_are_a_table_that_a_spreadsheet_reads_and_does_not_run() {
    let market = Market::new().await;
    let trap = Offer { title: "=HYPERLINK(\"http://evil\"),蛋", ..EGGS };
    let listing = market.sells(trap).await;
    let mut wish = cart(&[(&listing, 2)]);
    wish["address"]["recipient"] = json!("@陈女士");
    wish["address"]["detail"] = json!("-1 号");
    market.buyer.post("/api/v1/checkouts", &wish).await.created();
    let answer = market.buyer.get(format!("{EXPORT}?format=csv")).await;
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"yuanshan-20260920.csv\"");
    let text = std::str::from_utf8(&answer.body).expect("UTF-8");
    let table = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let lines: Vec<&str> = table.split("\r\n").collect();
    assert_eq!(lines.len(), 3, "a head, a line, an end: {lines:#?}");
    assert!(!lines.iter().any(|line| line.contains('\n')) && lines[2].is_empty(), "{lines:#?}");
    let row = "20260920-00001,2026-09-20T01:31:00Z,placed,岫云村,1,\"'=HYPERLINK(\"\"http://evil\"\"),蛋\",盒,2,48.00,96.00,\
        '@陈女士,13900000001,四川省成都市,'-1 号,,";
    assert_eq!(lines[1], row);
    market.buyer.get(format!("{EXPORT}?format=xml")).await.invalid(&[("#", "invalid_value")]);
    market.app.later(minutes(31));
}

#[actix_web::test]
async fn a_person_is_told_beforehand_what_goes_what_stays_and_what_stands_in_the_way() {
    let somebody = Somebody::new().await;
    let plan = somebody.person.get(DELETION).await.ok();
    assert_eq!((&plan["orders_open"], &plan["is_last_administrator"]), (&json!([]), &json!(false)));
    let erased = plan["erased"].as_array().expect("a list");
    assert!(["phone", "addresses", "helpers"].iter().all(|what| erased.contains(&json!(what))), "{erased:?}");
    let kept = |what: &str| {
        let kept = plan["kept"].as_array().expect("a list").iter().find(|kept| kept["what"] == what);
        kept.map(|kept| (kept["count"].clone(), kept["until"].clone(), text(kept, "/why").to_owned()))
    };
    let by_law = |count: u64| Some((json!(count), json!("2029-09-20"), "e_commerce_law_31".to_owned()));
    assert_eq!((kept("orders"), kept("payments"), kept("pairings")), (by_law(1), by_law(1), by_law(1)));
    assert_eq!(
        kept("log_entries").map(|(_, until, why)| (until, why)),
        Some((Value::Null, "accountability".to_owned()))
    );
    assert_eq!(kept("accesses"), None, "nobody looked");

    let fresh = somebody.market.other_buyer.get(DELETION).await.ok();
    assert!(fresh["kept"].as_array().expect("a list").iter().all(|kept| kept["what"] == "log_entries"), "{fresh}");
}

#[actix_web::test]
async fn an_account_with_an_open_order_stays_whole() {
    let somebody = Somebody::new().await;
    let market = &somebody.market;
    let eggs = market.sells(EGGS).await;
    let checkout = somebody.person.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).await.created();
    let number = text(&checkout, "/orders/0/number").to_owned();
    assert_eq!(somebody.person.get(DELETION).await.ok()["orders_open"], json!([number]));
    let refused = market.app.unchanged(somebody.delete()).await.refused(409, "orders_open");
    assert_eq!(refused["numbers"], json!([number]));
    somebody.person.get("/api/v1/me").await.ok();
    market.app.later(minutes(31));
    somebody.delete().await.ok();
}

#[actix_web::test]
async fn only_the_password_deletes_an_account() {
    let somebody = Somebody::new().await;
    for body in
        [json!({ "password": "wrong horse" }), json!({ "password": "" }), json!({ "password": "x".repeat(300) })]
    {
        let call = somebody.person.post(DELETE, &body);
        somebody.market.app.unchanged(call.into_future()).await.refused(401, "wrong_credentials");
    }
    for body in [json!({}), json!({ "password": PASSWORD, "totp": 1 }), json!({ "password": PASSWORD, "of": "others" })]
    {
        somebody.market.app.unchanged(somebody.person.post(DELETE, &body).into_future()).await.refused(422, "invalid");
    }
    somebody.market.anonymous.post(DELETE, &json!({ "password": PASSWORD })).await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn nothing_of_the_person_is_left_when_the_account_is_deleted() {
    let somebody = Somebody::new().await;
    let app = &somebody.market.app;
    let private = ["赵六妹", NUMBER, "想和你们结个亲", "表弟", "13711112222"];
    assert_eq!(private.iter().filter(|text| !app.tables_holding(text).is_empty()).count(), 3, "some stand open before");
    let deleted = somebody.delete().await.ok();
    assert_eq!(deleted["kept"][0]["what"], "orders");
    for text in private {
        assert!(app.tables_holding(text).is_empty(), "{text} stands in {:?}", app.tables_holding(text));
    }
    let user_id: yuanshan::kernel::UserId = somebody.user_id.parse().expect("an id");
    let count = |what: &str, found: QueryResult<i64>| assert_eq!(found, Ok(0), "{what}");
    app.read(|conn| {
        let own = users::table.find(user_id);
        let named = own.filter(users::phone_sealed.ne(Vec::new()).or(users::password_hash.ne("!")));
        count("number or password", named.count().get_result(conn));
        let index = app.context().secrets.blind_index(NUMBER);
        count("index", users::table.filter(users::phone_index.eq(index)).count().get_result(conn));
        count("unmarked", own.filter(users::erased_at.is_null()).count().get_result(conn));
        let own = checkouts::table.filter(checkouts::buyer_id.eq(user_id));
        count("addresses", own.filter(checkouts::address_sealed.ne(Vec::new())).count().get_result(conn));
        let own = helpers::table.filter(helpers::elder_id.eq(user_id));
        let numbers = own.filter(helpers::phone_sealed.ne(Vec::new()).or(helpers::state.ne("ended")));
        count("helpers", numbers.count().get_result(conn));
        let own = pairings::table.filter(pairings::buyer_id.eq(user_id));
        count("pairings", own.filter(pairings::state.ne("ended")).count().get_result(conn));
        let own = idempotency_keys::table.filter(idempotency_keys::user_id.eq(user_id));
        count("saved answers", own.count().get_result(conn));
        let own = sessions::table.filter(sessions::user_id.eq(user_id));
        count("devices", own.filter(sessions::device.ne("")).count().get_result(conn));
        count("sessions", own.filter(sessions::ended_at.is_null()).count().get_result(conn));
        let own = refresh_tokens::table.inner_join(sessions::table).filter(sessions::user_id.eq(user_id));
        count("tokens", own.count().get_result(conn));
        Ok(())
    });
}

#[actix_web::test]
async fn no_saved_answer_of_others_holds_the_address() {
    let somebody = Somebody::new().await;
    let market = &somebody.market;
    let eggs = market.sells(EGGS).await;
    let checkout = somebody.person.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).await.created();
    let pay = format!("/api/v1/checkouts/{}/pay", id(&checkout));
    somebody.person.post(pay, &json!({ "provider": "sandbox" })).await.accepted();
    market.app.later(minutes(1));
    let cancel = format!("/api/v1/orders/{}/cancel", text(&checkout, "/orders/0/id"));
    let answer = market.coordinator.post(cancel, &json!({ "reason": "路断了" })).await.ok();
    assert!(answer.get("address").is_none(), "{answer}");
    let checkout = somebody.person.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).await.created();
    let cancel = format!("/api/v1/orders/{}/cancel", text(&checkout, "/orders/0/id"));
    let by_helper = market.other_buyer.post(cancel, &json!({ "reason": "买错了" }));
    let answer = by_helper.header("Yuanshan-Acting-For", &somebody.user_id).await.ok();
    assert!(answer.get("address").is_none(), "{answer}");
    market.app.later(minutes(1));
}

#[actix_web::test]
async fn trade_and_books_stay_and_are_read_as_before() {
    let somebody = Somebody::new().await;
    let market = &somebody.market;
    let receipt = format!("/api/v1/receipts/{}", text(&somebody.order, "/slips/0/code"));
    let page = format!("/api/v1/audit/orders/{}", id(&somebody.order));
    let (receipt_before, page_before) =
        (market.anonymous.get(&receipt).await.ok(), market.auditor.get(&page).await.ok());
    assert_eq!(page_before["order"]["buyer"]["phone_masked"], "137****0066");
    somebody.delete().await.ok();

    assert_eq!(market.anonymous.get(&receipt).await.ok(), receipt_before);
    let page = market.auditor.get(&page).await.ok();
    let buyer = json!({ "id": somebody.user_id, "display_name_masked": "已注销用户", "phone_masked": null });
    assert_eq!(page["order"]["buyer"], buyer);
    for member in ["payments", "ledger", "totals", "payouts", "log"] {
        assert_eq!(page[member], page_before[member], "{member}");
    }
    let order = market.coordinator.get(format!("/api/v1/orders/{}", id(&somebody.order))).await.ok();
    assert!(order.get("address").is_none(), "{order}");
    assert_eq!((&order["lines"], &order["timeline"]), (&somebody.order["lines"], &somebody.order["timeline"]));
    let pairing = market.coordinator.get(format!("/api/v1/pairings/{}", id(&somebody.pairing))).await.ok();
    assert_eq!((&pairing["state"], &pairing["message"]), (&json!("ended"), &Value::Null));
    assert_eq!(pairing["buyer"]["display_name"], "已注销用户");
    assert_eq!(rows(&market.other_buyer.get("/api/v1/me/elders").await.ok()).len(), 0);
    let helped = market.other_buyer.get("/api/v1/orders").header("Yuanshan-Acting-For", &somebody.user_id);
    helped.await.refused(403, "not_helping");
}

#[actix_web::test]
async fn a_deleted_account_is_out_at_once_and_its_number_begins_anew() {
    let somebody = Somebody::new().await;
    let market = &somebody.market;
    somebody.delete().await.ok();
    somebody.person.get("/api/v1/me").await.refused(401, "unauthenticated");
    somebody.delete().await.refused(401, "unauthenticated");
    let login = json!({ "phone": NUMBER, "password": PASSWORD });
    market.anonymous.post("/api/v1/auth/login", &login).await.refused(401, "wrong_credentials");

    let registration = json!({ "phone": NUMBER, "password": PASSWORD, "display_name": "新的人" });
    let session = market.anonymous.post("/api/v1/auth/register", &registration).await.created();
    assert_ne!(text(&session, "/user/id"), somebody.user_id);
    let again = Person::with_token(&market.app, text(&session, "/access_token"));
    assert_eq!(rows(&again.get("/api/v1/orders").await.ok()).len(), 0);
    assert_eq!(again.get("/api/v1/me/elders").await.ok()["invitation_waits"], false);
    again.get(format!("/api/v1/orders/{}", id(&somebody.order))).await.refused(404, "not_found");
}

#[actix_web::test]
async fn of_two_deletions_at_once_one_happens() {
    let somebody = Somebody::new().await;
    let (first, second) = futures_util::future::join(somebody.delete(), somebody.delete()).await;
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    use yuanshan::db::schema::log_entries;
    let erasures = log_entries::table.filter(log_entries::action.eq("erase")).count();
    assert_eq!(somebody.market.app.read(|conn| erasures.get_result::<i64>(conn)), 1);
}

#[actix_web::test]
async fn an_order_that_was_on_its_way_finds_nobody() {
    let somebody = Somebody::new().await;
    let eggs = somebody.market.sells(EGGS).await;
    somebody.delete().await.ok();
    let context = somebody.market.app.context();
    let buyer_id: yuanshan::kernel::UserId = somebody.user_id.parse().expect("an id");
    let act = context.act(buyer_id, Role::Buyer);
    let checkout_id: CheckoutId = act.new_id();
    let wish = Placement {
        ticket: Ticket::new(buyer_id, "late".into(), Vec::new(), &context.secrets),
        buyer_id,
        actor: act.actor(),
        checkout_id,
        lines: vec![(id(&eggs).parse().map(Id::from_uuid).expect("an id"), Quantity::ONE)],
        seen: std::collections::BTreeMap::new(),
        address_sealed: vec![1, 2, 3],
        region_code: RegionCode::parse("510104").expect("a code"),
        stream_code: None,
        terms: Terms::default(),
    };
    let place = |conn: &mut yuanshan::db::Conn| orders::place_all(conn, &act, minutes(30), std::slice::from_ref(&wish));
    let placed = somebody.market.app.unchanged(async { context.db.write_blocking(place) }).await;
    let refused = placed.expect("the batch goes through").pop().expect("an answer");
    assert!(matches!(refused, Err(OrderError::Identity(IdentityError::Unauthenticated))));
}

#[actix_web::test]
async fn staff_may_leave_but_not_the_last_administrator() {
    let market = Market::new().await;
    // Each code is good once, so each time the app shows another one.
    let delete = |person: &Person| {
        market.app.advance(minutes(1));
        json!({ "password": PASSWORD, "totp": person.totp_code() })
    };
    let bare = json!({ "password": PASSWORD });
    market.coordinator.post(DELETE, &bare).await.refused(401, "totp_required");
    let wrong = json!({ "password": PASSWORD, "totp": "000000" });
    market.coordinator.post(DELETE, &wrong).await.refused(401, "wrong_totp");
    assert_eq!(market.administrator.get(DELETION).await.ok()["is_last_administrator"], true);
    let body = delete(&market.administrator);
    let call = market.administrator.post(DELETE, &body);
    market.app.unchanged(call.into_future()).await.refused(409, "last_administrator");
    let (_, payout) = market.due_payout().await;
    market.coordinator.post(DELETE, &delete(&market.coordinator)).await.ok();
    market.approver.act(format!("/api/v1/payouts/{}/approve", id(&payout))).await.ok();
    let standing = grants::table.filter(grants::role.eq(Role::Coordinator)).filter(grants::revoked_at.is_null());
    assert_eq!(market.app.read(|conn| standing.count().get_result::<i64>(conn)), 1, "the other village's");

    let second = enrol(&market.app, "13800000008", "第二位管理员", &[(Role::Administrator, "51")]);
    second.get("/api/v1/me").await.ok();
    let second_body = delete(&second);
    let first_body = json!({ "password": PASSWORD, "totp": market.administrator.totp_code() });
    let (one, other) = futures_util::future::join(
        market.administrator.post(DELETE, &first_body).into_future(),
        second.post(DELETE, &second_body).into_future(),
    )
    .await;
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "one of two stays");
    market.app.later(hours(1));
}

#[actix_web::test]
async fn whoever_orders_and_deletes_at_once_does_one_of_the_two() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    for number in 0..8 {
        let person = enrol(&market.app, &format!("1370000010{number}"), "急性子", &[]);
        person.get("/api/v1/me").await.ok();
        let (placed, deleted) = futures_util::future::join(
            person.post("/api/v1/checkouts", &cart(&[(&eggs, 1)])).into_future(),
            person.post(DELETE, &json!({ "password": PASSWORD })).into_future(),
        )
        .await;
        let outcome = (placed.status.as_u16(), deleted.status.as_u16());
        assert!(matches!(outcome, (201, 409) | (401, 200)), "{placed}\n{deleted}");
    }
    let open = checkouts::table.inner_join(users::table).filter(users::erased_at.is_not_null()).count();
    assert_eq!(market.app.read(|conn| open.get_result::<i64>(conn)), 0);
    market.app.later(minutes(31));
}
