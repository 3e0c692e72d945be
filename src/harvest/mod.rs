//! What comes in from the households, and whose goods go to which order: reports (报货), the weighing of
//! intake day, batches with their certificate, and who supplies pooled goods.
//!
//! What always holds: a report and an intake are only added to; net is gross without tare; what is rejected
//! has a reason; no batch gives more than was accepted, no line gets more than was ordered, by the guards of
//! the statements; pooled goods leave only with the certificates of their batches; why a household is looked
//! after is in no reason. Tables: `supply_reports`, `intakes`, `intake_photos`, `batches`, `allocations`.
//! Read `rules.rs` for the weighing, `turns.rs` for whose turn it is, then `intakes.rs` and `allocation.rs`.

mod allocation;
mod batches;
pub mod http;
mod http_allocations;
mod http_batches;
mod http_intakes;
mod intakes;
mod reports;
mod rules;
mod store;
mod store_allocations;
mod store_reports;
mod turns;
mod types;
mod verify;

pub use allocation::{Ran, Which, release, run, suppliers};
pub use batches::{certify, merge};
pub use intakes::{NewIntake, TakenIn, take_in};
pub use reports::{NewReport, report};
pub use rules::{Grade, Weighing};
pub use store::{Batch, Intake};
pub use store_allocations::Allocation;
pub use store_reports::SupplyReport;
pub use turns::{Candidate, Given, Reason, allocate, gini};
pub use types::{AllocationId, BatchId, HarvestError, IntakeId, ReportId};
pub use verify::verify;
