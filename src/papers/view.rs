//! Papers as they are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::service::is_in_force;
use super::store::Paper;
use super::types::{PaperId, PaperKind};
use crate::kernel::{Day, Instant};

/// A certificate, licence or number.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Paper)]
pub struct PaperOut {
    kind: PaperKind,
    number: String,
    issuer: Option<String>,
    #[schema(format = Date, example = "2026-09-14")]
    issued_on: String,
    #[schema(format = Date)]
    valid_until: Option<String>,
    /// Counts today; the public sees only those.
    in_force: bool,
    /// For staff.
    #[serde(flatten)]
    staff: Option<PaperForStaff>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
struct PaperForStaff {
    id: PaperId,
    added_at: Instant,
    withdrawn_at: Option<Instant>,
}

/// Papers as staff see them, or those in force as anybody does.
#[must_use]
pub fn show(papers: Vec<Paper>, today: Day, to_staff: bool) -> Vec<PaperOut> {
    let show = |paper: Paper| PaperOut {
        in_force: is_in_force(&paper, today),
        staff: to_staff.then_some(PaperForStaff {
            id: paper.id,
            added_at: paper.added_at,
            withdrawn_at: paper.withdrawn_at,
        }),
        kind: paper.kind,
        number: paper.number,
        issuer: paper.issuer,
        issued_on: paper.issued_on,
        valid_until: paper.valid_until,
    };
    papers.into_iter().map(show).filter(|paper| to_staff || paper.in_force).collect()
}
