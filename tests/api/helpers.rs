//! Family helpers: the tie by a code that is read out, and what is done for an elder.

use serde_json::{Value, json};

use crate::support::{Answer, EGGS, HEN, Market, Person, address, cart, enrol, id, minutes, rows, text};

const HELPERS: &str = "/api/v1/me/helpers";
const ELDERS: &str = "/api/v1/me/elders";
const ACCEPT: &str = "/api/v1/me/elders/accept";
const FOR: &str = "Yuanshan-Acting-For";
const ELDER: &str = "13700000082";
const DAUGHTER: &str = "13700000050";

/// An elder of 82 years and her daughter, with accounts.
struct Family {
    market: Market,
    elder: Person,
    helper: Person,
    elder_id: String,
}

impl Family {
    async fn new() -> Self {
        let market = Market::new().await;
        let elder = enrol(&market.app, ELDER, "伍奶奶", &[]);
        let helper = enrol(&market.app, DAUGHTER, "伍家女儿", &[]);
        let elder_id = id(&elder.get("/api/v1/me").await.ok()).to_owned();
        Self { market, elder, helper, elder_id }
    }

    /// With an active tie, whose id it gives.
    async fn tied() -> (Self, String) {
        let family = Self::new().await;
        let invitation = family.invite(DAUGHTER).await.created();
        family.accept(text(&invitation, "/code")).await.ok();
        let tie = id(&invitation).to_owned();
        (family, tie)
    }

    async fn invite(&self, phone: &str) -> Answer {
        self.elder.post(HELPERS, &json!({ "phone": phone, "relation": "女儿" })).await
    }

    async fn accept(&self, code: &str) -> Answer {
        self.helper.post(ACCEPT, &json!({ "code": code })).await
    }

    /// The helper orders for the elder.
    async fn checkout(&self, lines: &[(&Value, i64)]) -> Answer {
        self.helper.post("/api/v1/checkouts", &cart(lines)).header(FOR, &self.elder_id).await
    }

    async fn pay(&self, checkout: &Value) -> Answer {
        let path = format!("/api/v1/checkouts/{}/pay", id(checkout));
        self.helper.post(path, &json!({ "provider": "sandbox" })).header(FOR, &self.elder_id).await
    }

    async fn end(&self, tie: &str) -> Answer {
        self.elder.act(format!("{HELPERS}/{tie}/end")).await
    }
}

/// Digits that are not these.
fn wrong(code: &str) -> String {
    let first = if code.starts_with('1') { '2' } else { '1' };
    format!("{first}{}", &code[1..])
}

#[actix_web::test]
async fn an_elder_names_a_helper_by_phone_and_reads_out_six_digits() {
    let family = Family::new().await;
    let elders = family.helper.get(ELDERS).await.ok();
    assert_eq!(elders, json!({ "data": [], "invitation_waits": false }));

    let invitation = family.invite("１３７ 0000 0050").await.created();
    assert_eq!((&invitation["state"], &invitation["phone_masked"]), (&json!("invited"), &json!("137****0050")));
    assert_eq!((&invitation["helper"], &invitation["expires_at"]), (&Value::Null, &json!("2026-09-20T02:00:00Z")));
    let code = text(&invitation, "/code");
    let listed = family.elder.get(HELPERS).await.ok();
    assert_eq!(listed["data"][0]["relation"], "女儿");
    assert!(listed["data"][0].get("code").is_none(), "the digits are shown once");
    assert!(family.market.app.tables_holding(DAUGHTER).is_empty(), "a number is sealed");

    let elders = family.helper.get(ELDERS).await.ok();
    assert_eq!(elders, json!({ "data": [], "invitation_waits": true }), "who asks is told by the digits");
    let tie = family.accept(&format!("{} {}", &code[..3], &code[3..])).await.ok();
    assert_eq!((&tie["elder"]["display_name"], &tie["state"]), (&json!("伍奶奶"), &json!("active")));
    assert_eq!(text(&tie, "/elder/id"), family.elder_id);
    assert_eq!(family.helper.get(ELDERS).await.ok()["data"], json!([tie]));
    assert_eq!(family.elder.get(HELPERS).await.ok()["data"][0]["helper"]["display_name"], "伍家女儿");
    family.accept(code).await.refused(401, "wrong_code");
}

