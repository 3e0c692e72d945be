//! Use cases of papers: adding, withdrawing, and which are in force on a day.

use std::collections::BTreeSet;

use super::store::{self, Paper};
use super::types::{NewPaper, PaperError, PaperId, PaperKind, PaperSubject};
use crate::db::{Conn, DbResult};
use crate::kernel::{Act, Day, Id, RegionCode, UserId};
use crate::log::{self, Change, Subject};

/// Adds a paper to a subject. Adding it again changes nothing.
///
/// # Errors
/// [`PaperError::Exists`] if it is there with another issuer or other dates.
pub fn add(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    (subject, village_code): (PaperSubject, &RegionCode),
    new: &NewPaper,
) -> Result<Paper, PaperError> {
    let row = Paper {
        id: act.new_id(),
        subject_kind: subject.kind,
        subject_id: Id::from_uuid(subject.id),
        village_code: village_code.clone(),
        kind: new.kind,
        number: new.number.clone(),
        issuer: new.issuer.clone(),
        issued_on: new.issued_on.to_string(),
        valid_until: new.valid_until.map(String::from),
        added_by: by,
        added_at: act.at,
        withdrawn_at: None,
        withdrawn_by: None,
    };
    let known = store::list_of(conn, subject)?.into_iter().filter(|paper| paper.withdrawn_at.is_none());
    if let Some(paper) = known.into_iter().find(|paper| (paper.kind, &paper.number) == (row.kind, &row.number)) {
        let says_the_same =
            (&paper.issuer, &paper.issued_on, &paper.valid_until) == (&row.issuer, &row.issued_on, &row.valid_until);
        return if says_the_same { Ok(paper) } else { Err(PaperError::Exists) };
    }
    store::insert(conn, &row)?;
    log::append(conn, act, &Change::new(Subject::Paper, row.id, "add").states(None, "in_force"))?;
    Ok(row)
}

/// Takes a paper back, because it is not what it was taken for. Repeating it changes nothing.
///
/// # Errors
/// [`PaperError::NotFound`].
pub fn withdraw(conn: &mut Conn, act: &Act, by: UserId, id: PaperId, reason: &str) -> Result<Paper, PaperError> {
    if store::withdraw(conn, id, by, act.at)? {
        let change = Change::new(Subject::Paper, id, "withdraw").states("in_force", "withdrawn");
        log::append(conn, act, &change.because(Some(reason)))?;
    }
    load(conn, id)
}

/// # Errors
/// [`PaperError::NotFound`].
pub fn load(conn: &mut Conn, id: PaperId) -> Result<Paper, PaperError> {
    store::find(conn, id)?.ok_or(PaperError::NotFound)
}

/// The kinds of paper of a subject that are in force on a day.
///
/// # Errors
/// Those of the database.
pub fn in_force(conn: &mut Conn, subject: PaperSubject, on_day: Day) -> DbResult<BTreeSet<PaperKind>> {
    let papers = store::list_of(conn, subject)?;
    Ok(papers.into_iter().filter(|paper| is_in_force(paper, on_day)).map(|paper| paper.kind).collect())
}

/// How long a paper of one lot counts that does not say so itself.
const LOT_DAYS: i64 = 30;

/// Whether a paper counts on a day: it was given by then, and is neither over nor withdrawn.
#[must_use]
pub fn is_in_force(paper: &Paper, on_day: Day) -> bool {
    let day = |text: &str| text.parse::<Day>().ok();
    let Some(issued_on) = day(&paper.issued_on) else { return false };
    let until = match &paper.valid_until {
        Some(until) => day(until),
        None if paper.kind.is_of_a_lot() => Some(issued_on.plus_days(LOT_DAYS)),
        None => None,
    };
    paper.withdrawn_at.is_none() && issued_on <= on_day && until.is_none_or(|until| on_day <= until)
}
