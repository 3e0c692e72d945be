//! The sandbox: a gateway of the project's own, with signed, asynchronous notifications.
//!
//! It signs the body with Ed25519 under a key of its own, as real gateways sign theirs; what it
//! tells goes through the very function that reads notifications from the network. It keeps nothing: whether a
//! payment is paid there follows from its id and its age.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer};
use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use super::notification::{Event, Notification};
use super::{Charge, Gateway, GatewayError, Letter, Return, Shown, Told};
use crate::kernel::{Any, Id, Instant};
use crate::secrets::Secrets;

/// How long the sandbox takes, like a person at a gateway's page, but quicker.
const DELAY: Duration = Duration::from_millis(200);

/// The header that carries its signature.
const SIGNATURE: &str = "yuanshan-signature";

/// What goes wrong at the sandbox, for demonstrations and tests: `copies=3,delay=5,fail=10,lose=4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faults {
    /// How often each notification comes.
    pub copies: u32,
    /// Seconds that each takes longer.
    pub delay: Duration,
    /// Every so manieth payment fails; 0 for none.
    pub fail: u32,
    /// Of every so manieth payment no notification comes; 0 for none.
    pub lose: u32,
}

impl Default for Faults {
    fn default() -> Self {
        Self { copies: 1, delay: Duration::ZERO, fail: 0, lose: 0 }
    }
}

impl Faults {
    /// How long a notification takes.
    #[must_use]
    pub fn delay(&self) -> Duration {
        DELAY + self.delay
    }

    fn hits(every: u32, id: Id<Any>) -> bool {
        let number = u32::from(id.uuid().as_bytes()[15]);
        every > 0 && number % every == 0
    }
}

impl FromStr for Faults {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "copies=1,delay=0,fail=0,lose=0, each optional";
        let mut faults = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (name, number) = part.split_once('=').ok_or(FORM)?;
            let number: u16 = number.parse().map_err(|_| FORM)?;
            match name {
                "copies" => faults.copies = number.into(),
                "delay" => faults.delay = Duration::from_secs(number.into()),
                "fail" => faults.fail = number.into(),
                "lose" => faults.lose = number.into(),
                _ => return Err(FORM),
            }
        }
        Ok(faults)
    }
}

pub struct Sandbox {
    secrets: Secrets,
    faults: Faults,
}

impl Sandbox {
    #[must_use]
    pub fn new(secrets: Secrets, faults: Faults) -> Self {
        Self { secrets, faults }
    }

    fn outcome(&self, charge: &Charge) -> Event {
        if Faults::hits(self.faults.fail, charge.payment_id) {
            return Event::PaymentFailed { payment_id: charge.payment_id };
        }
        Event::PaymentSucceeded {
            payment_id: charge.payment_id,
            gateway_transaction_id: format!("sandbox-{}", charge.payment_id),
            amount_fen: charge.amount_fen,
        }
    }

    fn returned(back: &Return) -> Event {
        Event::RefundSucceeded {
            refund_id: back.refund_id,
            gateway_refund_id: format!("sandbox-{}", back.refund_id),
            amount_fen: back.amount_fen,
        }
    }

    fn letters(&self, event: &Event) -> Vec<(BTreeMap<String, String>, String)> {
        let (body, signature) = sign(&self.secrets, event);
        let headers = BTreeMap::from([(SIGNATURE.to_owned(), signature)]);
        (0..self.faults.copies).map(|_| (headers.clone(), body.clone())).collect()
    }

    /// The letters that it sends about a payment: headers and body; none if they are lost.
    #[must_use]
    pub fn letters_of_payment(&self, charge: &Charge) -> Vec<(BTreeMap<String, String>, String)> {
        if Faults::hits(self.faults.lose, charge.payment_id) {
            return Vec::new();
        }
        self.letters(&self.outcome(charge))
    }

    /// The letters that it sends about a refund.
    #[must_use]
    pub fn letters_of_refund(&self, back: &Return) -> Vec<(BTreeMap<String, String>, String)> {
        self.letters(&Self::returned(back))
    }
}

impl Gateway for Sandbox {
    fn start(&self, _: &Charge, _: Instant) -> Result<Shown, GatewayError> {
        Ok(Shown::Nothing)
    }

    fn query(&self, charge: &Charge, at: Instant) -> Result<Told, GatewayError> {
        if at < charge.created_at.plus(self.faults.delay()) {
            return Ok(Told::Pending);
        }
        Ok(match self.outcome(charge) {
            Event::PaymentFailed { .. } => Told::Closed,
            event => Told::Succeeded(Notification::verified(event)),
        })
    }

    fn close(&self, _: &Charge, _: Instant) -> Result<(), GatewayError> {
        Ok(())
    }

    fn refund(&self, back: &Return, _: Instant) -> Result<Option<Notification>, GatewayError> {
        Ok(Some(Notification::verified(Self::returned(back))))
    }

    fn read(&self, letter: Letter<'_>) -> Result<Option<Notification>, GatewayError> {
        verify(&self.secrets, letter.header(SIGNATURE), letter.body).map(Some)
    }
}

fn sign(secrets: &Secrets, event: &Event) -> (String, String) {
    let body = serde_json::to_string(event).unwrap_or_default();
    let signature = secrets.sandbox_key().sign(body.as_bytes());
    (body, STANDARD.encode(signature.to_bytes()))
}

/// Reads what claims to come from the sandbox.
fn verify(secrets: &Secrets, signature: &str, body: &[u8]) -> Result<Notification, GatewayError> {
    let refuse = || GatewayError::Signature;
    let bytes = STANDARD.decode(signature).map_err(|_| refuse())?;
    let signature = Signature::from_slice(&bytes).map_err(|_| refuse())?;
    let key = secrets.sandbox_key().verifying_key();
    key.verify_strict(body, &signature).map_err(|_| refuse())?;
    serde_json::from_slice(body).map(Notification::verified).map_err(|_| refuse())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{IdSource, Money};

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

    #[test]
    fn faults_are_written_as_a_list() {
        assert_eq!("".parse::<Faults>(), Ok(Faults::default()));
        let faults = Faults { copies: 3, delay: Duration::from_secs(5), fail: 0, lose: 1 };
        assert_eq!("copies=3,delay=5,lose=1".parse::<Faults>(), Ok(faults));
        for text in ["copies", "copies=x", "steal=1", "fail=-1"] {
            assert!(text.parse::<Faults>().is_err(), "{text}");
        }
    }
}
