//! Routes of pre-orders: calling in, paying the balance, thinking it over, and what goes back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ending::{self, Reckoning};
use super::http_checkout::PayIn;
use super::preorder::{self, Days};
use super::prepaid::{Fault, RateKind, balance};
use super::rules::{Command, OrderState, decide};
use super::store::Order;
use super::types::{OrderError, OrderId};
use super::view::{self, OrderOut};
use super::{service, store_prepaid};
use crate::catalog::{Listing, ListingId};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::gateways::Providers;
use crate::harvest;
use crate::helpers::access::{Shopper, ShopperOrStaff};
use crate::identity::access::Coordinator;
use crate::kernel::{Day, Instant, Money, Role, UserId};
use crate::payments::{self, PaymentOut, PaymentState};
use crate::web::idempotency::{self, OptionalKey, RequiredKey};
use crate::web::{ApiResult, Body, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, call_in_listing, show_balance, pay_balance, quote_end, cool_off_order);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CallInIn {
    /// The day on which the goods come.
    deliver_on: Day,
    /// Until then the rest of the price has to be paid: at least a day from now, and not after the goods come.
    balance_due_at: Instant,
}

#[derive(Serialize, ToSchema)]
struct CallInOut {
    /// How many orders owe their balance now that did not before.
    orders: usize,
    deliver_on: Day,
    balance_due_at: Instant,
}

/// The date of goods that were ordered ahead stands: of every order whose deposit is paid the balance is due.
/// What is not paid in time is cancelled, with the deposit back.
#[utoipa::path(post, path = "/listings/{id}/call-in", tag = "orders", request_body = CallInIn,
    params(("id" = ListingId, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 200, body = CallInOut)))]
async fn call_in_listing(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Listing>,
    key: OptionalKey,
    body: Body<CallInIn>,
) -> ApiResult<HttpResponse> {
    let CallInIn { deliver_on, balance_due_at } = body.value;
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let act = who.act(&context);
    let saved = context.db.write(move |conn| {
        idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
            let orders = preorder::call_in(conn, &act, &who.scope, id.0, Days { deliver_on, balance_due_at })?;
            Ok(CallInOut { orders, deliver_on, balance_due_at })
        })
    });
    Ok(saved.await?.into_response())
}

#[derive(Serialize, ToSchema)]
#[schema(as = OrderBalance)]
struct BalanceOut {
    state: OrderState,
    amount_fen: Money,
    /// Until then it has to be paid; null until the date stands.
    due_at: Option<Instant>,
    #[schema(format = Date)]
    deliver_on: Option<String>,
    /// The payment that was begun last, and how it is paid.
    payment: Option<PaymentOut>,
}

fn show_due(conn: &mut Conn, providers: &Providers, order: Order) -> Result<BalanceOut, OrderError> {
    let payments = preorder::list_balance_payments(conn, &order)?;
    // While it is owed, one that succeeded was of another amount, and went back.
    let wanted = if order.state.is_paid() { PaymentState::Succeeded } else { PaymentState::Pending };
    let payment = view::that_tells(payments, wanted);
    Ok(BalanceOut {
        amount_fen: order.balance_fen()?,
        payment: payment.map(|payment| payments::show_payment(conn, providers, payment)).transpose()?,
        state: order.state,
        due_at: order.balance_due_at,
        deliver_on: order.deliver_on,
    })
}

/// What is left to pay of one's own order, until when, and how.
#[utoipa::path(get, path = "/orders/{id}/balance", tag = "orders", params(("id" = OrderId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = BalanceOut)))]
async fn show_balance(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Order>,
) -> ApiResult<web::Json<BalanceOut>> {
    let providers = context.providers.clone();
    let shown = context.db.read(move |conn| {
        let order = service::load_own(conn, who.user_id, id.0)?;
        show_due(conn, &providers, order)
    });
    Ok(web::Json(shown.await?))
}

/// Begins to pay the balance; the provider tells when it is done, so look at it again.
#[utoipa::path(post, path = "/orders/{id}/pay", tag = "orders", request_body = PayIn,
    params(("id" = OrderId, Path), ("Idempotency-Key" = String, Header), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 202, body = BalanceOut)))]
async fn pay_balance(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Order>,
    key: RequiredKey,
    body: Body<PayIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.by, &who.fingerprint(&body.sha256), &context.secrets);
    let (act, providers) = (who.act(&context), context.providers.clone());
    let saved = context
        .db
        .write(move |conn| {
            idempotency::once(conn, Some(&ticket), act.at, StatusCode::ACCEPTED, |conn| {
                preorder::start_balance(conn, &act, &providers, who.user_id, id.0, body.value.provider)?;
                let order = service::load(conn, id.0)?;
                Ok(show_due(conn, &providers, order)?)
            })
        })
        .await?;
    Ok(saved.into_response())
}

