//! Everything that is kept of a person, as they take it away.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalog::{ListingId, PriceComposition};
use crate::helpers::{HelperState, TieId};
use crate::households::HouseholdRef;
use crate::identity::Account;
use crate::kernel::{Any, Id, Instant, Money, Quantity, Role};
use crate::log::Subject;
use crate::orders::{ActedFor, CheckoutId, CheckoutState, OrderId, OrderState};
use crate::organisations::{MemberRole, MemberState, OrganisationRef};
use crate::pairing::{PairingId, PairingState};
use crate::payments::{PaymentId, PaymentState, Provider, RefundState};
use crate::privacy::ThingKind;
use crate::regions::RegionRef;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MyData)]
pub struct Export {
    pub exported_at: Instant,
    /// Name, number, e-mail, second factor, grants, sessions.
    pub account: Account,
    /// Ties to helpers and to elders.
    pub helpers: Vec<HelperRecord>,
    /// For whom the person orders or ordered.
    pub organisations: Vec<OrganisationRecord>,
    /// Since when nobody may ask the person to order for anybody.
    pub left_alone_since: Option<Instant>,
    pub pairings: Vec<PairingRecord>,
    /// Of the address book.
    pub addresses: Vec<AddressRecord>,
    /// What was chosen and not ordered.
    pub cart: Vec<CartRecord>,
    /// With addresses and payments.
    pub checkouts: Vec<CheckoutRecord>,
    /// With lines, timeline and refunds.
    pub orders: Vec<OrderRecord>,
    /// What the person did, what was done for them, what happened to the account.
    pub log: Vec<LogRecord>,
    /// Who looked at the person's data, and why.
    pub accesses: Vec<AccessRecord>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HelperRecord {
    pub id: TieId,
    /// Whether the person is the elder of the tie; else the helper.
    pub is_elder: bool,
    /// What the other one is called.
    pub other: Option<String>,
    pub state: HelperState,
    /// The number that the elder named; gone once the tie has ended.
    pub phone: Option<String>,
    pub relation: Option<String>,
    pub invited_at: Instant,
    pub accepted_at: Option<Instant>,
    pub ended_at: Option<Instant>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationRecord {
    pub organisation: Option<OrganisationRef>,
    pub role: MemberRole,
    pub state: MemberState,
    pub accepted_at: Option<Instant>,
    pub ended_at: Option<Instant>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PairingRecord {
    pub id: PairingId,
    pub household: Option<HouseholdRef>,
    pub village: Option<RegionRef>,
    pub state: PairingState,
    pub message: Option<String>,
    pub requested_at: Instant,
    pub accepted_at: Option<Instant>,
    pub ended_at: Option<Instant>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CartRecord {
    pub listing_id: ListingId,
    pub quantity: Quantity,
    pub added_at: Instant,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AddressRecord {
    pub recipient: String,
    pub phone: String,
    /// Where the region lies: 四川省成都市.
    pub path: String,
    pub region: Option<RegionRef>,
    pub detail: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentRecord {
    pub id: PaymentId,
    pub provider: Provider,
    pub state: PaymentState,
    pub amount_fen: Money,
    pub gateway_transaction_id: Option<String>,
    pub created_at: Instant,
    pub completed_at: Option<Instant>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CheckoutRecord {
    pub id: CheckoutId,
    pub state: CheckoutState,
    pub total_fen: Money,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub address: Option<AddressRecord>,
    /// Which rule about fresh goods was acknowledged, and when.
    pub perishable_rule: Option<String>,
    pub perishable_at: Option<Instant>,
    pub is_gift: bool,
    pub gift_message: Option<String>,
    pub payments: Vec<PaymentRecord>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LineRecord {
    pub line_no: i64,
    pub listing_id: ListingId,
    pub title: String,
    pub unit_label: String,
    pub quantity: Quantity,
    pub unit_price_fen: Money,
    pub total_fen: Money,
    pub price: PriceComposition,
    pub household: Option<HouseholdRef>,
    pub pairing_id: Option<PairingId>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ShipmentRecord {
    pub carrier: String,
    pub tracking_number: String,
    pub shipped_at: Instant,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RefundRecord {
    pub state: RefundState,
    pub amount_fen: Money,
    pub gateway_refund_id: Option<String>,
    pub created_at: Instant,
    pub completed_at: Option<Instant>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StepRecord {
    pub action: String,
    pub to_state: Option<String>,
    pub actor_role: Role,
    /// Only where a helper acted.
    pub by: Option<ActedFor>,
    pub reason: Option<String>,
    pub at: Instant,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OrderRecord {
    pub id: OrderId,
    pub number: String,
    pub checkout_id: CheckoutId,
    pub state: OrderState,
    pub village: Option<RegionRef>,
    pub total_fen: Money,
    pub freight_fen: Money,
    pub rule_version: String,
    pub placed_at: Instant,
    pub lines: Vec<LineRecord>,
    pub timeline: Vec<StepRecord>,
    pub shipment: Option<ShipmentRecord>,
    pub refunds: Vec<RefundRecord>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LogRecord {
    pub subject: Subject,
    #[schema(value_type = String, format = Uuid)]
    pub subject_id: Id<Any>,
    pub action: String,
    pub from_state: Option<String>,
    pub to_state: Option<String>,
    /// Whether the person did it; else somebody else, or the program.
    pub is_own: bool,
    pub actor_role: Role,
    pub by: Option<ActedFor>,
    pub reason: Option<String>,
    pub at: Instant,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AccessRecord {
    pub actor_role: Role,
    pub fields: String,
    pub thing_kind: ThingKind,
    #[schema(value_type = String, format = Uuid)]
    pub thing_id: Id<Any>,
    pub reason: String,
    pub at: Instant,
}
