//! Routes of signing in and out.
//!
//! The refresh token travels in a cookie that scripts cannot read and that is sent to the session
//! routes of this very site only; the access token is in the answer and lives in the page's memory.

use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, web};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::future::{Ready, ready};
use utoipa::ToSchema;

use super::service::{self, SignIn};
use super::sessions::{self, Opened, Renewal};
use super::throttle::{self, ThrottleKeys};
use super::token::{ACCESS_LIFE, REFRESH_LIFE, issue_access};
use super::view::{UserOut, show_user};
use super::{
    IdentityError, Password, Phone, http_admin, http_admin_invitations, http_invitations, http_me, http_totp, password,
};
use crate::context::Context;
use crate::endpoints;
use crate::kernel::{Act, Role, line};
use crate::notifier::Channel;
use crate::web::access::Anyone;
use crate::web::client::ClientAddress;
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, Routes, heavy};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, register, login, refresh, logout, request_reset, reset_password);
    http_invitations::routes(routes);
    http_me::routes(routes);
    http_totp::routes(routes);
    http_admin::routes(routes);
    http_admin_invitations::routes(routes);
}

const REFRESH_COOKIE_PATH: &str = "/api/v1/auth";
const DISPLAY_NAME_MAX: usize = 40;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegisterIn {
    /// A mobile number of mainland China.
    #[schema(example = "13800001234")]
    phone: String,
    /// At least 8 characters, and not among those that everybody tries first.
    password: String,
    #[schema(max_length = 40)]
    display_name: String,
}

