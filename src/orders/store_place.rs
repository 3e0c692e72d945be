//! Writing a batch of placed orders with a few multi-row statements.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::decided::DecidedLine;
use super::store::{Checkout, Order};
use super::store_terms::{self, OrganisationOrder};
use super::types::OrderId;
use crate::catalog::ListingId;
use crate::db::schema::{checkouts, idempotency_keys, listings, order_counters, order_lines, orders};
use crate::db::{Conn, DbResult, INSERT_CHUNK, native};
use crate::households::HouseholdId;
use crate::kernel::{Day, Money, Quantity, UserId};
use crate::pairing::PairingId;
use crate::web::idempotency::KeyRow;

/// Answers that were saved under these keys of these people: a look-up of the primary key for each, which
/// users × keys by two lists would not be.
pub fn list_saved<'a>(conn: &mut Conn, keys: impl IntoIterator<Item = (UserId, &'a str)>) -> DbResult<Vec<KeyRow>> {
    let mut query = idempotency_keys::table.select(KeyRow::as_select()).into_boxed();
    for (user_id, key) in keys {
        query = query.or_filter(idempotency_keys::user_id.eq(user_id).and(idempotency_keys::key.eq(key)));
    }
    Ok(query.load(conn)?)
}

/// Takes units of many listings out of stock, guarded; gives how many listings had enough.
pub fn take_stock(conn: &mut Conn, taken: &[(ListingId, i64)]) -> DbResult<usize> {
    match conn {
        Conn::Pg(conn) => {
            use crate::kernel::IdSql;
            use diesel::sql_types::{Array, BigInt};
            let (ids, units): (Vec<ListingId>, Vec<i64>) = taken.iter().copied().unzip();
            let rows = diesel::sql_query(
                "UPDATE listings SET stock_available = stock_available - taken.units \
                 FROM unnest($1, $2) AS taken (id, units) \
                 WHERE listings.id = taken.id AND stock_available >= taken.units",
            )
            .bind::<Array<IdSql>, _>(ids)
            .bind::<Array<BigInt>, _>(units)
            .execute(conn)?;
            Ok(rows)
        }
        Conn::Sqlite(conn) => {
            let mut rows = 0;
            for (id, units) in taken {
                let row = listings::table.filter(listings::id.eq(id)).filter(listings::stock_available.ge(units));
                rows += diesel::update(row)
                    .set(listings::stock_available.eq(listings::stock_available - *units))
                    .execute(conn)?;
            }
            Ok(rows)
        }
    }
}

/// Takes `count` order numbers of a day, without gaps; gives the last one.
pub fn take_numbers(conn: &mut Conn, day: Day, count: i64) -> DbResult<i64> {
    let row = (order_counters::day.eq(day.to_string()), order_counters::last.eq(count));
    let last = native!(
        conn,
        diesel::insert_into(order_counters::table)
            .values(row)
            .on_conflict(order_counters::day)
            .do_update()
            .set(order_counters::last.eq(order_counters::last + excluded(order_counters::last)))
            .returning(order_counters::last)
            .get_result(conn)
    )?;
    Ok(last)
}

#[derive(Insertable)]
#[diesel(table_name = order_lines)]
#[diesel(treat_none_as_default_value = false)]
pub struct LineRow {
    order_id: OrderId,
    line_no: i64,
    listing_id: ListingId,
    household_id: HouseholdId,
    pairing_id: Option<PairingId>,
    title: String,
    unit_label: String,
    quantity: Quantity,
    price_fen: Money,
    farmer_pay_fen: Money,
    quality_bonus_fen: Money,
    coop_fee_fen: Money,
    packing_fen: Money,
    freight_fen: Money,
    inspection_fen: Money,
    collective_fund_fen: Money,
    loss_reserve_fen: Money,
    platform_cost_fen: Money,
    total_fen: Money,
    listing_version: i64,
    estimated_g: Option<i64>,
}

impl LineRow {
    pub fn new(order_id: OrderId, line_no: i64, line: DecidedLine) -> Self {
        let price = line.price;
        Self {
            order_id,
            line_no,
            listing_id: line.listing_id,
            household_id: line.household_id,
            pairing_id: line.pairing_id,
            title: line.title,
            unit_label: line.unit_label,
            quantity: line.quantity,
            price_fen: line.price_fen,
            farmer_pay_fen: price.farmer_pay_fen,
            quality_bonus_fen: price.quality_bonus_fen,
            coop_fee_fen: price.coop_fee_fen,
            packing_fen: price.packing_fen,
            freight_fen: price.freight_fen,
            inspection_fen: price.inspection_fen,
            collective_fund_fen: price.collective_fund_fen,
            loss_reserve_fen: price.loss_reserve_fen,
            platform_cost_fen: price.platform_cost_fen,
            total_fen: line.total_fen,
            listing_version: line.listing_version,
            estimated_g: line.estimated_g,
        }
    }
}

/// Everything that a batch writes besides stock and numbers.
#[derive(Default)]
pub struct Rows {
    pub checkouts: Vec<Checkout>,
    pub orders: Vec<Order>,
    pub lines: Vec<LineRow>,
    pub keys: Vec<KeyRow>,
    pub of_organisations: Vec<OrganisationOrder>,
}

pub fn insert(conn: &mut Conn, rows: &Rows) -> DbResult<()> {
    for rows in rows.checkouts.chunks(INSERT_CHUNK) {
        native!(conn, diesel::insert_into(checkouts::table).values(rows).execute(conn))?;
    }
    for rows in rows.orders.chunks(INSERT_CHUNK) {
        native!(conn, diesel::insert_into(orders::table).values(rows).execute(conn))?;
    }
    for rows in rows.of_organisations.chunks(INSERT_CHUNK) {
        store_terms::insert_orders(conn, rows)?;
    }
    for rows in rows.lines.chunks(INSERT_CHUNK) {
        native!(conn, diesel::insert_into(order_lines::table).values(rows).execute(conn))?;
    }
    for rows in rows.keys.chunks(INSERT_CHUNK) {
        native!(conn, diesel::insert_into(idempotency_keys::table).values(rows).execute(conn))?;
    }
    Ok(())
}
