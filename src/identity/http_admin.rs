//! Routes of administrators: who of the staff holds what.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::Administrator;
use super::grants::{self, NewGrant};
use super::sessions::{self, EndReason};
use super::store_grants::{self, GrantRow};
use super::types::Grant;
use super::view::{StaffGrant, StaffOut, show_grants, show_staff};
use super::{IdentityError, Phone, load_person, second_factor, store};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::kernel::{Instant, Page, PageQuery, RegionCode, Role, Scope, User, UserId, line};
use crate::log::{self, Change, Subject};
use crate::privacy::{self, Access, ThingKind};
use crate::web::{ApiError, ApiResult, Body, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(
        routes,
        list_staff,
        find_staff,
        show_staff_member,
        give_grant,
        revoke_grant,
        unmask_staff_member,
        reset_second_factor,
        end_all_sessions
    );
}

/// Characters of what is searched for.
const WORDS_MAX: usize = 60;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StaffQuery {
    /// Part of the name.
    q: Option<String>,
    #[param(inline)]
    role: Option<Role>,
    /// Only what is entrusted in this region.
    region: Option<String>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// People who hold, or held, a role in the administrator's regions, newest first.
#[utoipa::path(get, path = "/admin/users", tag = "admin", params(StaffQuery), responses((status = 200, body = Page<StaffOut>)))]
async fn list_staff(
    who: Administrator,
    context: web::Data<Context>,
    query: Query<StaffQuery>,
) -> ApiResult<web::Json<Page<StaffOut>>> {
    let StaffQuery { q, role, region, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let region = given(region).map(|code| RegionCode::parse(&code)).transpose();
    let region = region.map_err(|invalid| ApiError::field("#region", invalid))?;
    let words = given(q).map(|words| line(&words, WORDS_MAX)).transpose();
    let words = words.map_err(|invalid| ApiError::field("#q", invalid))?;
    let scope = region.map_or_else(|| who.scope.clone(), |region| who.scope.within(&region));
    let (secrets, at) = (context.secrets.clone(), context.clock.now());
    let page = context.db.read(move |conn| {
        let holders = store_grants::list_holders(conn, &scope, role)?;
        let Page { data, page } = store::list(conn, holders, words.as_deref(), limit, after)?;
        let show = |id| show_staff(conn, &secrets, id, |grant| who.scope.covers(&grant.region_code), at);
        Ok::<_, IdentityError>(Page { data: data.into_iter().map(show).collect::<Result<_, _>>()?, page })
    });
    Ok(web::Json(page.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FindIn {
    /// The whole number; it stands in no address.
    phone: String,
}

/// The member of the staff with a number.
#[utoipa::path(post, path = "/admin/users/find", tag = "admin", request_body = FindIn, responses((status = 200, body = StaffOut)))]
async fn find_staff(
    who: Administrator,
    context: web::Data<Context>,
    body: Body<FindIn>,
) -> ApiResult<web::Json<StaffOut>> {
    let phone = Phone::parse(&body.value.phone).map_err(|invalid| ApiError::field("/phone", invalid))?;
    let (secrets, at) = (context.secrets.clone(), context.clock.now());
    let staff = context.db.read(move |conn| {
        let found = store::find_user_by_phone(conn, &secrets.blind_index(phone.as_str()))?;
        let (user_id, _) = found.ok_or(IdentityError::NotFound)?;
        show_in_scope(conn, &secrets, &who.scope, user_id, at)
    });
    Ok(web::Json(staff.await?))
}

/// One member of the staff.
#[utoipa::path(get, path = "/admin/users/{id}", tag = "admin", params(("id" = UserId, Path)), responses((status = 200, body = StaffOut)))]
async fn show_staff_member(
    who: Administrator,
    context: web::Data<Context>,
    id: PathId<User>,
) -> ApiResult<web::Json<StaffOut>> {
    let (secrets, at) = (context.secrets.clone(), context.clock.now());
    Ok(web::Json(context.db.read(move |conn| show_in_scope(conn, &secrets, &who.scope, id.0, at)).await?))
}

fn show_in_scope(
    conn: &mut Conn,
    secrets: &crate::secrets::Secrets,
    scope: &Scope,
    user_id: UserId,
    at: Instant,
) -> Result<StaffOut, IdentityError> {
    show_staff(conn, secrets, user_id, |grant| scope.covers(&grant.region_code), at)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGrantIn {
    role: Role,
    region_code: String,
    /// From now on without.
    valid_from: Option<Instant>,
    /// For good without; never longer than the giver's own grant.
    valid_until: Option<Instant>,
}

impl NewGrantIn {
    fn parse(self) -> ApiResult<NewGrant> {
        let Self { role, region_code, valid_from, valid_until } = self;
        let region_code =
            RegionCode::parse(&region_code).map_err(|invalid| ApiError::field("/region_code", invalid))?;
        Ok(NewGrant { role, region_code, valid_from, valid_until })
    }
}

/// Entrusts a member of the staff with a role.
#[utoipa::path(post, path = "/admin/users/{id}/grants", tag = "admin", params(("id" = UserId, Path)), request_body = NewGrantIn, responses((status = 201, body = StaffGrant)))]
async fn give_grant(
    who: Administrator,
    context: web::Data<Context>,
    id: PathId<User>,
    body: Body<NewGrantIn>,
) -> ApiResult<HttpResponse> {
    let (new, act) = (body.value.parse()?, who.act(&context));
    let grant = context
        .db
        .write(move |conn| {
            check_known(conn, &who.scope, id.0)?;
            let grant = grants::give(conn, &act, id.0, &new)?;
            show_grants(conn, vec![grant], act.at)
        })
        .await?;
    Ok(HttpResponse::Created().json(&grant[0]))
}

/// That all that somebody holds now lies in the scope, and something does: whoever answers to others too is
/// not this administrator's to unlock or to read. Gives where.
fn check_own(conn: &mut Conn, scope: &Scope, user_id: UserId, at: Instant) -> Result<RegionCode, IdentityError> {
    let standing = store_grants::list_in_force(conn, user_id, at)?;
    if !standing.iter().all(|grant| scope.covers(&grant.region_code)) {
        return Err(IdentityError::NotFound);
    }
    standing.into_iter().next().map(|grant| grant.region_code).ok_or(IdentityError::NotFound)
}

/// That somebody holds, or held, something in the scope: whoever else has an account is not told.
fn check_known(conn: &mut Conn, scope: &Scope, user_id: UserId) -> Result<(), IdentityError> {
    let is_known = |grant: &GrantRow| scope.covers(&grant.region_code);
    let known = store_grants::list_of(conn, user_id)?.iter().any(is_known);
    if known { Ok(()) } else { Err(IdentityError::NotFound) }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdminReasonIn {
    #[schema(max_length = 300)]
    reason: String,
}

impl AdminReasonIn {
    fn parse(&self) -> ApiResult<String> {
        line(&self.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))
    }
}

/// Takes a role back, at once.
#[utoipa::path(post, path = "/admin/grants/{id}/revoke", tag = "admin", params(("id" = grants::GrantId, Path)), request_body = AdminReasonIn, responses((status = 200, body = StaffGrant)))]
async fn revoke_grant(
    who: Administrator,
    context: web::Data<Context>,
    id: PathId<Grant>,
    body: Body<AdminReasonIn>,
) -> ApiResult<HttpResponse> {
    let (reason, act) = (body.value.parse()?, who.act(&context));
    let grant = context
        .db
        .write(move |conn| {
            let grant = grants::revoke(conn, &act, &who.scope, id.0, &reason)?;
            show_grants(conn, vec![grant], act.at)
        })
        .await?;
    Ok(HttpResponse::Ok().json(&grant[0]))
}

#[derive(Serialize, ToSchema)]
struct UnmaskedStaff {
    phone: Option<String>,
    email: Option<String>,
}

/// The number and mail address of a member of the staff. The person reads in the access log who asked,
/// and why.
#[utoipa::path(post, path = "/admin/users/{id}/unmask", tag = "admin", params(("id" = UserId, Path)), request_body = AdminReasonIn, responses((status = 200, body = UnmaskedStaff)))]
async fn unmask_staff_member(
    who: Administrator,
    context: web::Data<Context>,
    id: PathId<User>,
    body: Body<AdminReasonIn>,
) -> ApiResult<web::Json<UnmaskedStaff>> {
    let (reason, act, secrets) = (body.value.parse()?, who.act(&context), context.secrets.clone());
    let unmasked = context.db.write(move |conn| {
        let place = check_own(conn, &who.scope, id.0, act.at)?;
        let access = Access {
            subject: privacy::Subject::User(id.0),
            village_code: Some(&place),
            fields: &["phone", "email"],
            thing_kind: ThingKind::User,
            thing_id: id.0.uuid(),
            reason: &reason,
        };
        privacy::record(conn, &act, &access)?;
        let person = load_person(conn, &secrets, id.0)?;
        Ok::<_, IdentityError>(UnmaskedStaff {
            phone: person.phone.map(|phone| phone.as_str().to_owned()),
            email: person.email.map(|email| email.as_str().to_owned()),
        })
    });
    Ok(web::Json(unmasked.await?))
}

/// Takes the second factor of somebody whose phone is lost; all devices are signed out, and another one
/// has to be set up before they can act.
#[utoipa::path(post, path = "/admin/users/{id}/reset-totp", tag = "admin", params(("id" = UserId, Path)), request_body = AdminReasonIn, responses((status = 204)))]
async fn reset_second_factor(
    who: Administrator,
    context: web::Data<Context>,
    id: PathId<User>,
    body: Body<AdminReasonIn>,
) -> ApiResult<HttpResponse> {
    let (reason, act) = (body.value.parse()?, who.act(&context));
    if who.user_id == id.0 {
        return Err(IdentityError::SamePerson.into());
    }
    context
        .db
        .write(move |conn| {
            check_own(conn, &who.scope, id.0, act.at)?;
            second_factor::reset(conn, &act, id.0, &reason)?;
            sessions::end_all(conn, &act, id.0, None, EndReason::SecondFactorReset)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Signs somebody out everywhere: a device was lost, or taken.
#[utoipa::path(post, path = "/admin/users/{id}/end-sessions", tag = "admin", params(("id" = UserId, Path)), request_body = AdminReasonIn, responses((status = 204)))]
async fn end_all_sessions(
    who: Administrator,
    context: web::Data<Context>,
    id: PathId<User>,
    body: Body<AdminReasonIn>,
) -> ApiResult<HttpResponse> {
    let (reason, act) = (body.value.parse()?, who.act(&context));
    context
        .db
        .write(move |conn| {
            check_own(conn, &who.scope, id.0, act.at)?;
            let change = Change::new(Subject::User, id.0, "end_sessions").because(Some(&reason));
            log::append(conn, &act, &change)?;
            sessions::end_all(conn, &act, id.0, None, EndReason::SignedOut)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