#[derive(Serialize, ToSchema)]
#[schema(as = EndQuote)]
struct EndQuoteOut {
    /// Whether the order can be ended now by who asks.
    can_end: bool,
    /// Whether money lies with the seller for a while: a deposit was paid, or a price more than seven days ahead.
    is_prepaid: bool,
    /// Whether the principal goes back without a question today.
    can_cool_off: bool,
    /// The last day on which it does.
    think_until: Option<Day>,
    paid_fen: Money,
    delivered_fen: Money,
    /// Paid less delivered.
    balance_fen: Money,
    /// Whose reason it would be; null while it goes back without a question.
    #[schema(inline)]
    fault: Option<Fault>,
    #[schema(inline)]
    rate: Option<RateKind>,
    interest_fen: Money,
    /// Balance and interest: what goes back in money, never as a credit.
    refund_fen: Money,
    /// When it ended, if it did; then this is what was reckoned that day.
    ended_at: Option<Instant>,
}

impl EndQuoteOut {
    fn new(order: &Order, role: Role, today: Day, reckoning: &Reckoning) -> Result<Self, OrderError> {
        let next = decide(order.state, Command::Cancel, role);
        let can_end = order.state != OrderState::Placed && next.is_ok_and(|next| next != order.state);
        let balance_fen = balance(reckoning.paid_fen, reckoning.delivered_fen);
        let refund_fen = balance_fen.checked_add(reckoning.interest_fen);
        let is_buyer = matches!(role, Role::Buyer | Role::Helper);
        Ok(Self {
            can_end,
            is_prepaid: reckoning.ending.is_some(),
            can_cool_off: can_end && is_buyer && reckoning.think_until.is_some_and(|until| today <= until),
            think_until: reckoning.think_until,
            paid_fen: reckoning.paid_fen,
            delivered_fen: reckoning.delivered_fen,
            balance_fen,
            ended_at: None,
            fault: reckoning.fault(),
            rate: reckoning.rate(),
            interest_fen: reckoning.interest_fen,
            refund_fen: refund_fen.map_err(|invalid| OrderError::Invalid("/", invalid))?,
        })
    }
}

/// What goes back if the caller ends the order today; `cancel` does it. Of what has ended, what went back.
#[utoipa::path(get, path = "/orders/{id}/end-quote", tag = "orders", params(("id" = OrderId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = EndQuoteOut)))]
async fn quote_end(
    who: ShopperOrStaff,
    context: web::Data<Context>,
    id: PathId<Order>,
) -> ApiResult<web::Json<EndQuoteOut>> {
    let today = context.clock.now().day();
    let quote = context.db.read(move |conn| {
        let order = service::load(conn, id.0)?;
        let role = super::http::role_for(&who, &order).ok_or(OrderError::NotFound)?;
        let end = store_prepaid::find_end(conn, order.id)?;
        let reckoning = match &end {
            Some(end) => Reckoning::of(end),
            None => ending::reckon(conn, &order, role, today)?,
        };
        let quote = EndQuoteOut::new(&order, role, today, &reckoning)?;
        Ok::<_, OrderError>(EndQuoteOut { ended_at: end.map(|end| end.ended_at), ..quote })
    });
    Ok(web::Json(quote.await?))
}

/// Thinks a prepaid order over within seven days of paying: the principal goes back whole, no reason asked. Not
/// for what is packed or sent.
#[utoipa::path(post, path = "/orders/{id}/cool-off", tag = "orders",
    params(("id" = OrderId, Path), ("Idempotency-Key" = Option<String>, Header), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = OrderOut)))]
async fn cool_off_order(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Order>,
    key: OptionalKey,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.by, &who.fingerprint(&[]), &context.secrets);
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let saved = context
        .db
        .write(move |conn| {
            let order = service::load_own(conn, who.user_id, id.0)?;
            idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
                ending::cool_off(conn, &act, &order)?;
                harvest::release(conn, &act, order.id)?;
                let order = service::load(conn, id.0)?;
                // Kept with the answer, the address would outlive the account; nothing is sent any more.
                Ok(view::show(conn, order, act.role, (act.role == Role::Buyer).then_some(&secrets))?)
            })
        })
        .await?;
    Ok(saved.into_response())
}
