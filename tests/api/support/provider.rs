//! The payment provider, as the server hears it.

use actix_web::http::Method;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use super::person::Call;
use super::{Market, id};

pub const NOTIFY: &str = "/api/v1/payments/sandbox/notify";

impl Market {
    /// The sandbox tells something, signed with its own key.
    pub fn sandbox_tells(&self, event: &Value) -> Call<'_> {
        self.signed_by(self.app.context().secrets.sandbox_key(), event)
    }

    /// Somebody tells something in the sandbox's name.
    pub fn signed_by(&self, key: &SigningKey, event: &Value) -> Call<'_> {
        let body = event.to_string();
        let signature = STANDARD.encode(key.sign(body.as_bytes()).to_bytes());
        let call = self.anonymous.call(Method::POST, NOTIFY).header("Yuanshan-Signature", signature);
        call.bytes("application/json", body)
    }
}

/// That a payment has succeeded, as the sandbox says it.
pub fn paid(payment: &Value) -> Value {
    json!({
        "event": "payment_succeeded",
        "payment_id": id(payment),
        "gateway_transaction_id": format!("sandbox-{}", id(payment)),
        "amount_fen": payment["amount_fen"],
    })
}
