//! Use cases of allocation: lines of pooled goods are given to batches, and let go when an order is given up.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::batches;
use super::store::{self, Batch};
use super::store_allocations::{self, Allocation};
use super::turns::{self, Candidate};
use super::types::HarvestError;
use crate::catalog::{self, ListingId};
use crate::db::{Conn, DbError};
use crate::households::{self, HouseholdId};
use crate::kernel::{Act, Any, Id, Invalid, RegionCode, Scope};
use crate::log::{self, Change, Subject};
use crate::orders::{self, Order, OrderId, Wanted};
use crate::papers::{self, PaperId};
use crate::production::{self, Place, Season};
use crate::templates::{self, Template, TemplateId};

/// Which lines are given goods.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    Listing(ListingId),
    Cycle(Id<Any>),
}

/// What a run did.
#[derive(Debug, Clone, Default)]
pub struct Ran {
    pub rows: Vec<Allocation>,
    /// Units for which nothing is in store.
    pub missing: i64,
    /// Units in store without a certificate in force, where the law asks for one.
    pub uncertified: i64,
}

/// Gives goods to the lines of pooled goods that wait for them, the oldest order first. Running it again
/// changes nothing, unless more has come in.
///
/// # Errors
/// [`HarvestError::NotFound`] outside the scope; `not_pooled` for goods that are a household's own.
pub fn run(conn: &mut Conn, act: &Act, scope: &Scope, which: Which) -> Result<Ran, HarvestError> {
    let mut ran = Ran::default();
    match which {
        Which::Listing(id) => {
            let listing = catalog::load(conn, id).map_err(|_| HarvestError::NotFound)?;
            if !scope.covers(&listing.village_code) {
                return Err(HarvestError::NotFound);
            }
            if !is_pooled(conn, listing.household_id)? {
                return Err(HarvestError::Invalid("/listing_id", Invalid::new("not_pooled")));
            }
            let template = listing.template_id.ok_or_else(no_template)?;
            supply(conn, act, &listing.village_code, template, |it| it.listing_id == id, &mut ran)?;
        }
        Which::Cycle(id) => {
            let wanted = orders::list_wanted(conn, scope, Some(id))?;
            let goods: BTreeSet<(RegionCode, TemplateId)> =
                wanted.into_iter().map(|it| (it.village_code, it.template_id)).collect();
            for (village, template) in goods {
                supply(conn, act, &village, template, |it| it.cycle_id == Some(id), &mut ran)?;
            }
        }
    }
    Ok(ran)
}

fn no_template() -> HarvestError {
    HarvestError::Invalid("/listing_id", Invalid::new("template_required"))
}

fn is_pooled(conn: &mut Conn, household_id: HouseholdId) -> Result<bool, HarvestError> {
    Ok(households::seller_type(conn, household_id)? == households::SellerType::CoOp)
}

