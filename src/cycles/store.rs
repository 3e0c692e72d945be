//! Queries of cycles and their goods.

use diesel::prelude::*;
use std::collections::HashMap;

use super::CycleId;
use super::rules::{CycleState, Entry, state_at};
use crate::catalog::ListingId;
use crate::db::schema::{cycle_listings, order_cycles};
use crate::db::{Conn, DbResult, lies_in, older_than};
use crate::kernel::{Cursor, Instant, Page, RegionCode, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = order_cycles)]
pub struct Cycle {
    pub id: CycleId,
    pub village_code: RegionCode,
    pub title: String,
    /// `planned` until it is cancelled: the rest is told by the times, see [`Cycle::state_at`].
    pub state: CycleState,
    pub opens_at: Instant,
    pub closes_at: Instant,
    pub report_by: String,
    pub intake_on: String,
    pub dispatch_on: String,
    pub arrival_on: String,
    pub created_by: UserId,
    pub created_at: Instant,
}

impl Cycle {
    #[must_use]
    pub fn state_at(&self, at: Instant) -> CycleState {
        match self.state {
            CycleState::Cancelled => CycleState::Cancelled,
            _ => state_at(self.opens_at, self.closes_at, &self.arrival_on, at),
        }
    }
}

/// A listing in a cycle.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = cycle_listings)]
pub struct CycleListing {
    pub cycle_id: CycleId,
    pub listing_id: ListingId,
    /// Units that are sold at most.
    pub cap: i64,
    pub taken: i64,
}

/// Units of a listing in a cycle.
pub type Take = (CycleId, ListingId, i64);

pub fn insert(conn: &mut Conn, cycle: &Cycle) -> DbResult<()> {
    diesel::insert_into(order_cycles::table).values(cycle).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: CycleId) -> DbResult<Option<Cycle>> {
    Ok(order_cycles::table.find(id).select(Cycle::as_select()).first(conn).optional()?)
}

/// Cancels a cycle in which nothing is taken; false if something is, or if it was cancelled. Its listings
/// are locked.
pub fn cancel(conn: &mut Conn, id: CycleId) -> DbResult<bool> {
    let taken = cycle_listings::table
        .filter(cycle_listings::cycle_id.eq(id))
        .filter(cycle_listings::taken.gt(0))
        .select(cycle_listings::listing_id);
    let row = order_cycles::table
        .find(id)
        .filter(order_cycles::state.ne(CycleState::Cancelled))
        .filter(diesel::dsl::not(diesel::dsl::exists(taken)));
    Ok(diesel::update(row).set(order_cycles::state.eq(CycleState::Cancelled)).execute(conn)? == 1)
}

/// Puts a listing into a cycle, or gives it another cap; false if more than that is taken.
pub fn put_listing(conn: &mut Conn, cycle_id: CycleId, listing_id: ListingId, cap: i64) -> DbResult<bool> {
    let row = cycle_listings::table.find((cycle_id, listing_id));
    if diesel::update(row.filter(cycle_listings::taken.le(cap))).set(cycle_listings::cap.eq(cap)).execute(conn)? == 1 {
        return Ok(true);
    }
    if diesel::select(diesel::dsl::exists(row)).get_result(conn)? {
        return Ok(false);
    }
    let new = CycleListing { cycle_id, listing_id, cap, taken: 0 };
    diesel::insert_into(cycle_listings::table).values(&new).execute(conn)?;
    Ok(true)
}

/// The goods of cycles, in a fixed order.
pub fn list_listings(conn: &mut Conn, ids: &[CycleId]) -> DbResult<Vec<CycleListing>> {
    Ok(cycle_listings::table
        .filter(cycle_listings::cycle_id.eq_any(ids))
        .order((cycle_listings::cycle_id, cycle_listings::listing_id))
        .select(CycleListing::as_select())
        .load(conn)?)
}

/// The cycles of each of these listings that were not cancelled.
pub fn list_entries(conn: &mut Conn, ids: &[ListingId], at: Instant) -> DbResult<HashMap<ListingId, Vec<Entry>>> {
    let rows: Vec<(CycleListing, Cycle)> = cycle_listings::table
        .inner_join(order_cycles::table)
        .filter(cycle_listings::listing_id.eq_any(ids))
        .filter(order_cycles::state.ne(CycleState::Cancelled))
        .order((order_cycles::opens_at, order_cycles::id))
        .select((CycleListing::as_select(), Cycle::as_select()))
        .load(conn)?;
    let mut entries: HashMap<ListingId, Vec<Entry>> = HashMap::new();
    for (row, cycle) in rows {
        entries.entry(row.listing_id).or_default().push(Entry {
            cycle_id: cycle.id,
            state: cycle.state_at(at),
            opens_at: cycle.opens_at,
            arrival_on: cycle.arrival_on,
            left: row.cap - row.taken,
        });
    }
    Ok(entries)
}

/// Whether a listing stands in another cycle that is open at some moment of this one.
pub fn overlaps(conn: &mut Conn, cycle: &Cycle, listing_id: ListingId) -> DbResult<bool> {
    let others = cycle_listings::table
        .inner_join(order_cycles::table)
        .filter(cycle_listings::listing_id.eq(listing_id))
        .filter(order_cycles::id.ne(cycle.id))
        .filter(order_cycles::state.ne(CycleState::Cancelled))
        .filter(order_cycles::opens_at.lt(cycle.closes_at))
        .filter(order_cycles::closes_at.gt(cycle.opens_at))
        .select(order_cycles::id);
    Ok(diesel::select(diesel::dsl::exists(others)).get_result(conn)?)
}

