//! Use cases of organisations and of their contracts with counties.

use super::members;
use super::rules::{ContractState, ContractStep, MemberRole, MemberState, check_terms, decide_contract};
use super::store::{self, Contract, Organisation};
use super::store_members::{self, Membership};
use super::types::{ContractId, NewContract, NewOrganisation, OrganisationError, OrganisationId};
use crate::db::Conn;
use crate::kernel::{Act, Invalid, Money, RegionLevel, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::regions;

/// Registers an organisation; whoever does is its first manager. The same person registering the same code again
/// changes nothing.
///
/// # Errors
/// [`OrganisationError::Exists`], `region_too_wide`, `unknown_region`.
pub fn register(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    new: &NewOrganisation,
) -> Result<Organisation, OrganisationError> {
    regions::check_address(conn, &new.region_code).map_err(|error| match error {
        regions::RegionError::Invalid(invalid) => OrganisationError::Invalid("/region_code", invalid),
        regions::RegionError::Db(error) => error.into(),
    })?;
    let organisation = Organisation {
        id: act.new_id(),
        name: new.name.clone(),
        code: new.code.as_str().to_owned(),
        region_code: new.region_code.clone(),
        kind: new.kind,
        invoice_title: new.invoice_title.clone(),
        registered_by: by,
        registered_at: act.at,
    };
    if !store::insert(conn, &organisation)? {
        let known = store::find_by_code(conn, new.code.as_str())?.filter(|known| known.registered_by == by);
        return known.ok_or(OrganisationError::Exists);
    }
    log::append(conn, act, &Change::new(Subject::Organisation, organisation.id, "register"))?;
    let member = Membership {
        id: act.new_id(),
        organisation_id: organisation.id,
        role: MemberRole::Manager,
        state: MemberState::Active,
        phone_sealed: Vec::new(),
        phone_index: Vec::new(),
        user_id: Some(by),
        invited_by: by,
        invited_at: act.at,
        accepted_at: Some(act.at),
        ended_at: None,
    };
    store_members::insert(conn, &member)?;
    let change = Change::new(Subject::OrganisationMember, member.id, "register").states(None, member.state.as_str());
    log::append(conn, act, &change)?;
    Ok(organisation)
}

/// A manager asks a county for a contract, by which may be ordered and paid later.
///
/// # Errors
/// [`OrganisationError::NotManager`]; [`OrganisationError::ContractState`] if one is asked for or in force.
pub fn request_contract(
    conn: &mut Conn,
    act: &Act,
    id: OrganisationId,
    by: UserId,
    new: &NewContract,
) -> Result<Contract, OrganisationError> {
    members::load_managed(conn, id, by)?;
    check_terms(new.pay_days, new.late_rate_bp, act.at.day())
        .map_err(|(pointer, invalid)| OrganisationError::Invalid(pointer, invalid))?;
    if new.county_code.level() != RegionLevel::County {
        return Err(OrganisationError::Invalid("/county_code", Invalid::new("not_a_county")));
    }
    if !regions::exists(conn, &new.county_code)? {
        return Err(OrganisationError::Invalid("/county_code", Invalid::new("unknown_region")));
    }
    let lives = |contract: &&Contract| matches!(contract.state, ContractState::Requested | ContractState::InForce);
    let known = store::list_contracts(conn, &[id])?;
    if let Some(known) = known.iter().filter(lives).find(|known| known.county_code == new.county_code) {
        return Err(OrganisationError::ContractState(known.state));
    }
    let contract = Contract {
        id: act.new_id(),
        organisation_id: id,
        county_code: new.county_code.clone(),
        state: ContractState::Requested,
        number: new.number.clone(),
        pay_days: new.pay_days,
        late_rate_bp: new.late_rate_bp,
        limit_fen: None,
        requested_by: by,
        requested_at: act.at,
        decided_by: None,
        decided_at: None,
        reason: None,
    };
    store::insert_contract(conn, &contract)?;
    let change =
        Change::new(Subject::OrganisationContract, contract.id, "request").states(None, contract.state.as_str());
    log::append(conn, act, &change)?;
    Ok(contract)
}

/// What the county says to a contract.
#[derive(Debug, Clone)]
pub enum Decision {
    /// With the most that may be owed at a time.
    Approve(Money),
    Decline(String),
    /// Nothing is ordered on it any more; what is owed stays owed.
    End(String),
}

impl Decision {
    const fn step(&self) -> ContractStep {
        match self {
            Self::Approve(_) => ContractStep::Approve,
            Self::Decline(_) => ContractStep::Decline,
            Self::End(_) => ContractStep::End,
        }
    }
}

/// The county decides. Deciding the same again changes nothing; approving anew changes the limit.
///
/// # Errors
/// [`OrganisationError::NotFound`] outside the scope, [`OrganisationError::SamePerson`] for who asked,
/// [`OrganisationError::ContractState`].
pub fn decide(
    conn: &mut Conn,
    act: &Act,
    scope: &Scope,
    id: ContractId,
    decision: &Decision,
) -> Result<Contract, OrganisationError> {
    let found = store::find_contract(conn, id)?.filter(|contract| scope.covers(&contract.county_code));
    let found = found.ok_or(OrganisationError::NotFound)?;
    store::lock(conn, found.organisation_id)?;
    let before = store::find_contract(conn, id)?.ok_or(OrganisationError::NotFound)?;
    if act.user_id == Some(before.requested_by) {
        return Err(OrganisationError::SamePerson);
    }
    let next = decide_contract(before.state, decision.step()).map_err(OrganisationError::ContractState)?;
    let (limit_fen, reason) = match decision {
        Decision::Approve(limit_fen) => (Some(*limit_fen), None),
        Decision::Decline(reason) | Decision::End(reason) => (before.limit_fen, Some(reason.clone())),
    };
    if next == before.state && limit_fen == before.limit_fen {
        return Ok(before);
    }
    let moved = Contract {
        state: next,
        limit_fen,
        decided_by: act.user_id,
        decided_at: Some(act.at),
        reason,
        ..before.clone()
    };
    if !store::update_contract(conn, before.state, &moved)? {
        return Err(OrganisationError::ContractState(before.state));
    }
    let change = Change::new(Subject::OrganisationContract, id, decision.step().as_str())
        .states(before.state.as_str(), next.as_str())
        .because(moved.reason.as_deref());
    log::append(conn, act, &change)?;
    Ok(moved)
}
