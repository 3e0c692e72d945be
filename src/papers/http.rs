//! Routes of papers: coordinators add and withdraw them, staff see what a gate asks for, anybody sees those
//! of what is for sale (农产品质量安全法 §39: online the certificate stands beside the goods).

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Paper;
use super::service;
use super::store;
use super::types::{Missing, NewPaper, PaperError, PaperKind, PaperSubject, Stage};
use super::view::{PaperOut, show};
use crate::catalog::{self, Listing, ListingError, ListingId, ListingState};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Coordinator, Staff, Visitor};
use crate::kernel::{Day, Invalid, line};
use crate::prices::{AssessmentOut, show_assessment};
use crate::web::error::{FieldError, Fields};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Routes, cache};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, add_paper, list_papers, withdraw_paper, show_gates);
}

/// A paper as it comes in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperIn {
    #[schema(inline)]
    pub kind: PaperKind,
    #[schema(max_length = 40, example = "5108240012345")]
    pub number: String,
    #[schema(max_length = 60)]
    pub issuer: Option<String>,
    pub issued_on: Day,
    /// The last day on which it counts. Papers of one lot count for 30 days without it, others for good.
    pub valid_until: Option<Day>,
}

impl PaperIn {
    /// The paper, or notes of what is wrong with it under a pointer.
    pub fn parse(self, fields: &mut Fields, pointer: &str, today: Day) -> Option<NewPaper> {
        let Self { kind, number, issuer, issued_on, valid_until } = self;
        let issuer = issuer.filter(|issuer| !issuer.trim().is_empty());
        match (NewPaper { kind, number, issuer, issued_on, valid_until }).check(today) {
            Ok(paper) => Some(paper),
            Err(wrong) => {
                wrong.into_iter().for_each(|(field, invalid)| {
                    fields.take(&format!("{pointer}/{field}"), Err::<(), _>(invalid));
                });
                None
            }
        }
    }
}

/// Adds a paper to a listing; adding it again changes nothing.
#[utoipa::path(post, path = "/listings/{id}/papers", tag = "desk", params(("id" = ListingId, Path)), request_body = PaperIn, responses((status = 201, body = PaperOut)))]
async fn add_paper(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Listing>,
    body: Body<PaperIn>,
) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let today = act.at.day();
    let mut fields = Fields::default();
    let Some(new) = body.value.parse(&mut fields, "", today) else { return Err(fields.refusal()) };
    let paper = context
        .db
        .write(move |conn| {
            let listing = catalog::load(conn, id.0)?;
            if !who.scope.covers(&listing.village_code) {
                return Err(ApiError::new(Code::NotFound));
            }
            let subject = (PaperSubject::listing(listing.id), &listing.village_code);
            Ok(service::add(conn, &act, who.user_id, subject, &new)?)
        })
        .await?;
    Ok(HttpResponse::Created().json(&show(vec![paper], today, true)[0]))
}

#[derive(Serialize, ToSchema)]
#[schema(as = Papers)]
struct PapersOut {
    data: Vec<PaperOut>,
}

/// The papers of a listing: those in force to anybody once it was published, all to staff of its place.
#[utoipa::path(get, path = "/listings/{id}/papers", tag = "shop", params(("id" = ListingId, Path)), responses((status = 200, body = PapersOut)))]
async fn list_papers(
    who: Visitor,
    context: web::Data<Context>,
    request: HttpRequest,
    id: PathId<Listing>,
) -> ApiResult<HttpResponse> {
    let (is_public, today) = (who.staff.is_none(), context.clock.now().day());
    let data = context
        .db
        .read(move |conn| {
            let listing = catalog::load(conn, id.0)?;
            let is_own = who.staff.is_some_and(|staff| staff.scope().covers(&listing.village_code));
            let was_published = listing.published_at.is_some() && listing.state != ListingState::Rejected;
            if !is_own && !was_published {
                return Err(ListingError::NotFound);
            }
            Ok(show(store::list_of(conn, PaperSubject::listing(listing.id))?, today, is_own))
        })
        .await?;
    cache::json_for(&request, &PapersOut { data }, is_public)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawIn {
    /// What is wrong with it.
    #[schema(max_length = 300)]
    reason: String,
}

/// Takes a paper back that is not what it was taken for.
#[utoipa::path(post, path = "/papers/{id}/withdraw", tag = "desk", params(("id" = super::PaperId, Path)), request_body = WithdrawIn, responses((status = 200, body = PaperOut)))]
async fn withdraw_paper(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Paper>,
    body: Body<WithdrawIn>,
) -> ApiResult<HttpResponse> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let act = who.act(&context);
    let today = act.at.day();
    let paper = context
        .db
        .write(move |conn| {
            if !who.scope.covers(&service::load(conn, id.0)?.village_code) {
                return Err(PaperError::NotFound);
            }
            service::withdraw(conn, &act, who.user_id, id.0, &reason)
        })
        .await?;
    Ok(HttpResponse::Ok().json(&show(vec![paper], today, true)[0]))
}

/// What stands between a listing and the shop, and between its goods and the road.
#[derive(Serialize, ToSchema)]
#[schema(as = Gates)]
struct GatesOut {
    /// Missing before it may be published, or go on sale again.
    publish: Vec<Missing>,
    /// Missing before its goods may leave.
    dispatch: Vec<Missing>,
    /// How the price of its newest version stands today.
    price: AssessmentOut,
}

/// What is missing of the newest version of a listing, today.
#[utoipa::path(get, path = "/listings/{id}/gates", tag = "desk", params(("id" = ListingId, Path)), responses((status = 200, body = GatesOut)))]
async fn show_gates(who: Staff, context: web::Data<Context>, id: PathId<Listing>) -> ApiResult<web::Json<GatesOut>> {
    let act = context.system_act();
    let gates = context.db.read(move |conn| {
        let listing = catalog::load(conn, id.0)?;
        if !who.scope().covers(&listing.village_code) {
            return Err(ListingError::NotFound);
        }
        let (number, content) = catalog::check::newest(conn, &listing)?;
        let mut missing = |stage| catalog::check::missing(conn, &listing, &content, act.at.day(), stage);
        let (publish, dispatch) = (missing(Stage::Publish)?, missing(Stage::Dispatch)?);
        let assessment = catalog::check::assess(conn, &act, &listing, number, &content)?;
        Ok::<_, ListingError>(GatesOut { publish, dispatch, price: show_assessment(conn, assessment)? })
    });
    Ok(web::Json(gates.await?))
}

/// The refusal of what is missing, each with its reason and law in words, under a pointer.
#[must_use]
pub fn refusal(missing: &[(String, Missing)]) -> ApiError {
    let mut error = ApiError::new(Code::PapersMissing);
    for (prefix, missing) in missing {
        let pointer = match (missing.label, missing.any_of.first()) {
            (Some(field), _) => format!("{prefix}/label/{field}"),
            (None, Some(kind)) => format!("{prefix}/papers/{kind}"),
            (None, None) => format!("{prefix}/papers"),
        };
        error.fields.push(FieldError { pointer, invalid: Invalid::new(missing.why) });
    }
    let listed: Vec<&Missing> = missing.iter().map(|(_, missing)| missing).collect();
    error.with("missing", serde_json::to_value(listed).unwrap_or_default())
}

impl From<PaperError> for ApiError {
    fn from(error: PaperError) -> Self {
        match error {
            PaperError::NotFound => Self::new(Code::NotFound),
            PaperError::Exists => Self::new(Code::PaperExists),
            PaperError::Db(error) => error.into(),
        }
    }
}
