//! Routes of the people of households. Masked, unless somebody asks with a reason.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

use super::people::{self, Correction, NewPerson};
use super::rules::Basis;
use super::store::Household;
use super::types::{BankAccount, IdNumber, Medium, PersonalField, Relation};
use super::view::PersonOut;
use super::{EvidenceId, HouseholdId, PersonId, Personal};
use crate::context::Context;
use crate::endpoints;
use crate::identity::Phone;
use crate::identity::access::{Coordinator, Overseer};
use crate::kernel::{Id, Invalid, Page, PageQuery, line};
use crate::privacy;
use crate::privacy::http::AccessOut;
use crate::web::body::present;
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_people, add_person, correct_person, unmask_person, erase_person, list_household_accesses);
}

const NAME_MAX: usize = 40;
const REASON_MAX: usize = 300;

#[derive(Serialize, ToSchema)]
struct PeopleOut {
    data: Vec<PersonOut>,
}

/// The people of a household, in the order in which they were recorded.
#[utoipa::path(get, path = "/households/{id}/people", tag = "households", params(("id" = HouseholdId, Path)), responses((status = 200, body = PeopleOut)))]
async fn list_people(
    who: Overseer,
    context: web::Data<Context>,
    id: PathId<Household>,
) -> ApiResult<web::Json<PeopleOut>> {
    let at_desk = context.clone();
    let people = context.db.read(move |conn| {
        who.act_at(&at_desk, &people::village_of(conn, id.0)?)?;
        Ok::<_, ApiError>(people::list(conn, &at_desk.secrets, id.0)?)
    });
    Ok(web::Json(PeopleOut { data: people.await?.into_iter().map(PersonOut::from).collect() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonIn {
    relation: Relation,
    /// By default as the id number tells; without one, children and grandchildren are.
    is_minor: Option<bool>,
    /// An adult of the household.
    guardian_id: Option<PersonId>,
    #[schema(max_length = 40)]
    name: Option<String>,
    phone: Option<String>,
    #[schema(example = "11010519491231002X")]
    id_number: Option<String>,
    bank_account: Option<String>,
    /// Needed with an id number or a bank account.
    agreement: Option<AgreementIn>,
}

/// That somebody agrees to their id number and bank account being kept, for payouts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AgreementIn {
    medium: Medium,
    /// Needed for `paper` and `voice`.
    evidence_id: Option<EvidenceId>,
}

impl From<AgreementIn> for Basis {
    fn from(AgreementIn { medium, evidence_id }: AgreementIn) -> Self {
        Self { medium, evidence_id, guardian_id: None }
    }
}

impl PersonIn {
    fn parse(self) -> ApiResult<NewPerson> {
        let mut fields = Fields::default();
        let personal = Personal {
            name: fields.take_optional("/name", self.name, |name| line(&name, NAME_MAX)),
            phone: fields.take_optional("/phone", self.phone, |phone| Phone::parse(&phone)),
            id_number: fields.take_optional("/id_number", self.id_number, |number| IdNumber::parse(&number)),
            bank_account: fields.take_optional("/bank_account", self.bank_account, |text| BankAccount::parse(&text)),
        };
        fields.finish()?;
        let Self { relation, is_minor, guardian_id, agreement, .. } = self;
        Ok(NewPerson { relation, is_minor, guardian_id, personal, agreement: agreement.map(Basis::from) })
    }
}

/// Records somebody of a household.
#[utoipa::path(post, path = "/households/{id}/people", tag = "households", params(("id" = HouseholdId, Path)), request_body = PersonIn, responses((status = 201, body = PersonOut)))]
async fn add_person(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Household>,
    body: Body<PersonIn>,
) -> ApiResult<HttpResponse> {
    let new = body.value.parse()?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let added = context.db.write(move |conn| people::add(conn, &act, &secrets, (who.user_id, &who.scope), id.0, &new));
    Ok(HttpResponse::Created().json(PersonOut::from(added.await?)))
}

/// What is left out stays, what is `null` is erased.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonPatchIn {
    relation: Option<Relation>,
    is_minor: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<PersonId>)]
    guardian_id: Option<Option<PersonId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 40)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    id_number: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    bank_account: Option<Option<String>>,
    /// Needed with another id number or bank account, unless an earlier agreement stands.
    agreement: Option<AgreementIn>,
}

impl PersonPatchIn {
    fn parse(self) -> ApiResult<Correction> {
        let mut fields = Fields::default();
        let name = self.name.map(|name| fields.take_optional("/name", name, |name| line(&name, NAME_MAX)));
        let phone = self.phone.map(|phone| fields.take_optional("/phone", phone, |text| Phone::parse(&text)));
        let id_number =
            self.id_number.map(|number| fields.take_optional("/id_number", number, |text| IdNumber::parse(&text)));
        let bank_account = self
            .bank_account
            .map(|account| fields.take_optional("/bank_account", account, |text| BankAccount::parse(&text)));
        fields.finish()?;
        let Self { relation, is_minor, guardian_id, agreement, .. } = self;
        let agreement = agreement.map(Basis::from);
        Ok(Correction { relation, is_minor, guardian_id, name, phone, id_number, bank_account, agreement })
    }
}

