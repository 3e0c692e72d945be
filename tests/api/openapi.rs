//! The OpenAPI document: whole, in step with the routes, and as committed for the frontend.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::permissions::method_of;
use crate::support::{Market, text};
use yuanshan::app;
use yuanshan::web::openapi;

const DOCUMENT: &str = "/api/v1/openapi.json";

#[actix_web::test]
async fn the_document_names_every_route_with_its_permission() {
    let market = Market::new().await;
    let document = market.anonymous.get(DOCUMENT).await.ok();
    assert!(text(&document, "/openapi").starts_with("3.1"), "{}", document["openapi"]);
    let mut ids = BTreeSet::new();
    let routes = app::routes();
    for endpoint in routes.endpoints() {
        let method = method_of(&endpoint.method).as_str().to_lowercase();
        let operation = &document["paths"][format!("/api/v1{}", endpoint.path)][&method];
        assert!(ids.insert(text(operation, "/operationId").to_owned()), "named twice: {operation:#}");
        let who = format!("Who may: {}.", endpoint.permission);
        assert!(text(operation, "/description").contains(&who), "{} {}", method, endpoint.path);
        let answers = &operation["responses"];
        assert!(answers["default"].is_null() && answers["429"].is_object(), "refusals of {} {}", method, endpoint.path);
        assert_eq!(answers["415"].is_object(), operation["requestBody"].is_object(), "{} {}", method, endpoint.path);
        let alternatives = operation["security"].as_array();
        let wants_token = alternatives.is_some_and(|ways| !ways.iter().any(|way| *way == json!({})));
        let closed = !endpoint.permission.starts_with("anyone");
        assert_eq!(wants_token, closed, "security of {} {}", method, endpoint.path);
        assert!(!closed || (answers["401"].is_object() && answers["403"].is_object()), "{} {}", method, endpoint.path);
    }
    let documented: usize = document["paths"].as_object().expect("paths").values().map(operations).sum();
    assert_eq!(documented, routes.endpoints().len());
}

fn operations(item: &Value) -> usize {
    let methods = ["get", "post", "put", "patch", "delete"];
    item.as_object().map_or(0, |item| item.keys().filter(|key| methods.contains(&key.as_str())).count())
}

#[actix_web::test]
async fn every_reference_in_the_document_leads_somewhere() {
    let market = Market::new().await;
    let document = market.anonymous.get(DOCUMENT).await.ok();
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 20, "{references:?}");
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn no_two_schemas_have_one_name() {
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for (name, schema) in app::routes().endpoints().iter().flat_map(|endpoint| endpoint.schemas.clone()) {
        let schema = serde_json::to_value(schema).expect("JSON");
        let other = known.entry(name.clone()).or_insert_with(|| schema.clone());
        assert_eq!(*other, schema, "two schemas are called {name}");
    }
}

fn collect_references(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned));
            members.values().for_each(|value| collect_references(value, references));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_references(value, references)),
        _ => {}
    }
}

#[test]
fn the_route_table_is_known() {
    let rows = app::routes();
    let rows = rows
        .endpoints()
        .iter()
        .map(|endpoint| format!("{:<7}{:<48}{}", method_of(&endpoint.method), endpoint.path, endpoint.permission));
    insta::assert_snapshot!("routes", rows.collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_committed_document_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("frontend/openapi.json");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let generated = openapi::document(&app::routes()).to_pretty_json().expect("JSON");
    assert!(committed.trim_end() == generated, "frontend/openapi.json is not what the server says: run `make types`");
}

#[actix_web::test]
async fn the_page_that_shows_the_document_loads_nothing_from_outside() {
    let market = Market::new().await;
    let entrance = market.anonymous.get("/api/docs/").await;
    assert_eq!((entrance.status.as_u16(), entrance.header("location")), (307, "/api/docs/index.html"));
    for path in ["/api/docs/index.html", "/api/docs/swagger-initializer.js"] {
        let page = market.anonymous.get(path).await;
        assert_eq!(page.status, 200, "{page}");
        let text = String::from_utf8_lossy(&page.body).into_owned();
        assert!(!text.contains("src=\"http") && !text.contains("href=\"http") && !text.contains("petstore"), "{text}");
    }
    let script = market.anonymous.get("/api/docs/swagger-initializer.js").await;
    assert!(String::from_utf8_lossy(&script.body).contains(DOCUMENT), "{script}");
}