/// One good of one village.
fn supply(
    conn: &mut Conn,
    act: &Act,
    village: &RegionCode,
    template_id: TemplateId,
    is_asked: impl Fn(&Wanted) -> bool,
    ran: &mut Ran,
) -> Result<(), HarvestError> {
    for id in store_allocations::list_given_up(conn, village)? {
        release(conn, act, id)?;
    }
    // Orders before batches: as cancelling does.
    let mut lines = Vec::new();
    for line in orders::lock_wanted(conn, village, template_id)? {
        if is_asked(&line) && is_pooled(conn, line.household_id)? {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let template = templates::find(conn, template_id)?.ok_or(HarvestError::NotFound)?;
    let mut shelf = Shelf::open(conn, act, village, &template)?;
    ran.uncertified += shelf.uncertified;
    for line in lines {
        let rows = shelf.give(conn, act, &line)?;
        let given: i64 = rows.iter().map(|row| row.quantity).sum();
        ran.missing += line.quantity - given;
        if given == line.quantity && shelf.needs_certificate {
            let papers = shelf.papers_of(conn, line.order_id, line.line_no)?;
            orders::attach_papers(conn, (line.order_id, line.line_no), &papers)?;
        }
        ran.rows.extend(rows);
    }
    Ok(())
}

/// What is in store of a good, and whose turn it is.
struct Shelf {
    season: Season,
    needs_certificate: bool,
    batches: Vec<Batch>,
    /// The certificate that counts for each batch, those of which nothing is left too.
    papers: HashMap<super::BatchId, PaperId>,
    candidates: Vec<Candidate>,
    uncertified: i64,
}

impl Shelf {
    fn open(conn: &mut Conn, act: &Act, village: &RegionCode, template: &Template) -> Result<Self, HarvestError> {
        let today = act.at.day();
        let season = Season::of(today);
        let needs_certificate = papers::is_produce(template.category);
        let (mut batches, mut papers, mut uncertified) = (Vec::new(), HashMap::new(), 0);
        for batch in store::lock_stored(conn, village, template.id)? {
            match batches::certificate(conn, &batch, today)? {
                Some(paper) => {
                    papers.insert(batch.id, paper.id);
                    batches.push(batch);
                }
                None if needs_certificate => uncertified += batch.remaining,
                None => batches.push(batch),
            }
        }
        let mut accepted: BTreeMap<HouseholdId, i64> = BTreeMap::new();
        for batch in &batches {
            let Some(id) = batch.household_id else { continue };
            *accepted.entry(id).or_default() += batch.remaining;
        }
        let candidates = candidates(conn, act, template, &season, &accepted)?;
        Ok(Self { season, needs_certificate, batches, papers, candidates, uncertified })
    }

    /// Gives a line what there is for it, each household's oldest batch first.
    fn give(&mut self, conn: &mut Conn, act: &Act, line: &Wanted) -> Result<Vec<Allocation>, HarvestError> {
        let mut rows = Vec::new();
        for given in turns::allocate(line.quantity, &self.candidates) {
            let mut wanted = given.quantity;
            for batch in self.batches.iter_mut().filter(|it| it.household_id == Some(given.household_id)) {
                let quantity = wanted.min(batch.remaining);
                if quantity == 0 {
                    continue;
                }
                batch.remaining -= quantity;
                wanted -= quantity;
                rows.push(Allocation {
                    id: act.new_id(),
                    order_id: line.order_id,
                    line_no: line.line_no,
                    batch_id: batch.id,
                    household_id: given.household_id,
                    village_code: line.village_code.clone(),
                    template_id: line.template_id,
                    season: self.season.clone(),
                    quantity,
                    reason: given.reason,
                    rule_version: turns::RULE.to_owned(),
                    allocated_by: act.user_id,
                    allocated_at: act.at,
                    released_at: None,
                });
            }
            for it in self.candidates.iter_mut().filter(|it| it.household_id == given.household_id) {
                it.cap = it.cap.saturating_sub(given.quantity);
                it.accepted -= given.quantity;
                it.sold += given.quantity;
            }
        }
        for row in &rows {
            write(conn, act, row)?;
        }
        Ok(rows)
    }

    /// The certificates of everything that supplies a line, of this run and of runs before.
    fn papers_of(&self, conn: &mut Conn, id: OrderId, line_no: i64) -> Result<BTreeSet<PaperId>, HarvestError> {
        let mut found = BTreeSet::new();
        for row in store_allocations::list_of_order(conn, id)?.into_iter().filter(|row| row.line_no == line_no) {
            let known = self.papers.get(&row.batch_id).copied();
            let batch = store::find_batch(conn, row.batch_id)?.ok_or(HarvestError::NotFound)?;
            let paper = match known {
                Some(id) => Some(id),
                None => batches::certificate(conn, &batch, row.allocated_at.day())?.map(|paper| paper.id),
            };
            found.extend(paper);
        }
        Ok(found)
    }
}

/// The households that have goods in store, with what the rule asks of them.
fn candidates(
    conn: &mut Conn,
    act: &Act,
    template: &Template,
    season: &Season,
    accepted: &BTreeMap<HouseholdId, i64>,
) -> Result<Vec<Candidate>, HarvestError> {
    let ids: Vec<HouseholdId> = accepted.keys().copied().collect();
    let sold: HashMap<HouseholdId, i64> =
        store_allocations::list_sold(conn, &ids, template.id, season)?.into_iter().collect();
    let looked_after = households::looked_after(conn, &ids, act.at.day())?;
    let mut rows = Vec::new();
    for (household_id, accepted) in accepted {
        let sold = sold.get(household_id).copied().unwrap_or_default();
        let household = households::find(conn, *household_id)?.ok_or(HarvestError::NotFound)?;
        let place = Place { household_id: *household_id, template_id: template.id, season: season.clone() };
        let cap = match (template.yield_limit, production::find_capacity(conn, &place)?) {
            (None, _) => i64::MAX,
            (Some(_), None) => 0,
            (Some(_), Some(it)) => (it.limit_quantity - it.promised_quantity) / template.pack_quantity - sold,
        };
        rows.push(Candidate {
            household_id: *household_id,
            cap,
            accepted: *accepted,
            sold,
            members: household.members.unwrap_or(1),
            is_looked_after: looked_after.contains(household_id),
        });
    }
    Ok(rows)
}

/// Writes one row: out of the batch, onto the line, both by their guards.
fn write(conn: &mut Conn, act: &Act, row: &Allocation) -> Result<(), HarvestError> {
    let is_there = store::take(conn, row.batch_id, row.quantity)?;
    if !is_there || !orders::supply_line(conn, (row.order_id, row.line_no), row.quantity)? {
        return Err(DbError::from(diesel::result::Error::NotFound).into());
    }
    store_allocations::insert(conn, row)?;
    Ok(log::append(conn, act, &Change::new(Subject::Allocation, row.id, "allocate").states(None, "allocated"))?)
}

/// Lets go what an order has that was given up. Repeating it changes nothing.
///
/// # Errors
/// Those of the database.
pub fn release(conn: &mut Conn, act: &Act, id: OrderId) -> Result<(), HarvestError> {
    for row in store_allocations::list_of_order(conn, id)? {
        if !store_allocations::release(conn, row.id, act.at)? {
            continue;
        }
        let is_back = store::put_back(conn, row.batch_id, row.quantity)?;
        if !is_back || !orders::unsupply_line(conn, (row.order_id, row.line_no), row.quantity)? {
            return Err(DbError::from(diesel::result::Error::NotFound).into());
        }
        log::append(conn, act, &Change::new(Subject::Allocation, row.id, "release").states("allocated", "released"))?;
    }
    Ok(())
}

/// Who supplies the lines of an order, and how many units of each; lines that nobody was given to are left out.
///
/// # Errors
/// Those of the database.
pub fn suppliers(conn: &mut Conn, order: &Order) -> Result<BTreeMap<i64, BTreeMap<HouseholdId, i64>>, HarvestError> {
    let mut lines: BTreeMap<i64, BTreeMap<HouseholdId, i64>> = BTreeMap::new();
    for row in store_allocations::list_of_order(conn, order.id)? {
        *lines.entry(row.line_no).or_default().entry(row.household_id).or_default() += row.quantity;
    }
    Ok(lines)
}
