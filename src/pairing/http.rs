//! Routes of pairings: buyers ask and end, coordinators record the household's answer, both have a
//! page of the pair with what was bought within it.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utoipa::{IntoParams, ToSchema};

use super::rules::{Command, PairingState, decide};
use super::store::{self, Pairing};
use super::{PairingError, PairingId, service};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::households::{self, HouseholdId, HouseholdRef};
use crate::identity::access::{Buyer, Coordinator, Member, Staff, Whose};
use crate::identity::{self, IdentityError};
use crate::kernel::{Act, Instant, Invalid, Money, Page, PageQuery, Role, UserId, line};
use crate::orders::{self, Line, OrderId, OrderState};
use crate::regions::{self, RegionRef};
use crate::secrets::Secrets;
use crate::settlement::{self, Payout, PayoutState};
use crate::web::{ApiError, ApiResult, Body, Code, OptionalBody, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, request_pairing, list_pairings, show_pairing, accept_pairing, decline_pairing, end_pairing);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PairingIn {
    household_id: HouseholdId,
    /// To the household; the coordinator reads it out.
    #[schema(max_length = 300)]
    message: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct PairingBuyer {
    display_name: String,
}

/// Something that was bought within a pairing.
#[derive(Clone, Serialize, ToSchema)]
struct Purchase {
    order_id: OrderId,
    order_number: String,
    state: OrderState,
    placed_at: Instant,
    titles: Vec<String>,
    /// What of the order belongs to the pair.
    paid_fen: Money,
    /// What of it the household gets.
    farmer_fen: Money,
    slip_code: Option<String>,
    payout_state: Option<PayoutState>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Pairing)]
struct PairingOut {
    id: PairingId,
    state: PairingState,
    household: HouseholdRef,
    village: RegionRef,
    buyer: PairingBuyer,
    message: Option<String>,
    requested_at: Instant,
    accepted_at: Option<Instant>,
    ended_at: Option<Instant>,
    /// Paid orders within the pair.
    orders: usize,
    paid_fen: Money,
    /// What the household gets from settled orders.
    farmer_fen: Money,
    /// What of it has arrived.
    received_fen: Money,
    /// What the caller may do with it now.
    actions: Vec<Command>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PairingPage)]
struct PairingPageOut {
    #[serde(flatten)]
    pairing: PairingOut,
    purchases: Vec<Purchase>,
}

/// Asks a household to pair.
#[utoipa::path(post, path = "/pairings", tag = "pairings", request_body = PairingIn, responses((status = 201, body = PairingOut)))]
async fn request_pairing(who: Buyer, context: web::Data<Context>, body: Body<PairingIn>) -> ApiResult<HttpResponse> {
    let message = optional_line("/message", body.value.message)?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let page = context
        .db
        .write(move |conn| {
            let pairing = service::request(conn, &act, who.user_id, body.value.household_id, message.clone())?;
            show_one(conn, &secrets, pairing, &Member { user_id: who.user_id, staff: None })
        })
        .await?;
    Ok(HttpResponse::Created().json(page.pairing))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PairingsQuery {
    #[param(inline)]
    state: Option<PairingState>,
    /// For people who are both; staff see their scope unless they say `own`.
    #[param(inline)]
    view: Option<Whose>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// A buyer's own pairings, or those of a coordinator's villages, newest first.
#[utoipa::path(get, path = "/pairings", tag = "pairings", params(PairingsQuery), responses((status = 200, body = Page<PairingOut>)))]
async fn list_pairings(
    who: Member,
    context: web::Data<Context>,
    query: Query<PairingsQuery>,
) -> ApiResult<web::Json<Page<PairingOut>>> {
    let PairingsQuery { state, view, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let secrets = context.secrets.clone();
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = match who.staff.as_ref().filter(|_| view != Some(Whose::Own)) {
                Some(staff) => store::list_in_scope(conn, &staff.scope(), state, limit, after)?,
                None => store::list_of_buyer(conn, who.user_id, state, limit, after)?,
            };
            let mut purchases = load_purchases(conn, &data)?;
            let shown = data.into_iter().map(|pairing| {
                let purchases = purchases.remove(&pairing.id).unwrap_or_default();
                show(conn, &secrets, pairing, &purchases, &who)
            });
            Ok::<_, ApiError>(Page { data: shown.collect::<ApiResult<_>>()?, page })
        })
        .await?;
    Ok(web::Json(page))
}

/// The page of a pair, to its buyer and to staff of its village.
#[utoipa::path(get, path = "/pairings/{id}", tag = "pairings", params(("id" = PairingId, Path)), responses((status = 200, body = PairingPageOut)))]
async fn show_pairing(
    who: Member,
    context: web::Data<Context>,
    id: PathId<Pairing>,
) -> ApiResult<web::Json<PairingPageOut>> {
    let secrets = context.secrets.clone();
    let page = context.db.read(move |conn| {
        let pairing = service::load(conn, id.0)?;
        role_for(&who, &pairing).ok_or(PairingError::NotFound)?;
        show_one(conn, &secrets, pairing, &who)
    });
    Ok(web::Json(page.await?))
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReasonIn {
    /// Why, or how the household said so.
    #[schema(max_length = 300)]
    reason: Option<String>,
}

/// Records the household's yes.
#[utoipa::path(post, path = "/pairings/{id}/accept", tag = "pairings", params(("id" = PairingId, Path)), request_body = Option<ReasonIn>, responses((status = 200, body = PairingPageOut)))]
async fn accept_pairing(
    _: Coordinator,
    who: Member,
    context: web::Data<Context>,
    id: PathId<Pairing>,
    body: OptionalBody<ReasonIn>,
) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Accept, body.0).await
}

