//! What the test binaries share: a database of its own for each test, and what a server has.

mod database;
mod places;

pub use database::Database;

use object_store::ObjectStore;
use object_store::memory::InMemory;
use std::sync::Arc;
use std::time::Duration;

use yuanshan::context::{Context, Edge, Settings};
use yuanshan::db::Db;
use yuanshan::gateways::{PaymentSettings, Providers};
use yuanshan::kernel::{Clock, IdSource, Instant, PriceThresholds};
use yuanshan::notifier::Notifier;
use yuanshan::objects;
use yuanshan::secrets::Secrets;

/// A Sunday morning in China; every test begins then.
pub fn start() -> Instant {
    serde_json::from_value("2026-09-20T01:30:00Z".into()).expect("a moment")
}

/// A demonstration without a claim window: orders settle when they are received.
pub fn settings() -> Settings {
    Settings {
        demonstration: true,
        time_to_pay: Duration::from_secs(30 * 60),
        claim_window: Duration::ZERO,
        password_memory_kib: 8,
        public_url: "https://yuanshan.example".parse().expect("a URL"),
        secure_cookies: true,
        edge: Edge::default(),
        price: PriceThresholds::default(),
        webhook_networks: vec!["127.0.0.1/32".parse().expect("a network")],
    }
}

/// Those of a server of which nothing is set but what goes wrong at the sandbox.
pub fn payment_settings(faults: &str) -> PaymentSettings {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        payments: PaymentSettings,
    }
    <Line as clap::Parser>::parse_from(["yuanshan", &format!("--sandbox-faults={faults}")]).payments
}

/// What a server has, on a clock that only the test moves.
pub fn context(database: &Database, settings: Settings, connections: u32, notifier: Arc<dyn Notifier>) -> Context {
    let secrets = Secrets::ephemeral();
    let payments = Providers::build(&payment_settings(""), &settings.public_url, settings.demonstration, &secrets);
    Context {
        db: Db::open(&database.url, connections).expect("the test's database opens"),
        clock: Clock::manual(start()),
        ids: Arc::new(IdSource::seeded(1)),
        secrets,
        photos: photos(),
        notifier,
        providers: payments.expect("nothing is set"),
        settings,
    }
}

/// A store of its own: in memory, or where `TEST_PHOTOS_URL` says (`make s3`).
fn photos() -> Arc<dyn ObjectStore> {
    let Ok(url) = std::env::var("TEST_PHOTOS_URL") else { return Arc::new(InMemory::new()) };
    let mut url: url::Url = url.parse().expect("TEST_PHOTOS_URL is a URL");
    url.path_segments_mut().expect("it has a path").push(&uuid::Uuid::now_v7().to_string());
    objects::open(&url, |name| std::env::var(name).ok()).expect("the store opens")
}
