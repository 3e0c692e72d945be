//! Values of what comes in, and what can be refused about it.

use super::store::{Batch, Intake};
use super::store_allocations::Allocation;
use super::store_reports::SupplyReport;
use crate::catalog::ListingError;
use crate::db::DbError;
use crate::households::HouseholdError;
use crate::kernel::{Id, Invalid};
use crate::orders::OrderError;
use crate::papers::PaperError;
use crate::templates::TemplateError;

pub type ReportId = Id<SupplyReport>;
pub type IntakeId = Id<Intake>;
pub type BatchId = Id<Batch>;
pub type AllocationId = Id<Allocation>;

#[derive(Debug, thiserror::Error)]
pub enum HarvestError {
    #[error("no such thing, or outside the scope")]
    NotFound,
    #[error("{net_g} g are beyond all that {counted} of it weigh")]
    WeightOutOfBand { net_g: i64, counted: i64, least_g: i64, most_g: i64 },
    #[error("the batch is allocated or in another one already")]
    BatchInUse,
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error(transparent)]
    Household(#[from] HouseholdError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Listing(#[from] ListingError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Paper(#[from] PaperError),
    #[error(transparent)]
    Db(#[from] DbError),
}
