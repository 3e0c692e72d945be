//! Routes of orders on their way. Receiving and settling are in `settlement`, which knows what is
//! paid out then.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::dispatch::LineMissing;
use super::rules::{Command, OrderState};
use super::service::Parcel;
use super::store::{self, Order, ScopeFilter};
use super::types::{OrderError, OrderId};
use super::view::{self, AddressOut, OrderOut, OrderSummary};
use super::{http_changes, http_checkout, http_preorder, http_quote, http_rates, http_weights, service, weighing};
use crate::catalog::ListingId;
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::harvest;
use crate::helpers::access::ShopperOrStaff;
use crate::identity::access::{Coordinator, Staff, Whose};
use crate::kernel::{Act, Day, Invalid, Page, PageQuery, Role, UserId, line};
use crate::papers::PaperKind;
use crate::papers::http::{PaperIn, refusal};
use crate::web::error::Fields;
use crate::web::idempotency::{self, OptionalKey};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    http_checkout::routes(routes);
    http_quote::routes(routes);
    http_weights::routes(routes);
    http_preorder::routes(routes);
    http_changes::routes(routes);
    http_rates::routes(routes);
    endpoints!(routes, list_orders, show_order, confirm_order, pack_order, ship_order, cancel_order, unmask_order);
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OrdersQuery {
    #[param(inline)]
    state: Option<OrderState>,
    /// For people who are both; staff see their scope unless they say `own`.
    #[param(inline)]
    view: Option<Whose>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// A buyer's own orders, or those of a coordinator's villages, newest first.
#[utoipa::path(get, path = "/orders", tag = "orders", params(OrdersQuery, ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = Page<OrderSummary>)))]
async fn list_orders(
    who: ShopperOrStaff,
    context: web::Data<Context>,
    query: Query<OrdersQuery>,
) -> ApiResult<web::Json<Page<OrderSummary>>> {
    let OrdersQuery { state, view, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = match who.staff.filter(|_| view != Some(Whose::Own)) {
                Some(staff) => {
                    let filter = ScopeFilter { state, ..ScopeFilter::default() };
                    store::list_in_scope(conn, &staff.scope(), filter, limit, after)?
                }
                None => store::list_of_buyer(conn, who.shopper.user_id, state, limit, after)?,
            };
            Ok::<_, OrderError>(Page { data: view::summarize(conn, data)?, page })
        })
        .await?;
    Ok(web::Json(page))
}

/// One order, to its buyer and to staff of its village.
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", params(("id" = OrderId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = OrderOut)))]
async fn show_order(
    who: ShopperOrStaff,
    context: web::Data<Context>,
    id: PathId<Order>,
) -> ApiResult<web::Json<OrderOut>> {
    let secrets = context.secrets.clone();
    let order = context.db.read(move |conn| {
        let order = service::load(conn, id.0)?;
        let role = role_for(&who, &order).ok_or(OrderError::NotFound)?;
        // An approver has no parcel to send.
        view::show(conn, order, role, (role != Role::Approver).then_some(&secrets))
    });
    Ok(web::Json(order.await?))
}

/// In which role somebody deals with an order: its buyer, their helper, or staff of its village.
pub(super) fn role_for(who: &ShopperOrStaff, order: &Order) -> Option<Role> {
    let of_staff = |staff: &Staff| staff.role_at(&order.village_code, &[Role::Coordinator, Role::Approver]);
    if order.buyer_id == who.shopper.user_id { Some(who.shopper.role()) } else { who.staff.as_ref().and_then(of_staff) }
}

/// The village has the goods (报货).
#[utoipa::path(post, path = "/orders/{id}/confirm", tag = "orders", params(("id" = OrderId, Path)), responses((status = 200, body = OrderOut)))]
async fn confirm_order(who: Coordinator, context: web::Data<Context>, id: PathId<Order>) -> ApiResult<HttpResponse> {
    step(who, &context, id.0, |conn, act, order| {
        service::transition(conn, act, order, Command::Confirm, None).map(|_| ())
    })
    .await
}

