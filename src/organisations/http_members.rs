//! Routes of who orders for an organisation.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::members;
use super::rules::MemberRole;
use super::store::Organisation;
use super::store_members::{self, Membership};
use super::types::{MembershipId, OrganisationError, OrganisationId};
use super::view::{self, MemberOut};
use crate::context::Context;
use crate::endpoints;
use crate::identity::Phone;
use crate::identity::access::Buyer;
use crate::web::{ApiError, ApiResult, Body, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_members, invite_member, accept_membership, end_membership);
}

#[derive(Serialize, ToSchema)]
#[schema(as = OrganisationMembers)]
struct MembersOut {
    /// At most 50, the newest first.
    data: Vec<MemberOut>,
}

/// Who orders for an organisation of the caller; open invitations are shown to its managers alone.
#[utoipa::path(get, path = "/organisations/{id}/members", tag = "organisations", params(("id" = OrganisationId, Path)), responses((status = 200, body = MembersOut)))]
async fn list_members(
    who: Buyer,
    context: web::Data<Context>,
    id: PathId<Organisation>,
) -> ApiResult<web::Json<MembersOut>> {
    let secrets = context.secrets.clone();
    let shown = context.db.read(move |conn| {
        let (_, own) = members::load_own(conn, id.0, who.user_id)?;
        let mut found = store_members::list_unended(conn, id.0)?;
        found.retain(|member| own.role == MemberRole::Manager || member.user_id.is_some());
        Ok::<_, OrganisationError>(MembersOut { data: view::show_members(conn, &secrets, found)? })
    });
    Ok(web::Json(shown.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganisationMemberIn)]
struct MemberIn {
    /// Of whom is asked, whether it has an account or not.
    #[schema(example = "13800001234")]
    phone: String,
    role: MemberRole,
}

/// A manager asks somebody to order for the organisation. Whoever has the number sees it at their next visit,
/// unless they want to be left alone; the answer is the same in either case.
#[utoipa::path(post, path = "/organisations/{id}/members", tag = "organisations", params(("id" = OrganisationId, Path)), request_body = MemberIn, responses((status = 201, body = MemberOut)))]
async fn invite_member(
    who: Buyer,
    context: web::Data<Context>,
    id: PathId<Organisation>,
    body: Body<MemberIn>,
) -> ApiResult<HttpResponse> {
    let phone = Phone::parse(&body.value.phone).map_err(|invalid| ApiError::field("/phone", invalid))?;
    let (act, secrets, role) = (who.act(&context), context.secrets.clone(), body.value.role);
    let shown = context.db.write(move |conn| {
        let member = members::invite(conn, &act, &secrets, id.0, who.user_id, (&phone, role))?;
        view::show_members(conn, &secrets, vec![member])?.pop().ok_or(OrganisationError::NotFound)
    });
    Ok(HttpResponse::Created().json(shown.await?))
}

/// The caller orders for the organisation that asks.
#[utoipa::path(post, path = "/organisation-members/{id}/accept", tag = "organisations", params(("id" = MembershipId, Path)), responses((status = 200, body = MemberOut)))]
async fn accept_membership(
    who: Buyer,
    context: web::Data<Context>,
    id: PathId<Membership>,
) -> ApiResult<web::Json<MemberOut>> {
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let shown = context.db.write(move |conn| {
        let member = members::accept(conn, &act, id.0, who.user_id)?;
        view::show_members(conn, &secrets, vec![member])?.pop().ok_or(OrganisationError::NotFound)
    });
    Ok(web::Json(shown.await?))
}

/// The caller leaves, says no, or as a manager ends it for somebody else.
#[utoipa::path(post, path = "/organisation-members/{id}/end", tag = "organisations", params(("id" = MembershipId, Path)), responses((status = 200, body = MemberOut)))]
async fn end_membership(
    who: Buyer,
    context: web::Data<Context>,
    id: PathId<Membership>,
) -> ApiResult<web::Json<MemberOut>> {
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let shown = context.db.write(move |conn| {
        let member = members::end(conn, &act, id.0, who.user_id)?;
        view::show_members(conn, &secrets, vec![member])?.pop().ok_or(OrganisationError::NotFound)
    });
    Ok(web::Json(shown.await?))
}