#[actix_web::test]
async fn an_invitation_does_not_tell_whether_the_number_has_an_account() {
    let family = Family::new().await;
    let shape = |answer: Answer| {
        let mut shape = answer.created();
        for member in ["id", "code", "phone_masked"] {
            shape[member] = Value::Null;
        }
        shape
    };
    assert_eq!(shape(family.invite(DAUGHTER).await), shape(family.invite("13711112222").await));
    let late = family.invite("13711113333").await.created();
    let newcomer = enrol(&family.market.app, "13711113333", "后来的人", &[]);
    newcomer.post(ACCEPT, &json!({ "code": late["code"] })).await.ok();
}

#[actix_web::test]
async fn five_wrong_tries_end_an_invitation_and_each_is_kept() {
    let family = Family::new().await;
    let invitation = family.invite(DAUGHTER).await.created();
    let code = text(&invitation, "/code");
    for text in ["12345", "1234567", "abcdef", ""] {
        family.accept(text).await.invalid(&[("/code", "invalid_code")]);
    }
    for _ in 0..4 {
        family.accept(&wrong(code)).await.refused(401, "wrong_code");
    }
    assert_eq!(family.helper.get(ELDERS).await.ok()["invitation_waits"], true);
    family.accept(&wrong(code)).await.refused(401, "wrong_code");
    family.accept(code).await.refused(401, "wrong_code");
    assert_eq!(family.helper.get(ELDERS).await.ok()["invitation_waits"], false);
    assert_eq!(family.elder.get(HELPERS).await.ok(), json!({ "data": [] }));

    let again = family.invite(DAUGHTER).await.created();
    family.accept(text(&again, "/code")).await.ok();
}

#[actix_web::test]
async fn a_wrong_code_counts_for_every_open_invitation_of_the_number() {
    let family = Family::new().await;
    let first = family.invite(DAUGHTER).await.created();
    let second = family.market.buyer.post(HELPERS, &json!({ "phone": DAUGHTER })).await.created();
    let codes = [text(&first, "/code"), text(&second, "/code")];
    let neither = ["000000", "111111", "222222"].into_iter().find(|code| !codes.contains(code)).expect("one of three");
    for _ in 0..5 {
        family.accept(neither).await.refused(401, "wrong_code");
    }
    for code in codes {
        family.accept(code).await.refused(401, "wrong_code");
    }
}

#[actix_web::test]
async fn digits_are_good_for_half_an_hour_and_the_number_is_not_kept_longer() {
    let family = Family::new().await;
    let invitation = family.invite(DAUGHTER).await.created();
    family.market.app.advance(minutes(30));
    // No job has run yet: the time itself decides.
    family.accept(text(&invitation, "/code")).await.refused(401, "wrong_code");
    assert_eq!(family.elder.get(HELPERS).await.ok(), json!({ "data": [] }));
    assert_eq!(numbers_kept(&family.market), 1);
    family.market.app.later(minutes(1));
    assert_eq!(numbers_kept(&family.market), 0);

    let first = family.invite(DAUGHTER).await.created();
    family.market.app.advance(minutes(20));
    let second = family.invite(DAUGHTER).await.created();
    assert_eq!(first["id"], second["id"], "asking again replaces the invitation");
    family.market.app.later(minutes(15));
    if first["code"] != second["code"] {
        family.accept(text(&first, "/code")).await.refused(401, "wrong_code");
    }
    family.accept(text(&second, "/code")).await.ok();
    family.market.app.later(minutes(60));
    assert_eq!(family.elder.get(HELPERS).await.ok()["data"][0]["state"], "active", "the job leaves a tie alone");
}

fn numbers_kept(market: &Market) -> i64 {
    use diesel::prelude::*;
    use yuanshan::db::schema::helpers;
    let kept = helpers::table.filter(helpers::phone_sealed.ne(Vec::new())).count();
    market.app.read(|conn| kept.get_result(conn))
}

#[actix_web::test]
async fn nobody_helps_themselves_and_nobody_has_more_than_five() {
    let family = Family::new().await;
    let app = &family.market.app;
    app.unchanged(family.invite(ELDER)).await.invalid(&[("/phone", "own_number")]);
    app.unchanged(family.invite("110")).await.invalid(&[("/phone", "invalid_phone")]);
    let long = json!({ "phone": DAUGHTER, "relation": "女".repeat(21) });
    app.unchanged(family.elder.post(HELPERS, &long).into_future()).await.invalid(&[("/relation", "text_too_long")]);
    for number in 1..=5 {
        family.invite(&format!("1371111000{number}")).await.created();
    }
    app.unchanged(family.invite(DAUGHTER)).await.invalid(&[("/phone", "too_many")]);
    family.invite("13711110005").await.created();
    app.later(minutes(31));
    let invitation = family.invite(DAUGHTER).await.created();
    family.accept(text(&invitation, "/code")).await.ok();
    assert_eq!(app.unchanged(family.invite(DAUGHTER)).await.refused(409, "wrong_state")["state"], "active");
}

