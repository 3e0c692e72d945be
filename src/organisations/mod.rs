//! Organisations that buy: canteens, trade unions, schools; who orders for them, and their contracts.
//!
//! What always holds: an organisation has a code whose last character checks the others, and at least one
//! manager; only who said yes orders for it; nobody sees an invitation who wants to be left alone, and nobody is
//! told so; a contract with a county is asked for by the organisation and approved by another person of that
//! county, with a limit; it pays within 60 days and nobody agrees on less interest than the law asks. There is
//! nothing by which an organisation could set its employees a target: it orders itself, or not at all. Tables:
//! `organisations`, `organisation_members`, `organisation_contracts`, `left_alone`. Read `rules.rs` for the
//! states.

pub mod http;
mod http_contracts;
mod http_members;
mod members;
mod rules;
mod service;
mod store;
mod store_members;
mod types;
mod view;

pub use members::{accept, forget, invite, leave_alone, load_own, lock_for_member};
pub use rules::{MemberRole, MemberState, OrganisationKind};
pub use service::{Decision, decide, register, request_contract};
pub use store::{Contract, Organisation, contract_in_force, left_alone_since, list_by_id};
pub use store_members::{Membership, list_active_pairs, list_of_user};
pub use types::{ContractId, MembershipId, NewContract, NewOrganisation, OrganisationError, OrganisationId};
pub use view::{OrganisationRef, refs};
