//! What the gateways of the tests' own have in common: keys, a port of this machine, and a market that pays there.

use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};
use serde_json::{Value, json};
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::thread;

use crate::common::{self, Database};
use crate::support::{EGGS, Letterbox, Market, Person, TestApp, id, text};
use yuanshan::context::Context;
use yuanshan::gateways::{Gateway, PrivateKey, Provider, PublicKey};

macro_rules! key {
    ($name:literal) => {
        include_str!(concat!("../../common/keys/", $name, ".pem"))
    };
}

/// The gateway's key, one that nobody knows, and the public one of the merchant.
pub struct Keys {
    key: PrivateKey,
    stranger: PrivateKey,
    pub merchant: PublicKey,
}

impl Keys {
    pub fn read() -> Self {
        let key = |pem| PrivateKey::from_pem(pem).expect("a key");
        let merchant = PublicKey::from_pem(key!("merchant.pub")).expect("a key");
        Self { key: key(key!("gateway")), stranger: key(key!("stranger")), merchant }
    }

    pub fn sign(&self, text: &str, is_forged: bool) -> String {
        let key = if is_forged { &self.stranger } else { &self.key };
        key.sign(text.as_bytes()).expect("it is signed")
    }
}

/// The merchant's own key, and the public one of the gateway.
pub fn merchant_keys() -> (PrivateKey, PublicKey) {
    let key = PrivateKey::from_pem(key!("merchant")).expect("a key");
    (key, PublicKey::from_pem(key!("gateway.pub")).expect("a key"))
}

/// Answers on a port, as it is configured.
pub fn serve(configure: impl FnOnce(&mut ServiceConfig) + Clone + Send + 'static) -> u16 {
    let (tell, told) = mpsc::channel();
    // It ends with the process; the jobs that call it block the test's own thread.
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = move || App::new().configure(configure.clone());
            let server = HttpServer::new(app).workers(1).bind(("127.0.0.1", 0)).expect("a port");
            tell.send(server.addrs()[0].port()).expect("the test waits");
            server.run().await.expect("the gateway runs");
        });
    });
    told.recv().expect("the gateway starts")
}

/// A market that can be paid at a gateway.
pub async fn market_at(provider: Provider, gateway: impl Gateway + 'static) -> Market {
    let (database, letters) = (Rc::new(Database::new()), Arc::new(Letterbox::default()));
    let context = common::context(&database, common::settings(), 2, letters.clone());
    let providers = context.providers.clone().with(provider, Arc::new(gateway));
    Market::on(TestApp::of(database, Context { providers, ..context }, letters).await)
}

/// Begins to pay.
pub async fn pay(buyer: &Person, checkout: &Value, provider: &str) -> Value {
    let path = format!("/api/v1/checkouts/{}/pay", id(checkout));
    buyer.post(path, &json!({ "provider": provider })).await.accepted()["payment"].clone()
}

/// A market where the buyer has begun to pay a box of eggs at a gateway.
pub struct Shop<G> {
    pub market: Market,
    pub gateway: G,
    pub checkout: Value,
    /// Of the payment, at the gateway.
    pub number: String,
}

impl<G> Shop<G> {
    pub async fn at(gateway: G, market: Market, provider: &str) -> Self {
        let eggs = market.sells(EGGS).await;
        let checkout = market.checkout(&[(&eggs, 1)]).await;
        let payment = pay(&market.buyer, &checkout, provider).await;
        assert_eq!(payment["pay_by"]["how"], "wait");
        let number = id(&payment).replace('-', "");
        Self { market, gateway, checkout, number }
    }

    pub async fn seen(&self) -> Value {
        self.market.buyer.get(format!("/api/v1/checkouts/{}", id(&self.checkout))).await.ok()
    }

    pub async fn order(&self) -> Value {
        self.market.order(text(&self.checkout, "/orders/0/id")).await
    }
}
