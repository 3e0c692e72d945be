//! `yuanshan serve` and `yuanshan health`.

use actix_web::HttpServer;
use actix_web::dev::Server;
use std::error::Error;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::app::App;
use crate::config::Config;
use crate::demo;
use crate::web::logging;

/// Time that open requests get when the server is told to stop.
const SHUTDOWN_SECONDS: u64 = 5;
/// How long a connection is kept on which nothing is asked.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a client has to take note that its connection ends.
const DISCONNECT_TIME: Duration = Duration::from_secs(2);

/// Serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// The setting that cannot be honoured, by its name.
pub fn serve(config: &Config) -> Result<(), Box<dyn Error>> {
    start_logging(config);
    let app = App::build(config)?;
    app.begin_daily_work()?;
    actix_web::rt::System::new().block_on(async {
        let (stop, stopped) = watch::channel(false);
        let runner = tokio::spawn(app.runner().run(stopped.clone()));
        let upkeep = tokio::spawn(app.clone().keep_up(stopped));
        let (server, _) =
            http_server(&app, config.listen).map_err(|error| format!("setting listen: {}: {error}", config.listen))?;
        println!("远山 Yuanshan is at {}", shown_address(config));
        if app.context.settings.demonstration {
            demo::print_accounts(config);
        }
        let outcome = server.await;
        let _ = stop.send(true);
        runner.await?;
        upkeep.await?;
        Ok(outcome?)
    })
}

/// The server, with what it takes from slow and from endless requests, and where it listens; the tests run
/// the same.
///
/// # Errors
/// Those of the socket.
pub fn http_server(app: &App, listen: SocketAddr) -> std::io::Result<(Server, Vec<SocketAddr>)> {
    let edge = &app.context.settings.edge;
    let server = HttpServer::new({
        let app = app.clone();
        move || app.actix()
    })
    .client_request_timeout(edge.head_time)
    .client_disconnect_timeout(DISCONNECT_TIME)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .bind(listen)?;
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}

/// The address that a browser on this machine can open.
fn shown_address(config: &Config) -> String {
    format!("http://{}", reachable(config.listen))
}

fn reachable(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() { SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()) } else { listen }
}

fn start_logging(config: &Config) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(logging::FILTER));
    tracing_subscriber::registry().with(logging::layer(config.log_json, filter, std::io::stderr)).init();
}

/// Asks `/readyz` of the server at the configured address.
///
/// # Errors
/// If it does not answer that it is ready.
pub fn health(config: &Config) -> Result<(), Box<dyn Error>> {
    let timeout = Duration::from_secs(3);
    let mut stream = TcpStream::connect_timeout(&reachable(config.listen), timeout)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.write_all(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.split(' ').nth(1) == Some("200") { Ok(()) } else { Err("not ready".into()) }
}
