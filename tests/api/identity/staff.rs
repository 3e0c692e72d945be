//! How somebody becomes staff, and stops being it.

use serde_json::{Value, json};

use super::second_factor::set_up;
use crate::support::{Market, PASSWORD, Person, XIUYUN, hours, id, minutes, rows, text};
use yuanshan::identity::{self, NewGrant};
use yuanshan::kernel::{RegionCode, Role};

const INVITATIONS: &str = "/api/v1/admin/invitations";
const ACCEPT: &str = "/api/v1/auth/invitations/accept";
const LOOK: &str = "/api/v1/auth/invitations/look";

fn invitation(role: &str, region: &str) -> Value {
    json!({ "role": role, "region_code": region, "note": "新来的小周" })
}

/// The token of a link: behind the `#`, which stays in the browser.
fn token(invitation: &Value) -> String {
    let (site, token) = text(invitation, "/url").split_once('#').expect("a link");
    assert_eq!(site, "https://yuanshan.example/invite");
    token.to_owned()
}

fn acceptance(token: &str) -> Value {
    json!({ "token": token, "phone": "13700000002", "password": PASSWORD, "display_name": "周干事" })
}

async fn me(person: &Person) -> Value {
    person.get("/api/v1/me").await.ok()
}

#[actix_web::test]
async fn an_invited_person_becomes_staff_by_the_link_and_a_second_factor() {
    let market = Market::new().await;
    let invited = market.administrator.post(INVITATIONS, &invitation("coordinator", XIUYUN)).await.created();
    let token = token(&invited);
    assert!(market.app.tables_holding(&token).is_empty(), "tokens are kept as digests");
    let look = market.anonymous.post(LOOK, &json!({ "token": token })).await.ok();
    assert_eq!((&look["role"], &look["region"]["name"]), (&json!("coordinator"), &json!("岫云村")));

    let session = market.anonymous.post(ACCEPT, &acceptance(&token)).await.created();
    let person = Person::with_token(&market.app, text(&session, "/access_token"));
    person.get("/api/v1/payouts").await.refused(403, "second_factor_required");
    set_up(&market, &person, PASSWORD).await;
    person.get("/api/v1/payouts").await.ok();

    market.anonymous.post(LOOK, &json!({ "token": token })).await.refused(410, "invitation_gone");
    let mut again = acceptance(&token);
    again["phone"] = json!("13700000003");
    let call = market.anonymous.post(ACCEPT, &again);
    market.app.unchanged(call.into_future()).await.refused(410, "invitation_gone");
    let list = market.administrator.get(INVITATIONS).await.ok();
    assert_eq!((&rows(&list)[0]["state"], &rows(&list)[0]["accepted_by"]), (&json!("accepted"), &json!("周干事")));
    assert_eq!(rows(&list)[0]["url"], Value::Null, "the link is shown once");
}

#[actix_web::test]
async fn somebody_with_an_account_takes_an_invitation_as_who_they_are() {
    let market = Market::new().await;
    let invited = market.administrator.post(INVITATIONS, &invitation("auditor", "510824")).await.created();
    let user = market.buyer.post("/api/v1/me/invitations/accept", &json!({ "token": token(&invited) })).await.ok();
    assert_eq!(user["roles"], json!(["buyer", "auditor"]));
    let own = market.administrator.post(INVITATIONS, &invitation("auditor", "510824")).await.created();
    let own = json!({ "token": token(&own) });
    market.administrator.post("/api/v1/me/invitations/accept", &own).await.refused(403, "same_person");
}

#[actix_web::test]
async fn a_link_is_good_for_its_time_and_until_it_is_taken_back() {
    let market = Market::new().await;
    let old = market.administrator.post(INVITATIONS, &invitation("approver", "510824")).await.created();
    market.app.advance(hours(72));
    market.anonymous.post(ACCEPT, &acceptance(&token(&old))).await.refused(410, "invitation_gone");
    let revoked = market.administrator.post(INVITATIONS, &invitation("approver", "510824")).await.created();
    let path = format!("{INVITATIONS}/{}/revoke", id(&revoked));
    assert_eq!(market.administrator.act(&path).await.ok()["state"], "revoked");
    market.administrator.act(&path).await.refused(410, "invitation_gone");
    market.anonymous.post(ACCEPT, &acceptance(&token(&revoked))).await.refused(410, "invitation_gone");
    for forged in ["", "x", "' OR 1=1 --"] {
        market.anonymous.post(LOOK, &json!({ "token": forged })).await.refused(410, "invitation_gone");
    }
}

