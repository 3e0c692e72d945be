//! WeChat Pay, APIv3: native payments (a QR code), queries, closing, refunds, notifications.
//!
//! Each request is signed with the merchant's key; each answer and each notification is believed only with a
//! signature of a key that the settings name by its serial, and only within five minutes of its time.

use secrecy::SecretString;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::keys::{PrivateKey, PublicKey, open};
use super::wire::{ANSWER_MAX, agent, id, number};
use super::{Charge, Event, Gateway, GatewayError, Letter, Notification, Return, Shown, Told};
use crate::kernel::{Instant, Money};
use crate::secrets;

/// A message that is older, or from later than now, is not believed.
const WINDOW_SECS: u64 = 300;

/// A merchant, as the provider knows it.
pub struct Merchant {
    pub app_id: String,
    pub merchant_id: String,
    /// Of the certificate of `key`.
    pub serial: String,
    pub key: PrivateKey,
    /// With which the provider seals what it notifies of: 32 bytes.
    pub seal_key: SecretString,
    /// The provider's keys by their serial or id; several while they change.
    pub provider_keys: BTreeMap<String, PublicKey>,
    pub base: url::Url,
    pub notify_url: String,
}

pub struct Wechat {
    merchant: Merchant,
    agent: ureq::Agent,
}

/// What came back: the status, and the body whose signature was checked.
type Answer = (u16, Value);

impl Wechat {
    #[must_use]
    pub fn new(merchant: Merchant) -> Self {
        Self { merchant, agent: agent() }
    }

    /// `Authorization` of a request: a signature over method, path, time, nonce and body.
    fn authorization(&self, method: &str, path: &str, body: &str, at: Instant) -> Result<String, GatewayError> {
        let Merchant { merchant_id, serial, key, .. } = &self.merchant;
        let (time, nonce) = (at.unix_millis() / 1000, nonce());
        let signature = key.sign(format!("{method}\n{path}\n{time}\n{nonce}\n{body}\n").as_bytes())?;
        Ok(format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{merchant_id}\",nonce_str=\"{nonce}\",signature=\"{signature}\",\
             timestamp=\"{time}\",serial_no=\"{serial}\""
        ))
    }

    fn call(&self, path: &str, body: Option<&Value>, at: Instant) -> Result<Answer, GatewayError> {
        let text = body.map(Value::to_string).unwrap_or_default();
        let method = if body.is_some() { "POST" } else { "GET" };
        let authorization = self.authorization(method, path, &text, at)?;
        let url = format!("{}{path}", self.merchant.base.as_str().trim_end_matches('/'));
        let answer = match body {
            Some(_) => {
                let request = self.agent.post(&url).header("Authorization", authorization);
                request.header("Accept", "application/json").header("Content-Type", "application/json").send(&text)
            }
            None => {
                self.agent.get(&url).header("Authorization", authorization).header("Accept", "application/json").call()
            }
        };
        let mut answer = answer.map_err(|error| GatewayError::Unreachable(error.to_string()))?;
        let headers: BTreeMap<String, String> = answer
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(ANSWER_MAX).read_to_vec().map_err(|_| GatewayError::Answer)?;
        self.check(Letter { headers: &headers, body: &body, at })?;
        if body.is_empty() {
            return Ok((status, Value::Null));
        }
        Ok((status, serde_json::from_slice(&body).map_err(|_| GatewayError::Answer)?))
    }

    /// That a message is from the provider, and of now.
    fn check(&self, letter: Letter<'_>) -> Result<(), GatewayError> {
        let (time, nonce) = (letter.header("wechatpay-timestamp"), letter.header("wechatpay-nonce"));
        let sent: u64 = time.parse().map_err(|_| GatewayError::Signature)?;
        if sent.abs_diff(letter.at.unix_millis() / 1000) > WINDOW_SECS {
            return Err(GatewayError::Signature);
        }
        let key = self.merchant.provider_keys.get(letter.header("wechatpay-serial")).ok_or(GatewayError::Signature)?;
        let message = [time.as_bytes(), b"\n", nonce.as_bytes(), b"\n", letter.body, b"\n"].concat();
        key.verify(&message, letter.header("wechatpay-signature"))
    }

    /// What a transaction says, of a query or a notification; it has to be of this merchant.
    fn told(&self, transaction: &Value) -> Result<Told, GatewayError> {
        let Merchant { app_id, merchant_id, .. } = &self.merchant;
        if transaction["mchid"] != **merchant_id || transaction["appid"] != **app_id {
            return Err(GatewayError::Answer);
        }
        match text(transaction, "/trade_state")? {
            // What was paid and went back in parts is paid.
            "SUCCESS" | "REFUND" => Ok(Told::Succeeded(Notification::verified(Event::PaymentSucceeded {
                payment_id: id(text(transaction, "/out_trade_no")?)?,
                gateway_transaction_id: format!("wechat-{}", text(transaction, "/transaction_id")?),
                amount_fen: fen(transaction, "/amount/total")?,
            }))),
            "CLOSED" | "REVOKED" | "PAYERROR" => Ok(Told::Closed),
            _ => Ok(Told::Pending),
        }
    }
}

