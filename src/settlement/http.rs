//! Routes of receiving, settling and paying out.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::rules::{Command, PayoutState};
use super::store::{self, Payout};
use super::view::{PayoutOut, show};
use super::{PayoutId, SettlementError, http_bank, http_weights, service};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Approver, Buyer, Coordinator, Staff};
use crate::kernel::{Page, PageQuery, Role, line};
use crate::orders::{self, Order, OrderId, OrderOut};
use crate::web::error::Fields;
use crate::web::idempotency::{self, OptionalKey};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    http_weights::routes(routes);
    http_bank::routes(routes);
    endpoints!(
        routes,
        receive_order,
        settle_order,
        list_payouts,
        approve_payout,
        send_payout,
        confirm_payout,
        bounce_payout
    );
}

/// The buyer has the parcel; after the claim window the order settles by itself, in a
/// demonstration at once.
#[utoipa::path(post, path = "/orders/{id}/receive", tag = "orders", params(("id" = OrderId, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 200, body = OrderOut)))]
async fn receive_order(
    who: Buyer,
    context: web::Data<Context>,
    id: PathId<Order>,
    key: OptionalKey,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &[], &context.secrets);
    let (act, at_desk) = (who.act(&context), context.clone());
    let saved = context
        .db
        .write(move |conn| {
            let order = orders::load_own(conn, who.user_id, id.0)?;
            idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
                service::receive(conn, &act, &order, at_desk.settings.claim_window)?;
                let order = orders::load(conn, id.0)?;
                Ok(orders::show(conn, order, Role::Buyer, Some(&at_desk.secrets))?)
            })
        })
        .await?;
    Ok(saved.into_response())
}

/// Settles a received order once its claim window is over.
#[utoipa::path(post, path = "/orders/{id}/settle", tag = "orders", params(("id" = OrderId, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 200, body = OrderOut)))]
async fn settle_order(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Order>,
    key: OptionalKey,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &[], &context.secrets);
    let (act, at_desk) = (who.act(&context), context.clone());
    let saved = context
        .db
        .write(move |conn| {
            let order = orders::load_in_scope(conn, &who.scope, id.0)?;
            idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
                service::settle_when_due(conn, &act, &order, at_desk.settings.claim_window)?;
                let order = orders::load(conn, id.0)?;
                // Saved for others, the address would outlive the buyer's account; nothing is sent any more.
                Ok(orders::show(conn, order, Role::Coordinator, None)?)
            })
        })
        .await?;
    Ok(saved.into_response())
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PayoutsQuery {
    #[param(inline)]
    state: Option<PayoutState>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// The payouts of the caller's villages, newest first.
#[utoipa::path(get, path = "/payouts", tag = "payouts", params(PayoutsQuery), responses((status = 200, body = Page<PayoutOut>)))]
async fn list_payouts(
    who: Staff,
    context: web::Data<Context>,
    query: Query<PayoutsQuery>,
) -> ApiResult<web::Json<Page<PayoutOut>>> {
    let PayoutsQuery { state, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = store::list_in_scope(conn, &who.scope(), state, limit, after)?;
            Ok::<_, SettlementError>(Page { data: show(conn, data, Some(&who))?, page })
        })
        .await?;
    Ok(web::Json(page))
}

/// The first of two people: the amount is right.
#[utoipa::path(post, path = "/payouts/{id}/approve", tag = "payouts", params(("id" = PayoutId, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 200, body = PayoutOut)))]
async fn approve_payout(
    _: Approver,
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Payout>,
    key: OptionalKey,
) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, (key, &[]), Command::Approve, None).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SendIn {
    /// The bank's number of the transfer.
    #[schema(max_length = 60)]
    bank_reference: String,
}

/// The second of two people: the money is sent.
#[utoipa::path(post, path = "/payouts/{id}/send", tag = "payouts", params(("id" = PayoutId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = SendIn, responses((status = 200, body = PayoutOut)))]
async fn send_payout(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Payout>,
    key: OptionalKey,
    body: Body<SendIn>,
) -> ApiResult<HttpResponse> {
    let reference =
        line(&body.value.bank_reference, 60).map_err(|invalid| ApiError::field("/bank_reference", invalid))?;
    change(who, &context, id.0, (key, &body.sha256), Command::Send, Some(reference)).await
}

/// The household has the money.
#[utoipa::path(post, path = "/payouts/{id}/confirm", tag = "payouts", params(("id" = PayoutId, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 200, body = PayoutOut)))]
async fn confirm_payout(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Payout>,
    key: OptionalKey,
) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, (key, &[]), Command::Confirm, None).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BounceIn {
    #[schema(max_length = 300)]
    reason: String,
}

/// The bank sent the money back; the payout has to be approved and sent again.
#[utoipa::path(post, path = "/payouts/{id}/bounce", tag = "payouts", params(("id" = PayoutId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = BounceIn, responses((status = 200, body = PayoutOut)))]
async fn bounce_payout(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Payout>,
    key: OptionalKey,
    body: Body<BounceIn>,
) -> ApiResult<HttpResponse> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    change(who, &context, id.0, (key, &body.sha256), Command::Bounce, Some(reason)).await
}

async fn change(
    who: Staff,
    context: &Context,
    id: PayoutId,
    (key, body): (OptionalKey, &[u8]),
    command: Command,
    detail: Option<String>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, body, &context.secrets);
    let at_desk = context.clone();
    let saved = context
        .db
        .write(move |conn| {
            let payout = service::load(conn, id)?;
            if !who.scope().covers(&payout.village_code) {
                return Err(SettlementError::NotFound.into());
            }
            let act = who.act_at(&at_desk, &payout.village_code, command.roles())?;
            idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
                let payout = service::advance(conn, &act, id, command, detail.as_deref())?;
                show(conn, vec![payout], Some(&who))?.pop().ok_or_else(|| ApiError::new(Code::NotFound))
            })
        })
        .await?;
    Ok(saved.into_response())
}

impl From<SettlementError> for ApiError {
    fn from(error: SettlementError) -> Self {
        match error {
            SettlementError::NotFound => Self::new(Code::NotFound),
            SettlementError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            SettlementError::SamePerson => Self::new(Code::SamePerson),
            SettlementError::InvoiceOpen => Self::new(Code::InvoiceOpen),
            SettlementError::ClaimOpen => Self::new(Code::ClaimOpen),
            SettlementError::Claim(error) => error.into(),
            SettlementError::Refused(places) => {
                let mut fields = Fields::default();
                for (pointer, invalid) in places {
                    fields.take::<()>(&pointer, Err(invalid));
                }
                fields.refusal()
            }
            SettlementError::Household(error) => error.into(),
            SettlementError::Order(error) => error.into(),
            SettlementError::Harvest(error) => error.into(),
            SettlementError::Db(error) => error.into(),
            SettlementError::Ledger(_) => Self::internal(error),
        }
    }
}
