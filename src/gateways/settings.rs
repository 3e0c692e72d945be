//! What the configuration says of payments.

use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use utoipa::ToSchema;

use super::keys::{self, PrivateKey, PublicKey};
use super::{AlipayMerchant, Faults, Merchant, Provider};
use secrecy::ExposeSecret;

/// A setting that cannot be honoured.
#[derive(Debug, thiserror::Error)]
#[error("setting {0}: {1}")]
pub struct SettingError(pub &'static str, pub String);

/// Each way to pay is offered when what it needs is named.
#[derive(Debug, Clone, Args)]
pub struct PaymentSettings {
    /// Offline payments: in whose name the bank account is that buyers transfer to; with the two settings after it
    #[arg(long, env = "YUANSHAN_BANK_HOLDER", global = true)]
    pub bank_holder: Option<String>,

    /// Offline payments: the bank, with its branch
    #[arg(long, env = "YUANSHAN_BANK_NAME", global = true)]
    pub bank_name: Option<String>,

    /// Offline payments: the number of the account
    #[arg(long, env = "YUANSHAN_BANK_NUMBER", global = true)]
    pub bank_number: Option<String>,

    /// Days in which an offline payment has to have come
    #[arg(long, env = "YUANSHAN_OFFLINE_DAYS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=30), global = true)]
    pub offline_days: u64,

    /// WeChat Pay: the app, the merchant, and the serial of the merchant's certificate, with commas between:
    /// wx8888888888888888,1900000001,444F4864EA9B34415...; with the three settings after it
    #[arg(long, env = "YUANSHAN_WECHAT_MERCHANT", global = true)]
    pub wechat_merchant: Option<String>,

    /// WeChat Pay: file of the merchant's private key (PEM)
    #[arg(long, env = "YUANSHAN_WECHAT_KEY_FILE", global = true)]
    pub wechat_key_file: Option<PathBuf>,

    /// WeChat Pay: file of the APIv3 key, 32 characters
    #[arg(long, env = "YUANSHAN_WECHAT_APIV3_KEY_FILE", global = true)]
    pub wechat_apiv3_key_file: Option<PathBuf>,

    /// WeChat Pay: its public keys by serial or id, PUB_KEY_ID_0114…=/path/pub_key.pem, with commas between;
    /// several while they change
    #[arg(long, env = "YUANSHAN_WECHAT_PUBLIC_KEYS", value_delimiter = ',', global = true)]
    pub wechat_public_keys: Vec<String>,

    /// WeChat Pay: where its API is
    #[arg(long, env = "YUANSHAN_WECHAT_URL", default_value = "https://api.mch.weixin.qq.com", global = true)]
    pub wechat_url: url::Url,

    /// Alipay: the app and the seller, with a comma between: 2021000000000000,2088000000000000; with the two
    /// settings after it
    #[arg(long, env = "YUANSHAN_ALIPAY_MERCHANT", global = true)]
    pub alipay_merchant: Option<String>,

    /// Alipay: file of the app's private key (应用私钥)
    #[arg(long, env = "YUANSHAN_ALIPAY_KEY_FILE", global = true)]
    pub alipay_key_file: Option<PathBuf>,

    /// Alipay: file of its public key (支付宝公钥)
    #[arg(long, env = "YUANSHAN_ALIPAY_PUBLIC_KEY_FILE", global = true)]
    pub alipay_public_key_file: Option<PathBuf>,

    /// Alipay: where its gateway is
    #[arg(long, env = "YUANSHAN_ALIPAY_URL", default_value = "https://openapi.alipay.com/gateway.do", global = true)]
    pub alipay_url: url::Url,

    /// What goes wrong at the sandbox of a demonstration: copies=2,delay=5,fail=10,lose=4 (each notification
    /// twice and five seconds late; every tenth payment fails, of every fourth nothing is told)
    #[arg(long, env = "YUANSHAN_SANDBOX_FAULTS", default_value = "", hide_default_value = true, global = true)]
    pub sandbox_faults: Faults,
}

/// Where a buyer's transfer goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BankAccount {
    pub holder: String,
    pub bank: String,
    pub number: String,
}

impl BankAccount {
    /// Of a demonstration: no bank has such a number.
    #[must_use]
    pub fn invented() -> Self {
        Self {
            holder: "远山演示合作社".into(), bank: "演示银行（虚构）".into(), number: "0000 0000 0000 0000".into()
        }
    }
}

