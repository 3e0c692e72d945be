//! The sandbox: a gateway of the project's own, with signed, asynchronous notifications.
//!
//! It signs the body with Ed25519 under a key of its own, as real gateways sign theirs; what it
//! tells goes through the very function that reads notifications from the network.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer};

use super::PaymentError;
use super::notification::{Event, Notification};
use super::store::{Payment, Refund};
use crate::secrets::Secrets;

/// What the sandbox sends when a payment has succeeded: body and signature.
#[must_use]
pub fn notify_paid(secrets: &Secrets, payment: &Payment) -> (String, String) {
    sign(
        secrets,
        &Event::PaymentSucceeded {
            payment_id: payment.id,
            gateway_transaction_id: format!("sandbox-{}", payment.id),
            amount_fen: payment.amount_fen,
        },
    )
}

/// What the sandbox sends when a refund has succeeded: body and signature.
#[must_use]
pub fn notify_refunded(secrets: &Secrets, refund: &Refund) -> (String, String) {
    sign(
        secrets,
        &Event::RefundSucceeded {
            refund_id: refund.id,
            gateway_refund_id: format!("sandbox-{}", refund.id),
            amount_fen: refund.amount_fen,
        },
    )
}

fn sign(secrets: &Secrets, event: &Event) -> (String, String) {
    let body = serde_json::to_string(event).unwrap_or_default();
    let signature = secrets.sandbox_key().sign(body.as_bytes());
    (body, STANDARD.encode(signature.to_bytes()))
}

/// Reads what claims to come from the sandbox.
///
/// # Errors
/// [`PaymentError::InvalidSignature`] for anything it did not sign.
pub fn verify(secrets: &Secrets, signature: &str, body: &[u8]) -> Result<Notification, PaymentError> {
    let refuse = || PaymentError::InvalidSignature;
    let bytes = STANDARD.decode(signature).map_err(|_| refuse())?;
    let signature = Signature::from_slice(&bytes).map_err(|_| refuse())?;
    let key = secrets.sandbox_key().verifying_key();
    key.verify_strict(body, &signature).map_err(|_| refuse())?;
    serde_json::from_slice(body).map(Notification::verified).map_err(|_| refuse())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{IdSource, Instant, Money};

    #[test]
    fn only_what_the_sandbox_signed_is_believed() {
        let secrets = Secrets::ephemeral();
        let event = Event::PaymentSucceeded {
            payment_id: IdSource::seeded(1).new_id(Instant::from_unix_micros(0)),
            gateway_transaction_id: "t1".into(),
            amount_fen: Money::from_fen(32_400).unwrap(),
        };
        let (body, signature) = sign(&secrets, &event);
        assert_eq!(verify(&secrets, &signature, body.as_bytes()).unwrap().event(), &event);
        let forged = body.replace("32400", "1");
        assert!(verify(&secrets, &signature, forged.as_bytes()).is_err());
        assert!(verify(&secrets, "", body.as_bytes()).is_err());
        let (_, other) = sign(&Secrets::ephemeral(), &event);
        assert!(verify(&secrets, &other, body.as_bytes()).is_err());
    }
}
