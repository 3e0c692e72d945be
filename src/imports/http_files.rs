//! Routes of what goes out as a file: tables to fill in, and what was found in one.

use actix_web::http::header::{ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::store::{self, Import};
use super::types::{Format, ImportError, ImportId, Kind, Severity};
use super::view::{self, FindingOut, SheetOut, show_finding, show_sheet};
use super::{forms, service};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::Staff;
use crate::kernel::{Cursor, Page, PageQuery};
use crate::web::messages::Language;
use crate::web::{ApiError, ApiResult, Code, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_import_tables, download_import_table, list_import_findings, download_import_findings);
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv; charset=utf-8";

fn language_of(request: &HttpRequest) -> Language {
    Language::accepted(request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()))
}

fn file(name: &str, media_type: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}

#[derive(Serialize, ToSchema)]
struct ImportTablesOut {
    data: Vec<SheetOut>,
}

/// The kinds of tables that can be imported, with their columns.
#[utoipa::path(get, path = "/import-templates", tag = "imports", responses((status = 200, body = ImportTablesOut)))]
async fn list_import_tables(_: Staff, request: HttpRequest) -> web::Json<ImportTablesOut> {
    let language = language_of(&request);
    web::Json(ImportTablesOut { data: Kind::ALL.iter().map(|kind| show_sheet(kind.sheet(), language)).collect() })
}

/// A table to fill in: `households.xlsx`, `listings.csv`.
#[utoipa::path(get, path = "/import-templates/{file}", tag = "imports", params(("file" = String, Path, example = "households.xlsx")),
    responses((status = 200, content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv")))))]
async fn download_import_table(_: Staff, request: HttpRequest, name: web::Path<String>) -> ApiResult<HttpResponse> {
    let unknown = || ApiError::new(Code::NotFound);
    let (kind, format) = name.split_once('.').ok_or_else(unknown)?;
    let kind: Kind = kind.parse().map_err(|_| unknown())?;
    let language = language_of(&request);
    match format.parse().map_err(|_| unknown())? {
        Format::Csv => Ok(file(&name, CSV, forms::csv(kind.sheet(), language).map_err(ApiError::internal)?)),
        Format::Xlsx => Ok(file(&name, XLSX, forms::xlsx(kind.sheet(), language).map_err(ApiError::internal)?)),
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FindingsQuery {
    /// Errors or notes alone.
    #[param(inline)]
    severity: Option<Severity>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// What was found in the rows of one of the caller's imports, in their order. Of a great many the first
/// 2,000 errors and 2,000 notes are kept; the import tells how many there are.
#[utoipa::path(get, path = "/imports/{id}/findings", tag = "imports", params(("id" = ImportId, Path), FindingsQuery), responses((status = 200, body = Page<FindingOut>)))]
async fn list_import_findings(
    who: Staff,
    context: web::Data<Context>,
    request: HttpRequest,
    id: PathId<Import>,
    query: Query<FindingsQuery>,
) -> ApiResult<web::Json<Page<FindingOut>>> {
    let FindingsQuery { severity, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let language = language_of(&request);
    let (kind, rows) = context
        .db
        .read(move |conn| {
            let import = service::load_own(conn, who.user_id, id.0)?;
            let after = after.map(|cursor| cursor.key);
            Ok::<_, ImportError>((import.kind, store::list_findings(conn, id.0, severity, limit + 1, after)?))
        })
        .await?;
    let rows = Page::cut(rows, limit, |last| Cursor { key: last.seq, id: Uuid::nil() });
    Ok(web::Json(rows.map(|row| show_finding(row, kind, language))))
}

/// All that was kept of what was found, as a table.
#[utoipa::path(get, path = "/imports/{id}/findings.csv", tag = "imports", params(("id" = ImportId, Path)), responses((status = 200, content_type = "text/csv", body = String)))]
async fn download_import_findings(
    who: Staff,
    context: web::Data<Context>,
    request: HttpRequest,
    id: PathId<Import>,
) -> ApiResult<HttpResponse> {
    let language = language_of(&request);
    let (kind, rows) = context
        .db
        .read_long(move |conn| {
            let import = service::load_own(conn, who.user_id, id.0)?;
            Ok::<_, ImportError>((import.kind, store::list_findings(conn, id.0, None, i64::MAX, None)?))
        })
        .await?;
    let table = view::table(rows, kind, language).map_err(ApiError::internal)?;
    Ok(file("findings.csv", CSV, table))
}
