//! Routes of claims: the buyer opens one and may ask the county, the village and then the county decide.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::rules::{self, Bearer, ClaimKind, ClaimState, ClaimUnit, Verdict};
use super::service::{self, NewClaim, Ruling};
use super::store::{self, Claim};
use super::types::{ClaimError, ClaimId};
use super::view::{ClaimOut, OrderClaims, show, show_claimable};
use crate::context::Context;
use crate::endpoints;
use crate::helpers::access::{Shopper, ShopperOrStaff};
use crate::identity::access::{Staff, Whose};
use crate::kernel::{Instant, Invalid, Money, Page, PageQuery, Quantity, Role, UserId, paragraphs};
use crate::orders::{self, Order, OrderError, OrderId, OrderState};
use crate::photos::http::UPLOAD_LIMIT;
use crate::photos::{PhotoId, PhotoOut, Picture, keep};
use crate::web::error::Fields;
use crate::web::idempotency::{self, RequiredKey};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, Upload, heavy, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(
        routes,
        add_claim_photo,
        open_claim,
        list_order_claims,
        list_claims,
        show_claim,
        decide_claim,
        escalate_claim
    );
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the multipart form")]
struct ClaimPhotoForm {
    /// JPEG, PNG or WebP of at most 12 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes in a photo for a claim on an order that was received; only its pixels are kept.
#[utoipa::path(post, path = "/orders/{id}/claim-photos", tag = "claims", params(("id" = OrderId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)),
    request_body(content = ClaimPhotoForm, content_type = "multipart/form-data"), responses((status = 201, body = PhotoOut)))]
