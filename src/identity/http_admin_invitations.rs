//! Routes of administrators: whom they invite to be staff.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::access::Administrator;
use super::grants::NewGrant;
use super::invitations::{self, Invitation, InvitationId};
use super::view::{InvitationOut, show_invitations};
use super::{IdentityError, store_invitations};
use crate::context::Context;
use crate::endpoints;
use crate::kernel::{Instant, Page, PageQuery, RegionCode, Role, line};
use crate::web::error::Fields;
use crate::web::{ApiResult, Body, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, invite, list_invitations, revoke_invitation);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InviteIn {
    role: Role,
    region_code: String,
    /// Until when the grant will last; for good without.
    valid_until: Option<Instant>,
    /// Hours in which the link can be used: 1 to 336, by default 72.
    #[schema(minimum = 1, maximum = 336)]
    expires_in_h: Option<u64>,
    /// Whom it is for.
    #[schema(max_length = 80)]
    note: Option<String>,
}

/// Invites somebody to be staff: gives a link that works once.
#[utoipa::path(post, path = "/admin/invitations", tag = "admin", request_body = InviteIn, responses((status = 201, body = InvitationOut)))]
async fn invite(who: Administrator, context: web::Data<Context>, body: Body<InviteIn>) -> ApiResult<HttpResponse> {
    let InviteIn { role, region_code, valid_until, expires_in_h, note } = body.value;
    let mut fields = Fields::default();
    let region_code = fields.take("/region_code", RegionCode::parse(&region_code));
    let note = fields.take_optional("/note", note.filter(|note| !note.trim().is_empty()), |note| line(&note, 80));
    let Some(region_code) = region_code else { return Err(fields.refusal()) };
    fields.finish()?;
    let new = NewGrant { role, region_code, valid_from: None, valid_until };
    let hours = expires_in_h.unwrap_or(invitations::HOURS_DEFAULT);
    let (act, site) = (who.act(&context), context.settings.public_url.clone());
    let invitation = context
        .db
        .write(move |conn| {
            let (invitation, token) = invitations::invite(conn, &act, &new, note.clone(), hours)?;
            let url = format!("{}/invite#{token}", site.as_str().trim_end_matches('/'));
            show_invitations(conn, vec![invitation], act.at, Some(&url))
        })
        .await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(&invitation[0]))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InvitationsQuery {
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// Invitations into the administrator's regions, newest first.
#[utoipa::path(get, path = "/admin/invitations", tag = "admin", params(InvitationsQuery), responses((status = 200, body = Page<InvitationOut>)))]
async fn list_invitations(
    who: Administrator,
    context: web::Data<Context>,
    query: Query<InvitationsQuery>,
) -> ApiResult<web::Json<Page<InvitationOut>>> {
    let InvitationsQuery { limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let at = context.clock.now();
    let page = context.db.read(move |conn| {
        let Page { data, page } = store_invitations::list(conn, &who.scope, limit, after)?;
        Ok::<_, IdentityError>(Page { data: show_invitations(conn, data, at, None)?, page })
    });
    Ok(web::Json(page.await?))
}

/// Takes an invitation back.
#[utoipa::path(post, path = "/admin/invitations/{id}/revoke", tag = "admin", params(("id" = InvitationId, Path)), responses((status = 200, body = InvitationOut)))]
async fn revoke_invitation(
    who: Administrator,
    context: web::Data<Context>,
    id: PathId<Invitation>,
) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let invitation = context
        .db
        .write(move |conn| {
            let invitation = invitations::revoke(conn, &act, &who.scope, id.0)?;
            show_invitations(conn, vec![invitation], act.at, None)
        })
        .await?;
    Ok(HttpResponse::Ok().json(&invitation[0]))
}
