//! Queries of claims.

use diesel::prelude::*;
use std::collections::HashMap;

use super::rules::{Bearer, ClaimKind, ClaimState, ClaimUnit, Verdict};
use super::types::ClaimId;
use crate::db::schema::{claim_charges, claim_photos, claims};
use crate::db::{Conn, DbResult, lies_in, newest_in_scope, older_than, sum_i64};
use crate::kernel::{Cursor, Id, Instant, Money, Page, Quantity, RegionCode, Scope, UserId};
use crate::ledger::AccountKind;
use crate::orders::OrderId;
use crate::photos::PhotoId;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = claims)]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub struct Claim {
    pub id: ClaimId,
    pub order_id: OrderId,
    pub line_no: i64,
    pub village_code: RegionCode,
    pub buyer_id: UserId,
    pub kind: ClaimKind,
    pub unit: ClaimUnit,
    pub quantity: Quantity,
    pub words: String,
    pub state: ClaimState,
    pub proposed_fen: Money,
    /// What was granted in all, by the village and then by the county.
    pub granted_fen: Money,
    pub verdict: Option<Verdict>,
    pub borne_by: Bearer,
    /// Of the decision that stands.
    pub reason: Option<String>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Instant>,
    /// Why the buyer asks the county.
    pub appeal: Option<String>,
    pub escalated_at: Option<Instant>,
    pub opened_at: Instant,
}

/// What was granted once, and the account that bears it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = claim_charges)]
pub struct Charge {
    pub id: Id<Charge>,
    pub claim_id: ClaimId,
    pub order_id: OrderId,
    pub account_kind: AccountKind,
    pub owner: String,
    pub amount_fen: Money,
    pub charged_at: Instant,
}

pub fn insert(conn: &mut Conn, claim: &Claim, photos: &[PhotoId]) -> DbResult<()> {
    diesel::insert_into(claims::table).values(claim).execute(conn)?;
    for (position, photo_id) in (0_i64..).zip(photos) {
        let row = (
            claim_photos::claim_id.eq(claim.id),
            claim_photos::position.eq(position),
            claim_photos::photo_id.eq(photo_id),
        );
        diesel::insert_into(claim_photos::table).values(row).execute(conn)?;
    }
    Ok(())
}

pub fn insert_charge(conn: &mut Conn, charge: &Charge) -> DbResult<()> {
    diesel::insert_into(claim_charges::table).values(charge).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: ClaimId) -> DbResult<Option<Claim>> {
    Ok(claims::table.find(id).select(Claim::as_select()).first(conn).optional()?)
}

/// Writes a claim that moved on; false if it was no longer in the state in which it was read.
pub fn update(conn: &mut Conn, before: &Claim, claim: &Claim) -> DbResult<bool> {
    let row = claims::table.find(before.id).filter(claims::state.eq(before.state));
    Ok(diesel::update(row).set(claim).execute(conn)? == 1)
}

pub fn list_photos(conn: &mut Conn, ids: &[ClaimId]) -> DbResult<HashMap<ClaimId, Vec<PhotoId>>> {
    let rows: Vec<(ClaimId, PhotoId)> = claim_photos::table
        .filter(claim_photos::claim_id.eq_any(ids))
        .order((claim_photos::claim_id, claim_photos::position))
        .select((claim_photos::claim_id, claim_photos::photo_id))
        .load(conn)?;
    let mut photos: HashMap<ClaimId, Vec<PhotoId>> = HashMap::new();
    for (claim_id, photo_id) in rows {
        photos.entry(claim_id).or_default().push(photo_id);
    }
    Ok(photos)
}

const UNDECIDED: [ClaimState; 2] = [ClaimState::Opened, ClaimState::Escalated];

/// Whether a claim on an order waits for its decision.
///
/// # Errors
/// Those of the database.
pub fn has_open(conn: &mut Conn, order_id: OrderId) -> DbResult<bool> {
    let open = claims::table.filter(claims::order_id.eq(order_id)).filter(claims::state.eq_any(UNDECIDED));
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
}

/// What was granted on an order, the first first.
///
/// # Errors
/// Those of the database.
pub fn list_charges(conn: &mut Conn, order_id: OrderId) -> DbResult<Vec<Charge>> {
    Ok(claim_charges::table
        .filter(claim_charges::order_id.eq(order_id))
        .order((claim_charges::charged_at, claim_charges::id))
        .select(Charge::as_select())
        .load(conn)?)
}

/// What was granted on a line so far.
pub fn granted_fen(conn: &mut Conn, order_id: OrderId, line_no: i64) -> DbResult<i64> {
    let of_line = claims::table.filter(claims::order_id.eq(order_id)).filter(claims::line_no.eq(line_no));
    Ok(of_line.select(sum_i64(claims::granted_fen)).first(conn)?)
}

pub fn list_of_order(conn: &mut Conn, order_id: OrderId) -> DbResult<Vec<Claim>> {
    Ok(claims::table
        .filter(claims::order_id.eq(order_id))
        .order((claims::line_no, claims::opened_at, claims::id))
        .select(Claim::as_select())
        .load(conn)?)
}

/// # Errors
/// Those of the database.
pub fn list_of_buyer(
    conn: &mut Conn,
    buyer_id: UserId,
    state: Option<ClaimState>,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Claim>> {
    let mut query = claims::table
        .filter(claims::buyer_id.eq(buyer_id))
        .order((claims::opened_at.desc(), claims::id.desc()))
        .limit(limit + 1)
        .select(Claim::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(claims::state.eq(state));
    }
    let rows = older_than!(query, claims::opened_at, claims::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Claim| Cursor::at(last.opened_at, last.id)))
}

pub fn list_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    state: Option<ClaimState>,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Claim>> {
    let load = |region: &RegionCode| {
        let mut query = claims::table
            .filter(lies_in!(claims::village_code, region))
            .order((claims::opened_at.desc(), claims::id.desc()))
            .limit(limit + 1)
            .select(Claim::as_select())
            .into_boxed();
        if let Some(state) = state {
            query = query.filter(claims::state.eq(state));
        }
        Ok(older_than!(query, claims::opened_at, claims::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Claim| Cursor::at(last.opened_at, last.id))
}
