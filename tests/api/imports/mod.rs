//! Imports: tables are judged by their cells, then carried out whole or not at all.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod command_line;
mod files;
mod flow;
mod households;
mod listings;
mod many;
mod others;

use actix_web::http::Method;
use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::support::{Answer, Market, Person, form, id, rows};

/// The answer to a file that is sent in.
pub async fn send(person: &Person, kind: &str, file: &[u8]) -> Answer {
    let (content_type, body) = form(&[("kind", kind)], "file", file);
    person.call(Method::POST, "/api/v1/imports").bytes(&content_type, body).await
}

/// A file that was sent in and judged.
pub async fn judged(market: &Market, person: &Person, kind: &str, file: &[u8]) -> Value {
    let import = send(person, kind, file).await.accepted();
    assert_eq!(import["state"], "checking");
    market.app.run_jobs();
    let import = person.get(format!("/api/v1/imports/{}", id(&import))).await.ok();
    assert_eq!(import["state"], "checked");
    import
}

/// What was found of one severity: row, column, code.
pub async fn found(person: &Person, import: &Value, severity: &str) -> Vec<(i64, String, String)> {
    let path = format!("/api/v1/imports/{}/findings?severity={severity}&limit=100", id(import));
    let list = person.get(path).await.ok();
    let text = |row: &Value, member: &str| row[member].as_str().unwrap_or_default().to_owned();
    rows(&list).iter().map(|row| (row["row"].as_i64().unwrap(), text(row, "column"), text(row, "code"))).collect()
}

#[track_caller]
pub fn assert_found(found: &[(i64, String, String)], expected: &[(i64, &str, &str)]) {
    let found: Vec<(i64, &str, &str)> = found.iter().map(|(row, column, code)| (*row, &**column, &**code)).collect();
    assert_eq!(found, expected);
}

/// The import after it was carried out, or was to be.
pub async fn committed(market: &Market, person: &Person, import: &Value) -> Value {
    let path = format!("/api/v1/imports/{}", id(import));
    assert_eq!(person.act(format!("{path}/commit")).await.accepted()["state"], "committing");
    market.app.run_jobs();
    person.get(path).await.ok()
}

/// Households as a table in CSV.
pub fn households(lines: &[&str]) -> Vec<u8> {
    table("村,别名,故事,人数,别名同意方式", lines)
}

pub const LISTING_COLUMNS: &str =
    "村,农户别名,产品标准,名称,品类,单位,净重,数量,农户所得,包装费,运费,合作社服务费,公积公益金,损耗预留,合计";

/// Listings as a table in CSV.
pub fn listings(lines: &[&str]) -> Vec<u8> {
    table(LISTING_COLUMNS, lines)
}

pub fn table(head: &str, lines: &[&str]) -> Vec<u8> {
    let text: String = std::iter::once(&head).chain(lines).map(|line| format!("{line}\r\n")).collect();
    [b"\xef\xbb\xbf", text.as_bytes()].concat()
}

/// A workbook with one sheet of texts.
pub fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (no, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(*cells) {
            sheet.write_string(no, column, *cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}
