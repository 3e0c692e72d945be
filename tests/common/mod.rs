//! What the test binaries share: a database of its own for each test, and what a server has.

mod database;
mod places;

pub use database::Database;

use object_store::memory::InMemory;
use std::sync::Arc;
use std::time::Duration;

use yuanshan::config::PriceThresholds;
use yuanshan::context::{Context, Edge, Settings};
use yuanshan::db::Db;
use yuanshan::kernel::{Clock, IdSource, Instant};
use yuanshan::notifier::Notifier;
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
    }
}

/// What a server has, on a clock that only the test moves.
pub fn context(database: &Database, settings: Settings, connections: u32, notifier: Arc<dyn Notifier>) -> Context {
    Context {
        db: Db::open(&database.url, connections).expect("the test's database opens"),
        clock: Clock::manual(start()),
        ids: Arc::new(IdSource::seeded(1)),
        secrets: Secrets::ephemeral(),
        photos: Arc::new(InMemory::new()),
        notifier,
        settings,
    }
}
