//! What is sent in as a table, and is none, or worse.

use actix_web::http::Method;
use encoding_rs::GBK;
use rust_xlsxwriter::{Formula, Workbook};
use serde_json::json;
use std::io::{Cursor, Read};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{assert_found, committed, found, households, judged, send, workbook};
use crate::support::{Market, form, id, rows};

#[actix_web::test]
async fn what_is_no_table_is_refused_at_once() {
    let market = Market::new().await;
    for (bytes, code) in [
        (&b"%PDF-1.7"[..], "unknown_file"),
        (b"\x89PNG\r\n\x1a\n", "unknown_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),
    ] {
        let refused = send(&market.coordinator, "households", bytes);
        market.app.unchanged(refused).await.invalid(&[("/file", code)]);
    }
}

#[actix_web::test]
async fn a_file_of_two_gigabytes_is_not_read() {
    let market = Market::new().await;
    let (content_type, body) = form(&[("kind", "households")], "file", b"a,b\n");
    let call = market.coordinator.call(Method::POST, "/api/v1/imports").bytes(&content_type, body);
    let call = call.without("content-length").header("content-length", 2_u64 << 30);
    market.app.unchanged(call.into_future()).await.refused(413, "body_too_large");
    let (content_type, body) = form(&[("kind", "households")], "file", &vec![b'a'; 16 * 1024 * 1024 + 1]);
    let call = market.coordinator.call(Method::POST, "/api/v1/imports").bytes(&content_type, body);
    market.app.unchanged(call.into_future()).await.refused(413, "body_too_large");
}

/// A workbook with one entry more, or another one.
fn with_entry(workbook: &[u8], name: &str, content: &mut dyn Read) -> Vec<u8> {
    let mut source = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut target = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..source.len() {
        let entry = source.by_index_raw(index).unwrap();
        if entry.name().unwrap() != name {
            target.raw_copy_file(entry).unwrap();
        }
    }
    target.start_file(name, SimpleFileOptions::default()).unwrap();
    std::io::copy(content, &mut target).unwrap();
    target.finish().unwrap().into_inner()
}

fn plain() -> Vec<u8> {
    workbook(&[&["村", "别名"], &["岫云村", "坡上王家"]])
}

async fn refusal(market: &Market, file: &[u8]) -> Vec<(i64, String, String)> {
    let import = judged(market, &market.coordinator, "households", file).await;
    let found = found(&market.coordinator, &import, "error").await;
    market.coordinator.act(format!("/api/v1/imports/{}/cancel", id(&import))).await.ok();
    found
}

#[actix_web::test]
async fn a_bomb_does_not_go_off() {
    let market = Market::new().await;
    const GIB: u64 = 1 << 30;
    let bomb = with_entry(&plain(), "xl/worksheets/sheet1.xml", &mut std::io::repeat(b' ').take(GIB + 1));
    assert!(bomb.len() < 2 * 1024 * 1024, "{} bytes hold more than a gigabyte", bomb.len());
    assert_found(&refusal(&market, &bomb).await, &[(0, "", "archive_too_dense")]);
}

#[actix_web::test]
async fn a_workbook_holds_a_table_and_nothing_else() {
    let market = Market::new().await;
    let claim = r#"<sst xmlns="x" uniqueCount="99999999999"></sst>"#;
    for (name, content, code) in [
        ("xl/vbaProject.bin", "macro", "archive_refused"),
        ("../../etc/passwd", "x", "archive_refused"),
        ("xl/media/inner.zip", "x", "archive_refused"),
        ("xl/sharedStrings.xml", claim, "archive_refused"),
        ("xl/worksheets/sheet1.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "archive_refused"),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>", "not_a_workbook"),
        ("xl/workbook.xml", "", "not_a_workbook"),
    ] {
        let file = with_entry(&plain(), name, &mut content.as_bytes());
        assert_found(&refusal(&market, &file).await, &[(0, "", code)]);
    }
    assert_found(&refusal(&market, b"PK\x03\x04 and nothing else").await, &[(0, "", "not_a_workbook")]);
}

#[actix_web::test]
async fn formulas_and_false_dates_are_refused_by_their_cell() {
    let market = Market::new().await;
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, title) in (0_u16..).zip(["村", "别名", "人数"]) {
        sheet.write_string(0, column, title).unwrap();
    }
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    sheet.write_string(1, 0, "岫云村").unwrap();
    sheet.write_formula(1, 1, Formula::new("=HYPERLINK(\"http://x\")").set_result("坡上王家")).unwrap();
    sheet.write_number(1, 2, 4).unwrap();
    sheet.write_number(2, 0, 510_824_115_216_f64).unwrap();
    sheet.write_number_with_format(2, 1, 46_086, &date).unwrap();
    sheet.write_boolean(2, 2, true).unwrap();
    sheet.merge_range(4, 0, 4, 1, "岫云村", &rust_xlsxwriter::Format::new()).unwrap();
    sheet.set_row_hidden(2).unwrap();
    let import = judged(&market, &market.coordinator, "households", &workbook.save_to_buffer().unwrap()).await;
    assert_found(
        &found(&market.coordinator, &import, "error").await,
        &[
            (2, "alias", "formula_not_allowed"),
            (3, "alias", "date_not_expected"),
            (3, "members", "cell_not_readable"),
            (5, "alias", "value_required"),
        ],
    );
    assert_found(&found(&market.coordinator, &import, "note").await, &[(3, "", "hidden_row"), (5, "", "merged_cells")]);
}