/// Takes units of many listings in their cycles, while these are open and up to the caps; gives how many
/// could be taken.
///
/// # Errors
/// Those of the database.
pub fn take(conn: &mut Conn, wanted: &[Take], at: Instant) -> DbResult<usize> {
    match conn {
        Conn::Pg(conn) => {
            use crate::kernel::{IdSql, InstantSql};
            use diesel::sql_types::{Array, BigInt};
            let cycles: Vec<CycleId> = wanted.iter().map(|(cycle, ..)| *cycle).collect();
            let (ids, units): (Vec<ListingId>, Vec<i64>) = wanted.iter().map(|(_, id, units)| (*id, *units)).unzip();
            let rows = diesel::sql_query(
                "UPDATE cycle_listings AS goods SET taken = goods.taken + wanted.units \
                 FROM unnest($1, $2, $3) AS wanted (cycle_id, listing_id, units) \
                 JOIN order_cycles AS cycle ON cycle.id = wanted.cycle_id \
                 WHERE goods.cycle_id = wanted.cycle_id AND goods.listing_id = wanted.listing_id \
                 AND cycle.state <> 'cancelled' AND cycle.opens_at <= $4 AND cycle.closes_at > $4 \
                 AND goods.taken + wanted.units <= goods.cap",
            )
            .bind::<Array<IdSql>, _>(cycles)
            .bind::<Array<IdSql>, _>(ids)
            .bind::<Array<BigInt>, _>(units)
            .bind::<InstantSql, _>(at)
            .execute(conn)?;
            Ok(rows)
        }
        Conn::Sqlite(conn) => {
            let mut rows = 0;
            for (cycle_id, listing_id, units) in wanted {
                let open = order_cycles::table
                    .find(*cycle_id)
                    .filter(order_cycles::state.ne(CycleState::Cancelled))
                    .filter(order_cycles::opens_at.le(at))
                    .filter(order_cycles::closes_at.gt(at));
                let row = cycle_listings::table
                    .find((*cycle_id, *listing_id))
                    .filter((cycle_listings::taken + *units).le(cycle_listings::cap))
                    .filter(diesel::dsl::exists(open));
                let more = cycle_listings::taken.eq(cycle_listings::taken + *units);
                rows += diesel::update(row).set(more).execute(conn)?;
            }
            Ok(rows)
        }
    }
}

/// Gives units back that were taken of a listing in a cycle; false if that much was not taken.
///
/// # Errors
/// Those of the database.
pub fn give_back(conn: &mut Conn, (cycle_id, listing_id, units): Take) -> DbResult<bool> {
    let row = cycle_listings::table.find((cycle_id, listing_id)).filter(cycle_listings::taken.ge(units));
    Ok(diesel::update(row).set(cycle_listings::taken.eq(cycle_listings::taken - units)).execute(conn)? == 1)
}

/// All that is said to be taken.
///
/// # Errors
/// Those of the database.
pub fn list_taken(conn: &mut Conn) -> DbResult<Vec<Take>> {
    Ok(cycle_listings::table
        .select((cycle_listings::cycle_id, cycle_listings::listing_id, cycle_listings::taken))
        .load(conn)?)
}

/// Which cycles.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub place: Option<RegionCode>,
    pub listing_id: Option<ListingId>,
    pub state: Option<CycleState>,
}

/// Cycles, the last to open first.
pub fn list(conn: &mut Conn, filter: &Filter, at: Instant, limit: i64, after: Option<Cursor>) -> DbResult<Page<Cycle>> {
    let mut query = order_cycles::table
        .order((order_cycles::opens_at.desc(), order_cycles::id.desc()))
        .limit(limit + 1)
        .select(Cycle::as_select())
        .into_boxed();
    if let Some(place) = &filter.place {
        query = query.filter(lies_in!(order_cycles::village_code, place));
    }
    if let Some(listing_id) = filter.listing_id {
        let with_it = cycle_listings::table.filter(cycle_listings::listing_id.eq(listing_id));
        query = query.filter(order_cycles::id.eq_any(with_it.select(cycle_listings::cycle_id)));
    }
    let today = at.day().to_string();
    let lives = order_cycles::state.ne(CycleState::Cancelled);
    query = match filter.state {
        None => query,
        Some(CycleState::Planned) => query.filter(lives).filter(order_cycles::opens_at.gt(at)),
        Some(CycleState::Open) => {
            query.filter(lives).filter(order_cycles::opens_at.le(at)).filter(order_cycles::closes_at.gt(at))
        }
        Some(CycleState::Closed) => {
            query.filter(lives).filter(order_cycles::closes_at.le(at)).filter(order_cycles::arrival_on.ge(today))
        }
        Some(CycleState::Done) => {
            query.filter(lives).filter(order_cycles::closes_at.le(at)).filter(order_cycles::arrival_on.lt(today))
        }
        Some(CycleState::Cancelled) => query.filter(order_cycles::state.eq(CycleState::Cancelled)),
    };
    let rows = older_than!(query, order_cycles::opens_at, order_cycles::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Cycle| Cursor::at(last.opens_at, last.id)))
}
