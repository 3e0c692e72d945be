//! Routes of one's own account: what it says, and where it is signed in.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Buyer;
use super::http::hash;
use super::sessions::{self, EndReason, Session, SessionId};
use super::throttle::{self, ThrottleKeys};
use super::view::{UserOut, show_user};
use super::{Email, IdentityError, Password, Phone, service};
use crate::context::Context;
use crate::endpoints;
use crate::kernel::{Instant, line};
use crate::web::client::ClientAddress;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Routes, heavy};

pub fn routes(routes: &mut Routes) {
    endpoints!(
        routes,
        show_me,
        rename_me,
        set_my_email,
        request_phone_change,
        change_phone,
        change_password,
        list_sessions,
        end_session,
        end_other_sessions
    );
}

/// Who is signed in.
#[utoipa::path(get, path = "/me", tag = "me", responses((status = 200, body = UserOut)))]
async fn show_me(who: Buyer, context: web::Data<Context>) -> ApiResult<web::Json<UserOut>> {
    let (secrets, at) = (context.secrets.clone(), context.clock.now());
    let user = context.db.read(move |conn| show_user(conn, &secrets, who.user_id, at)).await?;
    Ok(web::Json(user))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NameIn {
    #[schema(max_length = 40)]
    display_name: String,
}

/// Corrects the name.
#[utoipa::path(patch, path = "/me", tag = "me", request_body = NameIn, responses((status = 200, body = UserOut)))]
async fn rename_me(who: Buyer, context: web::Data<Context>, body: Body<NameIn>) -> ApiResult<web::Json<UserOut>> {
    let name = line(&body.value.display_name, 40).map_err(|invalid| ApiError::field("/display_name", invalid))?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let user = context
        .db
        .write(move |conn| {
            service::rename(conn, &act, who.user_id, &name)?;
            show_user(conn, &secrets, who.user_id, act.at)
        })
        .await?;
    Ok(web::Json(user))
}

/// The password once more, before something that an open device alone may not do. Guessing is throttled
/// as it is at the door.
///
/// # Errors
/// `wrong_credentials`, `too_many_attempts`.
pub async fn confirm_password(
    context: &Context,
    who: &Buyer,
    address: &ClientAddress,
    password: String,
) -> ApiResult<()> {
    let password = Password::parse(password).map_err(|_| ApiError::new(Code::WrongCredentials))?;
    let (user_id, at) = (who.user_id, context.clock.now());
    let keys = ThrottleKeys::new(&context.secrets, &user_id.to_string(), &address.key());
    let counted = keys.clone();
    let credentials = context
        .db
        .write(move |conn| {
            throttle::count(conn, &counted, at)?;
            service::own_credentials(conn, user_id)
        })
        .await?;
    let memory_kib = context.settings.password_memory_kib;
    heavy(move || service::check_password(credentials, &password, memory_kib)).await??;
    let forget = move |conn: &mut crate::db::Conn| {
        throttle::uncount(conn, &keys)?;
        throttle::forget_account(conn, &keys)
    };
    Ok(context.db.write(forget).await?)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailIn {
    /// Nothing removes it.
    #[schema(format = Email)]
    email: Option<String>,
    password: String,
}

/// Sets or removes the mail address, to which codes can go.
#[utoipa::path(post, path = "/me/email", tag = "me", request_body = EmailIn, responses((status = 200, body = UserOut)))]
async fn set_my_email(
    who: Buyer,
    context: web::Data<Context>,
    address: ClientAddress,
    body: Body<EmailIn>,
) -> ApiResult<web::Json<UserOut>> {
    let EmailIn { email, password } = body.value;
    let email = email.map(|email| Email::parse(&email)).transpose();
    let email = email.map_err(|invalid| ApiError::field("/email", invalid))?;
    confirm_password(&context, &who, &address, password).await?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let user = context
        .db
        .write(move |conn| {
            service::set_email(conn, &act, &secrets, who.user_id, email.as_ref())?;
            show_user(conn, &secrets, who.user_id, act.at)
        })
        .await?;
    Ok(web::Json(user))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PhoneIn {
    /// The new number.
    phone: String,
    password: String,
}

/// Sends a code to a new number.
#[utoipa::path(post, path = "/me/phone", tag = "me", request_body = PhoneIn, responses((status = 202)))]
async fn request_phone_change(
    who: Buyer,
    context: web::Data<Context>,
    address: ClientAddress,
    body: Body<PhoneIn>,
) -> ApiResult<HttpResponse> {
    let PhoneIn { phone, password } = body.value;
    let phone = Phone::parse(&phone).map_err(|invalid| ApiError::field("/phone", invalid))?;
    confirm_password(&context, &who, &address, password).await?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let keys = ThrottleKeys::new(&secrets, &format!("phone change {}", who.user_id), &address.key());
    context
        .db
        .write(move |conn| {
            throttle::count(conn, &keys, act.at)?;
            service::request_phone_change(conn, &act, &secrets, who.user_id, &phone)
        })
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CodeIn {
    /// The six digits that were sent.
    code: String,
}

/// Takes the new number, with the code that was sent to it.
#[utoipa::path(post, path = "/me/phone/confirm", tag = "me", request_body = CodeIn, responses((status = 200, body = UserOut)))]
async fn change_phone(who: Buyer, context: web::Data<Context>, body: Body<CodeIn>) -> ApiResult<web::Json<UserOut>> {
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let user = context
        .db
        .write(move |conn| {
            if !service::change_phone(conn, &act, &secrets, who.user_id, &body.value.code)? {
                return Ok(None);
            }
            show_user(conn, &secrets, who.user_id, act.at).map(Some)
        })
        .await?;
    user.map(web::Json).ok_or_else(|| ApiError::new(Code::WrongCode))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordIn {
    current: String,
    new: String,
}

/// Changes the password; other devices have to sign in anew.
#[utoipa::path(post, path = "/me/password", tag = "me", request_body = PasswordIn, responses((status = 204)))]
async fn change_password(
    who: Buyer,
    context: web::Data<Context>,
    address: ClientAddress,
    body: Body<PasswordIn>,
) -> ApiResult<HttpResponse> {
    let PasswordIn { current, new } = body.value;
    let new = Password::choose(new).map_err(|invalid| ApiError::field("/new", invalid))?;
    confirm_password(&context, &who, &address, current).await?;
    let password_hash = hash(&context, new).await?;
    let act = who.act(&context);
    let keep = Some(who.session_id);
    context.db.write(move |conn| service::change_password(conn, &act, who.user_id, keep, &password_hash)).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Serialize, ToSchema)]
struct DeviceOut {
    id: SessionId,
    /// What the browser says it is.
    device: String,
    began_at: Instant,
    last_used_at: Instant,
    with_second_factor: bool,
    /// This very one.
    is_current: bool,
}

#[derive(Serialize, ToSchema)]
struct DeviceList {
    data: Vec<DeviceOut>,
}

/// Where one is signed in, last used first.
#[utoipa::path(get, path = "/me/sessions", tag = "me", responses((status = 200, body = DeviceList)))]
async fn list_sessions(who: Buyer, context: web::Data<Context>) -> ApiResult<web::Json<DeviceList>> {
    let sessions = context.db.read(move |conn| sessions::list(conn, who.user_id)).await?;
    let show = |session: Session| DeviceOut {
        is_current: session.id == who.session_id,
        id: session.id,
        device: session.device,
        began_at: session.began_at,
        last_used_at: session.last_used_at,
        with_second_factor: session.second_factor_at.is_some(),
    };
    Ok(web::Json(DeviceList { data: sessions.into_iter().map(show).collect() }))
}

/// Signs a device out, at once.
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "me", params(("id" = SessionId, Path)), responses((status = 204)))]
async fn end_session(who: Buyer, context: web::Data<Context>, id: PathId<Session>) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    context
        .db
        .write(move |conn| {
            if !sessions::list(conn, who.user_id)?.iter().any(|session| session.id == id.0) {
                return Err(IdentityError::NotFound);
            }
            sessions::end(conn, &act, id.0, EndReason::SignedOut)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Signs all other devices out.
#[utoipa::path(post, path = "/me/sessions/end-others", tag = "me", responses((status = 204)))]
async fn end_other_sessions(who: Buyer, context: web::Data<Context>) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let keep = Some(who.session_id);
    context.db.write(move |conn| sessions::end_all(conn, &act, who.user_id, keep, EndReason::SignedOut)).await?;
    Ok(HttpResponse::NoContent().finish())
}
