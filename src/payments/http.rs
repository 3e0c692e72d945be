//! Routes of ways to pay, and of transfers that two people confirm.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rules::{Command, TransferState};
use super::store_transfers::{self as store, Direction, Method, Transfer, TransferId};
use super::transfers::{self, Recording};
use super::view::{TransferOut, show_transfers};
use super::{PaymentError, Provider};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::identity::access::Staff;
use crate::kernel::{Act, Day, Invalid, Money, Page, PageQuery, line};
use crate::orders;
use crate::web::access::Anyone;
use crate::web::idempotency::{self, OptionalKey};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, cache, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_providers, list_transfers, record_transfer, confirm_transfer, reject_transfer);
}

#[derive(Serialize, ToSchema)]
#[schema(as = WayToPay)]
struct ProviderOut {
    provider: Provider,
    /// How long it may take, where that is longer than the time of a checkout.
    days: Option<u64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = WaysToPay)]
struct ProvidersOut {
    providers: Vec<ProviderOut>,
}

/// The ways to pay here.
#[utoipa::path(get, path = "/payments/providers", tag = "orders", responses((status = 200, body = ProvidersOut)))]
async fn list_providers(_: Anyone, context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let days = context.providers.offline_time.as_secs() / (24 * 3600);
    let show = |provider| ProviderOut { provider, days: (provider == Provider::Offline).then_some(days) };
    let providers = context.providers.offered().into_iter().map(show).collect();
    cache::public_json(&request, &ProvidersOut { providers })
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TransfersQuery {
    #[param(inline)]
    direction: Option<Direction>,
    #[param(inline)]
    state: Option<TransferState>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// The transfers of the caller's villages, newest first.
#[utoipa::path(get, path = "/transfers", tag = "payouts", params(TransfersQuery), responses((status = 200, body = Page<TransferOut>)))]
async fn list_transfers(
    who: Staff,
    context: web::Data<Context>,
    query: Query<TransfersQuery>,
) -> ApiResult<web::Json<Page<TransferOut>>> {
    let TransfersQuery { direction, state, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = store::list_in_scope(conn, &who.scope(), (direction, state), limit, after)?;
            Ok::<_, PaymentError>(Page { data: show_transfers(conn, data, who.user_id)?, page })
        })
        .await?;
    Ok(web::Json(page))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TransferRecordIn)]
struct RecordIn {
    /// To the fen what is expected.
    amount_fen: Money,
    method: Method,
    /// The bank's number of the transfer, or that of the receipt for cash.
    #[schema(max_length = 60)]
    reference: String,
    /// The day of the bank's statement, or of the receipt; not after today.
    happened_on: Day,
}

/// The first of two people: this money has come, or has gone back.
#[utoipa::path(post, path = "/transfers/{id}/record", tag = "payouts", params(("id" = TransferId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = RecordIn, responses((status = 200, body = TransferOut)))]
async fn record_transfer(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Transfer>,
    key: OptionalKey,
    body: Body<RecordIn>,
) -> ApiResult<HttpResponse> {
    let RecordIn { amount_fen, method, reference, happened_on } = body.value;
    let reference = line(&reference, 60).map_err(|invalid| ApiError::field("/reference", invalid))?;
    if happened_on > context.clock.now().day() {
        return Err(ApiError::field("/happened_on", Invalid::new("day_in_future")));
    }
    let found = Recording { amount_fen, method, reference, happened_on };
    change(who, &context, id.0, (key, &body.sha256), move |conn, act, id| transfers::record(conn, act, id, &found))
        .await
}

/// The second of two people: it stands there. The order is paid, or the refund is done.
#[utoipa::path(post, path = "/transfers/{id}/confirm", tag = "payouts", params(("id" = TransferId, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 200, body = TransferOut)))]
async fn confirm_transfer(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Transfer>,
    key: OptionalKey,
) -> ApiResult<HttpResponse> {
    let confirm = |conn: &mut Conn, act: &Act, id| -> ApiResult<Transfer> {
        let (transfer, told) = transfers::confirm(conn, act, id)?;
        if let Some(told) = told {
            // What follows from money is done by the program, whoever says that it came.
            let system = Act { role: crate::kernel::Role::System, ..act.clone() };
            orders::notified(conn, &system, &told)?;
        }
        Ok(transfer)
    };
    change(who, &context, id.0, (key, &[]), confirm).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TransferRejectIn)]
struct RejectIn {
    #[schema(max_length = 300)]
    reason: String,
}

/// What was recorded is not so: it is expected again.
#[utoipa::path(post, path = "/transfers/{id}/reject", tag = "payouts", params(("id" = TransferId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = RejectIn, responses((status = 200, body = TransferOut)))]
async fn reject_transfer(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Transfer>,
    key: OptionalKey,
    body: Body<RejectIn>,
) -> ApiResult<HttpResponse> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    change(who, &context, id.0, (key, &body.sha256), move |conn, act, id| transfers::reject(conn, act, id, &reason))
        .await
}

async fn change<E: Into<ApiError>>(
    who: Staff,
    context: &Context,
    id: TransferId,
    (key, body): (OptionalKey, &[u8]),
    step: impl Fn(&mut Conn, &Act, TransferId) -> Result<Transfer, E> + Send + 'static,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, body, &context.secrets);
    let at_desk = context.clone();
    let saved = context
        .db
        .write(move |conn| {
            let transfer = transfers::load(conn, id)?;
            if !who.scope().covers(&transfer.village_code) {
                return Err(ApiError::new(Code::NotFound));
            }
            let act = who.act_at(&at_desk, &transfer.village_code, Command::ROLES)?;
            idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
                let transfer = step(conn, &act, id).map_err(Into::into)?;
                show_transfers(conn, vec![transfer], who.user_id)?.pop().ok_or_else(|| ApiError::new(Code::NotFound))
            })
        })
        .await?;
    Ok(saved.into_response())
}

impl From<PaymentError> for ApiError {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::NotFound => Self::new(Code::NotFound),
            PaymentError::ProviderUnavailable => Self::new(Code::ProviderUnavailable),
            PaymentError::InvalidSignature => Self::new(Code::InvalidSignature),
            PaymentError::Mismatch => Self::new(Code::PaymentMismatch),
            PaymentError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            PaymentError::SamePerson => Self::new(Code::SamePerson),
            PaymentError::ReferenceTaken => Self::field("/reference", Invalid::new("reference_taken")),
            PaymentError::RefundTooLarge | PaymentError::Gateway(_) => Self::internal(error),
            PaymentError::Db(error) => error.into(),
        }
    }
}
