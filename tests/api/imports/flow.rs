//! From dry run to commit: who may, what may change in between, what is left behind.

use serde_json::json;
use std::time::Duration;

use super::{assert_found, committed, found, households, judged, listings, send};
use crate::support::{Market, hours, id, rows};

const WANG: &str = "岫云村,坡上王家,,4,点按";

#[actix_web::test]
async fn all_or_nothing_where_something_changed_meanwhile() {
    let market = Market::new().await;
    let file = households(&["岫云村,先来的家,,2,点按", WANG]);
    let import = judged(&market, &market.coordinator, "households", &file).await;
    market.household("坡上王家").await;
    let failed = committed(&market, &market.coordinator, &import).await;
    assert_eq!(
        (&failed["state"], &failed["rows_done"], &failed["errors_count"]),
        (&json!("failed"), &json!(0), &json!(1))
    );
    assert_found(&found(&market.coordinator, &import, "error").await, &[(3, "alias", "duplicate_household")]);
    let list = market.coordinator.get("/api/v1/households").await.ok();
    assert_eq!(rows(&list).len(), 1, "the first row was not kept either");
    let again = market.coordinator.act(format!("/api/v1/imports/{}/commit", id(&import)));
    market.app.unchanged(again.into_future()).await.refused(409, "wrong_state");
}

#[actix_web::test]
async fn a_household_that_withdrew_its_consent_stops_it() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let file = listings(&["岫云村,坡上王家,,蜂蜜,honey,瓶,500克,2,50,,,,,,"]);
    let import = judged(&market, &market.coordinator, "listings", &file).await;
    let consents = market.coordinator.get(format!("/api/v1/households/{}/consents", id(&household))).await.ok();
    let path = format!("/api/v1/consents/{}/withdraw", id(&rows(&consents)[0]));
    market.coordinator.post(path, &json!({})).await.ok();
    assert_eq!(committed(&market, &market.coordinator, &import).await["state"], "failed");
    assert_found(&found(&market.coordinator, &import, "error").await, &[(2, "household", "consent_withdrawn")]);
    assert_eq!(rows(&market.coordinator.get("/api/v1/desk/listings").await.ok()).len(), 0);
}

#[actix_web::test]
async fn a_form_that_changed_meanwhile_stops_it() {
    let market = Market::new().await;
    let import = judged(&market, &market.coordinator, "households", &households(&[WANG])).await;
    market.app.read(|conn| {
        use diesel::prelude::*;
        use yuanshan::db::schema::imports;
        diesel::update(imports::table).set(imports::schema_version.eq(0)).execute(conn)
    });
    assert_eq!(committed(&market, &market.coordinator, &import).await["state"], "failed");
    assert_found(&found(&market.coordinator, &import, "error").await, &[(0, "", "import_outdated")]);
}

#[actix_web::test]
async fn a_grant_that_was_taken_back_stops_it() {
    let market = Market::new().await;
    let import = judged(&market, &market.coordinator, "households", &households(&[WANG])).await;
    assert_eq!(
        market.coordinator.act(format!("/api/v1/imports/{}/commit", id(&import))).await.accepted()["state"],
        "committing"
    );
    let phone = json!({ "phone": "13800000001" });
    let staff = market.administrator.post("/api/v1/admin/users/find", &phone).await.ok();
    let grants = market.administrator.get(format!("/api/v1/admin/users/{}", id(&staff))).await.ok();
    let grant = grants["grants"][0]["id"].as_str().unwrap().to_owned();
    market.administrator.post(format!("/api/v1/admin/grants/{grant}/revoke"), &json!({ "reason": "离任" })).await.ok();
    market.app.run_jobs();
    market.app.read(|conn| {
        use diesel::prelude::*;
        use yuanshan::db::schema::{households, imports};
        let state: String = imports::table.select(imports::state).first(conn)?;
        assert_eq!(state, "failed");
        assert_eq!(households::table.count().get_result::<i64>(conn)?, 0);
        Ok(())
    });
}

