//! Papers at the moment of dispatch: goods leave only with those that the law asks for.

use std::collections::BTreeSet;

use super::store::{self, Line, Order};
use super::store_supply;
use super::types::{OrderError, OrderId};
use crate::catalog::{self, ListingId};
use crate::db::Conn;
use crate::kernel::{Act, Day, Invalid};
use crate::papers::{self, Missing, NewPaper, PaperKind, PaperSubject};

/// What is missing of one line of an order.
#[derive(Debug, Clone)]
pub struct LineMissing {
    pub line_no: i64,
    pub listing_id: ListingId,
    pub missing: Vec<Missing>,
}

/// Keeps the papers that come with a parcel with the listings that they are of.
///
/// # Errors
/// `unknown_listing` for one that is not in the order, [`OrderError::Paper`].
pub fn keep_papers(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    papers: &[(ListingId, NewPaper)],
) -> Result<(), OrderError> {
    let Some(by) = act.user_id.filter(|_| !papers.is_empty()) else { return Ok(()) };
    let lines = store::list_lines(conn, &[order.id])?;
    for (listing_id, paper) in papers {
        if !lines.iter().any(|line| line.listing_id == *listing_id) {
            return Err(OrderError::Invalid("/papers", Invalid::new("unknown_listing")));
        }
        papers::add(conn, act, by, (PaperSubject::listing(*listing_id), &order.village_code), paper)?;
    }
    Ok(())
}

/// Asks the gate of every line, by the version on which it was placed.
///
/// # Errors
/// [`OrderError::PapersMissing`] with what each line lacks.
pub fn check_papers(conn: &mut Conn, act: &Act, order: &Order) -> Result<(), OrderError> {
    let missing = missing(conn, act, order)?;
    if missing.is_empty() { Ok(()) } else { Err(OrderError::PapersMissing(missing)) }
}

/// What an order's lines lack before they may leave today; lines that lack nothing are left out.
///
/// # Errors
/// Those of the database.
pub fn missing(conn: &mut Conn, act: &Act, order: &Order) -> Result<Vec<LineMissing>, OrderError> {
    let mut lacking = Vec::new();
    for Line { line_no, listing_id, listing_version, .. } in store::list_lines(conn, &[order.id])? {
        let mut missing = catalog::check::missing_to_send(conn, (listing_id, listing_version), act.at.day())?;
        let of_batches = papers_of_batches(conn, (order.id, line_no), act.at.day())?;
        missing.retain(|missing| !missing.any_of.iter().any(|kind| of_batches.contains(kind)));
        if !missing.is_empty() {
            lacking.push(LineMissing { line_no, listing_id, missing });
        }
    }
    Ok(lacking)
}

/// The kinds of paper that the batches of a line have, each in force today for all of them.
fn papers_of_batches(conn: &mut Conn, line: (OrderId, i64), today: Day) -> Result<BTreeSet<PaperKind>, OrderError> {
    let (mut in_force, mut over) = (BTreeSet::new(), BTreeSet::new());
    for id in store_supply::list_line_papers(conn, line)? {
        let paper = papers::load(conn, id)?;
        if papers::is_in_force(&paper, today) {
            in_force.insert(paper.kind)
        } else {
            over.insert(paper.kind)
        };
    }
    Ok(in_force.difference(&over).copied().collect())
}
