//! Values of orders and what can be refused about them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::dispatch::LineMissing;
use super::rules::OrderState;
use super::store::{Checkout, Order};
use crate::catalog::{ListingError, ListingId, ListingState};
use crate::db::DbError;
use crate::identity::{IdentityError, Phone};
use crate::kernel::{Actor, Id, Instant, Invalid, Money, Quantity, RegionCode, UserId, masked, text_enum};
use crate::ledger::LedgerError;
use crate::organisations::{OrganisationError, OrganisationId};
use crate::papers::PaperError;
use crate::payments::PaymentError;
use crate::regions::RegionError;
use crate::secrets::{Secrets, SecretsError};
use crate::web::idempotency::Ticket;

pub type OrderId = Id<Order>;
pub type CheckoutId = Id<Checkout>;

text_enum! {
    pub enum CheckoutState {
        Open = "open",
        Paid = "paid",
        Expired = "expired",
        Cancelled = "cancelled",
    }
}

/// How a line's price is split among the accounts: every part of the composition, times the
/// quantity, to the account of its name; pay and bonus to the household. docs/ledger.md has the table.
pub const SPLIT_RULE: &str = "split-2026-1";

/// Where a parcel goes. Stored sealed, shown to the buyer and to those who pack and ship.
#[derive(Clone, Serialize, Deserialize)]
pub struct Address {
    pub recipient: String,
    pub phone: String,
    pub region_code: RegionCode,
    pub detail: String,
}

impl Address {
    /// # Errors
    /// The first field that is not acceptable, with its pointer.
    pub fn parse(
        recipient: &str,
        phone: &str,
        region_code: RegionCode,
        detail: &str,
    ) -> Result<Self, (&'static str, Invalid)> {
        Ok(Self {
            recipient: crate::kernel::line(recipient, 40).map_err(|invalid| ("/address/recipient", invalid))?,
            phone: Phone::parse(phone).map_err(|invalid| ("/address/phone", invalid))?.as_str().to_owned(),
            detail: crate::kernel::line(detail, 200).map_err(|invalid| ("/address/detail", invalid))?,
            region_code,
        })
    }

    /// As those read it who pack: where it goes, but not to whom or to which door.
    ///
    /// # Errors
    /// `invalid_phone`, if one was stored that is none.
    pub fn masked(self) -> Result<Self, OrderError> {
        let phone = Phone::parse(&self.phone).map_err(|invalid| OrderError::Invalid("/address/phone", invalid))?;
        Ok(Self {
            recipient: masked(&self.recipient, 1),
            phone: phone.masked(),
            detail: masked(&self.detail, 3),
            region_code: self.region_code,
        })
    }

    fn context(checkout_id: CheckoutId) -> String {
        format!("checkouts.address:{checkout_id}")
    }

    /// # Panics
    /// Never: an address is always JSON.
    #[must_use]
    pub fn seal(&self, secrets: &Secrets, checkout_id: CheckoutId) -> Vec<u8> {
        let json = serde_json::to_string(self).expect("an address is JSON");
        secrets.seal(&Self::context(checkout_id), &json)
    }

    /// `None` once the buyer's account was deleted.
    ///
    /// # Errors
    /// [`SecretsError::Sealed`] if it was sealed for another checkout or with another key.
    pub fn open(secrets: &Secrets, checkout_id: CheckoutId, sealed: &[u8]) -> Result<Option<Self>, SecretsError> {
        if sealed.is_empty() {
            return Ok(None);
        }
        let json = secrets.open(&Self::context(checkout_id), sealed)?;
        serde_json::from_str(&json).map(Some).map_err(|_| SecretsError::Sealed)
    }
}

/// A buyer's wish to order, checked as far as it can be without the database.
#[derive(Clone)]
pub struct Placement {
    pub ticket: Ticket,
    pub buyer_id: UserId,
    /// The buyer, or their family helper.
    pub actor: Actor,
    pub checkout_id: CheckoutId,
    /// Each listing once.
    pub lines: Vec<(ListingId, Quantity)>,
    /// The versions of listings that the buyer saw, where that was said.
    pub seen: BTreeMap<ListingId, i64>,
    pub address_sealed: Vec<u8>,
    pub region_code: RegionCode,
    pub stream_code: Option<String>,
    pub terms: Terms,
}

