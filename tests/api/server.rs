//! The server on a real socket: requests that are too long, too slow, or no requests at all.

use actix_web::dev::ServerHandle;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::common;
use crate::support::{EGGS, Market};
use yuanshan::cli::server::http_server;
use yuanshan::context::{Edge, Settings};

/// What came back on a connection, and how it ended.
#[derive(Debug)]
struct Talk {
    text: String,
    is_closed: bool,
    took: Duration,
}

impl Talk {
    fn status(&self) -> u16 {
        self.text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }
}

struct Served {
    market: Market,
    address: SocketAddr,
    handle: ServerHandle,
}

impl Served {
    /// A server with the settings of `serve`, but less patience.
    async fn new() -> Self {
        let edge = Edge { head_time: Duration::from_millis(600), body_time: Duration::from_secs(1), ..Edge::default() };
        let market = Market::with(Settings { edge, ..common::settings() }).await;
        let (server, addresses) = http_server(market.app.app(), (Ipv4Addr::LOCALHOST, 0).into()).expect("a server");
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { market, address: addresses[0], handle }
    }

    /// Sends these parts with a pause after each, and listens until the server ends the connection or three
    /// seconds are over.
    async fn talk(&self, parts: Vec<Vec<u8>>, pause: Duration) -> Talk {
        let address = self.address;
        tokio::task::spawn_blocking(move || talk(address, &parts, pause)).await.expect("the client ends")
    }

    async fn say(&self, text: impl Into<Vec<u8>>) -> Talk {
        self.talk(vec![text.into()], Duration::ZERO).await
    }

    async fn still_serves(&self) {
        let fine = self.say("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert_eq!(fine.status(), 200, "{fine:?}");
    }

    async fn stop(self) {
        self.handle.stop(false).await;
    }
}

fn talk(address: SocketAddr, parts: &[Vec<u8>], pause: Duration) -> Talk {
    let began = Instant::now();
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(3))).expect("a time-out");
    for part in parts {
        // The server may have had enough by now.
        if stream.write_all(part).is_err() {
            break;
        }
        std::thread::sleep(pause);
    }
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    let is_closed = loop {
        match stream.read(&mut chunk) {
            Ok(0) => break true,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => break false,
            Err(_) => break true,
        }
    };
    let _ = stream.shutdown(Shutdown::Both);
    Talk { text: String::from_utf8_lossy(&bytes).into_owned(), is_closed, took: began.elapsed() }
}

const SHORT: Duration = Duration::from_millis(100);

#[actix_web::test]
async fn a_head_without_end_is_refused_and_the_connection_ends() {
    let served = Served::new().await;
    let head = |more: String| format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{more}\r\n");
    let many = |count: u32| (0..count).map(|number| format!("X-{number}: y\r\n")).collect::<String>();
    for (what, request) in [
        ("a long header", head(format!("X-Long: {}\r\n", "y".repeat(200_000)))),
        ("many long headers", head((0..80).map(|number| format!("X-{number}: {}\r\n", "y".repeat(3000))).collect())),
        ("many headers", head(many(200))),
        ("a long address", format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(70_000))),
        ("no request", "\u{1}\u{2}\u{3} nonsense\r\n\r\n".into()),
        ("a header in a header", head("X: a\r\n b\r\n".into())),
        ("two lengths", head("Content-Length: 1\r\nContent-Length: 2\r\n".into())),
        ("a length and chunks", head("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n".into()) + "0\r\n\r\n"),
    ] {
        let answer = served.say(request).await;
        assert!((400..500).contains(&answer.status()) && answer.is_closed, "{what}: {answer:?}");
        served.still_serves().await;
    }
    assert_eq!(served.say(head(many(60) + "Connection: close\r\n")).await.status(), 200);
    served.stop().await;
}

#[actix_web::test]
async fn a_head_that_trickles_is_not_waited_for() {
    let served = Served::new().await;
    let slow = "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: yyyyyyyyyyyyyyyyyyyyyyyy".bytes().map(|byte| vec![byte]);
    let answer = served.talk(slow.take(30).collect(), SHORT / 2).await;
    assert!(answer.is_closed, "{answer:?}");
    assert!(matches!(answer.status(), 408 | 0), "{answer:?}");
    let silent = served.talk(vec![b"GET /healthz HTTP/1.1\r\n".to_vec()], Duration::ZERO).await;
    assert_eq!((silent.status(), silent.is_closed), (408, true), "{silent:?}");
    served.stop().await;
}

fn post(path: &str, more: &str, length: usize) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nHost: x\r\n{more}Content-Length: {length}\r\n\r\n").into_bytes()
}

#[actix_web::test]
async fn a_body_that_trickles_is_not_waited_for() {
    let served = Served::new().await;
    let token = served.market.coordinator.token().await.expect("a token");
    let form = format!("Authorization: Bearer {token}\r\nContent-Type: multipart/form-data; boundary=b\r\n");
    let file = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n";
    for (what, head, begin) in [
        ("JSON", post("/api/v1/auth/login", "Content-Type: application/json\r\n", 5000), "{\"phone\":\"139"),
        ("a photo", post("/api/v1/photos", &form, 500_000), file),
    ] {
        let mut parts = vec![head, begin.as_bytes().to_vec()];
        parts.extend((0..12).map(|_| b"0".to_vec()));
        let answer = served.talk(parts, SHORT).await;
        assert_eq!((answer.status(), answer.is_closed), (408, true), "{what}: {answer:?}");
        assert!(answer.text.contains("\"code\":\"request_timeout\""), "{what}: {answer:?}");
    }
    served.still_serves().await;
    served.stop().await;
}

#[actix_web::test]
async fn a_body_that_keeps_coming_is_waited_for() {
    let served = Served::new().await;
    // 8 KiB a second and more is a slow network, not an attack.
    let long = format!("{{\"phone\":\"13900000001\",\"password\":\"{}\"}}", "x".repeat(40_000));
    let mut parts = vec![post("/api/v1/auth/login", "Content-Type: application/json\r\n", long.len())];
    parts.extend(long.as_bytes().chunks(4000).map(<[u8]>::to_vec));
    let answer = served.talk(parts, SHORT).await;
    assert_eq!(answer.status(), 401, "{answer:?}");
    assert!(answer.took > Duration::from_secs(1), "{answer:?}");
    served.stop().await;
}

#[actix_web::test]
async fn a_body_that_nobody_waits_for_does_not_keep_the_connection() {
    let served = Served::new().await;
    let head = post("/api/v1/checkouts", "Content-Type: application/json\r\n", 5000);
    let answer = served.talk(vec![head, b"{".to_vec()], SHORT).await;
    assert_eq!((answer.status(), answer.is_closed), (401, true), "{answer:?}");
    served.stop().await;
}

#[actix_web::test]
async fn what_is_asked_for_without_its_body_comes_without() {
    let served = Served::new().await;
    served.market.sells(EGGS).await;
    for path in ["/api/v1/listings", "/healthz", "/.well-known/jwks.json", "/api/v1/openapi.json", "/api/v1/me"] {
        let ask = |method| format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let (whole, head) = (served.say(ask("GET")).await, served.say(ask("HEAD")).await);
        let (_, body) = whole.text.split_once("\r\n\r\n").expect("an answer");
        let (fields, nothing) = head.text.split_once("\r\n\r\n").expect("an answer");
        assert!(!body.is_empty() && nothing.is_empty(), "{head:?}");
        assert_eq!(head.status(), whole.status(), "{path}");
        assert!(fields.contains(&format!("content-length: {}", body.len())), "{path}: {head:?}");
    }
    served.stop().await;
}