#[actix_web::test]
async fn either_side_ends_a_tie_and_others_do_not_learn_that_it_exists() {
    let (family, tie) = Family::tied().await;
    let ended_by_elder = family.end(&tie).await.ok();
    assert_eq!((&ended_by_elder["state"], &ended_by_elder["phone_masked"]), (&json!("ended"), &Value::Null));
    assert_eq!(ended_by_elder["helper"]["display_name"], "伍家女儿", "who it was stays known");
    assert_eq!(family.market.app.unchanged(family.end(&tie)).await.ok(), ended_by_elder, "a second tap");
    assert_eq!(rows(&family.helper.get(ELDERS).await.ok()).len(), 0);

    let again = family.invite(DAUGHTER).await.created();
    let tie = family.accept(text(&again, "/code")).await.ok();
    for (person, path) in [
        (&family.market.buyer, format!("{HELPERS}/{}/end", id(&tie))),
        (&family.market.buyer, format!("{ELDERS}/{}/end", id(&tie))),
        (&family.helper, format!("{HELPERS}/{}/end", id(&tie))),
        (&family.elder, format!("{ELDERS}/{}/end", id(&tie))),
    ] {
        family.market.app.unchanged(person.act(&path).into_future()).await.refused(404, "not_found");
    }
    let ended = family.helper.act(format!("{ELDERS}/{}/end", id(&tie))).await.ok();
    assert_eq!(ended["state"], "ended");
    family.helper.get("/api/v1/orders").header(FOR, &family.elder_id).await.refused(403, "not_helping");
}

#[actix_web::test]
async fn ending_the_tie_ends_all_of_it_also_when_the_helper_was_named_twice() {
    let (family, _) = Family::tied().await;
    use diesel::prelude::*;
    use yuanshan::db::schema::{helpers, users};
    // The helper has another number now, and is named by it once more.
    let context = family.market.app.context();
    let index = |phone: &str| context.secrets.blind_index(phone);
    let moved = context.db.write_blocking(|conn| {
        diesel::update(users::table.filter(users::phone_index.eq(index(DAUGHTER))))
            .set(users::phone_index.eq(index("13700000051")))
            .execute(conn)
            .map_err(yuanshan::db::DbError::from)
    });
    assert_eq!(moved.expect("the number is changed"), 1);
    let again = family.invite("13700000051").await.created();
    family.accept(text(&again, "/code")).await.ok();
    let active = helpers::table.filter(helpers::state.eq("active")).count();
    assert_eq!(family.market.app.read(|conn| active.get_result::<i64>(conn)), 1);
    family.end(id(&again)).await.ok();
    family.helper.get("/api/v1/orders").header(FOR, &family.elder_id).await.refused(403, "not_helping");
}

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

#[actix_web::test]
async fn every_step_of_a_tie_is_in_the_log() {
    use diesel::prelude::*;
    use yuanshan::db::schema::log_entries;
    let (family, tie) = Family::tied().await;
    let second = family.invite("13711112222").await.created();
    family.end(&tie).await.ok();
    family.end(id(&second)).await.ok();
    let query = log_entries::table.filter(log_entries::subject_kind.eq("helper")).order(log_entries::seq).select((
        log_entries::action,
        log_entries::from_state,
        log_entries::to_state,
    ));
    let log: Vec<(String, Option<String>, Option<String>)> = family.market.app.read(|conn| query.load(conn));
    let log: Vec<(&str, Option<&str>, Option<&str>)> =
        log.iter().map(|(action, from, to)| (action.as_str(), from.as_deref(), to.as_deref())).collect();
    assert_eq!(
        log,
        [
            ("invite", None, Some("invited")),
            ("accept", Some("invited"), Some("active")),
            ("invite", None, Some("invited")),
            ("end", Some("active"), Some("ended")),
            ("end", Some("invited"), Some("ended")),
        ]
    );
}
