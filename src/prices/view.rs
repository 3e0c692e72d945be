//! Price references and verdicts as they are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::service::Assessment;
use super::store::PriceReference;
use super::types::{Per, PriceReferenceId, Verdict};
use crate::db::{Conn, DbResult};
use crate::kernel::{Instant, Money};
use crate::regions::{self, RegionRef};

/// A median of one week, with where it is from.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PriceReference)]
pub struct PriceReferenceOut {
    id: PriceReferenceId,
    #[schema(example = "土鸡蛋")]
    product: String,
    region: RegionRef,
    /// The Monday on which the week begins.
    #[schema(format = Date, example = "2026-09-14")]
    week: String,
    per: Per,
    median_fen: Money,
    sample_count: i64,
    source: String,
    #[schema(format = Date, example = "2026-09-18")]
    source_date: String,
    recorded_at: Instant,
}

/// # Errors
/// Those of the database.
pub fn show(conn: &mut Conn, rows: Vec<PriceReference>) -> DbResult<Vec<PriceReferenceOut>> {
    let regions = regions::names(conn, rows.iter().map(|row| &row.region_code))?;
    let show = |row: PriceReference| PriceReferenceOut {
        id: row.id,
        product: row.product,
        region: regions[&row.region_code].clone(),
        week: row.week,
        per: row.per,
        median_fen: row.median_fen,
        sample_count: row.sample_count,
        source: row.source,
        source_date: row.source_date,
        recorded_at: row.created_at,
    };
    Ok(rows.into_iter().map(show).collect())
}

/// How a price stands to what such goods cost.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PriceAssessment)]
pub struct AssessmentOut {
    verdict: Verdict,
    /// Of the median, rounded; null without a reference.
    ratio_percent: Option<i64>,
    reference: Option<PriceReferenceOut>,
    /// What was probably meant, where a digit slipped.
    likely_price_fen: Option<Money>,
}

/// # Errors
/// Those of the database.
pub fn show_assessment(conn: &mut Conn, found: Assessment) -> DbResult<AssessmentOut> {
    Ok(AssessmentOut {
        verdict: found.verdict,
        ratio_percent: found.ratio_percent,
        reference: show(conn, found.reference.into_iter().collect())?.pop(),
        likely_price_fen: found.likely_price_fen,
    })
}
