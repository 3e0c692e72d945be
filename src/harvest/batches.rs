//! Use cases of batches: their certificate, and making one of several.

use super::rules::Grade;
use super::store::{self, Batch};
use super::types::{BatchId, HarvestError};
use crate::db::{Conn, DbResult};
use crate::kernel::{Act, Day, Invalid, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::papers::{self, NewPaper, Paper, PaperKind, PaperSubject};

/// Characters of a label's code: 60 bits, so that none can be guessed.
pub(super) const CODE_LENGTH: usize = 12;
const PARTS_MAX: usize = 50;

/// # Errors
/// [`HarvestError::NotFound`] outside the scope.
pub fn load(conn: &mut Conn, scope: &Scope, id: BatchId) -> Result<Batch, HarvestError> {
    let batch = store::find_batch(conn, id)?.filter(|batch| scope.covers(&batch.village_code));
    batch.ok_or(HarvestError::NotFound)
}

/// Keeps the 承诺达标合格证 that is promised for a batch. Repeating it changes nothing.
///
/// # Errors
/// [`HarvestError::NotFound`]; [`HarvestError::BatchInUse`] for a part of another, whose certificate counts.
pub fn certify(
    conn: &mut Conn,
    act: &Act,
    (by, scope): (UserId, &Scope),
    id: BatchId,
    paper: &NewPaper,
) -> Result<Batch, HarvestError> {
    let batch = load(conn, scope, id)?;
    if batch.merged_into.is_some() {
        return Err(HarvestError::BatchInUse);
    }
    let paper = NewPaper { kind: PaperKind::Conformity, ..paper.clone() };
    papers::add(conn, act, by, (PaperSubject::batch(batch.id), &batch.village_code), &paper)?;
    Ok(batch)
}

/// The certificate that counts for a batch on a day: its own, or that of the batch of which it is a part.
pub(super) fn certificate(conn: &mut Conn, batch: &Batch, on_day: Day) -> DbResult<Option<Paper>> {
    let papers = papers::list_of(conn, PaperSubject::batch(batch.merged_into.unwrap_or(batch.id)))?;
    let counts = |paper: &Paper| paper.kind == PaperKind::Conformity && papers::is_in_force(paper, on_day);
    Ok(papers.into_iter().find(counts))
}

/// Makes one batch of several of a good and village, from which no order has anything: with a label and
/// without a certificate of its own.
///
/// # Errors
/// [`HarvestError::NotFound`], [`HarvestError::BatchInUse`], `too_few`, `too_many`, `not_the_same_goods`.
pub fn merge(
    conn: &mut Conn,
    act: &Act,
    (by, scope): (UserId, &Scope),
    ids: &[BatchId],
) -> Result<Batch, HarvestError> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    if ids.len() < 2 {
        return Err(HarvestError::Invalid("/batch_ids", Invalid::new("too_few").with("min", 2)));
    }
    if ids.len() > PARTS_MAX {
        return Err(HarvestError::Invalid("/batch_ids", Invalid::new("too_many").with("max", PARTS_MAX)));
    }
    let parts = ids.iter().map(|id| load(conn, scope, *id)).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = parts.first() else { return Err(HarvestError::NotFound) };
    let is_like = |part: &Batch| (part.template_id, &part.village_code) == (first.template_id, &first.village_code);
    if !parts.iter().all(is_like) {
        return Err(HarvestError::Invalid("/batch_ids", Invalid::new("not_the_same_goods")));
    }
    let whole = Batch {
        id: act.new_id(),
        code: act.ids.new_code(CODE_LENGTH),
        village_code: first.village_code.clone(),
        template_id: first.template_id,
        household_id: None,
        intake_id: None,
        // The oldest and the least good of its parts speak for it.
        harvested_on: parts.iter().map(|part| part.harvested_on.clone()).min().unwrap_or_default(),
        age_days: parts.iter().filter_map(|part| part.age_days).min(),
        grade: parts.iter().map(|part| part.grade).max().unwrap_or(Grade::Third),
        quantity: parts.iter().map(|part| part.quantity).sum(),
        units: parts.iter().map(|part| part.units).sum(),
        remaining: 0,
        merged_into: None,
        created_by: by,
        created_at: act.at,
    };
    store::insert_batch(conn, &whole)?;
    for part in &parts {
        if !store::put_into(conn, part.id, whole.id)? {
            return Err(HarvestError::BatchInUse);
        }
        log::append(conn, act, &Change::new(Subject::Batch, part.id, "merge").states("accepted", "merged"))?;
    }
    log::append(conn, act, &Change::new(Subject::Batch, whole.id, "merge").states(None, "accepted"))?;
    Ok(whole)
}
