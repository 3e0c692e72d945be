//! The tie: by six digits, ended by either side.

use serde_json::{Value, json};

use super::{ACCEPT, DAUGHTER, ELDER, ELDERS, FOR, Family, HELPERS};
use crate::support::{Answer, Market, enrol, id, minutes, rows, text};

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

#[actix_web::test]
async fn of_many_tries_at_once_five_count() {
    use diesel::prelude::*;
    use yuanshan::db::schema::log_entries;
    let family = Family::new().await;
    let invitation = family.invite(DAUGHTER).await.created();
    let wrong = wrong(text(&invitation, "/code"));
    // So that all have their token before the first goes out.
    family.helper.get(ELDERS).await.ok();
    for answer in futures_util::future::join_all((0..12).map(|_| family.accept(&wrong))).await {
        answer.refused(401, "wrong_code");
    }
    let tries = log_entries::table.filter(log_entries::action.eq("wrong_code")).count();
    assert_eq!(family.market.app.read(|conn| tries.get_result::<i64>(conn)), 5);
    family.accept(text(&invitation, "/code")).await.refused(401, "wrong_code");
}