#[actix_web::test]
async fn nobody_registers_or_is_invited_beyond_what_the_inviter_has() {
    let market = Market::new().await;
    let sichuan_only = market.administrator.post(INVITATIONS, &invitation("coordinator", "5101"));
    sichuan_only.await.created();
    for (role, region, pointer, code) in [
        ("coordinator", "519999", "/region_code", "unknown_region"),
        ("coordinator", "5", "/region_code", "invalid_region_code"),
        ("coordinator", "51%", "/region_code", "invalid_region_code"),
        ("buyer", XIUYUN, "/role", "unknown_word"),
        ("helper", XIUYUN, "/role", "unknown_word"),
        ("system", XIUYUN, "/role", "unknown_word"),
    ] {
        let call = market.administrator.post(INVITATIONS, &invitation(role, region));
        market.app.unchanged(call.into_future()).await.invalid(&[(pointer, code)]);
    }
    let mut long = invitation("coordinator", XIUYUN);
    long["expires_in_h"] = json!(337);
    market.administrator.post(INVITATIONS, &long).await.invalid(&[("/expires_in_h", "invalid_period")]);

    let county = administrator_of(&market, "510824", None).await;
    let call = county.post(INVITATIONS, &invitation("coordinator", "513431109210"));
    market.app.unchanged(call.into_future()).await.refused(403, "out_of_scope");
    county.post(INVITATIONS, &invitation("administrator", "510824115")).await.created();
}

/// Somebody who becomes administrator of a region, by the command line.
async fn administrator_of(market: &Market, region: &str, until: Option<yuanshan::kernel::Instant>) -> Person {
    let person = crate::support::enrol(&market.app, "13700000010", "县管理员", &[(Role::Auditor, "513431")]);
    let user = text(&me(&person).await, "/id").parse().expect("an id");
    let context = market.app.context();
    let act = context.system_act();
    let region_code = RegionCode::parse(region).expect("a code");
    let grant = NewGrant { valid_until: until, ..NewGrant::for_good(Role::Administrator, region_code) };
    context.db.write_blocking(|conn| identity::entrust(conn, &act, user, &grant)).expect("entrusted");
    person
}

#[actix_web::test]
async fn a_grant_does_not_outlive_its_giver() {
    let market = Market::new().await;
    let until = market.app.now().plus(hours(24 * 30));
    let giver = administrator_of(&market, "510824", Some(until)).await;
    let coordinator = text(&me(&market.coordinator).await, "/id").to_owned();
    let path = format!("/api/v1/admin/users/{coordinator}/grants");
    let grant = |until: Value| json!({ "role": "approver", "region_code": "510824", "valid_until": until });
    for until in [Value::Null, json!(until.plus(minutes(1)))] {
        let call = giver.post(&path, &grant(until));
        market.app.unchanged(call.into_future()).await.invalid(&[("/valid_until", "grant_outlives_giver")]);
    }
    let given = giver.post(&path, &grant(json!(until))).await.created();
    assert_eq!((&given["state"], &given["granted_by"]), (&json!("in_force"), &json!("县管理员")));
    let call = giver.post(&path, &grant(json!(until)));
    market.app.unchanged(call.into_future()).await.refused(409, "grant_exists");

    let mut link = invitation("coordinator", XIUYUN);
    link["valid_until"] = json!(until);
    let link = giver.post(INVITATIONS, &link).await.created();
    let admin = giver_grant(&market, "13700000010").await;
    market
        .administrator
        .post(format!("/api/v1/admin/grants/{admin}/revoke"), &json!({ "reason": "调走了" }))
        .await
        .ok();
    let late = market.anonymous.post(ACCEPT, &acceptance(&token(&link)));
    market.app.unchanged(late.into_future()).await.refused(410, "invitation_gone");
    giver.get("/api/v1/admin/users").await.refused(403, "forbidden");
    // What was given stays: the office entrusted it, not the person.
    assert!(me(&market.coordinator).await["roles"].as_array().expect("roles").contains(&json!("approver")));
    market.app.advance(hours(24 * 30));
    assert!(!me(&market.coordinator).await["roles"].as_array().expect("roles").contains(&json!("approver")));
}