impl PaymentSettings {
    #[must_use]
    pub fn offline_time(&self) -> Duration {
        Duration::from_secs(self.offline_days * 24 * 3600)
    }

    /// # Errors
    /// [`SettingError`] if only a part of it is named.
    pub fn bank_account(&self) -> Result<Option<BankAccount>, SettingError> {
        match (&self.bank_holder, &self.bank_name, &self.bank_number) {
            (None, None, None) => Ok(None),
            (Some(holder), Some(bank), Some(number)) => {
                Ok(Some(BankAccount { holder: holder.clone(), bank: bank.clone(), number: number.clone() }))
            }
            _ => {
                Err(SettingError("bank_holder", "name bank_holder, bank_name and bank_number, or none of them".into()))
            }
        }
    }

    /// The merchant at WeChat Pay, with its keys.
    ///
    /// # Errors
    /// [`SettingError`] if only a part of it is named, or a file holds no key.
    pub fn wechat(&self, public_url: &url::Url) -> Result<Option<Merchant>, SettingError> {
        let Some(merchant) = &self.wechat_merchant else { return Ok(None) };
        let missing = |setting| move || SettingError(setting, "needed with wechat_merchant".into());
        let parts: Vec<&str> = merchant.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let [app_id, merchant_id, serial] = parts[..] else {
            return Err(SettingError("wechat_merchant", "app, merchant and serial, with commas between".into()));
        };
        let key_file = self.wechat_key_file.as_deref().ok_or_else(missing("wechat_key_file"))?;
        let seal_file = self.wechat_apiv3_key_file.as_deref().ok_or_else(missing("wechat_apiv3_key_file"))?;
        let seal_key = keys::read("wechat_apiv3_key_file", seal_file)?;
        if seal_key.expose_secret().len() != 32 {
            return Err(SettingError("wechat_apiv3_key_file", "not 32 characters".into()));
        }
        let mut provider_keys = BTreeMap::new();
        for named in &self.wechat_public_keys {
            let bad = || SettingError("wechat_public_keys", "serial=file, with commas between".into());
            let (serial, file) = named.split_once('=').ok_or_else(bad)?;
            provider_keys.insert(serial.to_owned(), PublicKey::load("wechat_public_keys", Path::new(file))?);
        }
        if provider_keys.is_empty() {
            return Err(missing("wechat_public_keys")());
        }
        Ok(Some(Merchant {
            app_id: app_id.into(),
            merchant_id: merchant_id.into(),
            serial: serial.into(),
            key: PrivateKey::load("wechat_key_file", key_file)?,
            seal_key,
            provider_keys,
            base: self.wechat_url.clone(),
            notify_url: notify_url(public_url, Provider::Wechat)?,
        }))
    }

    /// The merchant at Alipay, with its keys.
    ///
    /// # Errors
    /// [`SettingError`] if only a part of it is named, or a file holds no key.
    pub fn alipay(&self, public_url: &url::Url) -> Result<Option<AlipayMerchant>, SettingError> {
        let Some(merchant) = &self.alipay_merchant else { return Ok(None) };
        let missing = |setting| move || SettingError(setting, "needed with alipay_merchant".into());
        let form = || SettingError("alipay_merchant", "app and seller, with a comma between".into());
        let (app_id, seller_id) = merchant.split_once(',').ok_or_else(form)?;
        let (app_id, seller_id) = (app_id.trim(), seller_id.trim());
        if app_id.is_empty() || seller_id.is_empty() {
            return Err(form());
        }
        let key_file = self.alipay_key_file.as_deref().ok_or_else(missing("alipay_key_file"))?;
        let public_file = self.alipay_public_key_file.as_deref().ok_or_else(missing("alipay_public_key_file"))?;
        Ok(Some(AlipayMerchant {
            app_id: app_id.into(),
            seller_id: seller_id.into(),
            key: PrivateKey::load("alipay_key_file", key_file)?,
            provider_key: PublicKey::load("alipay_public_key_file", public_file)?,
            gateway: self.alipay_url.clone(),
            notify_url: notify_url(public_url, Provider::Alipay)?,
        }))
    }
}

/// Where a provider sends its notifications.
fn notify_url(public_url: &url::Url, provider: Provider) -> Result<String, SettingError> {
    let url = public_url.join(&format!("/api/v1/payments/{provider}/notify"));
    Ok(url.map_err(|_| SettingError("public_url", "no base for addresses".into()))?.into())
}
