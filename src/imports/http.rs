//! Routes of imports: a file comes in, is judged, is carried out or called off.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{HttpRequest, HttpResponse, web};

use super::reader::FILE_MAX;
use super::service::{self, Received};
use super::store::{self, Import};
use super::types::{ImportError, ImportId, Kind};
use super::view::ImportOut;
use super::{http_files, work};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::Staff;
use crate::kernel::{Page, PageQuery};
use crate::web::idempotency::{self, RequiredKey};
use crate::web::{ApiError, ApiResult, Code, PathId, Query, Routes, Upload, heavy, page};
use utoipa::ToSchema;

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, begin_import, list_imports, show_import, commit_import, cancel_import);
    http_files::routes(routes);
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the multipart form")]
struct ImportForm {
    /// What the rows are: households, listings, capacities or price_references.
    #[schema(value_type = String)]
    kind: String,
    /// CSV (UTF-8, UTF-16 or GBK) or XLSX of at most 16 MiB and 50,000 rows.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What a form adds to its file.
const FORM_ROOM: usize = 8 * 1024;

/// A body that says it is too large is not read at all.
fn check_length(request: &HttpRequest) -> ApiResult<()> {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > FILE_MAX + FORM_ROOM) {
        return Err(ApiError::new(Code::BodyTooLarge));
    }
    Ok(())
}

/// Takes in a file and has its rows judged; nothing is changed by that. The file is kept sealed until the
/// import is over.
#[utoipa::path(post, path = "/imports", tag = "imports",
    request_body(content = ImportForm, content_type = "multipart/form-data"), responses((status = 202, body = ImportOut)))]
async fn begin_import(
    who: Staff,
    context: web::Data<Context>,
    request: HttpRequest,
    form: Multipart,
) -> ApiResult<HttpResponse> {
    check_length(&request)?;
    let upload = Upload::read(form, &["kind"], FILE_MAX).await?;
    let kind: Kind = upload.text("kind").parse().map_err(|invalid| ApiError::field("/kind", invalid))?;
    who.scope_as(kind.role()).ok_or_else(|| ApiError::new(Code::Forbidden))?;
    let act = context.act(who.user_id, kind.role());
    let (id, secrets) = (act.new_id::<Import>(), context.secrets.clone());
    let sealed = heavy(move || {
        let received = Received::read(kind, upload.name(), &upload.file)?;
        Ok((received, secrets.seal_bytes(&work::context_of(id), &upload.file)))
    });
    let (received, sealed) = sealed.await?.map_err(|invalid| ApiError::field("/file", invalid))?;
    let by = who.user_id;
    work::keep(&context, id, sealed).await?;
    let import = context.db.write(move |conn| service::begin(conn, &act, id, by, &received)).await;
    if import.is_err() {
        work::remove(&context, id).await;
    }
    Ok(HttpResponse::Accepted().json(ImportOut::from(import?)))
}

/// The caller's own imports, newest first.
#[utoipa::path(get, path = "/imports", tag = "imports", params(PageQuery), responses((status = 200, body = Page<ImportOut>)))]
async fn list_imports(
    who: Staff,
    context: web::Data<Context>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<ImportOut>>> {
    let (limit, after) = page(&query.0)?;
    let by = who.user_id;
    let imports = context.db.read(move |conn| Ok::<_, ImportError>(store::list_of(conn, by, limit, after)?)).await?;
    Ok(web::Json(imports.map(ImportOut::from)))
}

/// One of the caller's imports, and how far it is.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", params(("id" = ImportId, Path)), responses((status = 200, body = ImportOut)))]
async fn show_import(who: Staff, context: web::Data<Context>, id: PathId<Import>) -> ApiResult<web::Json<ImportOut>> {
    let import = context.db.read(move |conn| service::load_own(conn, who.user_id, id.0)).await?;
    Ok(web::Json(import.into()))
}

/// Carries an import out: all of it or nothing. Every row is judged anew; what is refused now and was not
/// before stops it.
#[utoipa::path(post, path = "/imports/{id}/commit", tag = "imports", params(("id" = ImportId, Path), ("Idempotency-Key" = String, Header)), responses((status = 202, body = ImportOut)))]
async fn commit_import(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Import>,
    key: RequiredKey,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &[], &context.secrets);
    let at_desk = context.clone();
    let saved = context
        .db
        .write(move |conn| {
            let kind = service::load_own(conn, who.user_id, id.0)?.kind;
            who.scope_as(kind.role()).ok_or_else(|| ApiError::new(Code::Forbidden))?;
            let act = at_desk.act(who.user_id, kind.role());
            idempotency::once(conn, Some(&ticket), act.at, StatusCode::ACCEPTED, |conn| {
                Ok(ImportOut::from(service::order_commit(conn, &act, who.user_id, id.0)?))
            })
        })
        .await?;
    Ok(saved.into_response())
}

/// Calls an import off, as long as it is not being carried out; its file is deleted.
#[utoipa::path(post, path = "/imports/{id}/cancel", tag = "imports", params(("id" = ImportId, Path)), responses((status = 200, body = ImportOut)))]
async fn cancel_import(who: Staff, context: web::Data<Context>, id: PathId<Import>) -> ApiResult<web::Json<ImportOut>> {
    let at_desk = context.clone();
    let import = context
        .db
        .write(move |conn| {
            let kind = service::load_own(conn, who.user_id, id.0)?.kind;
            let act = at_desk.act(who.user_id, kind.role());
            service::cancel(conn, &act, who.user_id, id.0)
        })
        .await?;
    Ok(web::Json(import.into()))
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::NotFound => Self::new(Code::NotFound),
            ImportError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            ImportError::HasErrors => Self::new(Code::ImportHasErrors),
            ImportError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            ImportError::Household(error) => error.into(),
            ImportError::Listing(error) => error.into(),
            ImportError::Production(error) => error.into(),
            ImportError::Price(error) => error.into(),
            ImportError::Identity(error) => error.into(),
            ImportError::Db(error) => error.into(),
            other => Self::internal(other),
        }
    }
}