/// Records the household's no.
#[utoipa::path(post, path = "/pairings/{id}/decline", tag = "pairings", params(("id" = PairingId, Path)), request_body = Option<ReasonIn>, responses((status = 200, body = PairingPageOut)))]
async fn decline_pairing(
    _: Coordinator,
    who: Member,
    context: web::Data<Context>,
    id: PathId<Pairing>,
    body: OptionalBody<ReasonIn>,
) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::Decline, body.0).await
}

/// Ends the tie, from either side.
#[utoipa::path(post, path = "/pairings/{id}/end", tag = "pairings", params(("id" = PairingId, Path)), request_body = Option<ReasonIn>, responses((status = 200, body = PairingPageOut)))]
async fn end_pairing(
    who: Member,
    context: web::Data<Context>,
    id: PathId<Pairing>,
    body: OptionalBody<ReasonIn>,
) -> ApiResult<HttpResponse> {
    change(who, &context, id.0, Command::End, body.0).await
}

async fn change(
    who: Member,
    context: &Context,
    id: PairingId,
    command: Command,
    input: ReasonIn,
) -> ApiResult<HttpResponse> {
    let reason = optional_line("/reason", input.reason)?;
    let at_desk = context.clone();
    let page = context
        .db
        .write(move |conn| {
            let pairing = service::load(conn, id)?;
            let role = role_for(&who, &pairing).ok_or(PairingError::NotFound)?;
            if !command.roles().contains(&role) {
                return Err(ApiError::new(Code::Forbidden));
            }
            let act: Act = at_desk.act(who.user_id, role);
            let pairing = service::change_state(conn, &act, id, command, reason.as_deref())?;
            show_one(conn, &at_desk.secrets, pairing, &who)
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// On which side of the pair somebody stands: the family's, or the household's.
fn role_for(who: &Member, pairing: &Pairing) -> Option<Role> {
    let of_staff = |staff: &Staff| staff.role_at(&pairing.village_code, &[Role::Coordinator, Role::Approver]);
    if pairing.buyer_id == who.user_id { Some(Role::Buyer) } else { who.staff.as_ref().and_then(of_staff) }
}

fn optional_line(pointer: &str, text: Option<String>) -> ApiResult<Option<String>> {
    let given = text.filter(|text| !text.trim().is_empty());
    given.map(|text| line(&text, 300)).transpose().map_err(|invalid| ApiError::field(pointer, invalid))
}

fn show_one(conn: &mut Conn, secrets: &Secrets, pairing: Pairing, to: &Member) -> ApiResult<PairingPageOut> {
    let purchases = load_purchases(conn, std::slice::from_ref(&pairing))?.remove(&pairing.id).unwrap_or_default();
    Ok(PairingPageOut { pairing: show(conn, secrets, pairing, &purchases, to)?, purchases })
}

/// What was bought within pairings, newest first.
fn load_purchases(conn: &mut Conn, pairings: &[Pairing]) -> ApiResult<HashMap<PairingId, Vec<Purchase>>> {
    let ids: Vec<PairingId> = pairings.iter().map(|pairing| pairing.id).collect();
    let lines = orders::list_lines_of_pairings(conn, &ids)?;
    let order_ids: Vec<OrderId> = lines.iter().map(|line| line.order_id).collect::<BTreeSet<_>>().into_iter().collect();
    let payouts: HashMap<(OrderId, HouseholdId), Payout> = settlement::list_of_orders(conn, &order_ids)?
        .into_iter()
        .map(|payout| ((payout.order_id, payout.household_id), payout))
        .collect();
    let too_large = |invalid: Invalid| ApiError::field("", invalid);
    let households: HashMap<PairingId, HouseholdId> =
        pairings.iter().map(|pairing| (pairing.id, pairing.household_id)).collect();
    let mut own_lines: BTreeMap<OrderId, BTreeMap<PairingId, Vec<Line>>> = BTreeMap::new();
    for line in lines {
        if let Some(pairing_id) = line.pairing_id {
            own_lines.entry(line.order_id).or_default().entry(pairing_id).or_default().push(line);
        }
    }
    let mut purchases: HashMap<PairingId, Vec<Purchase>> = HashMap::new();
    for order in orders::list_by_id(conn, &order_ids)?.into_iter().rev() {
        for (pairing_id, own) in own_lines.remove(&order.id).unwrap_or_default() {
            let farmer = own.iter().map(|line| line.price.times(line.quantity).and_then(|price| price.to_farmer()));
            let farmer = farmer.collect::<Result<Vec<_>, _>>().map_err(too_large)?;
            let payout = payouts.get(&(order.id, households[&pairing_id]));
            purchases.entry(pairing_id).or_default().push(Purchase {
                order_id: order.id,
                order_number: order.number.clone(),
                state: order.state,
                placed_at: order.placed_at,
                paid_fen: Money::sum(own.iter().map(|line| line.total_fen)).map_err(too_large)?,
                farmer_fen: Money::sum(farmer).map_err(too_large)?,
                titles: orders::titles(own).into_values().flatten().collect(),
                slip_code: payout.map(|payout| payout.code.clone()),
                payout_state: payout.map(|payout| payout.state),
            });
        }
    }
    Ok(purchases)
}

fn show(
    conn: &mut Conn,
    secrets: &Secrets,
    pairing: Pairing,
    purchases: &[Purchase],
    to: &Member,
) -> ApiResult<PairingOut> {
    let role = role_for(to, &pairing);
    let household = match role {
        Some(Role::Coordinator | Role::Approver) => households::refs_for_staff(conn, [pairing.household_id])?,
        _ => households::refs(conn, [pairing.household_id])?,
    }
    .remove(&pairing.household_id);
    let village = regions::names(conn, [&pairing.village_code])?.remove(&pairing.village_code);
    let (Some(household), Some(village)) = (household, village) else { return Err(ApiError::new(Code::NotFound)) };
    let paid = || purchases.iter().filter(|purchase| purchase.state.is_paid());
    let sum = |amounts: Vec<Money>| Money::sum(amounts).map_err(|invalid| ApiError::field("", invalid));
    let settled = purchases.iter().filter(|purchase| purchase.payout_state.is_some());
    let arrived = purchases.iter().filter(|purchase| purchase.payout_state == Some(PayoutState::Confirmed));
    let may = |command: &Command| {
        role.is_some_and(|role| command.roles().contains(&role))
            && decide(pairing.state, *command).is_ok_and(|next| next != pairing.state)
    };
    Ok(PairingOut {
        orders: paid().count(),
        paid_fen: sum(paid().map(|purchase| purchase.paid_fen).collect())?,
        farmer_fen: sum(settled.map(|purchase| purchase.farmer_fen).collect())?,
        received_fen: sum(arrived.map(|purchase| purchase.farmer_fen).collect())?,
        actions: Command::ALL.iter().copied().filter(may).collect(),
        buyer: PairingBuyer { display_name: display_name(conn, secrets, pairing.buyer_id)? },
        household,
        village,
        id: pairing.id,
        state: pairing.state,
        message: pairing.message,
        requested_at: pairing.requested_at,
        accepted_at: pairing.accepted_at,
        ended_at: pairing.ended_at,
    })
}

fn display_name(conn: &mut Conn, secrets: &Secrets, id: UserId) -> Result<String, IdentityError> {
    Ok(identity::load_person(conn, secrets, id)?.display_name)
}

impl From<PairingError> for ApiError {
    fn from(error: PairingError) -> Self {
        match error {
            PairingError::NotFound => Self::new(Code::NotFound),
            PairingError::UnknownHousehold => Self::field("/household_id", Invalid::new("unknown_household")),
            PairingError::Exists => Self::new(Code::PairingExists),
            PairingError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            PairingError::Db(error) => error.into(),
        }
    }
}