/// What a buyer says about an order beyond goods and address.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The freight that the buyer saw, where that was said.
    pub freight_seen_fen: Option<Money>,
    /// That fresh goods do not come back without a reason.
    pub perishable_acknowledged: bool,
    pub is_gift: bool,
    /// Empty where there is none.
    pub gift_message_sealed: Vec<u8>,
    /// For whom it is ordered, if not for the buyer.
    pub organisation_id: Option<OrganisationId>,
}

/// What a buyer of fresh goods has read: 消费者权益保护法 §25 takes them out of the seven days' return.
pub const PERISHABLE_RULE: &str = "consumer-law-25-perishable";

/// A gift's message of up to 100 characters, stored sealed.
pub struct GiftMessage;

impl GiftMessage {
    pub const MAX: usize = 100;

    fn context(checkout_id: CheckoutId) -> String {
        format!("checkouts.gift_message:{checkout_id}")
    }

    #[must_use]
    pub fn seal(text: &str, secrets: &Secrets, checkout_id: CheckoutId) -> Vec<u8> {
        secrets.seal(&Self::context(checkout_id), text)
    }

    /// `None` where there is none, or it was erased.
    ///
    /// # Errors
    /// [`SecretsError::Sealed`] if it was sealed for another checkout or with another key.
    pub fn open(secrets: &Secrets, checkout_id: CheckoutId, sealed: &[u8]) -> Result<Option<String>, SecretsError> {
        if sealed.is_empty() {
            return Ok(None);
        }
        secrets.open(&Self::context(checkout_id), sealed).map(Some)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    #[error("no such order")]
    NotFound,
    #[error("order is {0}")]
    WrongState(OrderState),
    #[error("checkout is {0}")]
    CheckoutClosed(CheckoutState),
    #[error("the time to pay is over")]
    CheckoutExpired,
    #[error("the claim window is open until {0}")]
    ClaimWindowOpen(Instant),
    #[error("only {available} left of listing {listing_id}")]
    OutOfStock { listing_id: ListingId, requested: i64, available: i64 },
    #[error("version {version} of listing {listing_id} is in force")]
    PriceChanged { line: usize, listing_id: ListingId, version: i64, price_fen: Money },
    #[error("listing {listing_id} is {state}")]
    ListingNotLive { listing_id: ListingId, state: ListingState },
    #[error("freight is {0} fen")]
    FreightChanged(Money),
    #[error("{0} sends nothing there")]
    NotDelivered(RegionCode),
    #[error("listing {0} does not come back without a reason, and that was not acknowledged")]
    PerishableNotAcknowledged(ListingId),
    #[error("no cycle of listing {listing_id} is open")]
    CycleClosed { listing_id: ListingId, next_opens_at: Option<Instant> },
    #[error("only {left} left of listing {listing_id} in its cycle")]
    CycleFull { listing_id: ListingId, requested: i64, left: i64 },
    #[error("the seven days for thinking it over are past, or it was not prepaid")]
    CoolOffOver,
    #[error("too many orders at once")]
    Overloaded,
    #[error("the idempotency key was used with another request")]
    IdempotencyConflict,
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error("papers of {} lines are missing", .0.len())]
    PapersMissing(Vec<LineMissing>),
    #[error("{0} refused: {1}")]
    Weight(String, Invalid),
    #[error("lines {0:?} are not weighed")]
    WeightsMissing(Vec<i64>),
    #[error("no contract is in force with the county of {0}")]
    NoContract(RegionCode),
    #[error("only {0} fen more may be owed on the contract")]
    CreditLimit(i64),
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    #[error(transparent)]
    Paper(#[from] PaperError),
    #[error(transparent)]
    Listing(#[from] ListingError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Payment(#[from] PaymentError),
    #[error(transparent)]
    Region(#[from] RegionError),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error("the answer cannot be written: {0}")]
    Answer(#[from] serde_json::Error),
    #[error(transparent)]
    Db(#[from] DbError),
}