#[actix_web::test]
async fn an_import_is_its_owners() {
    let market = Market::new().await;
    let import = judged(&market, &market.coordinator, "households", &households(&[WANG])).await;
    let path = format!("/api/v1/imports/{}", id(&import));
    for other in [&market.other_coordinator, &market.approver] {
        other.get(&path).await.refused(404, "not_found");
        other.get(format!("{path}/findings")).await.refused(404, "not_found");
        market.app.unchanged(other.act(format!("{path}/commit")).into_future()).await.refused(404, "not_found");
        market.app.unchanged(other.act(format!("{path}/cancel")).into_future()).await.refused(404, "not_found");
        assert_eq!(rows(&other.get("/api/v1/imports").await.ok()).len(), 0);
    }
    send(&market.approver, "households", &households(&[WANG])).await.refused(403, "forbidden");
    send(&market.buyer, "households", &households(&[WANG])).await.refused(403, "forbidden");
    send(&market.coordinator, "villages", &households(&[WANG])).await.invalid(&[("/kind", "unknown_word")]);
    assert_eq!(rows(&market.coordinator.get("/api/v1/imports").await.ok()).len(), 1);
}

#[actix_web::test]
async fn what_was_called_off_stays_so_and_its_file_goes() {
    let market = Market::new().await;
    let import = judged(&market, &market.coordinator, "households", &households(&[WANG])).await;
    let path = format!("/api/v1/imports/{}", id(&import));
    assert_eq!(files(&market).await, 1);
    let cancelled = market.coordinator.act(format!("{path}/cancel")).await.ok();
    assert_eq!(cancelled["state"], "cancelled");
    market.app.run_jobs();
    assert_eq!(files(&market).await, 0);
    let commit = market.coordinator.act(format!("{path}/commit"));
    market.app.unchanged(commit.into_future()).await.refused(409, "wrong_state");
    let again = market.coordinator.act(format!("{path}/cancel"));
    assert_eq!(market.app.unchanged(again.into_future()).await.ok(), cancelled, "again changes nothing");

    let unjudged = send(&market.coordinator, "households", &households(&[WANG])).await.accepted();
    market.coordinator.act(format!("/api/v1/imports/{}/cancel", id(&unjudged))).await.ok();
    market.app.run_jobs();
    let shown = market.coordinator.get(format!("/api/v1/imports/{}", id(&unjudged))).await.ok();
    assert_eq!(shown["state"], "cancelled", "a dry run that comes too late changes nothing");
}

async fn files(market: &Market) -> usize {
    use futures_util::TryStreamExt;
    let store = market.app.context().photos.clone();
    store.list(Some(&"imports".into())).try_collect::<Vec<_>>().await.expect("a list").len()
}

#[actix_web::test]
async fn what_somebody_left_lying_is_cleared() {
    let market = Market::new().await;
    judged(&market, &market.coordinator, "households", &households(&[WANG])).await;
    market.app.begin_daily_work();
    market.app.later(hours(24 * 6));
    assert_eq!(files(&market).await, 1);
    market.app.later(hours(24 * 2));
    market.app.later(Duration::from_secs(60));
    assert_eq!(files(&market).await, 0);
    let list = market.coordinator.get("/api/v1/imports").await.ok();
    assert_eq!(rows(&list)[0]["state"], "cancelled");
}

#[actix_web::test]
async fn a_commit_that_is_repeated_happens_once() {
    let market = Market::new().await;
    let import = judged(&market, &market.coordinator, "households", &households(&[WANG])).await;
    let path = format!("/api/v1/imports/{}/commit", id(&import));
    let key = market.app.new_key();
    let first = market.coordinator.act(&path).key(&key).await.accepted();
    assert_eq!(market.coordinator.act(&path).key(&key).await.accepted(), first);
    assert_eq!(market.coordinator.act(&path).await.accepted()["state"], "committing");
    market.app.run_jobs();
    assert_eq!(market.coordinator.act(&path).await.accepted()["state"], "done");
    market.app.run_jobs();
    assert_eq!(rows(&market.coordinator.get("/api/v1/households").await.ok()).len(), 1);
    assert_eq!(files(&market).await, 0, "the file is gone with what it was for");
}

#[actix_web::test]
async fn nobody_heaps_up_files() {
    let market = Market::new().await;
    for _ in 0..5 {
        send(&market.coordinator, "households", &households(&[WANG])).await.accepted();
    }
    let sixth = send(&market.coordinator, "households", &households(&[WANG])).await;
    sixth.invalid(&[("/file", "too_many_imports")]);
    assert_eq!(files(&market).await, 5, "what was refused leaves nothing behind");
}
