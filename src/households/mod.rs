//! Farmer households and their people, as a coordinator records them: most have no phone and no account.
//!
//! What always holds: the public sees of a household what its people have agreed to, now, and never a
//! name, a phone, how many live there or why they are poor; consents are read with each answer. What is
//! personal is stored sealed and shown masked, and who looks at more stands in the access log. Changes
//! of one household happen one after the other. Co-ops and firms have a credit code, others have none; who
//! is paid has a bank account. Tables: `households`, `household_people`, `household_categories`, `consents`,
//! `evidence_files`, `household_photos`. Read `types.rs`, then `rules.rs` for consents.

mod categories;
mod consents;
mod evidence;
pub mod http;
mod http_categories;
mod http_consents;
mod http_files;
mod http_people;
mod many;
mod payee;
mod people;
mod pictures;
mod rules;
mod sealed;
mod seller;
mod service;
mod store;
mod store_categories;
mod store_consents;
mod store_files;
mod store_many;
mod store_people;
mod types;
mod verify;
mod view;

use serde::Serialize;
use utoipa::ToSchema;

pub use categories::{NewCategory, record as record_category};
pub use consents::{Agreement, grant};
pub use many::record_all;
pub use payee::open_payee;
pub use people::{Correction, NewPerson, add as add_person, correct as correct_person, list as list_people};
pub use pictures::remove_files as remove_picture_files;
pub use rules::Basis;
pub use sealed::Person;
pub use seller::{CreditCode, SellerType, Turnover, check as check_seller};
pub use service::{Alteration, NewHousehold, change, load_in_scope, record};
pub use store::{Household, find, lock, refs, refs_for_staff, seller_type};
pub use store_categories::looked_after;
pub use store_consents::{Consent, ConsentId};
pub use store_many::{list_named, list_withdrawn, villages};
pub use types::{
    ALIAS_MAX, BankAccount, Category, Field, HouseholdError, IdNumber, Medium, Personal, Purpose, Relation, STORY_MAX,
    check_members,
};
pub use verify::verify;
pub use view::{PublicHousehold, find_public};

use crate::kernel::Id;

pub type HouseholdId = Id<Household>;
pub type PersonId = Id<Person>;
pub type EvidenceId = Id<store_files::Evidence>;
pub type CategoryId = Id<store_categories::CategoryRow>;
pub type PictureId = Id<store_files::Picture>;

/// A household as other things mention it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HouseholdRef {
    pub id: HouseholdId,
    /// What the public calls them; null while the head does not agree to it.
    pub alias: Option<String>,
}

impl HouseholdRef {
    #[must_use]
    pub const fn nameless(id: HouseholdId) -> Self {
        Self { id, alias: None }
    }
}
