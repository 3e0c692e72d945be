//! Freight: what a village's parcel costs beyond the freight that is in the prices.
//!
//! What always holds: a rule is appended and never changed, so what an order was asked can be recomputed; of
//! several that have begun the one of the latest day counts, of that day the one written last; a village
//! without a rule asks nothing; a heavier parcel never costs less. Tables: `freight_rules`, `freight_rates`.

pub mod http;
mod rules;
mod service;
mod store;

pub use rules::{FreightRefusal, Rate, Tariff};
pub use service::{NewRule, in_force, lay_down};
pub use store::FreightRule;

use crate::db::DbError;
use crate::kernel::{Id, Invalid};
use crate::regions::RegionError;

pub type FreightRuleId = Id<FreightRule>;

#[derive(Debug, thiserror::Error)]
pub enum FreightError {
    #[error("{0} refused: {1}")]
    Invalid(String, Invalid),
    #[error(transparent)]
    Region(#[from] RegionError),
    #[error(transparent)]
    Db(#[from] DbError),
}
