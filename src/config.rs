//! Every setting: one field each, with what it means, its environment name and its default.

use clap::Args;
use ipnet::IpNet;
use secrecy::SecretString;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::gateways::PaymentSettings;
use crate::kernel::PriceThresholds;
use crate::notifier;

/// Settings come from the command line or the environment. What cannot be honoured is refused at
/// start, by the name of the setting.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Directory of everything that is kept: database, photos, keys
    #[arg(long = "data", env = "YUANSHAN_DATA", default_value = "data", global = true)]
    pub data_dir: PathBuf,

    /// Address to listen on
    #[arg(long, env = "YUANSHAN_LISTEN", default_value = "127.0.0.1:8080", global = true)]
    pub listen: SocketAddr,

    /// postgres://… or sqlite://path [default: SQLite in the data directory]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<DatabaseUrl>,

    /// File of the server's keys [default: keys.json in the data directory; with PostgreSQL it must
    /// be named, because every process needs the same one]
    #[arg(long = "keys", env = "YUANSHAN_KEYS", global = true)]
    pub keys_file: Option<PathBuf>,

    /// Where photos and other files are kept: file:///directory, or s3://bucket/prefix?region=…&endpoint=… with
    /// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment [default: objects in the data directory]
    #[arg(long, env = "YUANSHAN_PHOTOS_URL", global = true)]
    pub photos_url: Option<url::Url>,

    /// Database connections
    #[arg(long, env = "YUANSHAN_POOL_SIZE", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=256), global = true)]
    pub pool_size: u32,

    /// Minutes in which a placed order has to be paid
    #[arg(long, env = "YUANSHAN_PAY_MINUTES", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=1440), global = true)]
    pub pay_minutes: u64,

    /// Hours after receipt in which the goods can be claimed; an order settles after them. In the
    /// demonstration it settles at once
    #[arg(long, env = "YUANSHAN_CLAIM_WINDOW_HOURS", default_value_t = 48, value_parser = clap::value_parser!(u64).range(0..=720), global = true)]
    pub claim_window_hours: u64,

    /// Memory of one password hash in KiB (argon2id; OWASP's minimum is 19456)
    #[arg(long, env = "YUANSHAN_PASSWORD_MEMORY_KIB", default_value_t = 19_456, value_parser = clap::value_parser!(u32).range(8..=1_048_576), hide = true, global = true)]
    pub password_memory_kib: u32,

    /// Address under which browsers reach the server; with https, cookies are sent over TLS only
    #[arg(long, env = "YUANSHAN_PUBLIC_URL", default_value = "http://127.0.0.1:8080", global = true)]
    pub public_url: url::Url,

    /// Proxies in front of the server, by address or network, with commas between; only from them
    /// X-Forwarded-For is believed
    #[arg(long, env = "YUANSHAN_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network, global = true)]
    pub trusted_proxies: Vec<IpNet>,

    /// Networks inside which webhooks may call, by address or network, with commas between; elsewhere only
    /// public addresses over https
    #[arg(long, env = "YUANSHAN_WEBHOOK_NETWORKS", value_delimiter = ',', value_parser = network, global = true)]
    pub webhook_networks: Vec<IpNet>,

    /// Mail server for messages to people: smtps://user:password@host or smtp://host:25 [default: messages
    /// go to notices.jsonl in the data directory]
    #[arg(long, env = "YUANSHAN_SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<HiddenText>,

    /// Sender of mails: 远山 <yuanshan@example.org>
    #[arg(long, env = "YUANSHAN_MAIL_FROM", global = true)]
    pub mail_from: Option<String>,

    /// SMS gateway: an address that takes POST {"to", "text"} [default: as for mails]
    #[arg(long, env = "YUANSHAN_SMS_URL", global = true)]
    pub sms_url: Option<url::Url>,

    /// What the SMS gateway asks for as Authorization: Bearer …
    #[arg(long, env = "YUANSHAN_SMS_TOKEN", hide_env_values = true, global = true)]
    pub sms_token: Option<HiddenText>,
    /// Other sites whose pages may call the API, such as https://partner.example, with commas between; they
    /// call with a token, never with a cookie
    #[arg(long = "cors-origins", env = "YUANSHAN_CORS_ORIGINS", value_delimiter = ',', global = true)]
    pub cors_origins: Vec<Origin>,

    /// Requests that one caller may send in a minute, by account or else by address; 0 for no limit
    #[arg(long = "rate-limit", env = "YUANSHAN_RATE_LIMIT_PER_MINUTE", default_value_t = 6000, global = true)]
    pub rate_per_minute: u32,

    /// From this percentage of the reference median on, a price asks the coordinator for a reason
    #[arg(long, env = "YUANSHAN_PRICE_WARN_PERCENT", default_value_t = 150, value_parser = clap::value_parser!(u32).range(100..=1_000), global = true)]
    pub price_warn_percent: u32,

    /// From this percentage of the reference median on, approving a price asks for a written reason; not
    /// below the one before
    #[arg(long, env = "YUANSHAN_PRICE_STOP_PERCENT", default_value_t = 180, value_parser = clap::value_parser!(u32).range(100..=10_000), global = true)]
    pub price_stop_percent: u32,

    /// Below this percentage of what a good costs to raise, a price is too good to be true
    #[arg(long, env = "YUANSHAN_PRICE_FLOOR_PERCENT", default_value_t = 80, value_parser = clap::value_parser!(u32).range(0..=100), global = true)]
    pub price_floor_percent: u32,

    #[command(flatten)]
    pub payments: PaymentSettings,

    /// Log lines as JSON
    #[arg(long, env = "YUANSHAN_LOG_JSON", global = true)]
    pub log_json: bool,
}

