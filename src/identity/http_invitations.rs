//! Routes of becoming staff by an invitation.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Buyer;
use super::http::{Device, NewAccount, SessionOut, buyer_act, respond};
use super::view::{UserOut, show_user};
use super::{IdentityError, invitations, service, sessions, store};
use crate::context::Context;
use crate::endpoints;
use crate::kernel::{Instant, Role};
use crate::regions::{self, RegionRef};
use crate::web::access::Anyone;
use crate::web::{ApiResult, Body, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, look_at_invitation, accept_invitation, accept_invitation_as_self);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenIn {
    /// What stands behind the `#` of the link.
    token: String,
}

#[derive(Serialize, ToSchema)]
struct InvitationLook {
    role: Role,
    region: RegionRef,
    invited_by: Option<String>,
    /// Until when the grant lasts; for good without.
    valid_until: Option<Instant>,
    expires_at: Instant,
}

/// What an invitation offers. A POST, so that the token stands in no address.
#[utoipa::path(post, path = "/auth/invitations/look", tag = "auth", request_body = TokenIn, responses((status = 200, body = InvitationLook)))]
async fn look_at_invitation(
    _: Anyone,
    context: web::Data<Context>,
    body: Body<TokenIn>,
) -> ApiResult<web::Json<InvitationLook>> {
    let at = context.clock.now();
    let look = context.db.read(move |conn| {
        let invitation = invitations::look(conn, &body.value.token, at)?;
        Ok::<_, IdentityError>(InvitationLook {
            role: invitation.role,
            region: regions::names(conn, [&invitation.region_code])?[&invitation.region_code].clone(),
            invited_by: store::find_open_account(conn, invitation.invited_by)?,
            valid_until: invitation.valid_until,
            expires_at: invitation.expires_at,
        })
    });
    Ok(web::Json(look.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AcceptInvitationIn {
    token: String,
    phone: String,
    password: String,
    #[schema(max_length = 40)]
    display_name: String,
}

/// Makes an account with the role of the invitation, and signs in. Before acting, a second factor has to
/// be set up.
#[utoipa::path(post, path = "/auth/invitations/accept", tag = "auth", request_body = AcceptInvitationIn, responses((status = 201, body = SessionOut)))]
async fn accept_invitation(
    _: Anyone,
    context: web::Data<Context>,
    device: Device,
    body: Body<AcceptInvitationIn>,
) -> ApiResult<HttpResponse> {
    let AcceptInvitationIn { token, phone, password, display_name } = body.value;
    let (looked, act) = (token.clone(), buyer_act(&context));
    // Before the slow part, and before anything is told about the number.
    context.db.read(move |conn| invitations::look(conn, &looked, act.at)).await?;
    let new = NewAccount::parse(&context, &phone, password, &display_name).await?;
    let (act, secrets) = (buyer_act(&context), context.secrets.clone());
    let opened = context
        .db
        .write(move |conn| {
            let user_id = service::register(conn, &act, &secrets, &new.phone, &new.display_name, &new.password_hash)?;
            invitations::accept(conn, &act, &token, user_id)?;
            sessions::begin(conn, &act, user_id, &device.0, false)
        })
        .await?;
    respond(&context, HttpResponse::Created(), opened).await
}

/// Takes the role of an invitation with the account that is signed in.
#[utoipa::path(post, path = "/me/invitations/accept", tag = "me", request_body = TokenIn, responses((status = 200, body = UserOut)))]
async fn accept_invitation_as_self(
    who: Buyer,
    context: web::Data<Context>,
    body: Body<TokenIn>,
) -> ApiResult<web::Json<UserOut>> {
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let user = context
        .db
        .write(move |conn| {
            invitations::accept(conn, &act, &body.value.token, who.user_id)?;
            show_user(conn, &secrets, who.user_id, act.at)
        })
        .await?;
    Ok(web::Json(user))
}
