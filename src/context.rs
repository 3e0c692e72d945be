//! What a running server has: built once by `app`, handed to every handler and job.

use ipnet::IpNet;
use object_store::ObjectStore;
use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, Origin};
use crate::db::Db;
use crate::gateways::Providers;
use crate::kernel::{Act, Clock, IdSource, PriceThresholds, Role, UserId};
use crate::notifier::Notifier;
use crate::secrets::Secrets;

#[derive(Clone)]
pub struct Context {
    pub db: Db,
    pub clock: Clock,
    pub ids: Arc<IdSource>,
    pub secrets: Secrets,
    pub photos: Arc<dyn ObjectStore>,
    pub notifier: Arc<dyn Notifier>,
    pub providers: Providers,
    pub settings: Settings,
}

/// What rules need to know of the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The database holds invented people: the sandbox pays, orders settle at once.
    pub demonstration: bool,
    pub time_to_pay: Duration,
    pub claim_window: Duration,
    pub password_memory_kib: u32,
    /// Where browsers reach the site; links in messages begin with it.
    pub public_url: url::Url,
    /// Cookies travel over TLS only.
    pub secure_cookies: bool,
    pub edge: Edge,
    pub price: PriceThresholds,
    /// Addresses that webhooks may call although they are not public.
    pub webhook_networks: Vec<IpNet>,
}

/// What the server takes from the network, and from whom.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Whose word on a client's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Other sites whose pages may call the API.
    pub cors_origins: Vec<Origin>,
    /// Requests of one caller; 0 for no limit.
    pub rate_per_minute: u32,
    /// How long a request's head may take.
    pub head_time: Duration,
    /// How long a request's body may take before it has to come at a certain rate.
    pub body_time: Duration,
}

impl Default for Edge {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            rate_per_minute: 0,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
        }
    }
}

impl Settings {
    #[must_use]
    pub fn new(config: &Config, demonstration: bool) -> Self {
        Self {
            demonstration,
            time_to_pay: config.time_to_pay(),
            claim_window: if demonstration { Duration::ZERO } else { config.claim_window() },
            password_memory_kib: config.password_memory_kib,
            public_url: config.public_url.clone(),
            secure_cookies: config.public_url.scheme() == "https",
            edge: Edge {
                trusted_proxies: config.trusted_proxies.clone(),
                cors_origins: config.cors_origins.clone(),
                rate_per_minute: config.rate_per_minute,
                ..Edge::default()
            },
            price: config.price_thresholds(),
            webhook_networks: config.webhook_networks.clone(),
        }
    }
}

impl Context {
    /// An act of a person, now.
    #[must_use]
    pub fn act(&self, user_id: UserId, role: Role) -> Act {
        Act { user_id: Some(user_id), role, ..self.system_act() }
    }

    /// An act of the program itself, now.
    #[must_use]
    pub fn system_act(&self) -> Act {
        Act {
            at: self.clock.now(),
            user_id: None,
            role: Role::System,
            on_behalf_of: None,
            ids: self.ids.clone(),
            price: self.settings.price,
        }
    }
}
