//! Alipay (支付宝开放平台): payments by QR code, queries, closing, refunds, notifications.
//!
//! Each request is signed with the app's key (RSA2: SHA-256 with RSA over the sorted parameters); each answer is
//! believed only with Alipay's signature over the very text of its part, each notification only with one over its
//! parameters and for this app and seller. A notification may be a day old, for Alipay repeats it that long.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use url::form_urlencoded;

use super::keys::{PrivateKey, PublicKey};
use super::wire::{ANSWER_MAX, agent, id, number};
use super::{Charge, Event, Gateway, GatewayError, Letter, Notification, Return, Shown, Told};
use crate::kernel::{Instant, Money};

/// A merchant, as Alipay knows it.
pub struct AlipayMerchant {
    pub app_id: String,
    /// Whose account is paid (2088…).
    pub seller_id: String,
    pub key: PrivateKey,
    pub provider_key: PublicKey,
    pub gateway: url::Url,
    pub notify_url: String,
}

pub struct Alipay {
    merchant: AlipayMerchant,
    agent: ureq::Agent,
}

type Parameters<'a> = BTreeMap<&'a str, &'a str>;

/// What was answered, checked: done, or why not (`sub_code`).
enum Answer {
    Done(Value),
    Refused(String),
}

const DONE: &str = "10000";
const UNKNOWN_TRADE: &str = "ACQ.TRADE_NOT_EXIST";

impl Answer {
    fn done(self) -> Result<Value, GatewayError> {
        match self {
            Self::Done(answer) => Ok(answer),
            Self::Refused(code) => Err(GatewayError::Refused(code)),
        }
    }
}

impl Alipay {
    #[must_use]
    pub fn new(merchant: AlipayMerchant) -> Self {
        Self { merchant, agent: agent() }
    }

    /// The parameters of a request stand in the address, what is asked in the body.
    fn call(&self, method: &str, content: &Value, at: Instant) -> Result<Answer, GatewayError> {
        let AlipayMerchant { app_id, key, gateway, notify_url, .. } = &self.merchant;
        let (time, content) = (at.wall_clock(), content.to_string());
        let mut parameters = Parameters::from([
            ("app_id", app_id.as_str()),
            ("biz_content", &content),
            ("charset", "utf-8"),
            ("format", "JSON"),
            ("method", method),
            ("notify_url", notify_url),
            ("sign_type", "RSA2"),
            ("timestamp", &time),
            ("version", "1.0"),
        ]);
        let signature = key.sign(to_sign(&parameters).as_bytes())?;
        parameters.insert("sign", &signature);
        parameters.remove("biz_content");
        let mut url = gateway.clone();
        url.query_pairs_mut().extend_pairs(parameters);
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("biz_content", &content).finish();
        let sent = self
            .agent
            .post(url.as_str())
            .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
            .send(&body);
        let mut answer = sent.map_err(|error| GatewayError::Unreachable(kind_of(&error)))?;
        let text = answer.body_mut().with_config().limit(ANSWER_MAX).read_to_string();
        self.checked(method, &text.map_err(|_| GatewayError::Answer)?)
    }

    /// What an answer says. Nothing is read but the text whose signature was checked.
    fn checked(&self, method: &str, body: &str) -> Result<Answer, GatewayError> {
        let whole: Value = serde_json::from_str(body).map_err(|_| GatewayError::Answer)?;
        // Requests that Alipay cannot place are refused without a signature; nothing follows from that.
        if let Some(error) = whole.get("error_response") {
            return Err(GatewayError::Refused(code(error)));
        }
        let part = raw_part(body, &format!("{}_response", method.replace('.', "_"))).ok_or(GatewayError::Answer)?;
        self.merchant.provider_key.verify(part.as_bytes(), text(&whole, "sign")?)?;
        let answer: Value = serde_json::from_str(part).map_err(|_| GatewayError::Answer)?;
        Ok(if text(&answer, "code")? == DONE { Answer::Done(answer) } else { Answer::Refused(code(&answer)) })
    }