/// The id of the administrator's grant of somebody.
async fn giver_grant(market: &Market, phone: &str) -> String {
    let staff = market.administrator.post("/api/v1/admin/users/find", &json!({ "phone": phone })).await.ok();
    let grants = staff["grants"].as_array().expect("grants").clone();
    let grant = grants.iter().find(|grant| grant["role"] == "administrator").expect("an administrator").clone();
    id(&grant).to_owned()
}

#[actix_web::test]
async fn what_is_taken_back_is_gone_at_the_next_request() {
    let market = Market::new().await;
    market.coordinator.get("/api/v1/payouts").await.ok();
    let user = text(&me(&market.coordinator).await, "/id").to_owned();
    let staff = market.administrator.get(format!("/api/v1/admin/users/{user}")).await.ok();
    assert_eq!(staff["phone_masked"], "138****0001");
    let revoke = format!("/api/v1/admin/grants/{}/revoke", text(&staff, "/grants/0/id"));
    market.administrator.post(&revoke, &json!({ "reason": " " })).await.invalid(&[("/reason", "text_required")]);
    let revoked = market.administrator.post(&revoke, &json!({ "reason": "轮岗" })).await.ok();
    assert_eq!((&revoked["state"], &revoked["revoked_by"]), (&json!("revoked"), &json!("管理员")));
    market.coordinator.get("/api/v1/payouts").await.refused(403, "forbidden");
    market.administrator.post(&revoke, &json!({ "reason": "轮岗" })).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_grant_begins_and_ends_on_time() {
    let market = Market::new().await;
    let user = text(&me(&market.auditor).await, "/id").to_owned();
    let (from, until) = (market.app.now().plus(hours(1)), market.app.now().plus(hours(2)));
    let path = format!("/api/v1/admin/users/{user}/grants");
    let grant = json!({ "role": "approver", "region_code": "510824", "valid_from": from, "valid_until": until });
    assert_eq!(market.administrator.post(&path, &grant).await.created()["state"], "pending");
    market.auditor.get("/api/v1/payouts").await.refused(403, "forbidden");
    market.app.advance(hours(1));
    market.auditor.get("/api/v1/payouts").await.ok();
    market.app.advance(hours(1));
    market.auditor.get("/api/v1/payouts").await.refused(403, "forbidden");
    let backwards = json!({ "role": "approver", "region_code": "510824", "valid_from": until, "valid_until": from });
    market.administrator.post(&path, &backwards).await.invalid(&[("/valid_until", "invalid_period")]);
    // One that has run out makes room for the next.
    let next = json!({ "role": "approver", "region_code": "510824" });
    market.administrator.post(&path, &next).await.created();
}

#[actix_web::test]
async fn administrators_see_and_touch_only_the_staff_of_their_regions_and_not_themselves() {
    let market = Market::new().await;
    let county = administrator_of(&market, "510824", None).await;
    let names = |list: &Value| rows(list).iter().map(|row| text(row, "/display_name").to_owned()).collect::<Vec<_>>();
    let mut seen = names(&county.get("/api/v1/admin/users").await.ok());
    seen.sort();
    assert_eq!(seen, ["县管理员", "岫云村协调员", "苍溪县审核员", "苍溪县审计员"]);
    let found = county.get("/api/v1/admin/users?q=%E5%AE%A1%E8%AE%A1&role=auditor").await.ok();
    assert_eq!(names(&found), ["苍溪县审计员"]);
    assert_eq!(names(&county.get("/api/v1/admin/users?q=%25").await.ok()).len(), 0, "a percent sign is a percent sign");

    let other = text(&me(&market.other_coordinator).await, "/id").to_owned();
    county.get(format!("/api/v1/admin/users/{other}")).await.refused(404, "not_found");
    let buyer = text(&me(&market.buyer).await, "/id").to_owned();
    county.get(format!("/api/v1/admin/users/{buyer}")).await.refused(404, "not_found");
    for phone in ["13800000002", "13900000001", "13799999999"] {
        county.post("/api/v1/admin/users/find", &json!({ "phone": phone })).await.refused(404, "not_found");
    }
    let grant = json!({ "role": "auditor", "region_code": "510824" });
    for person in [&other, &buyer] {
        let call = county.post(format!("/api/v1/admin/users/{person}/grants"), &grant);
        market.app.unchanged(call.into_future()).await.refused(404, "not_found");
    }
    let own = text(&me(&county).await, "/id").to_owned();
    let call = county.post(format!("/api/v1/admin/users/{own}/grants"), &grant);
    market.app.unchanged(call.into_future()).await.refused(403, "same_person");
}

#[actix_web::test]
async fn a_lost_phone_is_helped_by_an_administrator() {
    let market = Market::new().await;
    let user = text(&me(&market.coordinator).await, "/id").to_owned();
    let path = format!("/api/v1/admin/users/{user}/reset-totp");
    market.administrator.post(&path, &json!({ "reason": "手机丢了" })).await.no_content();
    market.coordinator.get("/api/v1/me").await.refused(401, "unauthenticated");
    let login = json!({ "phone": "13800000001", "password": PASSWORD });
    let session = market.anonymous.post(super::LOGIN, &login).await.ok();
    let person = Person::with_token(&market.app, text(&session, "/access_token"));
    person.get("/api/v1/payouts").await.refused(403, "second_factor_required");
    set_up(&market, &person, PASSWORD).await;
    person.get("/api/v1/payouts").await.ok();
    let path = format!("/api/v1/admin/users/{user}/end-sessions");
    market.administrator.post(&path, &json!({ "reason": "平板被盗" })).await.no_content();
    person.get("/api/v1/me").await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn an_administrator_reads_a_number_with_a_reason_that_its_owner_can_read() {
    let market = Market::new().await;
    let user = text(&me(&market.coordinator).await, "/id").to_owned();
    let path = format!("/api/v1/admin/users/{user}/unmask");
    let call = market.administrator.post(&path, &json!({ "reason": "" }));
    market.app.unchanged(call.into_future()).await.invalid(&[("/reason", "text_required")]);
    let unmasked = market.administrator.post(&path, &json!({ "reason": "打电话通知培训" })).await.ok();
    assert_eq!(unmasked, json!({ "phone": "13800000001", "email": null }));
    let log = market.coordinator.get("/api/v1/me/access-log").await.ok();
    assert_eq!((&rows(&log)[0]["reason"], rows(&log).len()), (&json!("打电话通知培训"), 1));
    let seen = market.auditor.get("/api/v1/audit/access-log").await.ok();
    assert_eq!((&rows(&seen)[0]["reason"], rows(&seen).len()), (&json!("打电话通知培训"), 1));
    assert!(rows(&market.other_auditor.get("/api/v1/audit/access-log").await.ok()).is_empty());
}

#[actix_web::test]
async fn whoever_answers_to_others_too_is_not_a_smaller_administrators_to_unlock_or_to_read() {
    let market = Market::new().await;
    let county = administrator_of(&market, "510824", None).await;
    let user = text(&me(&market.coordinator).await, "/id").to_owned();
    let path = |verb: &str| format!("/api/v1/admin/users/{user}/{verb}");
    let reason = json!({ "reason": "看看" });
    county.post(path("unmask"), &reason).await.ok();
    let wider = json!({ "role": "auditor", "region_code": "513431" });
    let wider = market.administrator.post(path("grants"), &wider).await.created();
    for verb in ["unmask", "reset-totp", "end-sessions"] {
        let call = county.post(path(verb), &reason);
        market.app.unchanged(call.into_future()).await.refused(404, "not_found");
    }
    // Who is staff no more is nobody's.
    let staff = market.administrator.get(format!("/api/v1/admin/users/{user}")).await.ok();
    assert!(staff["grants"].as_array().is_some_and(|grants| grants.iter().any(|grant| id(grant) == id(&wider))));
    for grant in staff["grants"].as_array().expect("grants").iter().map(id) {
        market.administrator.post(format!("/api/v1/admin/grants/{grant}/revoke"), &reason).await.ok();
    }
    market.administrator.post(path("unmask"), &reason).await.refused(404, "not_found");
}