impl Gateway for Wechat {
    fn start(&self, charge: &Charge, at: Instant) -> Result<Shown, GatewayError> {
        let Merchant { app_id, merchant_id, notify_url, .. } = &self.merchant;
        let body = json!({
            "appid": app_id, "mchid": merchant_id, "description": "远山订单", "notify_url": notify_url,
            "out_trade_no": number(charge.payment_id), "time_expire": whole_seconds(charge.expires_at),
            "amount": { "total": charge.amount_fen, "currency": "CNY" },
        });
        let (status, answer) = self.call("/v3/pay/transactions/native", Some(&body), at)?;
        accepted(status, &answer)?;
        Ok(Shown::Qr(text(&answer, "/code_url")?.to_owned()))
    }

    fn query(&self, charge: &Charge, at: Instant) -> Result<Told, GatewayError> {
        let number = number(charge.payment_id);
        let path = format!("/v3/pay/transactions/out-trade-no/{number}?mchid={}", self.merchant.merchant_id);
        let (status, answer) = self.call(&path, None, at)?;
        if status == 404 {
            return Ok(Told::Pending);
        }
        accepted(status, &answer)?;
        if text(&answer, "/out_trade_no")? != number {
            return Err(GatewayError::Answer);
        }
        self.told(&answer)
    }

    fn close(&self, charge: &Charge, at: Instant) -> Result<(), GatewayError> {
        let path = format!("/v3/pay/transactions/out-trade-no/{}/close", number(charge.payment_id));
        let (status, answer) = self.call(&path, Some(&json!({ "mchid": self.merchant.merchant_id })), at)?;
        if status == 404 { Ok(()) } else { accepted(status, &answer) }
    }

    fn refund(&self, back: &Return, at: Instant) -> Result<Option<Notification>, GatewayError> {
        let body = json!({
            "out_trade_no": number(back.payment_id), "out_refund_no": number(back.refund_id),
            "notify_url": self.merchant.notify_url,
            "amount": { "refund": back.amount_fen, "total": back.paid_fen, "currency": "CNY" },
        });
        let (status, answer) = self.call("/v3/refund/domestic/refunds", Some(&body), at)?;
        accepted(status, &answer)?;
        match text(&answer, "/status")? {
            "SUCCESS" => refunded(&answer).map(Some),
            "PROCESSING" => Ok(None),
            other => Err(GatewayError::Refused(format!("refund is {other}"))),
        }
    }

    fn read(&self, letter: Letter<'_>) -> Result<Option<Notification>, GatewayError> {
        self.check(letter)?;
        let unreadable = || GatewayError::Signature;
        let envelope: Value = serde_json::from_slice(letter.body).map_err(|_| unreadable())?;
        let part = |pointer: &str| text(&envelope, pointer).map_err(|_| unreadable());
        if part("/resource/algorithm")? != "AEAD_AES_256_GCM" {
            return Err(unreadable());
        }
        let associated = envelope.pointer("/resource/associated_data").and_then(Value::as_str).unwrap_or_default();
        let (nonce, sealed) = (part("/resource/nonce")?, part("/resource/ciphertext")?);
        let opened = open(&self.merchant.seal_key, nonce, associated, sealed).ok_or_else(unreadable)?;
        let content: Value = serde_json::from_slice(&opened).map_err(|_| unreadable())?;
        match part("/event_type")? {
            "TRANSACTION.SUCCESS" => match self.told(&content).map_err(|_| unreadable())? {
                Told::Succeeded(notification) => Ok(Some(notification)),
                Told::Pending | Told::Closed => Ok(None),
            },
            "REFUND.SUCCESS" if content["mchid"] == *self.merchant.merchant_id => {
                refunded(&content).map(Some).map_err(|_| unreadable())
            }
            _ => Ok(None),
        }
    }
}

fn refunded(answer: &Value) -> Result<Notification, GatewayError> {
    Ok(Notification::verified(Event::RefundSucceeded {
        refund_id: id(text(answer, "/out_refund_no")?)?,
        gateway_refund_id: format!("wechat-{}", text(answer, "/refund_id")?),
        amount_fen: fen(answer, "/amount/refund")?,
    }))
}

fn nonce() -> String {
    u128::from_be_bytes(secrets::random()).to_string()
}

fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str, GatewayError> {
    value.pointer(pointer).and_then(Value::as_str).ok_or(GatewayError::Answer)
}

fn fen(value: &Value, pointer: &str) -> Result<Money, GatewayError> {
    let fen = value.pointer(pointer).and_then(Value::as_i64).ok_or(GatewayError::Answer)?;
    Money::from_fen(fen).map_err(|_| GatewayError::Answer)
}

/// The provider's own code says what was wrong; its message may quote what was sent.
fn accepted(status: u16, answer: &Value) -> Result<(), GatewayError> {
    if (200..300).contains(&status) {
        return Ok(());
    }
    let code = answer["code"].as_str().filter(|code| code.len() <= 60).unwrap_or("no code");
    Err(GatewayError::Refused(format!("{status} {code}")))
}

/// The provider takes no fractions of a second.
fn whole_seconds(at: Instant) -> Instant {
    Instant::from_unix_micros(at.unix_seconds().saturating_mul(1_000_000))
}
