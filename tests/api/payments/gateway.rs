//! A gateway of the tests' own: it checks and signs as WeChat Pay's APIv3 says, with keys of its own, on a port
//! of this machine. What it knows the tests read and change.

use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::own_gateway::{Keys, merchant_keys, serve};
use yuanshan::gateways::Merchant;

pub const APP: &str = "wx0000000000000001";
pub const MERCHANT: &str = "1900000001";
pub const SERIAL: &str = "PUB_KEY_ID_TEST";
const SEAL_KEY: &str = "0123456789abcdef0123456789abcdef";

/// What the gateway knows, by the numbers that the merchant gave.
#[derive(Default)]
pub struct Books {
    pub payments: BTreeMap<String, Value>,
    pub refunds: BTreeMap<String, Value>,
    /// Requests that came, method and path without the query.
    pub calls: Vec<String>,
    /// Signs with a key that nobody knows.
    pub is_forged: bool,
    /// Refunds take their time.
    pub is_slow: bool,
}

pub struct Gateway {
    state: Arc<State>,
    port: u16,
}

struct State {
    books: Mutex<Books>,
    keys: Keys,
}

impl Gateway {
    pub fn start() -> Self {
        let state = Arc::new(State { books: Mutex::default(), keys: Keys::read() });
        let data = Data::from(state.clone());
        let port = serve(move |config| {
            config.app_data(data).default_service(web::to(answer));
        });
        Self { state, port }
    }

    /// Its merchant, as the server is told of it.
    pub fn merchant(&self) -> Merchant {
        let (key, public) = merchant_keys();
        Merchant {
            app_id: APP.into(),
            merchant_id: MERCHANT.into(),
            serial: "MERCHANT1".into(),
            key,
            seal_key: SEAL_KEY.to_owned().into(),
            provider_keys: BTreeMap::from([(SERIAL.into(), public)]),
            base: format!("http://127.0.0.1:{}", self.port).parse().expect("a URL"),
            notify_url: "https://yuanshan.example/api/v1/payments/wechat/notify".into(),
        }
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.state.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody scans the code and pays; what the gateway then has to tell.
    pub fn pays(&self, number: &str) -> Value {
        let mut books = self.books();
        let payment = books.payments.entry(number.to_owned()).or_default();
        payment["trade_state"] = json!("SUCCESS");
        payment["transaction_id"] = json!(format!("42000{number}"));
        payment.clone()
    }

    /// The headers and the body of a notification, sent at `time` (seconds).
    pub fn letter(&self, event: &str, content: &Value, time: u64, is_forged: bool) -> (Vec<(String, String)>, String) {
        let nonce = b"0123456789ab";
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, SEAL_KEY.as_bytes()).expect("32 bytes"));
        let mut sealed = content.to_string().into_bytes();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(*nonce), Aad::from(b"transaction"), &mut sealed)
            .expect("it is sealed");
        let body = json!({
            "id": "EV-1", "event_type": event, "resource_type": "encrypt-resource",
            "resource": {
                "algorithm": "AEAD_AES_256_GCM", "ciphertext": STANDARD.encode(sealed),
                "nonce": "0123456789ab", "associated_data": "transaction", "original_type": "transaction",
            },
        });
        let body = body.to_string();
        (self.state.headers(time, &body, is_forged), body)
    }
}

impl State {
    fn headers(&self, time: u64, body: &str, is_forged: bool) -> Vec<(String, String)> {
        let signature = self.keys.sign(&format!("{time}\nnonce\n{body}\n"), is_forged);
        let headers = [
            ("Wechatpay-Timestamp", time.to_string()),
            ("Wechatpay-Nonce", "nonce".into()),
            ("Wechatpay-Serial", SERIAL.into()),
            ("Wechatpay-Signature", signature),
        ];
        headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Refuses what the merchant did not sign; gives the time that it was signed at.
    fn check(&self, request: &HttpRequest, body: &str) -> u64 {
        let header = request.headers().get("Authorization").expect("signed").to_str().expect("text");
        let parts = header.strip_prefix("WECHATPAY2-SHA256-RSA2048 ").expect("the scheme");
        let parts: BTreeMap<&str, &str> = parts
            .split(',')
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (name, value.trim_matches('"')))
            .collect();
        assert_eq!((parts["mchid"], parts["serial_no"]), (MERCHANT, "MERCHANT1"));
        let path = request.uri().path_and_query().expect("a path").as_str();
        let message = format!("{}\n{path}\n{}\n{}\n{body}\n", request.method(), parts["timestamp"], parts["nonce_str"]);
        self.keys.merchant.verify(message.as_bytes(), parts["signature"]).expect("signed by the merchant");
        parts["timestamp"].parse().expect("seconds")
    }
}

async fn answer(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    let body = std::str::from_utf8(&body).expect("text");
    let time = state.check(&request, body);
    let input: Value = serde_json::from_str(body).unwrap_or_default();
    let mut books = state.books.lock().unwrap_or_else(PoisonError::into_inner);
    books.calls.push(format!("{} {}", request.method(), request.path()));
    let (status, answer) = books.act(request.path(), &input);
    let text = if answer.is_null() { String::new() } else { answer.to_string() };
    let mut response = HttpResponse::build(actix_web::http::StatusCode::from_u16(status).expect("a status"));
    for header in state.headers(time, &text, books.is_forged) {
        response.insert_header(header);
    }
    response.content_type("application/json").body(text)
}

impl Books {
    fn act(&mut self, path: &str, input: &Value) -> (u16, Value) {
        let text = |name: &str| input[name].as_str().unwrap_or_default().to_owned();
        let parts: Vec<&str> = path.trim_start_matches("/v3/").split('/').collect();
        match parts[..] {
            ["pay", "transactions", "native"] => {
                let number = text("out_trade_no");
                let payment = json!({ "appid": input["appid"], "mchid": input["mchid"], "out_trade_no": number,
                    "trade_state": "NOTPAY", "amount": input["amount"] });
                self.payments.entry(number.clone()).or_insert(payment);
                (200, json!({ "code_url": format!("weixin://wxpay/bizpayurl?pr={number}") }))
            }
            ["pay", "transactions", "out-trade-no", number, "close"] => match self.payments.get_mut(number) {
                Some(payment) if payment["trade_state"] == "SUCCESS" => (400, json!({ "code": "ORDERPAID" })),
                Some(payment) => {
                    payment["trade_state"] = json!("CLOSED");
                    (204, Value::Null)
                }
                None => (404, json!({ "code": "ORDER_NOT_EXIST" })),
            },
            ["pay", "transactions", "out-trade-no", number] => match self.payments.get(number) {
                Some(payment) => (200, payment.clone()),
                None => (404, json!({ "code": "ORDER_NOT_EXIST" })),
            },
            ["refund", "domestic", "refunds"] => {
                let number = text("out_refund_no");
                let paid = &self.payments[&text("out_trade_no")];
                assert_eq!(
                    (&paid["trade_state"], &paid["amount"]["total"]),
                    (&json!("SUCCESS"), &input["amount"]["total"])
                );
                let status = if self.is_slow { "PROCESSING" } else { "SUCCESS" };
                let refund = json!({ "refund_id": format!("50000{number}"), "out_refund_no": number,
                    "out_trade_no": text("out_trade_no"), "status": status, "amount": input["amount"] });
                self.refunds.insert(number, refund.clone());
                (200, refund)
            }
            _ => (404, json!({ "code": "RESOURCE_NOT_EXISTS" })),
        }
    }
}
