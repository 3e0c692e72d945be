//! Routes of one's own second factor.

use actix_web::web;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Buyer;
use super::http_me::confirm_password;
use super::{load_person, second_factor};
use crate::context::Context;
use crate::endpoints;
use crate::web::client::ClientAddress;
use crate::web::{ApiError, ApiResult, Body, Code, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, begin_totp, confirm_totp, renew_recovery_codes);
}

/// The second factor once more, of somebody who has one, before something that cannot be undone.
///
/// # Errors
/// `totp_required`, `wrong_totp`, `too_many_attempts`.
pub async fn confirm_second_factor(context: &Context, who: &Buyer, totp: Option<String>) -> ApiResult<()> {
    let (act, secrets, user_id) = (who.act(context), context.secrets.clone(), who.user_id);
    if !context.db.read(move |conn| second_factor::is_active(conn, user_id)).await? {
        return Ok(());
    }
    let totp = totp.ok_or_else(|| ApiError::new(Code::TotpRequired))?;
    let is_right = context.db.write(move |conn| second_factor::check(conn, &act, &secrets, user_id, &totp)).await?;
    if is_right { Ok(()) } else { Err(ApiError::new(Code::WrongTotp)) }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BeginTotpIn {
    password: String,
    /// A code of the app so far, or a recovery code; where there is one already.
    totp: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct EnrolmentOut {
    /// To type into the app, base32.
    secret: String,
    /// To open in the app.
    uri: String,
    /// The same as a QR code, to scan with the app.
    qr_svg: String,
}

/// Begins to set up an authenticator app. It counts once it is confirmed.
#[utoipa::path(post, path = "/me/totp", tag = "me", request_body = BeginTotpIn, responses((status = 200, body = EnrolmentOut)))]
async fn begin_totp(
    who: Buyer,
    context: web::Data<Context>,
    address: ClientAddress,
    body: Body<BeginTotpIn>,
) -> ApiResult<web::Json<EnrolmentOut>> {
    let BeginTotpIn { password, totp } = body.value;
    confirm_password(&context, &who, &address, password).await?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let enrolment = context
        .db
        .write(move |conn| {
            let person = load_person(conn, &secrets, who.user_id)?;
            second_factor::begin(conn, &act, &secrets, &person, totp.as_deref())
        })
        .await?;
    let enrolment = enrolment.ok_or_else(|| ApiError::new(Code::WrongTotp))?;
    let code = QrCode::new(&enrolment.uri).map_err(ApiError::internal)?;
    let qr_svg = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
    Ok(web::Json(EnrolmentOut { secret: enrolment.secret.base32().to_owned(), uri: enrolment.uri, qr_svg }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmTotpIn {
    /// What the app shows now.
    code: String,
}

#[derive(Serialize, ToSchema)]
struct RecoveryCodes {
    /// Each good once, for the day the app is lost; shown this once.
    recovery_codes: Vec<String>,
}

/// Confirms the app by a code of it.
#[utoipa::path(post, path = "/me/totp/confirm", tag = "me", request_body = ConfirmTotpIn, responses((status = 200, body = RecoveryCodes)))]
async fn confirm_totp(
    who: Buyer,
    context: web::Data<Context>,
    body: Body<ConfirmTotpIn>,
) -> ApiResult<web::Json<RecoveryCodes>> {
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let code = body.value.code;
    let recovery_codes = context
        .db
        .write(move |conn| second_factor::confirm(conn, &act, &secrets, who.user_id, who.session_id, &code))
        .await?
        .ok_or_else(|| ApiError::new(Code::WrongTotp))?;
    Ok(web::Json(RecoveryCodes { recovery_codes }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RenewRecoveryIn {
    password: String,
    totp: String,
}

/// New recovery codes; the old ones are void.
#[utoipa::path(post, path = "/me/totp/recovery-codes", tag = "me", request_body = RenewRecoveryIn, responses((status = 200, body = RecoveryCodes)))]
async fn renew_recovery_codes(
    who: Buyer,
    context: web::Data<Context>,
    address: ClientAddress,
    body: Body<RenewRecoveryIn>,
) -> ApiResult<web::Json<RecoveryCodes>> {
    let RenewRecoveryIn { password, totp } = body.value;
    confirm_password(&context, &who, &address, password).await?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let codes = context
        .db
        .write(move |conn| {
            if !second_factor::check(conn, &act, &secrets, who.user_id, &totp)? {
                return Ok(None);
            }
            second_factor::renew_recovery(conn, &act, &secrets, who.user_id).map(Some)
        })
        .await?;
    let recovery_codes = codes.ok_or_else(|| ApiError::new(Code::WrongTotp))?;
    Ok(web::Json(RecoveryCodes { recovery_codes }))
}
