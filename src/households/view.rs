//! Households, their people and consents as they are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::sealed::Person;
use super::seller::{SellerType, Turnover};
use super::store::Household;
use super::store_consents::{self, Consent, ConsentId};
use super::store_files::{self, Evidence, Picture};
use super::types::{BankAccount, Field, IdNumber, Medium, Purpose, Relation};
use super::{EvidenceId, HouseholdId, PersonId, PictureId};
use crate::db::{Conn, DbResult};
use crate::identity::Phone;
use crate::kernel::{Instant, Money, masked};
use crate::orders;
use crate::photos::{self, PhotoUrls};
use crate::regions::{self, RegionRef};

/// A picture of somebody of the household.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = HouseholdPhoto)]
pub struct PictureOut {
    id: PictureId,
    urls: PhotoUrls,
    /// In pixels, of the large size.
    width: i64,
    height: i64,
    /// A tiny WebP as a data: address, to be shown blurred until the picture is there.
    placeholder: Option<String>,
    /// Whether everybody may see it now.
    is_public: bool,
    /// Of whom; for staff of the scope only.
    person_id: Option<PersonId>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Household)]
pub struct HouseholdOut {
    id: HouseholdId,
    village: RegionRef,
    /// To the public only while the head agrees.
    alias: Option<String>,
    /// To the public only while the head agrees.
    story: Option<String>,
    /// To the public only those to which the person agrees.
    photos: Vec<PictureOut>,
    /// For staff of the scope only.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<i64>,
    /// What of alias and story everybody sees; for staff of the scope only.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_fields: Option<Vec<Field>>,
    /// As what the household sells: the first two need no registration (电子商务法 §10).
    #[schema(inline)]
    seller_type: SellerType,
    /// For staff of the scope only.
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_code: Option<String>,
    /// To whose bank account the household's money goes; for staff of the scope only.
    #[serde(skip_serializing_if = "Option::is_none")]
    payee_person_id: Option<PersonId>,
    /// Of those who are not registered; for staff of the scope only.
    #[serde(skip_serializing_if = "Option::is_none")]
    turnover: Option<Turnover>,
    created_at: Instant,
}

/// Households as staff of their scope see them at a moment, or as everybody does.
///
/// # Errors
/// Those of the database.
pub fn show(conn: &mut Conn, households: Vec<Household>, to_staff_at: Option<Instant>) -> DbResult<Vec<HouseholdOut>> {
    let villages = regions::names(conn, households.iter().map(|household| &household.village_code))?;
    let ids: Vec<HouseholdId> = households.iter().map(|household| household.id).collect();
    let public = store_consents::list_public_fields(conn, &ids)?;
    let pictures = store_files::list_pictures(conn, &ids)?;
    let to_staff = to_staff_at.is_some();
    let year = to_staff_at.map(|now| now.day().first_of_year());
    let sold = year.map(|since| orders::turnover(conn, &ids, since.start())).transpose()?.unwrap_or_default();
    let turnover = |household: &Household| {
        let sold = sold.get(&household.id).copied().unwrap_or(Money::ZERO);
        year.filter(|_| !household.seller_type.is_registered()).map(|since| Turnover::new(since, sold))
    };
    let show = |household: Household| {
        let is_public = |field| public.contains(&(household.id, field));
        let turnover = turnover(&household);
        let own = pictures.iter().filter(|picture| picture.household_id == household.id);
        HouseholdOut {
            id: household.id,
            village: villages[&household.village_code].clone(),
            alias: Some(household.alias).filter(|_| to_staff || is_public(Field::Alias)),
            story: household.story.filter(|_| to_staff || is_public(Field::Story)),
            photos: own
                .filter(|picture| to_staff || picture.is_public())
                .map(|picture| show_picture(picture, to_staff))
                .collect(),
            members: household.members.filter(|_| to_staff),
            public_fields: to_staff
                .then(|| [Field::Alias, Field::Story].into_iter().filter(|field| is_public(*field)).collect()),
            turnover,
            seller_type: household.seller_type,
            credit_code: household.credit_code.filter(|_| to_staff).map(|code| code.as_str().to_owned()),
            payee_person_id: household.payee_person_id.filter(|_| to_staff),
            created_at: household.created_at,
        }
    };
    Ok(households.into_iter().map(show).collect())
}

#[must_use]
pub fn show_picture(picture: &Picture, to_staff: bool) -> PictureOut {
    PictureOut {
        id: picture.id,
        urls: photos::urls_of(&format!("/api/v1/households/{}/photos/{}", picture.household_id, picture.id)),
        width: picture.width,
        height: picture.height,
        placeholder: picture.placeholder.as_deref().map(photos::data_uri),
        is_public: picture.is_public(),
        person_id: to_staff.then_some(picture.person_id),
    }
}

/// Somebody of a household, masked.
#[derive(Serialize, ToSchema)]
#[schema(as = HouseholdPerson)]
pub struct PersonOut {
    id: PersonId,
    relation: Relation,
    is_minor: bool,
    guardian_id: Option<PersonId>,
    #[schema(example = "王**")]
    name_masked: Option<String>,
    #[schema(example = "138****1234")]
    phone_masked: Option<String>,
    #[schema(example = "510824********1234")]
    id_number_masked: Option<String>,
    #[schema(example = "****1234")]
    bank_account_masked: Option<String>,
    created_at: Instant,
    /// Since when nothing personal is kept of them.
    erased_at: Option<Instant>,
}

impl From<Person> for PersonOut {
    fn from(person: Person) -> Self {
        let personal = person.personal;
        Self {
            id: person.id,
            relation: person.relation,
            is_minor: person.is_minor,
            guardian_id: person.guardian_id,
            name_masked: personal.name.map(|name| masked(&name, 1)),
            phone_masked: personal.phone.as_ref().map(Phone::masked),
            id_number_masked: personal.id_number.as_ref().map(IdNumber::masked),
            bank_account_masked: personal.bank_account.as_ref().map(BankAccount::masked),
            created_at: person.created_at,
            erased_at: person.erased_at,
        }
    }
}

/// What somebody agreed to.
#[derive(Serialize, ToSchema)]
#[schema(as = Consent)]
pub struct ConsentOut {
    id: ConsentId,
    person_id: PersonId,
    purpose: Purpose,
    field: Field,
    medium: Medium,
    evidence_id: Option<EvidenceId>,
    /// Who agreed for a minor.
    guardian_id: Option<PersonId>,
    granted_at: Instant,
    /// Null while it is in force.
    withdrawn_at: Option<Instant>,
    withdrawal_reason: Option<String>,
}

impl From<Consent> for ConsentOut {
    fn from(consent: Consent) -> Self {
        Self {
            id: consent.id,
            person_id: consent.person_id,
            purpose: consent.purpose,
            field: consent.field,
            medium: consent.medium,
            evidence_id: consent.evidence_id,
            guardian_id: consent.guardian_id,
            granted_at: consent.granted_at,
            withdrawn_at: consent.withdrawn_at,
            withdrawal_reason: consent.withdrawal_reason,
        }
    }
}

/// A file that shows a consent.
#[derive(Serialize, ToSchema)]
#[schema(as = Evidence)]
pub struct EvidenceOut {
    id: EvidenceId,
    #[schema(example = "image/jpeg")]
    media_type: String,
    size_bytes: i64,
    created_at: Instant,
}

impl From<Evidence> for EvidenceOut {
    fn from(evidence: Evidence) -> Self {
        let Evidence { id, media_type, size_bytes, created_at, .. } = evidence;
        Self { id, media_type, size_bytes, created_at }
    }
}
