//! Queries of lines that wait for goods: what is ordered and paid, and not yet given to a batch.

use diesel::prelude::*;

use super::rules::OrderState;
use super::types::OrderId;
use crate::catalog::ListingId;
use crate::db::schema::{listings, order_line_papers, order_lines, orders};
use crate::db::{Conn, DbResult, lies_in};
use crate::households::HouseholdId;
use crate::kernel::{Any, Id, Instant, RegionCode, Scope};
use crate::papers::PaperId;
use crate::templates::TemplateId;

/// What a line still asks for, in sales units.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub order_id: OrderId,
    pub line_no: i64,
    pub listing_id: ListingId,
    pub household_id: HouseholdId,
    pub village_code: RegionCode,
    pub template_id: TemplateId,
    pub cycle_id: Option<Id<Any>>,
    pub placed_at: Instant,
    pub quantity: i64,
}

/// Paid and not sent.
const WAITING: [OrderState; 3] = [OrderState::Paid, OrderState::Confirmed, OrderState::Packed];

type Row =
    ((OrderId, i64, ListingId, HouseholdId), (RegionCode, Option<TemplateId>, Option<Id<Any>>, Instant), (i64, i64));

macro_rules! waiting_lines {
    () => {
        order_lines::table
            .inner_join(orders::table)
            .inner_join(listings::table)
            .filter(orders::state.eq_any(WAITING))
            .filter(listings::template_id.is_not_null())
            .order((orders::placed_at, orders::id, order_lines::line_no))
            .select((
                (orders::id, order_lines::line_no, order_lines::listing_id, order_lines::household_id),
                (orders::village_code, listings::template_id, orders::cycle_id, orders::placed_at),
                (order_lines::quantity, order_lines::allocated),
            ))
    };
}

fn read(rows: Vec<Row>) -> Vec<Wanted> {
    let read = |(head, place, (quantity, allocated)): Row| {
        let (order_id, line_no, listing_id, household_id) = head;
        let (village_code, template_id, cycle_id, placed_at) = place;
        template_id.filter(|_| quantity > allocated).map(|template_id| Wanted {
            order_id,
            line_no,
            listing_id,
            household_id,
            village_code,
            template_id,
            cycle_id,
            placed_at,
            quantity: quantity - allocated,
        })
    };
    rows.into_iter().filter_map(read).collect()
}

/// What waits in a scope, the oldest order first.
///
/// # Errors
/// Those of the database.
pub fn list_wanted(conn: &mut Conn, scope: &Scope, cycle_id: Option<Id<Any>>) -> DbResult<Vec<Wanted>> {
    let mut wanted = Vec::new();
    for region in scope.regions() {
        let mut query = waiting_lines!().filter(lies_in!(orders::village_code, region)).into_boxed();
        if let Some(id) = cycle_id {
            query = query.filter(orders::cycle_id.eq(id));
        }
        wanted.extend(read(query.load(conn)?));
    }
    Ok(wanted)
}

/// What waits of a good of a village, its orders locked until the transaction ends: none is given up meanwhile.
///
/// # Errors
/// Those of the database.
pub fn lock_wanted(conn: &mut Conn, village: &RegionCode, template_id: TemplateId) -> DbResult<Vec<Wanted>> {
    if let Conn::Pg(conn) = conn {
        let of_good = listings::table.filter(listings::template_id.eq(template_id)).select(listings::id);
        let with_it = order_lines::table.filter(order_lines::listing_id.eq_any(of_good)).select(order_lines::order_id);
        let ids: Vec<OrderId> = with_it.load(conn)?;
        let rows = orders::table
            .filter(orders::id.eq_any(ids))
            .filter(orders::village_code.eq(village))
            .filter(orders::state.eq_any(WAITING))
            .order(orders::id)
            .select(orders::id);
        rows.for_no_key_update().load::<OrderId>(conn)?;
    }
    let query = waiting_lines!().filter(orders::village_code.eq(village)).filter(listings::template_id.eq(template_id));
    Ok(read(query.load(conn)?))
}

/// Gives a line that many units; false if it has not asked for that many.
///
/// # Errors
/// Those of the database.
pub fn supply_line(conn: &mut Conn, (id, line_no): (OrderId, i64), units: i64) -> DbResult<bool> {
    let row = order_lines::table.find((id, line_no)).filter((order_lines::allocated + units).le(order_lines::quantity));
    Ok(diesel::update(row).set(order_lines::allocated.eq(order_lines::allocated + units)).execute(conn)? == 1)
}

/// Takes them from it again; false if it has not that many.
///
/// # Errors
/// Those of the database.
pub fn unsupply_line(conn: &mut Conn, (id, line_no): (OrderId, i64), units: i64) -> DbResult<bool> {
    let row = order_lines::table.find((id, line_no)).filter(order_lines::allocated.ge(units));
    Ok(diesel::update(row).set(order_lines::allocated.eq(order_lines::allocated - units)).execute(conn)? == 1)
}

/// Papers of batches that count for a line from now on.
///
/// # Errors
/// Those of the database.
pub fn attach_papers<'a>(
    conn: &mut Conn,
    (id, line_no): (OrderId, i64),
    papers: impl IntoIterator<Item = &'a PaperId>,
) -> DbResult<()> {
    let known = list_line_papers(conn, (id, line_no))?;
    for paper_id in papers.into_iter().filter(|paper_id| !known.contains(paper_id)) {
        diesel::insert_into(order_line_papers::table)
            .values((
                order_line_papers::order_id.eq(id),
                order_line_papers::line_no.eq(line_no),
                order_line_papers::paper_id.eq(paper_id),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// # Errors
/// Those of the database.
pub fn list_line_papers(conn: &mut Conn, (id, line_no): (OrderId, i64)) -> DbResult<Vec<PaperId>> {
    Ok(order_line_papers::table
        .filter(order_line_papers::order_id.eq(id))
        .filter(order_line_papers::line_no.eq(line_no))
        .order(order_line_papers::paper_id)
        .select(order_line_papers::paper_id)
        .load(conn)?)
}
