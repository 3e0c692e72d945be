//! Queries of organisations, their contracts, and of who wants to be left alone.

use diesel::prelude::*;

use super::rules::{ContractState, OrganisationKind};
use super::types::{ContractId, OrganisationId};
use crate::db::schema::{left_alone, organisation_contracts, organisations};
use crate::db::{Conn, DbResult, lies_in, native, newest_in_scope, older_than};
use crate::kernel::{Cursor, Instant, Money, Page, RegionCode, Scope, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organisations)]
pub struct Organisation {
    pub id: OrganisationId,
    pub name: String,
    /// 统一社会信用代码.
    pub code: String,
    pub region_code: RegionCode,
    pub kind: OrganisationKind,
    /// What stands on its invoices.
    pub invoice_title: String,
    pub registered_by: UserId,
    pub registered_at: Instant,
}

/// What an organisation and a county agreed on: until when is paid, and how much may be owed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organisation_contracts)]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub struct Contract {
    pub id: ContractId,
    pub organisation_id: OrganisationId,
    pub county_code: RegionCode,
    pub state: ContractState,
    /// The number on the paper contract.
    pub number: String,
    /// Days after the acceptance of a delivery in which it is paid.
    pub pay_days: i64,
    /// Interest on what is late, in hundredths of a percent a year; without it 0.05 % a day.
    pub late_rate_bp: Option<i64>,
    /// The most that may be owed at a time; the county says it.
    pub limit_fen: Option<Money>,
    pub requested_by: UserId,
    pub requested_at: Instant,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Instant>,
    pub reason: Option<String>,
}

/// False if the code is registered.
pub fn insert(conn: &mut Conn, row: &Organisation) -> DbResult<bool> {
    let inserted = native!(
        conn,
        diesel::insert_into(organisations::table)
            .values(row)
            .on_conflict(organisations::code)
            .do_nothing()
            .execute(conn)
    )?;
    Ok(inserted == 1)
}

pub fn find(conn: &mut Conn, id: OrganisationId) -> DbResult<Option<Organisation>> {
    Ok(organisations::table.find(id).select(Organisation::as_select()).first(conn).optional()?)
}

/// The organisation, locked until the transaction ends: its members, contracts and debts change one after another.
pub fn lock(conn: &mut Conn, id: OrganisationId) -> DbResult<Option<Organisation>> {
    Ok(match conn {
        Conn::Pg(conn) => organisations::table
            .find(id)
            .select(Organisation::as_select())
            .for_no_key_update()
            .first(conn)
            .optional()?,
        Conn::Sqlite(_) => return find(conn, id),
    })
}

pub fn find_by_code(conn: &mut Conn, code: &str) -> DbResult<Option<Organisation>> {
    Ok(organisations::table
        .filter(organisations::code.eq(code))
        .select(Organisation::as_select())
        .first(conn)
        .optional()?)
}

pub fn list_by_id(conn: &mut Conn, ids: &[OrganisationId]) -> DbResult<Vec<Organisation>> {
    Ok(organisations::table
        .filter(organisations::id.eq_any(ids))
        .order((organisations::name, organisations::id))
        .select(Organisation::as_select())
        .load(conn)?)
}

pub fn insert_contract(conn: &mut Conn, contract: &Contract) -> DbResult<()> {
    diesel::insert_into(organisation_contracts::table).values(contract).execute(conn)?;
    Ok(())
}

pub fn find_contract(conn: &mut Conn, id: ContractId) -> DbResult<Option<Contract>> {
    Ok(organisation_contracts::table.find(id).select(Contract::as_select()).first(conn).optional()?)
}

/// Writes a contract that moved on; false if it was no longer in the state.
pub fn update_contract(conn: &mut Conn, from: ContractState, contract: &Contract) -> DbResult<bool> {
    let row = organisation_contracts::table.find(contract.id).filter(organisation_contracts::state.eq(from));
    Ok(diesel::update(row).set(contract).execute(conn)? == 1)
}

/// The contracts of some organisations, the newest first.
pub fn list_contracts(conn: &mut Conn, ids: &[OrganisationId]) -> DbResult<Vec<Contract>> {
    Ok(organisation_contracts::table
        .filter(organisation_contracts::organisation_id.eq_any(ids))
        .order((organisation_contracts::requested_at.desc(), organisation_contracts::id.desc()))
        .select(Contract::as_select())
        .load(conn)?)
}

/// # Errors
/// Those of the database.
pub fn contract_in_force(conn: &mut Conn, id: OrganisationId, county_code: &RegionCode) -> DbResult<Option<Contract>> {
    Ok(organisation_contracts::table
        .filter(organisation_contracts::organisation_id.eq(id))
        .filter(organisation_contracts::county_code.eq(county_code))
        .filter(organisation_contracts::state.eq(ContractState::InForce))
        .select(Contract::as_select())
        .first(conn)
        .optional()?)
}

pub fn list_contracts_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    state: Option<ContractState>,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Contract>> {
    let load = |region: &RegionCode| {
        let mut query = organisation_contracts::table
            .filter(lies_in!(organisation_contracts::county_code, region))
            .order((organisation_contracts::requested_at.desc(), organisation_contracts::id.desc()))
            .limit(limit + 1)
            .select(Contract::as_select())
            .into_boxed();
        if let Some(state) = state {
            query = query.filter(organisation_contracts::state.eq(state));
        }
        Ok(older_than!(query, organisation_contracts::requested_at, organisation_contracts::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Contract| Cursor::at(last.requested_at, last.id))
}

/// Since when somebody wants to be left alone.
pub fn left_alone_since(conn: &mut Conn, user_id: UserId) -> DbResult<Option<Instant>> {
    Ok(left_alone::table.find(user_id).select(left_alone::since).first(conn).optional()?)
}

pub fn leave_alone(conn: &mut Conn, user_id: UserId, since: Instant) -> DbResult<()> {
    let row = (left_alone::user_id.eq(user_id), left_alone::since.eq(since));
    native!(
        conn,
        diesel::insert_into(left_alone::table).values(row).on_conflict(left_alone::user_id).do_nothing().execute(conn)
    )?;
    Ok(())
}

pub fn forget_left_alone(conn: &mut Conn, user_id: UserId) -> DbResult<()> {
    diesel::delete(left_alone::table.find(user_id)).execute(conn)?;
    Ok(())
}
