//! Other programs that are told of what happens.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use crate::support::{EGGS, Market, Person, XIUYUN, hours, id, rows, text};

/// What one call brought: head lines and body.
type Told = (Vec<String>, String);

/// Answers as many calls as there are statuses, on a port of this machine.
fn listen(statuses: &'static [u16]) -> (String, Receiver<Told>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://127.0.0.1:{}/hooks", listener.local_addr().expect("an address").port());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for status in statuses {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
            let mut head = Vec::new();
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                head.push(line.trim_end().to_ascii_lowercase());
                line.clear();
            }
            let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
            let mut body = vec![0; length.parse().expect("a number")];
            reader.read_exact(&mut body).expect("a body");
            let answer = format!(
                "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\n\r\n"
            );
            let _ = stream.write_all(answer.as_bytes());
            let _ = tell.send((head, String::from_utf8(body).expect("text")));
        }
    });
    (url, told)
}

async fn register(market: &Market, url: &str) -> Value {
    let new = json!({ "region_code": "510824", "url": url });
    market.administrator.post("/api/v1/admin/webhooks", &new).await.created()
}

async fn messages(market: &Market, webhook: &Value) -> Vec<Value> {
    let path = format!("/api/v1/admin/webhooks/{}/messages", id(webhook));
    rows(&market.administrator.get(path).await.ok()).to_vec()
}

fn header<'a>(head: &'a [String], name: &str) -> &'a str {
    head.iter().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default()
}

#[actix_web::test]
async fn an_order_is_told_signed_and_without_personal_data() {
    let market = Market::new().await;
    let (url, told) = listen(&[200, 204, 200, 200, 200, 200, 200, 200]);
    let webhook = register(&market, &url).await;
    let secret = text(&webhook, "/secret").strip_prefix("whsec_").expect("a secret").to_owned();
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    market.app.run_jobs();
    let (head, body) = told.recv().expect("a message");
    let signed = format!("{}.{}.{body}", header(&head, "webhook-id"), header(&head, "webhook-timestamp"));
    let key = STANDARD.decode(secret).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any key");
    mac.update(signed.as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(header(&head, "webhook-signature"), signature.to_ascii_lowercase());
    let message: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(message["type"], "order.changed");
    assert_eq!(message["data"]["order_id"], order["id"]);
    assert_eq!(message["data"]["state"], "paid");
    for personal in ["陈女士", "13900000001", "春熙路"] {
        assert!(!body.contains(personal), "{body}");
    }
    let known = messages(&market, &webhook).await;
    assert_eq!(known.len(), 1);
    assert_eq!((&known[0]["state"], &known[0]["last_answer"]), (&json!("delivered"), &json!("200")));
    assert_eq!(header(&head, "webhook-id"), id(&known[0]));
}

#[actix_web::test]
async fn what_does_not_arrive_is_tried_again_with_the_same_id() {
    let market = Market::new().await;
    // A redirect is followed nowhere.
    let (url, told) = listen(&[500, 302, 200]);
    let webhook = register(&market, &url).await;
    let path = format!("/api/v1/admin/webhooks/{}/test", id(&webhook));
    assert_eq!(market.administrator.act(path).await.status, 202);
    for _ in 0..3 {
        market.app.later(hours(1));
    }
    let ids: Vec<String> = told.try_iter().map(|(head, _)| header(&head, "webhook-id").to_owned()).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0]));
    let known = messages(&market, &webhook).await;
    assert_eq!((&known[0]["state"], &known[0]["attempts"]), (&json!("delivered"), &json!(3)));
    market.app.begin_daily_work();
    market.app.later(hours(24 * 29));
    assert_eq!(messages(&market, &webhook).await.len(), 1);
    market.app.later(hours(24 * 2));
    assert_eq!(messages(&market, &webhook).await.len(), 0, "a month later it is cleared away");
}

#[actix_web::test]
async fn a_receiver_that_is_gone_is_told_nothing_more() {
    let market = Market::new().await;
    let (url, _told) = listen(&[410]);
    let webhook = register(&market, &url).await;
    let path = format!("/api/v1/admin/webhooks/{}/test", id(&webhook));
    market.administrator.act(&path).await;
    market.app.run_jobs();
    market.administrator.act(&path).await;
    market.app.run_jobs();
    assert_eq!(messages(&market, &webhook).await.len(), 1);
    let list = market.administrator.get("/api/v1/admin/webhooks").await.ok();
    assert_eq!(rows(&list)[0]["disabled_reason"], "gone");
}

#[actix_web::test]
async fn only_public_addresses_are_called() {
    let market = Market::new().await;
    for (url, code) in [
        ("http://example.com/", "invalid_webhook_url"),
        ("https://user:word@example.com/", "invalid_webhook_url"),
        ("https://10.0.0.1/", "webhook_address_refused"),
        ("https://169.254.169.254/latest", "webhook_address_refused"),
        ("https://localhost/", "webhook_address_refused"),
        ("https://[::ffff:10.0.0.1]/", "webhook_address_refused"),
    ] {
        let new = json!({ "region_code": XIUYUN, "url": url });
        let refused = market.administrator.post("/api/v1/admin/webhooks", &new).into_future();
        market.app.unchanged(refused).await.invalid(&[("/url", code)]);
    }
}

#[actix_web::test]
async fn a_webhook_is_its_region_s() {
    let market = Market::new().await;
    let (url, _told) = listen(&[]);
    let elsewhere = json!({ "region_code": "33", "url": url });
    market.administrator.post("/api/v1/admin/webhooks", &elsewhere).await.refused(403, "out_of_scope");
    let webhook = register(&market, &url).await;
    let others: [&Person; 3] = [&market.coordinator, &market.auditor, &market.buyer];
    for other in others {
        other.get("/api/v1/admin/webhooks").await.refused(403, "forbidden");
    }
    let path = format!("/api/v1/admin/webhooks/{}", id(&webhook));
    market.administrator.delete(&path).await.no_content();
    market.administrator.delete(&path).await.no_content();
    market.administrator.act(format!("{path}/test")).await;
    assert_eq!(market.app.run_jobs(), 0);
    // The secret is shown once.
    let list = market.administrator.get("/api/v1/admin/webhooks").await.ok();
    assert!(rows(&list)[0].get("secret").is_none());
}
