//! Households from a table.

use serde_json::json;

use super::{assert_found, committed, found, households, judged, workbook};
use crate::support::{Market, rows};

#[actix_web::test]
async fn a_village_comes_as_a_table() {
    let market = Market::new().await;
    let file =
        households(&["岫云村,坡上王家,四十只土鸡。,４口,点按", "510824115216,柏树湾李家,,三,否", "岫云村,=SUM(A1),,,"]);
    let import = judged(&market, &market.coordinator, "households", &file).await;
    assert_eq!(
        (&import["rows_total"], &import["rows_done"], &import["errors_count"]),
        (&json!(3), &json!(3), &json!(0))
    );
    let notes = found(&market.coordinator, &import, "note").await;
    assert_found(&notes, &[(2, "members", "normalised"), (3, "members", "normalised")]);
    assert_eq!(rows(&market.coordinator.get("/api/v1/households").await.ok()).len(), 0, "judging changes nothing");

    let done = committed(&market, &market.coordinator, &import).await;
    assert_eq!((&done["state"], &done["rows_done"]), (&json!("done"), &json!(3)));
    let list = market.coordinator.get("/api/v1/households").await.ok();
    let shown: Vec<_> = rows(&list).iter().map(|one| (&one["alias"], &one["members"], &one["public_fields"])).collect();
    for expected in [
        (&json!("坡上王家"), &json!(4), &json!(["alias"])),
        (&json!("柏树湾李家"), &json!(3), &json!([])),
        (&json!("=SUM(A1)"), &json!(null), &json!([])),
    ] {
        assert!(shown.contains(&expected), "{expected:?} in {shown:?}");
    }
}

#[actix_web::test]
async fn every_cell_says_what_is_wrong_with_it() {
    let market = Market::new().await;
    market.household("坡上王家").await;
    let file = households(&[
        "岫云村,坡上王家,,,",
        "岫云村,新家,,,点按",
        "岫云村,新家,,,点按",
        "悬崖村,崖顶家,,,",
        "无名村,某家,,,",
        "51082411521,某家,,,",
        "510824,某家,,,",
        ",某家,,,",
        "岫云村,,,,",
        "岫云村,别名太长别名太长别名太长别名太长别名太长别名太长别名太长别名太长,,,",
        "岫云村,一家,,四十,",
        "岫云村,二家,,4.5,",
        "岫云村,三家,,4-5,",
        "岫云村,四家,,,是",
        "岫云村,五家,,,纸质",
        "岫云村,六家,,,,多余",
    ]);
    let import = judged(&market, &market.coordinator, "households", &file).await;
    let errors = found(&market.coordinator, &import, "error").await;
    assert_found(
        &errors,
        &[
            (2, "alias", "duplicate_household"),
            (4, "alias", "duplicate_in_file"),
            (5, "village", "village_out_of_scope"),
            (6, "village", "unknown_village"),
            (7, "village", "invalid_region_code"),
            (8, "village", "not_a_village"),
            (9, "village", "value_required"),
            (10, "alias", "value_required"),
            (11, "alias", "text_too_long"),
            (12, "members", "number_too_large"),
            (13, "members", "not_a_whole_number"),
            (14, "members", "invalid_number"),
            (15, "alias_consent", "unknown_choice"),
            (16, "alias_consent", "consent_needs_evidence"),
            (17, "", "cell_outside_of_columns"),
        ],
    );
    assert_eq!(import["errors_count"], 15);
    let commit = market.coordinator.act(format!("/api/v1/imports/{}/commit", crate::support::id(&import)));
    market.app.unchanged(commit.into_future()).await.refused(409, "import_has_errors");
}

#[actix_web::test]
async fn findings_hold_nothing_personal() {
    let market = Market::new().await;
    let file = households(&["岫云村,王大\u{200b}爷,不可说的故事\u{7},99,点按"]);
    let import = judged(&market, &market.coordinator, "households", &file).await;
    let path = format!("/api/v1/imports/{}/findings", crate::support::id(&import));
    let list = market.coordinator.get(&path).await.ok();
    assert_eq!(rows(&list).len(), 3);
    assert!(!list.to_string().contains('王') && !list.to_string().contains("不可说"), "{list:#}");
    let table = market.coordinator.get(format!("{path}.csv")).await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let table = String::from_utf8(table.body.to_vec()).unwrap();
    assert!(table.starts_with("\u{feff}行,列,类别,说明\n2,") && !table.contains('王'), "{table}");
}

#[actix_web::test]
async fn a_workbook_is_a_table_too() {
    let market = Market::new().await;
    let file = workbook(&[
        &["village", "alias *", "members", "alias_consent"],
        &["示例：岫云村", "坡上王家", "4", "tap"],
        &["岫云村", "柏树湾李家", "4", "tap"],
    ]);
    let import = judged(&market, &market.coordinator, "households", &file).await;
    assert_eq!((&import["format"], &import["errors_count"]), (&json!("xlsx"), &json!(0)));
    assert_eq!(import["rows_total"], 1, "an example is none");
    assert_found(&found(&market.coordinator, &import, "note").await, &[(2, "", "example_skipped")]);
    assert_eq!(committed(&market, &market.coordinator, &import).await["state"], "done");
    let list = market.coordinator.get("/api/v1/households").await.ok();
    assert_eq!((rows(&list).len(), &rows(&list)[0]["alias"]), (1, &json!("柏树湾李家")));
}