/// Corrects what is recorded of somebody.
#[utoipa::path(patch, path = "/households/{id}/people/{person_id}", tag = "households",
    params(("id" = HouseholdId, Path), ("person_id" = PersonId, Path)), request_body = PersonPatchIn, responses((status = 200, body = PersonOut)))]
async fn correct_person(
    who: Coordinator,
    context: web::Data<Context>,
    path: web::Path<(HouseholdId, PersonId)>,
    body: Body<PersonPatchIn>,
) -> ApiResult<web::Json<PersonOut>> {
    let correction = body.value.parse()?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let ids = path.into_inner();
    let corrected = context
        .db
        .write(move |conn| people::correct(conn, &act, &secrets, (who.user_id, &who.scope), ids, &correction));
    Ok(web::Json(PersonOut::from(corrected.await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnmaskIn {
    fields: Vec<PersonalField>,
    /// Why; those who answer to the person read it.
    #[schema(max_length = 300)]
    reason: String,
}

/// What was asked for, and nothing else; `null` where nothing is recorded.
#[derive(Serialize, ToSchema)]
#[schema(as = UnmaskedPerson)]
struct UnmaskedOut {
    id: PersonId,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_number: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_account: Option<Option<String>>,
}

/// Shows what is hidden of somebody, with a reason that is kept.
#[utoipa::path(post, path = "/households/{id}/people/{person_id}/unmask", tag = "households",
    params(("id" = HouseholdId, Path), ("person_id" = PersonId, Path)), request_body = UnmaskIn, responses((status = 200, body = UnmaskedOut)))]
async fn unmask_person(
    who: Overseer,
    context: web::Data<Context>,
    path: web::Path<(HouseholdId, PersonId)>,
    body: Body<UnmaskIn>,
) -> ApiResult<web::Json<UnmaskedOut>> {
    let (household_id, id) = path.into_inner();
    let wanted: BTreeSet<PersonalField> = body.value.fields.into_iter().collect();
    let mut fields = Fields::default();
    let reason = fields.take("/reason", line(&body.value.reason, REASON_MAX));
    if wanted.is_empty() {
        fields.take::<()>("/fields", Err(Invalid::new("fields_required")));
    }
    let Some(reason) = reason else { return Err(fields.refusal()) };
    fields.finish()?;
    let (at_desk, asked) = (context.clone(), wanted.clone());
    let personal = context.db.write(move |conn| {
        let village = people::village_of(conn, household_id)?;
        let act = who.act_at(&at_desk, &village)?;
        let ids = (household_id, id);
        Ok::<_, ApiError>(people::unmask(conn, &act, &at_desk.secrets, &village, ids, (&asked, &reason))?)
    });
    let Personal { name, phone, id_number, bank_account } = personal.await?;
    let shown = |field, text: Option<String>| wanted.contains(&field).then_some(text);
    Ok(web::Json(UnmaskedOut {
        id,
        name: shown(PersonalField::Name, name),
        phone: shown(PersonalField::Phone, phone.map(|phone| phone.as_str().to_owned())),
        id_number: shown(PersonalField::IdNumber, id_number.map(|number| number.as_str().to_owned())),
        bank_account: shown(PersonalField::BankAccount, bank_account.map(|account| account.as_str().to_owned())),
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EraseIn {
    #[schema(max_length = 300)]
    reason: String,
}

/// Erases what is personal of somebody, ends their consents and takes their pictures away.
#[utoipa::path(post, path = "/households/{id}/people/{person_id}/erase", tag = "households",
    params(("id" = HouseholdId, Path), ("person_id" = PersonId, Path)), request_body = EraseIn, responses((status = 204)))]
async fn erase_person(
    who: Coordinator,
    context: web::Data<Context>,
    path: web::Path<(HouseholdId, PersonId)>,
    body: Body<EraseIn>,
) -> ApiResult<HttpResponse> {
    let reason = line(&body.value.reason, REASON_MAX).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let (act, ids) = (who.act(&context), path.into_inner());
    context.db.write(move |conn| people::erase(conn, &act, &who.scope, ids, &reason)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who looked at the data of anybody of a household, newest first.
#[utoipa::path(get, path = "/households/{id}/access-log", tag = "households", params(("id" = HouseholdId, Path), PageQuery), responses((status = 200, body = Page<AccessOut>)))]
async fn list_household_accesses(
    who: Overseer,
    context: web::Data<Context>,
    id: PathId<Household>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<AccessOut>>> {
    let (limit, after) = page(&query.0)?;
    let at_desk = context.clone();
    let page = context.db.read(move |conn| {
        who.act_at(&at_desk, &people::village_of(conn, id.0)?)?;
        let people = people::ids(conn, id.0)?.into_iter().map(|id| Id::from_uuid(id.uuid())).collect();
        Ok::<_, ApiError>(privacy::list_of_people(conn, people, limit, after)?)
    });
    Ok(web::Json(page.await?.map(AccessOut::from)))
}
