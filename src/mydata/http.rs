//! Routes of one's own data: taking it away, and having it erased.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::deletion::{self, Erased, Kept, MyDataError, Plan};
use super::export;
use super::records::Export;
use super::table;
use crate::context::Context;
use crate::endpoints;
use crate::identity;
use crate::identity::access::Buyer;
use crate::kernel::text_enum;
use crate::web::client::ClientAddress;
use crate::web::{ApiError, ApiResult, Body, Code, Query, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, export_my_data, show_deletion, delete_account);
}

text_enum! {
    pub enum Format as ExportFormat {
        /// Everything.
        Json = "json",
        /// The orders, a row for each line.
        Csv = "csv",
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// By default `json`.
    #[param(inline)]
    format: Option<Format>,
}

/// Everything that is kept of the caller, opened, as a file: as JSON all of it, as CSV the orders.
#[utoipa::path(get, path = "/me/export", tag = "account", params(ExportQuery),
    responses((status = 200, content((Export = "application/json"), (String = "text/csv")))))]
async fn export_my_data(who: Buyer, context: web::Data<Context>, query: Query<ExportQuery>) -> ApiResult<HttpResponse> {
    let (secrets, at) = (context.secrets.clone(), context.clock.now());
    let export = context.db.read_long(move |conn| export::gather(conn, &secrets, who.user_id, at)).await?;
    let format = query.0.format.unwrap_or(Format::Json);
    let file = format!("attachment; filename=\"yuanshan-{}.{format}\"", at.day().compact());
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_DISPOSITION, file));
    Ok(match format {
        Format::Json => response.json(export),
        Format::Csv => response.content_type("text/csv; charset=utf-8").body(table::write(&export)?),
    })
}

/// What deleting the account would erase, what would stay and why, and what stands in the way.
#[utoipa::path(get, path = "/me/deletion", tag = "account", responses((status = 200, body = Plan)))]
async fn show_deletion(who: Buyer, context: web::Data<Context>) -> ApiResult<web::Json<Plan>> {
    let at = context.clock.now();
    Ok(web::Json(context.db.read(move |conn| deletion::plan(conn, who.user_id, at)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeleteIn {
    password: String,
    /// Six digits or a recovery code, where a second factor is set up.
    totp: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Deleted)]
struct DeletedOut {
    erased: &'static [Erased],
    kept: Vec<Kept>,
}

/// Deletes the caller's account for good. Orders have to be over. The answer tells what stays, and why.
#[utoipa::path(post, path = "/me/delete", tag = "account", request_body = DeleteIn, responses((status = 200, body = DeletedOut)))]
async fn delete_account(
    who: Buyer,
    context: web::Data<Context>,
    address: ClientAddress,
    body: Body<DeleteIn>,
) -> ApiResult<web::Json<DeletedOut>> {
    let DeleteIn { password, totp } = body.value;
    identity::confirm_password(&context, &who, &address, password).await?;
    identity::confirm_second_factor(&context, &who, totp).await?;
    let act = who.act(&context);
    let Plan { erased, kept, .. } = context.db.write(move |conn| deletion::delete(conn, &act, who.user_id)).await?;
    Ok(web::Json(DeletedOut { erased, kept }))
}

impl From<MyDataError> for ApiError {
    fn from(error: MyDataError) -> Self {
        match error {
            MyDataError::OrdersOpen(numbers) => Self::new(Code::OrdersOpen).with("numbers", numbers),
            MyDataError::LastAdministrator => Self::new(Code::LastAdministrator),
            MyDataError::Identity(error) => error.into(),
            MyDataError::Helper(error) => error.into(),
            MyDataError::Organisation(error) => error.into(),
            MyDataError::Pairing(error) => error.into(),
            MyDataError::Address(error) => error.into(),
            MyDataError::Order(error) => error.into(),
            MyDataError::Db(error) => error.into(),
            MyDataError::Table(_) => Self::internal(error),
        }
    }
}
