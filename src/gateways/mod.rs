//! Payment parties behind one trait: who they are, how they are asked, how their word is believed.
//!
//! What always holds: nothing here touches the database; what leaves the process is called from jobs, outside
//! of any transaction; a [`Notification`] exists only where a gateway's own words were checked. No tables.

mod alipay;
mod keys;
mod notification;
mod sandbox;
mod settings;
mod wechat;
mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub use alipay::{Alipay, AlipayMerchant};
pub use keys::{PrivateKey, PublicKey};
pub use notification::{Event, Notification};
pub use sandbox::{Faults, Sandbox};
pub use settings::{BankAccount, PaymentSettings, SettingError};
pub use wechat::{Merchant, Wechat};

use crate::kernel::{Any, Id, Instant, Money, text_enum};
use crate::secrets::Secrets;

text_enum! {
    /// Who holds the money.
    pub enum Provider {
        /// Behaves as a gateway does, in demonstrations and tests only.
        Sandbox = "sandbox",
        /// A transfer to the bank account of the operator, or cash to the carrier; two people say that it came.
        Offline = "offline",
        Wechat = "wechat",
        Alipay = "alipay",
    }
}

/// A payment, as a gateway is told of it.
#[derive(Debug, Clone)]
pub struct Charge {
    pub payment_id: Id<Any>,
    pub amount_fen: Money,
    pub created_at: Instant,
    /// From then on nobody shall pay it.
    pub expires_at: Instant,
}

/// A refund, as a gateway is told of it.
#[derive(Debug, Clone)]
pub struct Return {
    pub refund_id: Id<Any>,
    pub payment_id: Id<Any>,
    pub amount_fen: Money,
    /// The payment of which it is a part.
    pub paid_fen: Money,
}

/// What the buyer is shown to pay with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Nothing,
    /// What a QR code says that the provider's app reads.
    Qr(String),
    /// The provider's own page.
    Link(String),
}

/// What a gateway says of a payment when it is asked.
#[derive(Debug, Clone)]
pub enum Told {
    /// Not paid yet, or the gateway has never heard of it.
    Pending,
    Succeeded(Notification),
    /// Nobody can pay it any more.
    Closed,
}

/// A notification as it came from the network. Names of headers are in lower case.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    pub headers: &'a BTreeMap<String, String>,
    pub body: &'a [u8],
    pub at: Instant,
}

impl Letter<'_> {
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// A payment party. Its calls block, as jobs do.
pub trait Gateway: Send + Sync {
    /// Makes a payment known there; the same payment again gives the same or a new way to pay it.
    ///
    /// # Errors
    /// [`GatewayError`].
    fn start(&self, charge: &Charge, at: Instant) -> Result<Shown, GatewayError>;

    /// # Errors
    /// [`GatewayError`].
    fn query(&self, charge: &Charge, at: Instant) -> Result<Told, GatewayError>;

    /// Sees to it that nobody can pay it any more. Closing what is closed, or unknown there, is no error.
    ///
    /// # Errors
    /// [`GatewayError`], also if it was paid meanwhile.
    fn close(&self, charge: &Charge, at: Instant) -> Result<(), GatewayError>;

    /// Asks for a refund, and how it stands: asking again is the same refund. `None` while it is under way.
    ///
    /// # Errors
    /// [`GatewayError`].
    fn refund(&self, back: &Return, at: Instant) -> Result<Option<Notification>, GatewayError>;

    /// What a letter says, if it is really from there; `None` for news that change nothing.
    ///
    /// # Errors
    /// [`GatewayError::Signature`].
    fn read(&self, letter: Letter<'_>) -> Result<Option<Notification>, GatewayError>;

    /// What it wants to hear when a letter was taken in.
    fn thanks(&self) -> &'static str {
        ""
    }
}

/// Why a gateway could not be used. Holds no secrets and nothing of a buyer.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error("it is not signed by its provider")]
    Signature,
    #[error("no answer: {0}")]
    Unreachable(String),
    #[error("refused: {0}")]
    Refused(String),
    #[error("the answer cannot be read")]
    Answer,
}

/// The payment parties of this installation.
#[derive(Clone)]
pub struct Providers {
    online: BTreeMap<Provider, Arc<dyn Gateway>>,
    bank_account: Option<BankAccount>,
    /// How long a transfer may take.
    pub offline_time: Duration,
    pub faults: Faults,
}

impl Providers {
    /// Those of the settings; in a demonstration the sandbox, and a bank account that nobody has.
    ///
    /// # Errors
    /// [`SettingError`] by the name of the setting.
    pub fn build(
        settings: &PaymentSettings,
        public_url: &url::Url,
        demonstration: bool,
        secrets: &Secrets,
    ) -> Result<Self, SettingError> {
        let mut online: BTreeMap<Provider, Arc<dyn Gateway>> = BTreeMap::new();
        let faults = settings.sandbox_faults;
        if demonstration {
            online.insert(Provider::Sandbox, Arc::new(Sandbox::new(secrets.clone(), faults)));
        }
        if let Some(merchant) = settings.wechat(public_url)? {
            online.insert(Provider::Wechat, Arc::new(Wechat::new(merchant)));
        }
        if let Some(merchant) = settings.alipay(public_url)? {
            online.insert(Provider::Alipay, Arc::new(Alipay::new(merchant)));
        }
        let bank_account = settings.bank_account()?.or_else(|| demonstration.then(BankAccount::invented));
        Ok(Self { online, bank_account, offline_time: settings.offline_time(), faults })
    }

    /// One more, or another for the same provider.
    #[must_use]
    pub fn with(mut self, provider: Provider, gateway: Arc<dyn Gateway>) -> Self {
        self.online.insert(provider, gateway);
        self
    }

    /// The ways to pay, in one order.
    #[must_use]
    pub fn offered(&self) -> Vec<Provider> {
        Provider::ALL.iter().copied().filter(|provider| self.offers(*provider)).collect()
    }

    #[must_use]
    pub fn offers(&self, provider: Provider) -> bool {
        match provider {
            Provider::Offline => self.bank_account.is_some(),
            provider => self.online.contains_key(&provider),
        }
    }

    #[must_use]
    pub fn gateway(&self, provider: Provider) -> Option<&Arc<dyn Gateway>> {
        self.online.get(&provider)
    }

    #[must_use]
    pub fn bank_account(&self) -> Option<&BankAccount> {
        self.bank_account.as_ref()
    }
}
