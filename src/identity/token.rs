//! Tokens: a short-lived signed one that says who, a long-lived random one that renews it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;

use super::IdentityError;
use super::sessions::SessionId;
use crate::kernel::{Instant, UserId};
use crate::secrets::{self, Secrets, TOKEN_KEY_REST};

/// How long an access token is good.
pub const ACCESS_LIFE: Duration = Duration::from_secs(15 * 60);
const _: () = assert!(ACCESS_LIFE.as_secs() < TOKEN_KEY_REST.as_secs(), "a key rests longer than its last token lives");
/// How long a session lives without being used.
pub const REFRESH_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long a session lives at most; then people sign in anew.
pub const SESSION_LIFE: Duration = Duration::from_secs(180 * 24 * 3600);

const ISSUER: &str = "yuanshan";
/// No token for anything else opens the API.
const AUDIENCE: &str = "yuanshan-api";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// A JWT signed with Ed25519 (RFC 8037).
///
/// # Errors
/// [`IdentityError::Hash`] if the key cannot sign, which a loaded key can.
pub fn issue_access(
    secrets: &Secrets,
    user_id: UserId,
    session_id: SessionId,
    now: Instant,
) -> Result<String, IdentityError> {
    let refuse = |error: &dyn std::fmt::Display| IdentityError::Hash(error.to_string());
    let signing = secrets.token_key();
    let der = signing.key.to_pkcs8_der().map_err(|error| refuse(&error))?;
    let header = Header { kid: Some(signing.kid.clone()), ..Header::new(Algorithm::EdDSA) };
    let claims = Claims {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        sub: user_id,
        sid: session_id,
        iat: now.unix_seconds(),
        exp: now.plus(ACCESS_LIFE).unix_seconds(),
    };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(der.as_bytes())).map_err(|error| refuse(&error))
}

/// Who the token was issued to, and in which session.
///
/// # Errors
/// [`IdentityError::Unauthenticated`] if it is forged, expired, or of another key or algorithm.
pub fn verify_access(secrets: &Secrets, token: &str, now: Instant) -> Result<(UserId, SessionId), IdentityError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| IdentityError::Unauthenticated)?;
    let key = header.kid.and_then(|kid| secrets.verifying_key(&kid, now)).ok_or(IdentityError::Unauthenticated)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["iss", "aud", "sub"]);
    // Checked below against our own clock, which tests can move.
    validation.validate_exp = false;
    let token = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_ed_der(key.as_bytes()), &validation)
        .map_err(|_| IdentityError::Unauthenticated)?;
    if token.claims.exp <= now.unix_seconds() {
        return Err(IdentityError::Unauthenticated);
    }
    Ok((token.claims.sub, token.claims.sid))
}

/// A refresh token as the browser keeps it.
#[must_use]
pub fn new_refresh() -> String {
    URL_SAFE_NO_PAD.encode(secrets::random::<32>())
}

/// The refresh token that follows one: the same whoever asks, so that a chain never forks.
#[must_use]
pub fn successor(secrets: &Secrets, refresh: &str) -> String {
    URL_SAFE_NO_PAD.encode(secrets.derive("refresh", refresh))
}

/// A refresh token as the database keeps it.
#[must_use]
pub fn digest(refresh: &str) -> Vec<u8> {
    Sha256::digest(refresh).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::IdSource;

    #[test]
    fn a_token_is_good_for_its_time_and_its_key() {
        let secrets = Secrets::ephemeral();
        let now = Instant::from_unix_micros(1_790_000_000_000_000);
        let ids = IdSource::seeded(1);
        let (user, session) = (ids.new_id(now), ids.new_id(now));
        let token = issue_access(&secrets, user, session, now).unwrap();
        assert_eq!(verify_access(&secrets, &token, now).unwrap(), (user, session));
        assert!(verify_access(&secrets, &token, now.plus(ACCESS_LIFE)).is_err());
        assert!(verify_access(&Secrets::ephemeral(), &token, now).is_err());
    }

    #[test]
    fn a_chain_of_refresh_tokens_does_not_fork() {
        let secrets = Secrets::ephemeral();
        let first = new_refresh();
        assert_eq!(successor(&secrets, &first), successor(&secrets, &first));
        assert_ne!(successor(&secrets, &first), first);
        assert_ne!(successor(&secrets, &first), successor(&Secrets::ephemeral(), &first));
    }

    #[test]
    fn forged_tokens_are_refused() {
        let secrets = Secrets::ephemeral();
        let now = Instant::from_unix_micros(1_790_000_000_000_000);
        let ids = IdSource::seeded(1);
        let token = issue_access(&secrets, ids.new_id(now), ids.new_id(now), now).unwrap();
        let mut parts: Vec<String> = token.split('.').map(ToOwned::to_owned).collect();
        let none = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"none","kid":"{}"}}"#, secrets.token_key().kid));
        assert!(verify_access(&secrets, &format!("{none}.{}.", parts[1]), now).is_err());
        parts[1] = URL_SAFE_NO_PAD
            .encode(r#"{"iss":"yuanshan","aud":"yuanshan-api","sub":"01900000-0000-7000-8000-000000000000","sid":"01900000-0000-7000-8000-000000000000","iat":0,"exp":9999999999}"#);
        assert!(verify_access(&secrets, &parts.join("."), now).is_err());
        for garbage in ["", ".", "..", "a.b.c", "蛋"] {
            assert!(verify_access(&secrets, garbage, now).is_err());
        }
    }
}
