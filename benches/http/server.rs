//! The two that are measured: the program as it is released, and a handler that does nothing.

use actix_web::{App, HttpServer, web};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::database::Database;
use crate::{Outcome, client};

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

/// Enough for every request of a burst to come from a buyer of its own.
pub const BUYERS: usize = 400;

impl Server {
    /// Returns when it is ready.
    pub fn start(database: &Database) -> Outcome<Self> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let child = Command::new(env!("CARGO_BIN_EXE_yuanshan"))
            .args(database.arguments())
            .args(["--listen", &address.to_string(), "serve"])
            // Settings of somebody's own installation must not reach it.
            .env_clear()
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self { child, address };
        server.wait()?;
        Ok(server)
    }

    fn wait(&mut self) -> Outcome<()> {
        let ready = client::request("GET", "/readyz", &[], "");
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the server ended: {status}").into());
            }
            if client::expect(self.address, 200, &ready).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Err("the server is not ready after 30 s".into())
    }

    /// Time from the start of the process to its first answer, the shortest first.
    pub fn cold_starts(database: &Database, count: u32) -> Outcome<Vec<Duration>> {
        let start = |_| {
            let began = Instant::now();
            Self::start(database).map(|_| began.elapsed())
        };
        let mut times = (0..count).map(start).collect::<Outcome<Vec<_>>>()?;
        times.sort();
        Ok(times)
    }

    /// A line of the process's status, in KiB.
    pub fn memory_kib(&self, field: &str) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with(field)).ok_or("no such field")?;
        Ok(line.split_whitespace().nth(1).ok_or("no value")?.parse()?)
    }

    /// Makes accounts and gives their access tokens.
    pub fn register_buyers(&self) -> Outcome<Vec<String>> {
        (0..BUYERS)
            .map(|index| {
                let phone = 13_900_000_000_u64 + u64::try_from(index)?;
                let person =
                    serde_json::json!({ "phone": phone.to_string(), "password": "ten-letters", "display_name": "陈家" });
                let request = client::request("POST", "/api/v1/auth/register", &[], &person.to_string());
                let answer: serde_json::Value = serde_json::from_str(&client::expect(self.address, 201, &request)?)?;
                Ok(answer["access_token"].as_str().ok_or("no token")?.to_owned())
            })
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An actix handler that answers `hello`, with as many workers as the server has.
pub struct Bare {
    pub address: SocketAddr,
}

impl Bare {
    pub fn start() -> Outcome<Self> {
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let server = HttpServer::new(|| App::new().route("/", web::get().to(async || "hello")))
                    .bind((Ipv4Addr::LOCALHOST, 0))?;
                let _ = tell.send(server.addrs()[0]);
                server.run().await
            })
        });
        Ok(Self { address: told.recv()? })
    }
}
