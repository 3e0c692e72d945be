//! What is told of the keys: to everybody how to verify a token, to administrators how old they are.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::{KeysError, Progress, service};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::Administrator;
use crate::kernel::Instant;
use crate::web::{ApiError, ApiResult, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, show_keys);
}

/// Where the public keys of tokens are (RFC 8615).
pub const TOKEN_KEYS_PATH: &str = "/.well-known/jwks.json";

#[derive(Serialize, ToSchema)]
#[schema(as = Keys)]
struct KeysOut {
    /// Oldest first.
    token_keys: Vec<TokenKeyOut>,
    /// Oldest first.
    sealing_keys: Vec<SealingKeyOut>,
    /// How far all that is sealed has been sealed with the newest key.
    resealings: Vec<ResealingOut>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TokenKey)]
struct TokenKeyOut {
    kid: String,
    /// Unknown of keys from before they could be turned.
    created_at: Option<Instant>,
    /// One signs; the others verify what they have signed.
    signs: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SealingKey)]
struct SealingKeyOut {
    id: u8,
    created_at: Option<Instant>,
    /// One seals; the others open what they have sealed.
    seals: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Resealing)]
struct ResealingOut {
    #[schema(example = "users.phone")]
    column: String,
    key_id: i64,
    done: i64,
    total: i64,
    started_at: Instant,
    finished_at: Option<Instant>,
}

/// Names and ages of the server's keys, and how far sealing anew is. Never a key.
#[utoipa::path(get, path = "/admin/keys", tag = "admin", responses((status = 200, body = KeysOut)))]
async fn show_keys(_: Administrator, context: web::Data<Context>) -> ApiResult<web::Json<KeysOut>> {
    let (secrets, now) = (&context.secrets, context.clock.now());
    let (signing, newest) = (secrets.token_key(), secrets.newest_sealing_key());
    let token_key = |key: &crate::secrets::TokenKey| TokenKeyOut {
        kid: key.kid.clone(),
        created_at: key.created_at,
        signs: key.kid == signing.kid,
    };
    let token_keys = secrets.token_keys(now).iter().map(|key| token_key(key)).collect();
    let sealing_keys = secrets.sealing_keys().into_iter();
    let sealing_keys = sealing_keys.map(|(id, created_at)| SealingKeyOut { id, created_at, seals: id == newest });
    let resealings = context.db.read(service::list_progress).await?.into_iter().map(show_progress).collect();
    Ok(web::Json(KeysOut { token_keys, sealing_keys: sealing_keys.collect(), resealings }))
}

fn show_progress(row: Progress) -> ResealingOut {
    let Progress { column_name: column, key_id, done, total, started_at, finished_at, position: _ } = row;
    ResealingOut { column, key_id, done, total, started_at, finished_at }
}

/// A public key of tokens (RFC 8037).
#[derive(Serialize)]
struct Jwk {
    kty: &'static str,
    crv: &'static str,
    alg: &'static str,
    r#use: &'static str,
    kid: String,
    x: String,
}

#[derive(Serialize)]
struct JwkSet {
    keys: Vec<Jwk>,
}

/// The keys by which anybody can verify an access token now. A token whose key is not among them is worth
/// a second look: it may be younger than the copy at hand.
pub async fn show_token_keys(context: web::Data<Context>) -> HttpResponse {
    let keys = context.secrets.token_keys(context.clock.now());
    let jwk = |key: &crate::secrets::TokenKey| Jwk {
        kty: "OKP",
        crv: "Ed25519",
        alg: "EdDSA",
        r#use: "sig",
        kid: key.kid.clone(),
        x: URL_SAFE_NO_PAD.encode(key.key.verifying_key().as_bytes()),
    };
    let keys = keys.iter().map(|key| jwk(key)).collect();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(JwkSet { keys })
}

impl From<KeysError> for ApiError {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::Db(error) => error.into(),
            other => Self::internal(other),
        }
    }
}
