//! Routes of organisations: registering one, and what the caller has to do with them.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{MemberState, OrganisationKind};
use super::store::{self, Organisation};
use super::types::{NewOrganisation, OrganisationError, OrganisationId};
use super::view::{self, InvitationOut, OrganisationOut, OwnOrganisation};
use super::{http_contracts, http_members, members, service, store_members};
use crate::context::Context;
use crate::endpoints;
use crate::households::CreditCode;
use crate::identity::access::Buyer;
use crate::kernel::{Instant, RegionCode, line};
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, register_organisation, list_own_organisations, show_organisation, leave_me_alone);
    http_members::routes(routes);
    http_contracts::routes(routes);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganisationIn {
    #[schema(max_length = 60)]
    name: String,
    /// Unified social credit code (统一社会信用代码): 18 characters, the last of which checks the others.
    #[schema(example = "12510100450000001E")]
    code: String,
    /// The county where it is, or a place inside one.
    region_code: String,
    kind: OrganisationKind,
    /// What stands on its invoices (发票抬头); its name, if nothing is said.
    #[schema(max_length = 100)]
    invoice_title: Option<String>,
}

impl OrganisationIn {
    fn parse(self) -> ApiResult<NewOrganisation> {
        let mut fields = Fields::default();
        let name = fields.take("/name", line(&self.name, 60));
        let code = fields.take("/code", CreditCode::parse(&self.code));
        let region_code = fields.take("/region_code", RegionCode::parse(&self.region_code));
        let title = self.invoice_title.filter(|title| !title.trim().is_empty()).unwrap_or(self.name);
        let invoice_title = fields.take("/invoice_title", line(&title, 100));
        let (Some(name), Some(code), Some(region_code), Some(invoice_title)) = (name, code, region_code, invoice_title)
        else {
            return Err(fields.refusal());
        };
        Ok(NewOrganisation { name, code, region_code, kind: self.kind, invoice_title })
    }
}

/// Registers an organisation that buys; the caller is its first manager.
#[utoipa::path(post, path = "/organisations", tag = "organisations", request_body = OrganisationIn, responses((status = 201, body = OrganisationOut)))]
async fn register_organisation(
    who: Buyer,
    context: web::Data<Context>,
    body: Body<OrganisationIn>,
) -> ApiResult<HttpResponse> {
    let new = body.value.parse()?;
    let act = who.act(&context);
    let shown = context.db.write(move |conn| {
        let organisation = service::register(conn, &act, who.user_id, &new)?;
        let own = members::load_own(conn, organisation.id, who.user_id)?;
        view::show(conn, own)
    });
    Ok(HttpResponse::Created().json(shown.await?))
}

#[derive(Serialize, ToSchema)]
#[schema(as = OwnOrganisations)]
struct OwnOut {
    data: Vec<OwnOrganisation>,
    /// None while the caller wants to be left alone.
    invitations: Vec<InvitationOut>,
    /// Since when nobody may ask the caller to order for anybody.
    left_alone_since: Option<Instant>,
}

/// The organisations for which the caller orders, and those that ask.
#[utoipa::path(get, path = "/me/organisations", tag = "organisations", responses((status = 200, body = OwnOut)))]
async fn list_own_organisations(who: Buyer, context: web::Data<Context>) -> ApiResult<web::Json<OwnOut>> {
    let own = context.db.read(move |conn| {
        let mut active = store_members::list_of_user(conn, who.user_id)?;
        active.retain(|member| member.state == MemberState::Active);
        let asked = members::list_invitations(conn, who.user_id)?;
        Ok::<_, OrganisationError>(OwnOut {
            data: view::show_own(conn, &active)?,
            invitations: view::show_invitations(conn, &asked)?,
            left_alone_since: store::left_alone_since(conn, who.user_id)?,
        })
    });
    Ok(web::Json(own.await?))
}

/// An organisation of the caller, with its contracts.
#[utoipa::path(get, path = "/organisations/{id}", tag = "organisations", params(("id" = OrganisationId, Path)), responses((status = 200, body = OrganisationOut)))]
async fn show_organisation(
    who: Buyer,
    context: web::Data<Context>,
    id: PathId<Organisation>,
) -> ApiResult<web::Json<OrganisationOut>> {
    let shown = context.db.read(move |conn| {
        let own = members::load_own(conn, id.0, who.user_id)?;
        view::show(conn, own)
    });
    Ok(web::Json(shown.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LeaveAloneIn {
    /// That no unit, employer or village may ask the caller to order.
    wanted: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LeftAlone)]
struct LeftAloneOut {
    since: Option<Instant>,
}

/// The caller says whether any unit, employer or village may ask them to order. Whoever asks is not told.
#[utoipa::path(put, path = "/me/left-alone", tag = "organisations", request_body = LeaveAloneIn, responses((status = 200, body = LeftAloneOut)))]
async fn leave_me_alone(
    who: Buyer,
    context: web::Data<Context>,
    body: Body<LeaveAloneIn>,
) -> ApiResult<web::Json<LeftAloneOut>> {
    let (act, wanted) = (who.act(&context), body.value.wanted);
    let since = context.db.write(move |conn| members::leave_alone(conn, &act, who.user_id, wanted));
    Ok(web::Json(LeftAloneOut { since: since.await? }))
}

impl From<OrganisationError> for ApiError {
    fn from(error: OrganisationError) -> Self {
        match error {
            OrganisationError::NotFound => Self::new(Code::NotFound),
            OrganisationError::NotManager => Self::new(Code::Forbidden),
            OrganisationError::Exists => Self::new(Code::OrganisationExists),
            OrganisationError::LastManager => Self::new(Code::LastManager),
            OrganisationError::SamePerson => Self::new(Code::SamePerson),
            OrganisationError::MemberState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            OrganisationError::ContractState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            OrganisationError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            OrganisationError::Identity(error) => error.into(),
            OrganisationError::Db(error) => error.into(),
            OrganisationError::Secrets(_) => Self::internal(error),
        }
    }
}
