//! Routes of accounts and sessions.
//!
//! The refresh token travels in a cookie that scripts cannot read and that is sent to the session
//! routes of this very site only; the access token is in the answer and lives in the page's memory.

use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::future::{Ready, ready};
use utoipa::ToSchema;

use super::access::Buyer;
use super::service;
use super::sessions::{self, Opened, Renewal};
use super::token::{ACCESS_LIFE, REFRESH_LIFE, issue_access};
use super::{IdentityError, Password, Phone, load_person, password};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::kernel::{Instant, Role, UserId, line};
use crate::regions::{self, RegionRef};
use crate::secrets::Secrets;
use crate::web::access::Anyone;
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, Routes, heavy};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, register, login, refresh, logout, show_me);
}

const REFRESH_COOKIE: &str = "yuanshan_refresh";
const REFRESH_COOKIE_PATH: &str = "/api/v1/auth";
const DISPLAY_NAME_MAX: usize = 40;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegisterIn {
    /// A mobile number of mainland China.
    #[schema(example = "13800001234")]
    phone: String,
    /// At least 8 characters.
    password: String,
    #[schema(max_length = 40)]
    display_name: String,
}

#[derive(Deserialize, ToSchema)]
struct LoginIn {
    phone: String,
    password: String,
}

#[derive(Serialize, ToSchema)]
struct GrantOut {
    role: Role,
    region: RegionRef,
}