#[actix_web::test]
async fn a_table_in_gbk_is_read_and_said_to_be() {
    let market = Market::new().await;
    let text = "村,别名\r\n岫云村,坡上王家\r\n";
    let import = judged(&market, &market.coordinator, "households", &GBK.encode(text).0).await;
    assert_found(&found(&market.coordinator, &import, "note").await, &[(0, "", "read_as_gbk")]);
    assert_eq!(committed(&market, &market.coordinator, &import).await["state"], "done");
    let list = market.coordinator.get("/api/v1/households").await.ok();
    assert_eq!(rows(&list)[0]["alias"], "坡上王家");
}

#[actix_web::test]
async fn titles_are_known_or_named() {
    let market = Market::new().await;
    for (head, expected) in [
        ("村,别名,电话", &[(1, "", "unknown_column")][..]),
        ("村,village,别名", &[(1, "village", "repeated_column")]),
        ("村,故事", &[(1, "alias", "missing_column")]),
    ] {
        let file = format!("{head}\n岫云村,坡上王家,1\n");
        let import = judged(&market, &market.coordinator, "households", file.as_bytes()).await;
        assert_found(&found(&market.coordinator, &import, "error").await, expected);
        market.coordinator.act(format!("/api/v1/imports/{}/cancel", id(&import))).await.ok();
    }
    let empty = judged(&market, &market.coordinator, "households", "村,别名\n".as_bytes()).await;
    assert_found(&found(&market.coordinator, &empty, "error").await, &[(0, "", "no_rows")]);
}

#[actix_web::test]
async fn a_form_that_is_filled_in_is_read_back() {
    let market = Market::new().await;
    let tables = market.coordinator.get("/api/v1/import-templates").await.ok();
    assert_eq!(rows(&tables)[0]["columns"][0]["title"], "村");
    for kind in ["households", "listings", "capacities"] {
        for (format, language) in [("csv", "zh"), ("xlsx", "zh"), ("csv", "en"), ("xlsx", "en")] {
            let path = format!("/api/v1/import-templates/{kind}.{format}");
            let form = market.coordinator.get(&path).header("accept-language", language).await;
            assert!(form.header("content-disposition").contains(&format!("{kind}.{format}")));
            let import = judged(&market, &market.coordinator, kind, &form.body).await;
            assert_eq!(import["format"], format);
            assert_found(&found(&market.coordinator, &import, "error").await, &[]);
            assert_eq!(found(&market.coordinator, &import, "note").await.last().unwrap().2, "example_skipped");
            market.coordinator.act(format!("/api/v1/imports/{}/cancel", id(&import))).await.ok();
        }
    }
    market.coordinator.get("/api/v1/import-templates/households.ods").await.refused(404, "not_found");
    let file = households(&["岫云村,坡上王家,,4,点按"]);
    let import = judged(&market, &market.coordinator, "households", &file).await;
    assert_eq!(import["errors_count"], json!(0));
}
