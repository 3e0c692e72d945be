//! A gateway of the tests' own: it checks and signs as Alipay's pages say (RSA2), with keys of its own, on a port
//! of this machine. What it knows the tests read and change.

use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::own_gateway::{Keys, merchant_keys, serve};
use yuanshan::gateways::AlipayMerchant;

pub const APP: &str = "2021000000000001";
pub const SELLER: &str = "2088000000000001";

/// What the gateway knows, by the numbers that the merchant gave.
#[derive(Default)]
pub struct Books {
    /// Amounts of codes that nobody has scanned yet; trades begin with the scan.
    pub codes: BTreeMap<String, String>,
    pub trades: BTreeMap<String, Value>,
    pub refunds: BTreeMap<String, Value>,
    /// Methods that were called.
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

/// A notification: names and values, of which some may be altered before it is sent.
pub type Fields = BTreeMap<String, String>;

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
    pub fn merchant(&self) -> AlipayMerchant {
        let (key, provider_key) = merchant_keys();
        AlipayMerchant {
            app_id: APP.into(),
            seller_id: SELLER.into(),
            key,
            provider_key,
            gateway: format!("http://127.0.0.1:{}/gateway.do", self.port).parse().expect("a URL"),
            notify_url: "https://yuanshan.example/api/v1/payments/alipay/notify".into(),
        }
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.state.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody scans the code and pays; what the gateway then has to tell.
    pub fn pays(&self, number: &str, yuan: &str) -> Fields {
        let trade = json!({
            "out_trade_no": number, "trade_no": format!("2026{number}"), "total_amount": yuan,
            "trade_status": "TRADE_SUCCESS",
        });
        self.books().trades.insert(number.to_owned(), trade);
        let fields = [
            ("notify_type", "trade_status_sync"),
            ("notify_id", "ac05099524730693a8b330c5ecf72da978"),
            ("charset", "utf-8"),
            ("version", "1.0"),
            ("app_id", APP),
            ("seller_id", SELLER),
            ("out_trade_no", number),
            ("trade_no", &format!("2026{number}")),
            ("trade_status", "TRADE_SUCCESS"),
            ("total_amount", yuan),
            ("subject", "远山订单"),
            ("fund_bill_list", r#"[{"amount":"48.00","fundChannel":"ALIPAYACCOUNT"}]"#),
        ];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The body of a notification.
    pub fn letter(&self, fields: &Fields, is_forged: bool) -> String {
        let signature = self.state.keys.sign(&to_sign(fields), is_forged);
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields).append_pair("sign_type", "RSA2").append_pair("sign", &signature).finish()
    }
}

/// By name, as Alipay's page on signing says.
fn to_sign(fields: &Fields) -> String {
    fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

impl State {
    /// Refuses what the merchant did not sign; gives the parameters.
    fn check(&self, query: &str, body: &[u8]) -> Fields {
        let pairs = url::form_urlencoded::parse(query.as_bytes()).chain(url::form_urlencoded::parse(body));
        let mut fields: Fields = pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let signature = fields.remove("sign").expect("signed");
        self.keys.merchant.verify(to_sign(&fields).as_bytes(), &signature).expect("signed by the merchant");
        let known = [("app_id", APP), ("charset", "utf-8"), ("sign_type", "RSA2"), ("version", "1.0")];
        for (name, value) in known {
            assert_eq!(fields[name], value);
        }
        assert_eq!(fields["timestamp"].len(), "2026-09-20 09:30:00".len());
        fields
    }
}

async fn answer(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    let fields = state.check(request.query_string(), &body);
    let method = fields["method"].clone();
    let input: Value = serde_json::from_str(&fields["biz_content"]).expect("JSON");
    let mut books = state.books.lock().unwrap_or_else(PoisonError::into_inner);
    books.calls.push(method.clone());
    let (code, mut part) = books.act(&method, &input).map_or_else(|code| (code, json!({})), |part| ("10000", part));
    part["code"] = json!(if code == "10000" { code } else { "40004" });
    part["msg"] = json!("消息");
    if code != "10000" {
        part["sub_code"] = json!(code);
    }
    // Slashes are escaped there, and spaces stand where they like.
    let part = part.to_string().replace('/', "\\/").replace("\",\"", "\", \"");
    let signature = state.keys.sign(&part, books.is_forged);
    let name = format!("{}_response", method.replace('.', "_"));
    HttpResponse::Ok()
        .content_type("text/html;charset=utf-8")
        .body(format!("{{\"{name}\":{part},\"sign\":\"{signature}\"}}"))
}

type Answered = Result<Value, &'static str>;

impl Books {
    fn act(&mut self, method: &str, input: &Value) -> Answered {
        let number = input["out_trade_no"].as_str().expect("a number").to_owned();
        match method {
            "alipay.trade.precreate" => {
                assert_eq!(input["seller_id"], SELLER);
                self.codes.insert(number.clone(), input["total_amount"].as_str().expect("yuan").to_owned());
                Ok(json!({ "out_trade_no": number, "qr_code": format!("https://qr.alipay.com/{number}") }))
            }
            "alipay.trade.query" => self.trades.get(&number).cloned().ok_or("ACQ.TRADE_NOT_EXIST"),
            "alipay.trade.close" => {
                let trade = self.trades.get_mut(&number).ok_or("ACQ.TRADE_NOT_EXIST")?;
                if trade["trade_status"] != "WAIT_BUYER_PAY" {
                    return Err("ACQ.TRADE_STATUS_ERROR");
                }
                trade["trade_status"] = json!("TRADE_CLOSED");
                Ok(json!({ "out_trade_no": number }))
            }
            "alipay.trade.refund" => self.refund(number, input),
            "alipay.trade.fastpay.refund.query" => {
                let refund = self.refunds.get(input["out_request_no"].as_str().expect("a number"));
                let mut refund = refund.cloned().unwrap_or_default();
                if !self.is_slow {
                    refund["refund_status"] = json!("REFUND_SUCCESS");
                }
                Ok(refund)
            }
            _ => Err("isv.invalid-method"),
        }
    }

    fn refund(&mut self, number: String, input: &Value) -> Answered {
        let trade = self.trades.get(&number).ok_or("ACQ.TRADE_NOT_EXIST")?;
        let request = input["out_request_no"].as_str().expect("a number").to_owned();
        let refund = json!({
            "out_trade_no": number, "trade_no": trade["trade_no"], "out_request_no": request,
            "refund_amount": input["refund_amount"], "total_amount": trade["total_amount"],
        });
        self.refunds.insert(request, refund);
        Ok(json!({ "out_trade_no": number, "fund_change": if self.is_slow { "N" } else { "Y" } }))
    }
}
