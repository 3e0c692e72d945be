//! Values of organisations and what can be refused about them.

use super::rules::{ContractState, MemberState, OrganisationKind};
use super::store::{Contract, Organisation};
use super::store_members::Membership;
use crate::db::DbError;
use crate::households::CreditCode;
use crate::identity::IdentityError;
use crate::kernel::{Id, Invalid, RegionCode};
use crate::secrets::SecretsError;

pub type OrganisationId = Id<Organisation>;
pub type MembershipId = Id<Membership>;
pub type ContractId = Id<Contract>;

/// An organisation that is to be registered, checked.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    pub name: String,
    pub code: CreditCode,
    pub region_code: RegionCode,
    pub kind: OrganisationKind,
    pub invoice_title: String,
}

/// What an organisation asks of a county, checked.
#[derive(Debug, Clone)]
pub struct NewContract {
    pub county_code: RegionCode,
    /// The number on the paper contract.
    pub number: String,
    pub pay_days: i64,
    pub late_rate_bp: Option<i64>,
}

#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    #[error("no such organisation")]
    NotFound,
    #[error("only a manager of the organisation may do this")]
    NotManager,
    #[error("the code is registered")]
    Exists,
    #[error("the last manager stays")]
    LastManager,
    #[error("another person has to do this")]
    SamePerson,
    #[error("membership is {0}")]
    MemberState(MemberState),
    #[error("contract is {0}")]
    ContractState(ContractState),
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Db(#[from] DbError),
}