    /// How a refund stands; `None` while it is under way.
    fn refund_stands(&self, back: &Return, at: Instant) -> Result<Option<Notification>, GatewayError> {
        let (trade, request) = (number(back.payment_id), number(back.refund_id));
        let content = json!({ "out_trade_no": trade, "out_request_no": request });
        let answer = self.call("alipay.trade.fastpay.refund.query", &content, at)?.done()?;
        if answer["refund_status"] != "REFUND_SUCCESS" {
            return Ok(None);
        }
        if text(&answer, "out_trade_no")? != trade || text(&answer, "out_request_no")? != request {
            return Err(GatewayError::Answer);
        }
        Ok(Some(Notification::verified(Event::RefundSucceeded {
            refund_id: back.refund_id,
            gateway_refund_id: format!("alipay-{request}"),
            amount_fen: yuan(text(&answer, "refund_amount")?)?,
        })))
    }
}

impl Gateway for Alipay {
    fn start(&self, charge: &Charge, at: Instant) -> Result<Shown, GatewayError> {
        let trade = number(charge.payment_id);
        let content = json!({
            "out_trade_no": trade, "total_amount": charge.amount_fen.to_string(), "subject": "远山订单",
            "seller_id": self.merchant.seller_id, "time_expire": charge.expires_at.wall_clock(),
        });
        let answer = self.call("alipay.trade.precreate", &content, at)?.done()?;
        if text(&answer, "out_trade_no")? != trade {
            return Err(GatewayError::Answer);
        }
        Ok(Shown::Qr(text(&answer, "qr_code")?.to_owned()))
    }

    /// Until somebody scans the code, Alipay knows nothing of it.
    fn query(&self, charge: &Charge, at: Instant) -> Result<Told, GatewayError> {
        let trade = number(charge.payment_id);
        match self.call("alipay.trade.query", &json!({ "out_trade_no": trade }), at)? {
            Answer::Refused(code) if code == UNKNOWN_TRADE => Ok(Told::Pending),
            Answer::Refused(code) => Err(GatewayError::Refused(code)),
            Answer::Done(answer) if text(&answer, "out_trade_no")? != trade => Err(GatewayError::Answer),
            Answer::Done(answer) => told(|name| text(&answer, name)),
        }
    }

    fn close(&self, charge: &Charge, at: Instant) -> Result<(), GatewayError> {
        match self.call("alipay.trade.close", &json!({ "out_trade_no": number(charge.payment_id) }), at)? {
            Answer::Refused(code) if code == UNKNOWN_TRADE => Ok(()),
            answer => answer.done().map(|_| ()),
        }
    }

    fn refund(&self, back: &Return, at: Instant) -> Result<Option<Notification>, GatewayError> {
        let content = json!({
            "out_trade_no": number(back.payment_id), "out_request_no": number(back.refund_id),
            "refund_amount": back.amount_fen.to_string(), "refund_reason": "远山退款",
        });
        self.call("alipay.trade.refund", &content, at)?.done()?;
        self.refund_stands(back, at)
    }

    fn read(&self, letter: Letter<'_>) -> Result<Option<Notification>, GatewayError> {
        let unreadable = |_| GatewayError::Signature;
        let pairs: Vec<_> = form_urlencoded::parse(letter.body).collect();
        let parameters: Parameters<'_> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        let field = |name: &str| parameters.get(name).copied().ok_or(GatewayError::Answer);
        // Of a name that came twice it would not be known which was signed.
        if parameters.len() != pairs.len() || field("sign_type").map_err(unreadable)? != "RSA2" {
            return Err(GatewayError::Signature);
        }
        let signature = field("sign").map_err(unreadable)?;
        let mut signed = parameters.clone();
        signed.retain(|name, _| !matches!(*name, "sign" | "sign_type"));
        self.merchant.provider_key.verify(to_sign(&signed).as_bytes(), signature)?;
        let AlipayMerchant { app_id, seller_id, .. } = &self.merchant;
        if field("app_id").map_err(unreadable)? != app_id || field("seller_id").map_err(unreadable)? != seller_id {
            return Err(GatewayError::Signature);
        }
        match told(field).map_err(unreadable)? {
            Told::Succeeded(notification) => Ok(Some(notification)),
            Told::Pending | Told::Closed => Ok(None),
        }
    }