async fn add_claim_photo(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Order>,
    form: Multipart,
) -> ApiResult<HttpResponse> {
    let claimable = move |order: Order| {
        let is_claimable = matches!(order.state, OrderState::Received | OrderState::Settled);
        if is_claimable { Ok(()) } else { Err(OrderError::WrongState(order.state)) }
    };
    context.db.read(move |conn| orders::load_own(conn, who.user_id, id.0).and_then(claimable)).await?;
    let upload = Upload::read(form, &[], UPLOAD_LIMIT).await?;
    let picture = heavy(move || Picture::read(&upload.file)).await?.map_err(|it| ApiError::field("/file", it))?;
    Ok(HttpResponse::Created().json(keep(&context, who.act(&context), who.by, picture, None).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClaimIn {
    line_no: i64,
    #[schema(inline)]
    kind: ClaimKind,
    /// Whole units, or single pieces of a pack.
    #[schema(inline)]
    unit: ClaimUnit,
    quantity: Quantity,
    #[schema(max_length = 500)]
    words: String,
    /// Of `POST /orders/{id}/claim-photos`; at least one, but for what came late.
    #[serde(default)]
    #[schema(max_items = 6)]
    photo_ids: Vec<PhotoId>,
}

const WORDS_MAX: usize = 500;
const PHOTOS_MAX: usize = 6;

impl ClaimIn {
    fn parse(self) -> ApiResult<NewClaim> {
        let mut fields = Fields::default();
        let words = fields.take("/words", paragraphs(&self.words, WORDS_MAX));
        let photos = if self.photo_ids.len() <= PHOTOS_MAX {
            Ok(self.photo_ids)
        } else {
            Err(Invalid::new("too_many").with("max", PHOTOS_MAX))
        };
        match (words, fields.take("/photo_ids", photos)) {
            (Some(words), Some(photos)) => Ok(NewClaim {
                line_no: self.line_no,
                kind: self.kind,
                unit: self.unit,
                quantity: self.quantity,
                words,
                photos,
            }),
            _ => Err(fields.refusal()),
        }
    }
}

/// The buyer says what is wrong with a line, within the window of its goods.
#[utoipa::path(post, path = "/orders/{id}/claims", tag = "claims", params(("id" = OrderId, Path), ("Idempotency-Key" = String, Header), ("Yuanshan-Acting-For" = Option<UserId>, Header)), request_body = ClaimIn, responses((status = 201, body = ClaimOut)))]
async fn open_claim(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Order>,
    key: RequiredKey,
    body: Body<ClaimIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.by, &who.fingerprint(&body.sha256), &context.secrets);
    let (act, new) = (who.act(&context), body.value.parse()?);
    let saved = context
        .db
        .write(move |conn| {
            let order = orders::load_own(conn, who.user_id, id.0)?;
            idempotency::once(conn, Some(&ticket), act.at, StatusCode::CREATED, |conn| {
                let claim = service::open(conn, &act, &order, &new)?;
                one(conn, claim, act.at, Some(who.role()))
            })
        })
        .await?;
    Ok(saved.into_response())
}

fn one(conn: &mut crate::db::Conn, claim: Claim, at: Instant, role: Option<Role>) -> Result<ClaimOut, ApiError> {
    show(conn, vec![claim], at, |_| role)?.pop().ok_or_else(|| ApiError::new(Code::NotFound))
}

/// The claims on an order, and what of it can still be claimed: to its buyer, and to staff of its village.
#[utoipa::path(get, path = "/orders/{id}/claims", tag = "claims", params(("id" = OrderId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = OrderClaims)))]
async fn list_order_claims(
    who: ShopperOrStaff,
    context: web::Data<Context>,
    id: PathId<Order>,
) -> ApiResult<web::Json<OrderClaims>> {
    let at = context.clock.now();
    let claims = context.db.read(move |conn| {
        let order = orders::load(conn, id.0)?;
        let is_buyer = order.buyer_id == who.shopper.user_id;
        let of_staff = |staff: &Staff| staff.scope().covers(&order.village_code);
        if !is_buyer && !who.staff.as_ref().is_some_and(of_staff) {
            return Err(ClaimError::from(OrderError::NotFound));
        }
        let claims = store::list_of_order(conn, order.id)?;
        let data = show(conn, claims, at, |claim| role_for(&who, claim))?;
        let is_received = matches!(order.state, OrderState::Received | OrderState::Settled);
        let lines = if is_buyer && is_received { service::claimable(conn, &order)? } else { Vec::new() };
        Ok(OrderClaims { data, claimable: show_claimable(lines, at) })
    });
    Ok(web::Json(claims.await?))
}

/// In which role somebody deals with a claim: its buyer, their helper, or staff of its village; those who
/// decide it before others.
fn role_for(who: &ShopperOrStaff, claim: &Claim) -> Option<Role> {
    if claim.buyer_id == who.shopper.user_id {
        return Some(who.shopper.role());
    }
    let decides = rules::decides(claim.state).unwrap_or(Role::Coordinator);
    who.staff.as_ref()?.role_at(&claim.village_code, &[decides, Role::Coordinator, Role::Approver])
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ClaimsQuery {
    #[param(inline)]
    state: Option<ClaimState>,
    /// For people who are both; staff see their scope unless they say `own`.
    #[param(inline)]
    view: Option<Whose>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// A buyer's own claims, or those of the caller's villages, newest first.
#[utoipa::path(get, path = "/claims", tag = "claims", params(ClaimsQuery, ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = Page<ClaimOut>)))]
async fn list_claims(
    who: ShopperOrStaff,
    context: web::Data<Context>,
    query: Query<ClaimsQuery>,
) -> ApiResult<web::Json<Page<ClaimOut>>> {
    let ClaimsQuery { state, view, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let at = context.clock.now();
    let page = context.db.read(move |conn| {
        let Page { data, page } = match who.staff.as_ref().filter(|_| view != Some(Whose::Own)) {
            Some(staff) => store::list_in_scope(conn, &staff.scope(), state, limit, after)?,
            None => store::list_of_buyer(conn, who.shopper.user_id, state, limit, after)?,
        };
        Ok::<_, ClaimError>(Page { data: show(conn, data, at, |claim| role_for(&who, claim))?, page })
    });
    Ok(web::Json(page.await?))
}

/// One claim, to its buyer and to staff of its village.
#[utoipa::path(get, path = "/claims/{id}", tag = "claims", params(("id" = ClaimId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = ClaimOut)))]
async fn show_claim(
    who: ShopperOrStaff,
    context: web::Data<Context>,
    id: PathId<Claim>,
) -> ApiResult<web::Json<ClaimOut>> {
    let at = context.clock.now();
    let claim = context.db.read(move |conn| {
        let claim = service::load(conn, id.0)?;
        let role = role_for(&who, &claim).ok_or(ClaimError::NotFound)?;
        one(conn, claim, at, Some(role))
    });
    Ok(web::Json(claim.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RulingIn {
    #[schema(inline)]
    verdict: Verdict,
    /// What is granted in all; without it, what is proposed. Another sum needs a reason.
    amount_fen: Option<Money>,
    /// Who bears it; without it, as the kind of the claim says.
    #[schema(inline)]
    borne_by: Option<Bearer>,
    /// Needed to reject. The buyer reads it.
    #[schema(max_length = 300)]
    reason: Option<String>,
}

/// A coordinator of the village decides an opened claim, an approver one that was brought before the county.
#[utoipa::path(post, path = "/claims/{id}/decide", tag = "claims", params(("id" = ClaimId, Path), ("Idempotency-Key" = String, Header)), request_body = RulingIn, responses((status = 200, body = ClaimOut)))]
async fn decide_claim(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Claim>,
    key: RequiredKey,
    body: Body<RulingIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let RulingIn { verdict, amount_fen, borne_by, reason } = body.value;
    let mut fields = Fields::default();
    let reason = fields.take_optional("/reason", reason, |reason| paragraphs(&reason, 300));
    fields.finish()?;
    let ruling = Ruling { verdict, amount_fen, borne_by, reason };
    let at_desk = context.clone();
    let saved = context
        .db
        .write(move |conn| {
            let claim = service::load(conn, id.0)?;
            if !who.scope().covers(&claim.village_code) {
                return Err(ClaimError::NotFound.into());
            }
            let decides = match claim.state {
                ClaimState::Escalated | ClaimState::Resolved => Role::Approver,
                _ => Role::Coordinator,
            };
            let act = who.act_at(&at_desk, &claim.village_code, &[decides])?;
            idempotency::once(conn, Some(&ticket), act.at, StatusCode::OK, |conn| {
                let usual = at_desk.settings.claim_window;
                let decided = service::decide(conn, &act, claim.id, &ruling, usual)?;
                one(conn, decided, act.at, Some(decides))
            })
        })
        .await?;
    Ok(saved.into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AppealIn {
    /// Why; the county reads it.
    #[schema(max_length = 500)]
    words: String,
}

/// The buyer does not agree with the village and asks the county, once and within a week.
#[utoipa::path(post, path = "/claims/{id}/escalate", tag = "claims", params(("id" = ClaimId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), request_body = AppealIn, responses((status = 200, body = ClaimOut)))]
async fn escalate_claim(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Claim>,
    body: Body<AppealIn>,
) -> ApiResult<web::Json<ClaimOut>> {
    let words = paragraphs(&body.value.words, WORDS_MAX).map_err(|invalid| ApiError::field("/words", invalid))?;
    let act = who.act(&context);
    let claim = context.db.write(move |conn| {
        if service::load(conn, id.0)?.buyer_id != who.user_id {
            return Err(ClaimError::NotFound.into());
        }
        let claim = service::escalate(conn, &act, id.0, &words)?;
        one(conn, claim, act.at, Some(who.role()))
    });
    Ok(web::Json(claim.await?))
}

impl From<ClaimError> for ApiError {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::NotFound => Self::new(Code::NotFound),
            ClaimError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            ClaimError::WindowClosed(until) => Self::new(Code::ClaimWindowClosed).with("until", until.to_string()),
            ClaimError::Open => Self::new(Code::ClaimOpen),
            ClaimError::SamePerson => Self::new(Code::SamePerson),
            ClaimError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            ClaimError::Order(error) => error.into(),
            ClaimError::Identity(error) => error.into(),
            ClaimError::Db(error) => error.into(),
            ClaimError::Ledger(_) | ClaimError::Notice(_) => Self::internal(error),
        }
    }
}
