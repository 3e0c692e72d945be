//! Routes of changes that need the buyer's yes.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

use super::changes::{self, Answer, is_changeable};
use super::service;
use super::store::{self, Order};
use super::store_changes::{self, Change, ChangeId, ChangeState};
use super::types::{OrderError, OrderId};
use crate::catalog::{self, ListingCard, ListingId};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::harvest;
use crate::helpers::access::{Shopper, ShopperOrStaff};
use crate::identity::access::Coordinator;
use crate::kernel::{Instant, Money, UserId, line};
use crate::web::idempotency::{self, OptionalKey};
use crate::web::{ApiError, ApiResult, Body, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_order_changes, propose_order_change, answer_order_change);
}

#[derive(Serialize, ToSchema)]
#[schema(as = OrderChange)]
struct ChangeOut {
    id: ChangeId,
    line_no: i64,
    state: ChangeState,
    reason: String,
    /// What the line is, or was.
    from: Option<ListingCard>,
    from_total_fen: Money,
    /// What is to come instead.
    to: Option<ListingCard>,
    to_total_fen: Money,
    /// What goes back, or is not asked for any more, if the buyer says yes.
    less_fen: Money,
    proposed_at: Instant,
    decided_at: Option<Instant>,
    /// Whether it waits for the buyer.
    is_asked: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OrderChanges)]
struct ChangesOut {
    /// The newest first, 20 at most.
    changes: Vec<ChangeOut>,
}

fn show(conn: &mut Conn, order: &Order) -> Result<ChangesOut, OrderError> {
    let changes = store_changes::list_of_order(conn, order.id)?;
    let ids: Vec<ListingId> = changes.iter().flat_map(|it| [it.from_listing_id, it.to_listing_id]).collect();
    let cards = catalog::show_cards(catalog::cards_by_id(conn, &ids)?);
    let cards: HashMap<ListingId, ListingCard> = cards.into_iter().map(|card| (card.id, card)).collect();
    let show = |change: Change| ChangeOut {
        is_asked: change.state == ChangeState::Open && is_changeable(order.state),
        from: cards.get(&change.from_listing_id).cloned(),
        to: cards.get(&change.to_listing_id).cloned(),
        less_fen: change.from_total_fen.checked_sub(change.to_total_fen).unwrap_or(Money::ZERO),
        id: change.id,
        line_no: change.line_no,
        state: change.state,
        reason: change.reason,
        from_total_fen: change.from_total_fen,
        to_total_fen: change.to_total_fen,
        proposed_at: change.proposed_at,
        decided_at: change.decided_at,
    };
    Ok(ChangesOut { changes: changes.into_iter().map(show).collect() })
}

/// What the buyer of an order was asked to change.
#[utoipa::path(get, path = "/orders/{id}/changes", tag = "orders", params(("id" = OrderId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = ChangesOut)))]
async fn list_order_changes(
    who: ShopperOrStaff,
    context: web::Data<Context>,
    id: PathId<Order>,
) -> ApiResult<web::Json<ChangesOut>> {
    let shown = context.db.read(move |conn| {
        let order = service::load(conn, id.0)?;
        super::http::role_for(&who, &order).ok_or(OrderError::NotFound)?;
        show(conn, &order)
    });
    Ok(web::Json(shown.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeIn {
    line_no: i64,
    /// Of the same village, for sale, and not dearer.
    listing_id: ListingId,
    /// Why; the buyer reads it.
    #[schema(max_length = 300)]
    reason: String,
}

/// Asks the buyer whether a line may come from another household or as other goods. What was asked before is not
/// asked any more.
#[utoipa::path(post, path = "/orders/{id}/changes", tag = "orders", request_body = ChangeIn,
    params(("id" = OrderId, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 200, body = ChangesOut)))]
async fn propose_order_change(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Order>,
    key: OptionalKey,
    body: Body<ChangeIn>,
) -> ApiResult<HttpResponse> {
    let ChangeIn { line_no, listing_id, reason } = body.value;
    let reason = line(&reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let act = who.act(&context);
    let saved = context.db.write(move |conn| {
        let order = service::load_in_scope(conn, &who.scope, id.0)?;
        idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
            changes::propose(conn, &act, who.user_id, (&order, line_no), (listing_id, &reason))?;
            Ok(show(conn, &order)?)
        })
    });
    Ok(saved.await?.into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerIn {
    /// The change that was read.
    change_id: ChangeId,
    answer: Answer,
}

/// The buyer's yes, or no, or that the order ends with all of its money back.
#[utoipa::path(post, path = "/orders/{id}/changes/answer", tag = "orders", request_body = AnswerIn,
    params(("id" = OrderId, Path), ("Idempotency-Key" = Option<String>, Header), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = ChangesOut)))]
async fn answer_order_change(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Order>,
    key: OptionalKey,
    body: Body<AnswerIn>,
) -> ApiResult<HttpResponse> {
    let AnswerIn { change_id, answer } = body.value;
    let ticket = key.ticket(who.by, &who.fingerprint(&body.sha256), &context.secrets);
    let act = who.act(&context);
    let saved = context.db.write(move |conn| {
        service::load_own(conn, who.user_id, id.0)?;
        idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
            changes::answer(conn, &act, (id.0, change_id), answer)?;
            let order = store::find(conn, id.0)?.ok_or(OrderError::NotFound)?;
            if !is_changeable(order.state) {
                harvest::release(conn, &act, order.id)?;
            }
            Ok(show(conn, &order)?)
        })
    });
    Ok(saved.await?.into_response())
}
