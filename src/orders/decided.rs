//! What was decided of wishes to order: values between deciding and writing.

use crate::catalog::{ListingId, PriceComposition};
use crate::cycles::CycleId;
use crate::households::HouseholdId;
use crate::kernel::{Money, Quantity, RegionCode};
use crate::livestream::StreamId;
use crate::pairing::PairingId;

/// An order that was decided.
#[derive(Debug, Clone)]
pub struct DecidedOrder {
    pub village_code: RegionCode,
    pub stream_id: Option<StreamId>,
    /// The cycle that its goods are of, and the day on which they arrive.
    pub cycle: Option<(CycleId, String)>,
    /// The good of a coming harvest that it is of, and what is paid of it at once.
    pub pre_order: Option<ListingId>,
    pub deposit_fen: Option<Money>,
    /// Lines and freight.
    pub total_fen: Money,
    /// What the parcel costs beyond the prices.
    pub freight_fen: Money,
    /// The net weight of its goods, as far as it is known.
    pub parcel_g: i64,
    pub lines: Vec<DecidedLine>,
}

#[derive(Debug, Clone)]
pub struct DecidedLine {
    pub listing_id: ListingId,
    /// The version of the listing that was in force.
    pub listing_version: i64,
    pub household_id: HouseholdId,
    pub pairing_id: Option<PairingId>,
    pub title: String,
    pub unit_label: String,
    pub quantity: Quantity,
    pub price_fen: Money,
    pub price: PriceComposition,
    pub total_fen: Money,
    /// Of what is settled by weight: what the pieces are thought to weigh together.
    pub estimated_g: Option<i64>,
}

/// A checkout that was decided: one order per village, in the order in which the buyer chose.
#[derive(Debug, Clone)]
pub struct Decided {
    pub total_fen: Money,
    /// Whether any of it does not come back without a reason.
    pub is_perishable: bool,
    pub orders: Vec<DecidedOrder>,
}