/// The parcel is packed; what is settled by weight was weighed before (`weights_missing`).
#[utoipa::path(post, path = "/orders/{id}/pack", tag = "orders", params(("id" = OrderId, Path)), responses((status = 200, body = OrderOut)))]
async fn pack_order(who: Coordinator, context: web::Data<Context>, id: PathId<Order>) -> ApiResult<HttpResponse> {
    step(who, &context, id.0, |conn, act, order| weighing::pack(conn, act, order).map(|_| ())).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShipIn {
    #[schema(max_length = 40)]
    carrier: String,
    #[schema(max_length = 60)]
    tracking_number: String,
    /// Papers of this lot; they are kept with their listings.
    #[serde(default)]
    #[schema(max_items = 50)]
    papers: Vec<ShipPaperIn>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShipPaperIn {
    listing_id: ListingId,
    #[schema(inline)]
    kind: PaperKind,
    #[schema(max_length = 40)]
    number: String,
    #[schema(max_length = 60)]
    issuer: Option<String>,
    issued_on: Day,
    valid_until: Option<Day>,
}

const PAPERS_MAX: usize = 50;

impl ShipIn {
    fn parse(self, today: Day) -> ApiResult<Parcel> {
        let (carrier, tracking_number) = service::check_shipment(&self.carrier, &self.tracking_number)
            .map_err(|(pointer, invalid)| ApiError::field(pointer, invalid))?;
        if self.papers.len() > PAPERS_MAX {
            return Err(ApiError::field("/papers", Invalid::new("too_many").with("max", PAPERS_MAX)));
        }
        let mut fields = Fields::default();
        let mut papers = Vec::new();
        for (place, row) in self.papers.into_iter().enumerate() {
            let ShipPaperIn { listing_id, kind, number, issuer, issued_on, valid_until } = row;
            let paper = PaperIn { kind, number, issuer, issued_on, valid_until };
            papers.extend(paper.parse(&mut fields, &format!("/papers/{place}"), today).map(|it| (listing_id, it)));
        }
        fields.finish()?;
        Ok(Parcel { carrier, tracking_number, papers })
    }
}

/// The parcel is with a carrier. What needs papers leaves only with them: `papers_missing` names what each
/// line lacks.
#[utoipa::path(post, path = "/orders/{id}/ship", tag = "orders", params(("id" = OrderId, Path)), request_body = ShipIn, responses((status = 200, body = OrderOut)))]
async fn ship_order(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Order>,
    body: Body<ShipIn>,
) -> ApiResult<HttpResponse> {
    let parcel = body.value.parse(context.clock.now().day())?;
    step(who, &context, id.0, move |conn, act, order| service::ship(conn, act, order, &parcel)).await
}

/// A coordinator's step with an order of the scope.
async fn step(
    who: Coordinator,
    context: &Context,
    id: OrderId,
    change: impl Fn(&mut Conn, &Act, &Order) -> Result<(), OrderError> + Send + 'static,
) -> ApiResult<HttpResponse> {
    let (act, secrets) = (who.act(context), context.secrets.clone());
    let order = context
        .db
        .write(move |conn| {
            let order = service::load_in_scope(conn, &who.scope, id)?;
            change(conn, &act, &order)?;
            let order = service::load(conn, id)?;
            view::show(conn, order, Role::Coordinator, Some(&secrets))
        })
        .await?;
    Ok(HttpResponse::Ok().json(order))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelIn {
    #[schema(max_length = 300)]
    reason: String,
}

/// Takes an order back: the buyer before it is packed, the village before it is sent. What was
/// paid is paid back. An unpaid checkout is taken back as a whole.
#[utoipa::path(post, path = "/orders/{id}/cancel", tag = "orders", params(("id" = OrderId, Path), ("Idempotency-Key" = Option<String>, Header), ("Yuanshan-Acting-For" = Option<UserId>, Header)), request_body = CancelIn, responses((status = 200, body = OrderOut)))]
async fn cancel_order(
    who: ShopperOrStaff,
    context: web::Data<Context>,
    id: PathId<Order>,
    key: OptionalKey,
    body: Body<CancelIn>,
) -> ApiResult<HttpResponse> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let ticket = key.ticket(who.shopper.by, &who.shopper.fingerprint(&body.sha256), &context.secrets);
    let at_desk = context.clone();
    let saved = context
        .db
        .write(move |conn| {
            let order = service::load(conn, id.0)?;
            let role = role_for(&who, &order).ok_or(OrderError::NotFound)?;
            if role == Role::Approver {
                return Err(ApiError::new(Code::Forbidden));
            }
            let act = match role {
                Role::Buyer | Role::Helper => who.shopper.act(&at_desk),
                _ => at_desk.act(who.shopper.by, role),
            };
            idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
                service::cancel(conn, &act, &order, &reason)?;
                harvest::release(conn, &act, order.id)?;
                let order = service::load(conn, id.0)?;
                // Saved for others, the address would outlive the buyer's account; nothing is sent any more.
                Ok(view::show(conn, order, role, (role == Role::Buyer).then_some(&at_desk.secrets))?)
            })
        })
        .await?;
    Ok(saved.into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnmaskOrderIn {
    /// Why; the buyer reads it.
    #[schema(max_length = 300)]
    reason: String,
}

/// The address in full, once it is paid for.
#[utoipa::path(post, path = "/orders/{id}/unmask", tag = "orders", params(("id" = OrderId, Path)), request_body = UnmaskOrderIn, responses((status = 200, body = AddressOut)))]
async fn unmask_order(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Order>,
    body: Body<UnmaskOrderIn>,
) -> ApiResult<web::Json<AddressOut>> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let address = context.db.write(move |conn| {
        let order = service::load_in_scope(conn, &who.scope, id.0)?;
        let checkout = service::unmask_address(conn, &act, &order, &reason)?;
        view::show_address(conn, &secrets, &checkout, false)
    });
    Ok(web::Json(address.await?.ok_or(OrderError::NotFound)?))
}

impl From<OrderError> for ApiError {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::NotFound => Self::new(Code::NotFound),
            OrderError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            OrderError::CheckoutClosed(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            OrderError::CheckoutExpired => Self::new(Code::CheckoutExpired),
            OrderError::ClaimWindowOpen(until) => Self::new(Code::ClaimWindowOpen).with("until", until.to_string()),
            OrderError::OutOfStock { listing_id, requested, available } => Self::new(Code::OutOfStock)
                .with("listing_id", listing_id.to_string())
                .with("requested", requested)
                .with("available", available),
            OrderError::PriceChanged { line, listing_id, version, price_fen } => Self::new(Code::PriceChanged)
                .with("line", line)
                .with("listing_id", listing_id.to_string())
                .with("version", version)
                .with("price_fen", price_fen.fen()),
            OrderError::ListingNotLive { listing_id, state } => {
                Self::new(Code::ListingNotLive).with("listing_id", listing_id.to_string()).with("state", state.as_str())
            }
            OrderError::FreightChanged(freight_fen) => Self::new(Code::FreightChanged)
                .with("freight_fen", freight_fen.fen())
                .with("freight_yuan", freight_fen.to_string()),
            OrderError::NotDelivered(village) => Self::new(Code::NotDelivered).with("village_code", village.as_str()),
            OrderError::PerishableNotAcknowledged(listing_id) => {
                Self::new(Code::PerishableNotAcknowledged).with("listing_id", listing_id.to_string())
            }
            OrderError::CycleClosed { listing_id, next_opens_at } => Self::new(Code::CycleClosed)
                .with("listing_id", listing_id.to_string())
                .with("next_opens_at", next_opens_at.map(|at| at.to_string())),
            OrderError::CycleFull { listing_id, requested, left } => Self::new(Code::CycleFull)
                .with("listing_id", listing_id.to_string())
                .with("requested", requested)
                .with("left", left),
            OrderError::CoolOffOver => Self::new(Code::CoolOffOver),
            OrderError::NoContract(village) => Self::new(Code::NoContract).with("village_code", village.as_str()),
            OrderError::CreditLimit(left_fen) => Self::new(Code::CreditLimit).with("left_fen", left_fen),
            OrderError::Organisation(error) => error.into(),
            OrderError::PapersMissing(lines) => papers_missing(&lines),
            OrderError::Weight(pointer, invalid) => Self::field(pointer, invalid),
            OrderError::WeightsMissing(lines) => Self::new(Code::WeightsMissing).with("lines", lines),
            OrderError::Paper(error) => error.into(),
            OrderError::Overloaded => Self::new(Code::Overloaded),
            OrderError::IdempotencyConflict => Self::new(Code::IdempotencyConflict),
            OrderError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            OrderError::Payment(error) => error.into(),
            OrderError::Listing(error) => error.into(),
            OrderError::Region(error) => error.into(),
            OrderError::Identity(error) => error.into(),
            OrderError::Db(error) => error.into(),
            OrderError::Ledger(_) | OrderError::Secrets(_) | OrderError::Answer(_) => Self::internal(error),
        }
    }
}

/// Names the lines, and of each what it lacks.
fn papers_missing(lines: &[LineMissing]) -> ApiError {
    let of_line = |line: &LineMissing| {
        let prefix = format!("/lines/{}", line.line_no);
        line.missing.iter().map(move |missing| (prefix.clone(), missing.clone())).collect::<Vec<_>>()
    };
    let all: Vec<_> = lines.iter().flat_map(of_line).collect();
    let named: Vec<_> = lines
        .iter()
        .map(|line| json!({ "line_no": line.line_no, "listing_id": line.listing_id, "missing": line.missing }))
        .collect();
    refusal(&all).with("lines", named)
}
