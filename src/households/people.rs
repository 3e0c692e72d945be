//! Use cases of the people of households.

use std::collections::BTreeSet;

use super::rules::{self, Basis, Party, Wish};
use super::sealed::{Person, nobody_yet, open, seal, without_personal};
use super::service::load_for_change;
use super::store_people::{self, PersonRow};
use super::types::{BankAccount, Field, HouseholdError, IdNumber, PersonalField, Purpose, Relation};
use super::{
    HouseholdId, PersonId, Personal, categories, consents, payee, pictures, store, store_consents, store_files,
};
use crate::db::Conn;
use crate::identity::Phone;
use crate::kernel::{Act, Invalid, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::privacy::{self, Access, ThingKind};
use crate::secrets::Secrets;

/// Somebody who is to be recorded.
#[derive(Clone)]
pub struct NewPerson {
    pub relation: Relation,
    pub is_minor: Option<bool>,
    pub guardian_id: Option<PersonId>,
    pub personal: Personal,
    /// On what it rests that the id number and the bank account are kept.
    pub agreement: Option<Basis>,
}

/// What changes of a person; what is absent stays, what is null goes.
#[derive(Clone, Default)]
pub struct Correction {
    pub relation: Option<Relation>,
    pub is_minor: Option<bool>,
    pub guardian_id: Option<Option<PersonId>>,
    pub name: Option<Option<String>>,
    pub phone: Option<Option<Phone>>,
    pub id_number: Option<Option<IdNumber>>,
    pub bank_account: Option<Option<BankAccount>>,
    /// As of [`NewPerson`].
    pub agreement: Option<Basis>,
}

/// People of one household who are not erased.
const PEOPLE_MAX: usize = 30;

/// Records somebody.
///
/// # Errors
/// [`HouseholdError::NotFound`] outside the scope, [`HouseholdError::IdNumberTaken`], `agreement_required`,
/// and for what does not fit: a second head, a guardian who is none, an age that is another one.
pub fn add(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    (by, scope): (UserId, &Scope),
    household_id: HouseholdId,
    new: &NewPerson,
) -> Result<Person, HouseholdError> {
    load_for_change(conn, scope, household_id)?;
    let standing = store_people::list(conn, household_id)?.into_iter().filter(|row| row.erased_at.is_none());
    let standing: Vec<PersonRow> = standing.collect();
    if standing.len() >= PEOPLE_MAX {
        return Err(HouseholdError::Invalid("", Invalid::new("too_many").with("max", PEOPLE_MAX)));
    }
    if new.relation == Relation::Head && standing.iter().any(|row| row.relation == Relation::Head) {
        return Err(HouseholdError::Invalid("/relation", Invalid::new("one_head")));
    }
    let mut row = nobody_yet(act, household_id, new.relation);
    row.is_minor = minority(act, new.is_minor, new.personal.id_number.as_ref(), None, new.relation)?;
    row.guardian_id = new.guardian_id;
    if let Some(guardian_id) = new.guardian_id {
        load_guardian(conn, &row, guardian_id)?;
    }
    seal(&mut row, secrets, &new.personal);
    refuse_taken(conn, &row)?;
    store_people::insert(conn, &row, by).map_err(taken)?;
    log::append(conn, act, &Change::new(Subject::Person, row.id, "record"))?;
    ask_to_keep(conn, act, by, &row, &kept_new(&Personal::default(), &new.personal), new.agreement)?;
    open(secrets, row)
}

/// What is sensitive (PIPL art. 28) and was not kept before.
fn kept_new(before: &Personal, after: &Personal) -> Vec<Field> {
    let changed = [
        (Field::IdNumber, after.id_number.is_some() && after.id_number != before.id_number),
        (Field::BankAccount, after.bank_account.is_some() && after.bank_account != before.bank_account),
    ];
    changed.into_iter().filter(|(_, is_new)| *is_new).map(|(field, _)| field).collect()
}

/// Sensitive data is kept with a consent of its own (PIPL art. 29): one that stands, or one that comes with it.
fn ask_to_keep(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    row: &PersonRow,
    fields: &[Field],
    agreement: Option<Basis>,
) -> Result<(), HouseholdError> {
    for field in fields {
        let standing = store_consents::list_in_force_of(conn, row.id)?;
        let stands = standing.iter().any(|consent| consent.purpose == Purpose::Payout && consent.field == *field);
        match agreement {
            Some(basis) => {
                let basis = Basis { guardian_id: row.guardian_id.filter(|_| row.is_minor), ..basis };
                let guardian = basis.guardian_id.map(|id| load_guardian(conn, row, id)).transpose()?;
                consents::check_evidence(conn, row.household_id, basis.evidence_id)?;
                let wish = Wish { purpose: Purpose::Payout, field: *field, basis, guardian };
                consents::put_in_force(conn, act, by, row, &wish)?;
            }
            None if stands => {}
            None => return Err(HouseholdError::Invalid("/agreement", Invalid::new("agreement_required"))),
        }
    }
    Ok(())
}

/// Corrects what is recorded of somebody. Who turns out to be a minor has agreed to nothing without a
/// guardian, and is nobody's.
///
/// # Errors
/// As [`add`], and [`HouseholdError::Erased`].
pub fn correct(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    (by, scope): (UserId, &Scope),
    (household_id, id): (HouseholdId, PersonId),
    correction: &Correction,
) -> Result<Person, HouseholdError> {
    load_for_change(conn, scope, household_id)?;
    let mut row = load_standing(conn, household_id, id)?;
    let before = open(secrets, row.clone())?;
    let after = corrected(act, before.clone(), correction.clone())?;
    if after == before {
        return Ok(before);
    }
    (row.relation, row.is_minor, row.guardian_id) = (after.relation, after.is_minor, after.guardian_id);
    if let Some(Some(guardian_id)) = correction.guardian_id {
        load_guardian(conn, &row, guardian_id)?;
    }
    seal(&mut row, secrets, &after.personal);
    refuse_taken(conn, &row)?;
    if !store_people::update(conn, &row).map_err(taken)? {
        return Err(HouseholdError::Erased);
    }
    log::append(conn, act, &Change::new(Subject::Person, id, "correct"))?;
    payee::end_without_account(conn, act, &row)?;
    ask_to_keep(conn, act, by, &row, &kept_new(&before.personal, &after.personal), correction.agreement)?;
    if after.is_minor && !before.is_minor {
        end_as_a_minor(conn, act, id)?;
    }
    open(secrets, load_standing(conn, household_id, id)?)
}

/// The person as corrected.
fn corrected(act: &Act, mut person: Person, correction: Correction) -> Result<Person, HouseholdError> {
    let Correction { relation, is_minor, guardian_id, name, phone, id_number, bank_account, .. } = correction;
    if let Some(relation) = relation.filter(|relation| *relation != person.relation) {
        if [relation, person.relation].contains(&Relation::Head) {
            return Err(HouseholdError::Invalid("/relation", Invalid::new("one_head")));
        }
        person.relation = relation;
    }
    let personal = &mut person.personal;
    personal.name = name.unwrap_or(personal.name.take());
    personal.phone = phone.unwrap_or(personal.phone.take());
    personal.id_number = id_number.unwrap_or(personal.id_number.take());
    personal.bank_account = bank_account.unwrap_or(personal.bank_account.take());
    let number = personal.id_number.as_ref();
    person.is_minor = minority(act, is_minor, number, Some(person.is_minor), person.relation)?;
    person.guardian_id = guardian_id.unwrap_or(person.guardian_id);
    Ok(person)
}

/// Ends what a minor has agreed to alone, or for others.
fn end_as_a_minor(conn: &mut Conn, act: &Act, id: PersonId) -> Result<(), HouseholdError> {
    let own = store_consents::list_in_force_of(conn, id)?;
    let own = own.into_iter().filter(|consent| !rules::stands(&consent.basis(), true));
    for consent in own.chain(store_consents::list_in_force_by_guardian(conn, id)?) {
        consents::end(conn, act, &consent, Some("minor"))?;
    }
    Ok(store_people::clear_guardian(conn, id)?)
}

/// Shows what was asked for of somebody, and writes down that it was.
///
/// # Errors
/// [`HouseholdError::NotFound`], [`HouseholdError::Erased`].
pub fn unmask(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    village_code: &RegionCode,
    (household_id, id): (HouseholdId, PersonId),
    (fields, reason): (&BTreeSet<PersonalField>, &str),
) -> Result<Personal, HouseholdError> {
    let person = open(secrets, load_standing(conn, household_id, id)?)?;
    let names: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
    let access = Access {
        subject: privacy::Subject::person(id),
        village_code: Some(village_code),
        fields: &names,
        thing_kind: ThingKind::Person,
        thing_id: id.uuid(),
        reason,
    };
    privacy::record(conn, act, &access)?;
    Ok(person.personal)
}

/// Erases what is personal of somebody; the row stays, for what refers to it. Their consents end, and
/// those they gave as a guardian; their pictures are taken away.
///
/// # Errors
/// [`HouseholdError::NotFound`].
pub fn erase(
    conn: &mut Conn,
    act: &Act,
    scope: &Scope,
    (household_id, id): (HouseholdId, PersonId),
    reason: &str,
) -> Result<(), HouseholdError> {
    load_for_change(conn, scope, household_id)?;
    let row = store_people::find(conn, household_id, id)?.ok_or(HouseholdError::NotFound)?;
    if row.erased_at.is_some() {
        return Ok(());
    }
    let mut ended = store_consents::list_in_force_of(conn, id)?;
    ended.extend(store_consents::list_in_force_by_guardian(conn, id)?);
    for consent in ended {
        consents::end(conn, act, &consent, Some("erased"))?;
    }
    store_people::clear_guardian(conn, id)?;
    let gone = PersonRow { id, erased_at: Some(act.at), guardian_id: None, ..without_personal(row) };
    store_people::update(conn, &gone)?;
    payee::end_without_account(conn, act, &gone)?;
    if gone.relation == Relation::Head {
        categories::erase_all(conn, act, household_id)?;
    }
    for picture in store_files::list_pictures_of(conn, id)? {
        pictures::take_away(conn, act, picture)?;
    }
    log::append(conn, act, &Change::new(Subject::Person, id, "erase").because(Some(reason)))?;
    Ok(())
}

/// Everybody of a household, oldest record first.
///
/// # Errors
/// Those of the database, [`HouseholdError::Secrets`].
pub fn list(conn: &mut Conn, secrets: &Secrets, household_id: HouseholdId) -> Result<Vec<Person>, HouseholdError> {
    store_people::list(conn, household_id)?.into_iter().map(|row| open(secrets, row)).collect()
}

/// Everybody who was ever recorded of a household.
///
/// # Errors
/// Those of the database.
pub fn ids(conn: &mut Conn, household_id: HouseholdId) -> Result<Vec<PersonId>, HouseholdError> {
    Ok(store_people::list(conn, household_id)?.into_iter().map(|row| row.id).collect())
}

/// Where somebody's household lies.
///
/// # Errors
/// [`HouseholdError::NotFound`].
pub fn village_of(conn: &mut Conn, household_id: HouseholdId) -> Result<RegionCode, HouseholdError> {
    Ok(store::find(conn, household_id)?.ok_or(HouseholdError::NotFound)?.village_code)
}

/// Somebody who was not erased.
pub fn load_standing(conn: &mut Conn, household_id: HouseholdId, id: PersonId) -> Result<PersonRow, HouseholdError> {
    let row = store_people::find(conn, household_id, id)?.ok_or(HouseholdError::NotFound)?;
    if row.erased_at.is_some() { Err(HouseholdError::Erased) } else { Ok(row) }
}

/// The adult of the household who is named as somebody's guardian.
pub fn load_guardian(conn: &mut Conn, of: &PersonRow, guardian_id: PersonId) -> Result<Party, HouseholdError> {
    let refuse = |code| HouseholdError::Invalid("/guardian_id", Invalid::new(code));
    let guardian = store_people::find(conn, of.household_id, guardian_id)?.ok_or_else(|| refuse("unknown_person"))?;
    let guardian = guardian.party();
    if guardian_id == of.id || !rules::may_guard(guardian) { Err(refuse("guardian_unfit")) } else { Ok(guardian) }
}

fn minority(
    act: &Act,
    told: Option<bool>,
    id_number: Option<&IdNumber>,
    known: Option<bool>,
    relation: Relation,
) -> Result<bool, HouseholdError> {
    let today = act.at.day();
    if id_number.is_some_and(|number| number.birthday() > today) {
        return Err(HouseholdError::Invalid("/id_number", Invalid::new("invalid_id_number")));
    }
    rules::minority(told, id_number, known, relation, today)
        .map_err(|invalid| HouseholdError::Invalid("/is_minor", invalid))
}

fn refuse_taken(conn: &mut Conn, row: &PersonRow) -> Result<(), HouseholdError> {
    match &row.id_number_index {
        Some(index) if store_people::is_id_number_taken(conn, index, row.id)? => Err(HouseholdError::IdNumberTaken),
        _ => Ok(()),
    }
}

/// Two who record the same number at once both find it free; the index lets one of them in.
fn taken(error: crate::db::DbError) -> HouseholdError {
    if error.is_unique_violation() { HouseholdError::IdNumberTaken } else { error.into() }
}