impl Config {
    /// The database in use.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.database_url {
            Some(url) => url.0.clone(),
            None => format!("sqlite://{}", self.data_dir.join("yuanshan.sqlite").display()),
        }
    }

    /// Where the keys are; `None` where they have to be named and are not.
    #[must_use]
    pub fn keys_path(&self) -> Option<PathBuf> {
        match (&self.keys_file, &self.database_url) {
            (Some(path), _) => Some(path.clone()),
            (None, Some(url)) if url.is_postgres() => None,
            (None, _) => Some(self.data_dir.join("keys.json")),
        }
    }

    /// Who carries messages to people.
    #[must_use]
    pub fn notifier(&self) -> notifier::Settings {
        let secret = |text: &Option<HiddenText>| text.as_ref().map(|text| text.0.clone());
        notifier::Settings {
            file: self.data_dir.join("notices.jsonl"),
            smtp_url: secret(&self.smtp_url),
            mail_from: self.mail_from.clone(),
            sms_url: self.sms_url.clone(),
            sms_token: secret(&self.sms_token),
        }
    }

    #[must_use]
    pub fn price_thresholds(&self) -> PriceThresholds {
        PriceThresholds {
            warn_percent: self.price_warn_percent.into(),
            stop_percent: self.price_stop_percent.into(),
            floor_percent: self.price_floor_percent.into(),
        }
    }

    #[must_use]
    pub fn time_to_pay(&self) -> Duration {
        Duration::from_secs(self.pay_minutes * 60)
    }

    #[must_use]
    pub fn claim_window(&self) -> Duration {
        Duration::from_secs(self.claim_window_hours * 3600)
    }
}

/// Text that holds a secret: never printed.
#[derive(Clone)]
pub struct HiddenText(SecretString);

impl fmt::Debug for HiddenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

impl From<&str> for HiddenText {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

/// Scheme, host and port of a site, exactly as browsers send them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url =
            url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && !text.contains('*'));
        let origin = url.map(|url| url.origin().ascii_serialization());
        origin.filter(|origin| origin == text).map(Self).ok_or("no origin such as https://partner.example")
    }
}

/// A network, or a single address as the network of itself.
fn network(text: &str) -> Result<IpNet, String> {
    let address = |_| text.parse().map(|address: IpAddr| address.into());
    text.parse()
        .or_else(address)
        .map_err(|_: std::net::AddrParseError| "no address and no network such as 10.0.0.0/8".into())
}

/// A database URL; it may hold a password, so it is never printed.
#[derive(Clone)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    fn is_postgres(&self) -> bool {
        self.0.starts_with("postgres")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[database URL]")
    }
}

/// Any text: what is wrong with it is said when the database is opened, without its password.
impl From<&str> for DatabaseUrl {
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_exact() {
        for text in ["https://partner.example", "http://127.0.0.1:5173", "https://partner.example:8443"] {
            assert_eq!(text.parse::<Origin>().unwrap().as_str(), text);
        }
        for text in [
            "",
            "*",
            "null",
            "partner.example",
            "https://partner.example/",
            "https://partner.example/shop",
            "https://Partner.example",
            "https://u@partner.example",
            "https://partner.example:443",
            "ftp://a.example",
            "https://*.example",
            "https://partner.example?x",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        assert_eq!(network("127.0.0.1").unwrap().to_string(), "127.0.0.1/32");
        assert_eq!(network("fd00::/8").unwrap().to_string(), "fd00::/8");
        for text in ["", "localhost", "10.0.0.0/33", "10.0.0"] {
            assert!(network(text).is_err(), "{text}");
        }
    }
}
