//! How organisations go out.

use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use super::members;
use super::rules::{ContractState, MemberRole, MemberState, OrganisationKind};
use super::store::{self, Contract, Organisation};
use super::store_members::Membership;
use super::types::{ContractId, MembershipId, OrganisationError, OrganisationId};
use crate::db::Conn;
use crate::identity;
use crate::kernel::{Instant, Money, UserId};
use crate::regions::{self, RegionRef};
use crate::secrets::Secrets;

/// An organisation as other things mention it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrganisationRef {
    pub id: OrganisationId,
    pub name: String,
    /// Unified social credit code (统一社会信用代码).
    #[schema(example = "12510100450000001E")]
    pub code: String,
    pub kind: OrganisationKind,
}

impl From<&Organisation> for OrganisationRef {
    fn from(organisation: &Organisation) -> Self {
        Self {
            id: organisation.id,
            name: organisation.name.clone(),
            code: organisation.code.clone(),
            kind: organisation.kind,
        }
    }
}

/// An organisation as its own people see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organisation)]
pub struct OrganisationOut {
    #[serde(flatten)]
    pub organisation: OrganisationRef,
    pub region: RegionRef,
    pub invoice_title: String,
    pub registered_at: Instant,
    /// What the caller is in it.
    pub role: MemberRole,
    /// The newest first.
    pub contracts: Vec<ContractOut>,
}

/// A contract of an organisation with a county.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganisationContract)]
pub struct ContractOut {
    pub id: ContractId,
    pub organisation: OrganisationRef,
    pub county: RegionRef,
    pub state: ContractState,
    /// The number on the paper contract.
    pub number: String,
    /// Days after the acceptance of a delivery in which it is paid.
    pub pay_days: i64,
    /// Interest on what is late, in hundredths of a percent a year; `null`: 0.05 % a day.
    pub late_rate_bp: Option<i64>,
    /// The most that may be owed at a time.
    pub limit_fen: Option<Money>,
    pub requested_at: Instant,
    pub decided_at: Option<Instant>,
    /// Why it was declined or ended.
    pub reason: Option<String>,
}

/// Somebody who orders for an organisation, or is asked to, as its managers see them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganisationMember)]
pub struct MemberOut {
    pub id: MembershipId,
    pub role: MemberRole,
    pub state: MemberState,
    /// Who it is, once accepted.
    pub display_name: Option<String>,
    /// Of whom was asked, until it is answered.
    #[schema(example = "138****1234")]
    pub phone_masked: Option<String>,
    pub invited_at: Instant,
    pub accepted_at: Option<Instant>,
}

/// An organisation that asks the caller to order for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganisationInvitation)]
pub struct InvitationOut {
    pub id: MembershipId,
    pub organisation: OrganisationRef,
    pub role: MemberRole,
    pub invited_at: Instant,
}

/// An organisation for which the caller orders.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnOrganisation {
    #[serde(flatten)]
    pub organisation: OrganisationRef,
    pub membership_id: MembershipId,
    pub role: MemberRole,
}

/// # Errors
/// Those of the database.
pub fn refs(
    conn: &mut Conn,
    ids: impl Iterator<Item = OrganisationId>,
) -> Result<HashMap<OrganisationId, OrganisationRef>, OrganisationError> {
    let ids: Vec<OrganisationId> = ids.collect();
    let found = store::list_by_id(conn, &ids)?;
    Ok(found.iter().map(|organisation| (organisation.id, organisation.into())).collect())
}

pub fn show(conn: &mut Conn, own: (Organisation, Membership)) -> Result<OrganisationOut, OrganisationError> {
    let (organisation, member) = own;
    let contracts = store::list_contracts(conn, &[organisation.id])?;
    let mut names = regions::names(conn, [&organisation.region_code])?;
    let region = names.remove(&organisation.region_code).ok_or(OrganisationError::NotFound)?;
    Ok(OrganisationOut {
        organisation: (&organisation).into(),
        region,
        invoice_title: organisation.invoice_title,
        registered_at: organisation.registered_at,
        role: member.role,
        contracts: show_contracts(conn, contracts)?,
    })
}

pub fn show_contracts(conn: &mut Conn, contracts: Vec<Contract>) -> Result<Vec<ContractOut>, OrganisationError> {
    let organisations = refs(conn, contracts.iter().map(|contract| contract.organisation_id))?;
    let counties = regions::names(conn, contracts.iter().map(|contract| &contract.county_code))?;
    let show = |contract: Contract| {
        Some(ContractOut {
            organisation: organisations.get(&contract.organisation_id)?.clone(),
            county: counties.get(&contract.county_code)?.clone(),
            id: contract.id,
            state: contract.state,
            number: contract.number,
            pay_days: contract.pay_days,
            late_rate_bp: contract.late_rate_bp,
            limit_fen: contract.limit_fen,
            requested_at: contract.requested_at,
            decided_at: contract.decided_at,
            reason: contract.reason,
        })
    };
    Ok(contracts.into_iter().filter_map(show).collect())
}

pub fn show_members(
    conn: &mut Conn,
    secrets: &Secrets,
    members: Vec<Membership>,
) -> Result<Vec<MemberOut>, OrganisationError> {
    let names = identity::names(conn, members.iter().filter_map(|member| member.user_id))?;
    let show = |member: Membership| {
        Ok(MemberOut {
            display_name: member.user_id.and_then(|id: UserId| names.get(&id).cloned()),
            phone_masked: members::open_phone(secrets, &member)?.map(|phone| phone.masked()),
            id: member.id,
            role: member.role,
            state: member.state,
            invited_at: member.invited_at,
            accepted_at: member.accepted_at,
        })
    };
    members.into_iter().map(show).collect()
}

pub fn show_invitations(conn: &mut Conn, asked: &[Membership]) -> Result<Vec<InvitationOut>, OrganisationError> {
    let organisations = refs(conn, asked.iter().map(|member| member.organisation_id))?;
    let show = |member: &Membership| {
        Some(InvitationOut {
            id: member.id,
            organisation: organisations.get(&member.organisation_id)?.clone(),
            role: member.role,
            invited_at: member.invited_at,
        })
    };
    Ok(asked.iter().filter_map(show).collect())
}

pub fn show_own(conn: &mut Conn, active: &[Membership]) -> Result<Vec<OwnOrganisation>, OrganisationError> {
    let organisations = refs(conn, active.iter().map(|member| member.organisation_id))?;
    let show = |member: &Membership| {
        Some(OwnOrganisation {
            organisation: organisations.get(&member.organisation_id)?.clone(),
            membership_id: member.id,
            role: member.role,
        })
    };
    Ok(active.iter().filter_map(show).collect())
}