#[derive(Serialize, ToSchema)]
#[schema(as = User)]
struct UserOut {
    id: UserId,
    display_name: String,
    #[schema(example = "138****1234")]
    phone_masked: String,
    roles: Vec<Role>,
    grants: Vec<GrantOut>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionOut {
    user: UserOut,
    /// Goes into `Authorization: Bearer …`.
    access_token: String,
    expires_in_s: u64,
}

/// Makes a buyer's account and signs in.
#[utoipa::path(post, path = "/auth/register", tag = "auth", request_body = RegisterIn, responses((status = 201, body = SessionOut)))]
async fn register(
    _: Anyone,
    context: web::Data<Context>,
    device: Device,
    body: Body<RegisterIn>,
) -> ApiResult<HttpResponse> {
    let input = body.value;
    let mut fields = Fields::default();
    let phone = fields.take("/phone", Phone::parse(&input.phone));
    let password = fields.take("/password", Password::parse(input.password));
    let name = fields.take("/display_name", line(&input.display_name, DISPLAY_NAME_MAX));
    let (Some(phone), Some(password), Some(name)) = (phone, password, name) else { return Err(fields.refusal()) };

    let memory_kib = context.settings.password_memory_kib;
    let hash = heavy(move || password::hash(&password, memory_kib)).await??;
    let (act, secrets) = (buyer_act(&context), context.secrets.clone());
    let (user, opened) = context
        .db
        .write(move |conn| {
            let user_id = service::register(conn, &act, &secrets, &phone, &name, &hash)?;
            let opened = sessions::begin(conn, &act, user_id, &device.0, false)?;
            Ok::<_, IdentityError>((show_user(conn, &secrets, user_id, act.at)?, opened))
        })
        .await?;
    respond(&context, HttpResponse::Created(), user, opened)
}

/// Signs in.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = LoginIn, responses((status = 200, body = SessionOut)))]
async fn login(_: Anyone, context: web::Data<Context>, device: Device, body: Body<LoginIn>) -> ApiResult<HttpResponse> {
    let wrong = |_| ApiError::new(Code::WrongCredentials);
    let phone = Phone::parse(&body.value.phone).map_err(wrong)?;
    let password = Password::parse(body.value.password).map_err(wrong)?;

    let secrets = context.secrets.clone();
    let credentials = context.db.read(move |conn| service::find_credentials(conn, &secrets, &phone)).await?;
    let memory_kib = context.settings.password_memory_kib;
    let user_id = heavy(move || service::check_password(credentials, &password, memory_kib)).await??;
    let (act, secrets) = (buyer_act(&context), context.secrets.clone());
    let (user, opened) = context
        .db
        .write(move |conn| {
            let opened = sessions::begin(conn, &act, user_id, &device.0, false)?;
            Ok::<_, IdentityError>((show_user(conn, &secrets, user_id, act.at)?, opened))
        })
        .await?;
    respond(&context, HttpResponse::Ok(), user, opened)
}

/// Renews the session of the refresh cookie; each cookie is good once.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", responses((status = 200, body = SessionOut)))]
async fn refresh(_: Anyone, context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let refresh = cookie_of(&request).ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
    let (act, secrets) = (buyer_act(&context), context.secrets.clone());
    let renewed = context
        .db
        .write(move |conn| match sessions::renew(conn, &act, &secrets, &refresh)? {
            Renewal::Renewed(opened) => Ok(Some((show_user(conn, &secrets, opened.session.user_id, act.at)?, opened))),
            Renewal::Refused => Ok::<_, IdentityError>(None),
        })
        .await?;
    match renewed {
        Some((user, opened)) => respond(&context, HttpResponse::Ok(), user, opened),
        None => Err(ApiError::new(Code::Unauthenticated)),
    }
}

/// Ends the session of the refresh cookie.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses((status = 204)))]
async fn logout(_: Anyone, context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    if let Some(refresh) = cookie_of(&request) {
        let act = buyer_act(&context);
        context.db.write(move |conn| sessions::end_by_token(conn, &act, &refresh)).await?;
    }
    let mut gone = refresh_cookie(&context, String::new());
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

/// Who is signed in.
#[utoipa::path(get, path = "/me", tag = "auth", responses((status = 200, body = UserOut)))]
async fn show_me(who: Buyer, context: web::Data<Context>) -> ApiResult<web::Json<UserOut>> {
    let (secrets, at) = (context.secrets.clone(), context.clock.now());
    let user = context.db.read(move |conn| show_user(conn, &secrets, who.user_id, at)).await?;
    Ok(web::Json(user))
}

fn buyer_act(context: &Context) -> crate::kernel::Act {
    crate::kernel::Act { role: Role::Buyer, ..context.system_act() }
}

fn show_user(conn: &mut Conn, secrets: &Secrets, user_id: UserId, at: Instant) -> Result<UserOut, IdentityError> {
    let person = load_person(conn, secrets, user_id)?;
    let grants = service::list_grants(conn, user_id, at)?;
    let names = regions::names(conn, grants.iter().map(|grant| &grant.region_code))?;
    let mut roles = vec![Role::Buyer];
    roles.extend(grants.iter().map(|grant| grant.role));
    roles.dedup();
    let grants = grants
        .into_iter()
        .map(|grant| GrantOut { role: grant.role, region: names[&grant.region_code].clone() })
        .collect();
    let phone_masked = person.phone_masked().unwrap_or_default();
    Ok(UserOut { id: user_id, display_name: person.display_name, phone_masked, roles, grants })
}

fn respond(
    context: &Context,
    mut response: actix_web::HttpResponseBuilder,
    user: UserOut,
    Opened { session, refresh }: Opened,
) -> ApiResult<HttpResponse> {
    let access_token = issue_access(&context.secrets, user.id, session.id, context.clock.now())?;
    let session = SessionOut { user, access_token, expires_in_s: ACCESS_LIFE.as_secs() };
    Ok(response.cookie(refresh_cookie(context, refresh)).json(session))
}

fn refresh_cookie(context: &Context, value: String) -> Cookie<'static> {
    Cookie::build(REFRESH_COOKIE, value)
        .path(REFRESH_COOKIE_PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(context.settings.secure_cookies)
        .max_age(CookieDuration::seconds(i64::try_from(REFRESH_LIFE.as_secs()).unwrap_or(0)))
        .finish()
}

fn cookie_of(request: &HttpRequest) -> Option<String> {
    request.cookie(REFRESH_COOKIE).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
}

/// What a browser says it is, cut to what a list of devices can show.
struct Device(String);

impl FromRequest for Device {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        const CHARACTERS_MAX: usize = 160;
        let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        ready(Ok(Self(agent.chars().filter(|character| !character.is_control()).take(CHARACTERS_MAX).collect())))
    }
}