    fn thanks(&self) -> &'static str {
        "success"
    }
}

/// What a trade says, of a query or a notification.
fn told<'a>(field: impl Fn(&str) -> Result<&'a str, GatewayError>) -> Result<Told, GatewayError> {
    match field("trade_status")? {
        "TRADE_SUCCESS" | "TRADE_FINISHED" => Ok(Told::Succeeded(Notification::verified(Event::PaymentSucceeded {
            payment_id: id(field("out_trade_no")?)?,
            gateway_transaction_id: format!("alipay-{}", field("trade_no")?),
            amount_fen: yuan(field("total_amount")?)?,
        }))),
        "TRADE_CLOSED" => Ok(Told::Closed),
        _ => Ok(Told::Pending),
    }
}

/// What is signed: the parameters by name, those without a value left out.
fn to_sign(parameters: &Parameters<'_>) -> String {
    let pairs = parameters.iter().filter(|(_, value)| !value.is_empty());
    pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The text of the object that stands under a name, as it was sent.
fn raw_part<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(&format!("\"{name}\""))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    values.next()?.ok().filter(Value::is_object)?;
    rest.get(..values.byte_offset())
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, GatewayError> {
    value[name].as_str().ok_or(GatewayError::Answer)
}

fn yuan(text: &str) -> Result<Money, GatewayError> {
    Money::parse_yuan(text).map_err(|_| GatewayError::Answer)
}

/// Alipay's own code says what was wrong; its messages may quote what was sent.
fn code(answer: &Value) -> String {
    let known = ["sub_code", "code"].iter().find_map(|name| answer[*name].as_str());
    known.filter(|code| code.len() <= 60).unwrap_or("no code").to_owned()
}

/// Without the address, which carries the signature.
fn kind_of(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "no answer in time",
        ureq::Error::HostNotFound => "host not found",
        _ => "no connection",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_signed_is_sorted_and_whole() {
        // The example of the provider's page on signing; its key is not published, so its signature cannot be held.
        let parameters = Parameters::from([
            ("version", "1.0"),
            ("app_id", "2014072300007148"),
            ("method", "alipay.mobile.public.menu.add"),
            ("charset", "GBK"),
            ("sign_type", "RSA2"),
            ("timestamp", "2014-07-24 03:07:50"),
            ("biz_content", r#"{"button":[]}"#),
            ("notify_url", ""),
        ]);
        assert_eq!(
            to_sign(&parameters),
            "app_id=2014072300007148&biz_content={\"button\":[]}&charset=GBK&method=alipay.mobile.public.menu.add\
             &sign_type=RSA2&timestamp=2014-07-24 03:07:50&version=1.0"
        );
    }

    #[test]
    fn a_part_is_cut_as_it_was_sent() {
        let cut = |body| raw_part(body, "a_response");
        assert_eq!(
            cut(r#"{"a_response":{"u":"https:\/\/x","s":"}\""},"sign":"x"}"#),
            Some(r#"{"u":"https:\/\/x","s":"}\""}"#)
        );
        assert_eq!(cut(r#"{"sign":"x", "a_response" : { "k" : {} } }"#), Some(r#"{ "k" : {} }"#));
        for body in ["", "{}", r#"{"a_response":"x"}"#, r#"{"a_response":{"#, r#""a_response""#] {
            assert_eq!(cut(body), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_answered_is_cut_or_not(body in ".{0,60}") {
            let _ = raw_part(&format!("{{\"a_response\":{body}"), "a_response");
        }

        #[test]
        fn yuan_are_written_and_read_to_the_fen(fen in 0_i64..1_000_000_000_000) {
            let money = Money::from_fen(fen).unwrap();
            prop_assert_eq!(yuan(&money.to_string()).unwrap(), money);
        }
    }
}