#[derive(Deserialize, ToSchema)]
struct LoginIn {
    phone: String,
    password: String,
    /// Six digits of the authenticator app, or a recovery code; where the account has a second factor.
    totp: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionOut {
    user: UserOut,
    /// Goes into `Authorization: Bearer …`.
    access_token: String,
    expires_in_s: u64,
}

/// Who somebody who makes an account says they are, checked.
pub(super) struct NewAccount {
    pub phone: Phone,
    pub display_name: String,
    pub password_hash: String,
}

impl NewAccount {
    pub async fn parse(context: &Context, phone: &str, password: String, display_name: &str) -> ApiResult<Self> {
        let mut fields = Fields::default();
        let phone = fields.take("/phone", Phone::parse(phone));
        let password = fields.take("/password", Password::choose(password));
        let name = fields.take("/display_name", line(display_name, DISPLAY_NAME_MAX));
        let (Some(phone), Some(password), Some(display_name)) = (phone, password, name) else {
            return Err(fields.refusal());
        };
        Ok(Self { phone, display_name, password_hash: hash(context, password).await? })
    }
}

/// Slow on purpose, and so off the async threads.
pub(super) async fn hash(context: &Context, password: Password) -> ApiResult<String> {
    let memory_kib = context.settings.password_memory_kib;
    Ok(heavy(move || password::hash(&password, memory_kib)).await??)
}

/// Makes a buyer's account and signs in.
#[utoipa::path(post, path = "/auth/register", tag = "auth", request_body = RegisterIn, responses((status = 201, body = SessionOut)))]
async fn register(
    _: Anyone,
    context: web::Data<Context>,
    device: Device,
    body: Body<RegisterIn>,
) -> ApiResult<HttpResponse> {
    let RegisterIn { phone, password, display_name } = body.value;
    let new = NewAccount::parse(&context, &phone, password, &display_name).await?;
    let (act, secrets) = (buyer_act(&context), context.secrets.clone());
    let opened = context
        .db
        .write(move |conn| {
            let user_id = service::register(conn, &act, &secrets, &new.phone, &new.display_name, &new.password_hash)?;
            sessions::begin(conn, &act, user_id, &device.0, false)
        })
        .await?;
    respond(&context, HttpResponse::Created(), opened).await
}

/// Signs in; the session of a refresh cookie that comes along ends.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = LoginIn, responses((status = 200, body = SessionOut)))]
async fn login(
    _: Anyone,
    context: web::Data<Context>,
    device: Device,
    address: ClientAddress,
    request: HttpRequest,
    body: Body<LoginIn>,
) -> ApiResult<HttpResponse> {
    let LoginIn { phone, password, totp } = body.value;
    let (act, secrets) = (buyer_act(&context), context.secrets.clone());
    let Ok((phone, password)) = Phone::parse(&phone).and_then(|phone| Ok((phone, Password::parse(password)?))) else {
        let keys = ThrottleKeys::of_address(&secrets, &address.key());
        context.db.write(move |conn| throttle::count(conn, &keys, act.at)).await?;
        return Err(ApiError::new(Code::WrongCredentials));
    };
    let keys = ThrottleKeys::new(&secrets, phone.as_str(), &address.key());
    let (attempt, counted) = (act.clone(), keys.clone());
    let credentials =
        context.db.write(move |conn| service::begin_attempt(conn, &attempt, &secrets, &counted, &phone)).await?;
    let memory_kib = context.settings.password_memory_kib;
    let checked = heavy(move || service::check_password(credentials, &password, memory_kib)).await;
    let user_id = match checked {
        Ok(checked) => checked?,
        Err(busy) => {
            // Nothing was tried, so nothing counts.
            context.db.write(move |conn| throttle::uncount(conn, &keys)).await?;
            return Err(busy);
        }
    };

    let (secrets, earlier) = (context.secrets.clone(), cookie_of(&context, &request));
    let outcome = context
        .db
        .write(move |conn| {
            let outcome = service::sign_in(conn, &act, &secrets, &keys, user_id, totp.as_deref(), &device.0)?;
            if let (SignIn::Done(_), Some(earlier)) = (&outcome, &earlier) {
                sessions::end_by_token(conn, &act, earlier)?;
            }
            Ok::<_, IdentityError>(outcome)
        })
        .await?;
    match outcome {
        SignIn::Done(opened) => {
            tracing::info!(%user_id, "signed in");
            respond(&context, HttpResponse::Ok(), opened).await
        }
        SignIn::TotpRequired => Err(ApiError::new(Code::TotpRequired)),
        SignIn::WrongTotp => Err(ApiError::new(Code::WrongTotp)),
    }
}

/// Renews the session of the refresh cookie; each cookie is good once.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", responses((status = 200, body = SessionOut)))]
async fn refresh(_: Anyone, context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    refuse_other_sites(&request)?;
    let refresh = cookie_of(&context, &request).ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
    let (act, secrets) = (buyer_act(&context), context.secrets.clone());
    match context.db.write(move |conn| sessions::renew(conn, &act, &secrets, &refresh)).await? {
        Renewal::Renewed(opened) => respond(&context, HttpResponse::Ok(), opened).await,
        Renewal::Refused => Err(ApiError::new(Code::Unauthenticated)),
    }
}

/// Ends the session of the refresh cookie.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses((status = 204)))]
async fn logout(_: Anyone, context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    refuse_other_sites(&request)?;
    if let Some(refresh) = cookie_of(&context, &request) {
        let act = buyer_act(&context);
        context.db.write(move |conn| sessions::end_by_token(conn, &act, &refresh)).await?;
    }
    let mut gone = refresh_cookie(&context, String::new());
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResetRequestIn {
    phone: String,
}

/// Sends a code to somebody who has forgotten the password. The answer is the same whether the number
/// has an account or not.
#[utoipa::path(post, path = "/auth/reset", tag = "auth", request_body = ResetRequestIn, responses((status = 202)))]
async fn request_reset(
    _: Anyone,
    context: web::Data<Context>,
    address: ClientAddress,
    body: Body<ResetRequestIn>,
) -> ApiResult<HttpResponse> {
    let phone = Phone::parse(&body.value.phone).map_err(|invalid| ApiError::field("/phone", invalid))?;
    let (act, secrets) = (buyer_act(&context), context.secrets.clone());
    // Codes cost money and patience: asking for one counts like a failed attempt of the address.
    let keys = ThrottleKeys::of_address(&secrets, &address.key());
    let by_mail = context.notifier.carries(Channel::Email) && !context.notifier.carries(Channel::Sms);
    context
        .db
        .write(move |conn| {
            throttle::count(conn, &keys, act.at)?;
            service::request_reset(conn, &act, &secrets, &phone, by_mail)
        })
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResetIn {
    phone: String,
    /// The six digits that were sent.
    code: String,
    /// The new one.
    password: String,
}

/// Sets a new password with the code that was sent. All devices have to sign in anew; a second factor
/// stays.
#[utoipa::path(post, path = "/auth/reset/confirm", tag = "auth", request_body = ResetIn, responses((status = 204)))]
async fn reset_password(
    _: Anyone,
    context: web::Data<Context>,
    address: ClientAddress,
    body: Body<ResetIn>,
) -> ApiResult<HttpResponse> {
    let ResetIn { phone, code, password } = body.value;
    let mut fields = Fields::default();
    let phone = fields.take("/phone", Phone::parse(&phone));
    let password = fields.take("/password", Password::choose(password));
    let (Some(phone), Some(password)) = (phone, password) else { return Err(fields.refusal()) };
    let (act, secrets) = (buyer_act(&context), context.secrets.clone());
    // Counted apart from log-ins, so that who keeps a number from one does not keep it from the other.
    let keys = ThrottleKeys::new(&secrets, &format!("reset confirm {}", phone.as_str()), &address.key());
    let (attempt, counted) = (act.clone(), keys.clone());
    let found =
        context.db.write(move |conn| service::begin_attempt(conn, &attempt, &secrets, &counted, &phone)).await?;
    let password_hash = hash(&context, password).await?;
    let secrets = context.secrets.clone();
    let is_right = context
        .db
        .write(move |conn| {
            let is_right = service::reset_password(conn, &act, &secrets, &found, &code, &password_hash)?;
            if is_right {
                throttle::uncount(conn, &keys)?;
                throttle::forget_account(conn, &keys)?;
            }
            Ok::<_, IdentityError>(is_right)
        })
        .await?;
    if is_right { Ok(HttpResponse::NoContent().finish()) } else { Err(ApiError::new(Code::WrongCode)) }
}

pub(super) fn buyer_act(context: &Context) -> Act {
    Act { role: Role::Buyer, ..context.system_act() }
}

/// The answer that opens a session.
pub(super) async fn respond(
    context: &Context,
    mut response: HttpResponseBuilder,
    Opened { session, refresh }: Opened,
) -> ApiResult<HttpResponse> {
    let (secrets, now) = (context.secrets.clone(), context.clock.now());
    let access_token = issue_access(&secrets, session.user_id, session.id, now)?;
    let user = context.db.read(move |conn| show_user(conn, &secrets, session.user_id, now)).await?;
    let session = SessionOut { user, access_token, expires_in_s: ACCESS_LIFE.as_secs() };
    Ok(response.cookie(refresh_cookie(context, refresh)).json(session))
}

/// The prefix makes browsers refuse the cookie from anything but TLS.
fn cookie_name(context: &Context) -> &'static str {
    if context.settings.secure_cookies { "__Secure-yuanshan_refresh" } else { "yuanshan_refresh" }
}

fn refresh_cookie(context: &Context, value: String) -> Cookie<'static> {
    Cookie::build(cookie_name(context), value)
        .path(REFRESH_COOKIE_PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(context.settings.secure_cookies)
        .max_age(CookieDuration::seconds(i64::try_from(REFRESH_LIFE.as_secs()).unwrap_or(0)))
        .finish()
}

fn cookie_of(context: &Context, request: &HttpRequest) -> Option<String> {
    request.cookie(cookie_name(context)).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
}

/// The cookie is sent to no request of another site; this is the second lock.
fn refuse_other_sites(request: &HttpRequest) -> ApiResult<()> {
    let site = request.headers().get("Sec-Fetch-Site").and_then(|value| value.to_str().ok());
    match site {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) => Err(ApiError::new(Code::Forbidden)),
    }
}

/// What a browser says it is, cut to what a list of devices can show.
pub(super) struct Device(pub String);

impl FromRequest for Device {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        const CHARACTERS_MAX: usize = 400;
        let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        ready(Ok(Self(agent.chars().filter(|character| !character.is_control()).take(CHARACTERS_MAX).collect())))
    }
}
