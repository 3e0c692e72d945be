//! What goods cost elsewhere, and whether a price is like it.
//!
//! What always holds: a reference is the median of one product in one region and week, with its source
//! and date; a correction is logged with the median before it; a price is judged by the narrowest region
//! around the village and its newest week of the last 28 days. Table: `price_references`. Read
//! `rules.rs` for the verdicts, docs/desk.md for what follows from them.

pub mod http;
mod rules;
mod service;
mod store;
mod types;
mod view;

pub use rules::{Asked, Finding, assess};
pub use service::{Assessment, Offer, judge, record, reference_for};
pub use store::{PriceReference, list_by_id};
pub use types::{NewReference, Pack, Per, PriceError, PriceReferenceId, Recorded, Verdict};
pub use view::{AssessmentOut, PriceReferenceOut, show_assessment};
