//! People as they are stored: what is personal sealed, and found again by blind indexes.

use super::rules::Party;
use super::store_people::{self, PersonRow};
use super::types::{BankAccount, Field, HouseholdError, IdNumber, Personal, PersonalField, Relation};
use super::{HouseholdId, PersonId, payee};
use crate::db::Conn;
use crate::identity::Phone;
use crate::kernel::{Act, Instant, Invalid};
use crate::secrets::Secrets;

/// Somebody of a household.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub relation: Relation,
    pub is_minor: bool,
    pub guardian_id: Option<PersonId>,
    pub personal: Personal,
    pub created_at: Instant,
    pub erased_at: Option<Instant>,
}

impl PersonRow {
    pub fn party(&self) -> Party {
        Party { is_head: self.relation == Relation::Head, is_minor: self.is_minor, is_erased: self.erased_at.is_some() }
    }
}

/// Somebody of whom nothing is known but what they are to the head.
pub fn nobody_yet(act: &Act, household_id: HouseholdId, relation: Relation) -> PersonRow {
    PersonRow {
        id: act.new_id(),
        household_id,
        relation,
        is_minor: false,
        guardian_id: None,
        name_sealed: None,
        phone_sealed: None,
        phone_index: None,
        id_number_sealed: None,
        id_number_index: None,
        bank_account_sealed: None,
        bank_account_index: None,
        created_at: act.at,
        erased_at: None,
    }
}

pub fn without_personal(row: PersonRow) -> PersonRow {
    PersonRow {
        name_sealed: None,
        phone_sealed: None,
        phone_index: None,
        id_number_sealed: None,
        id_number_index: None,
        bank_account_sealed: None,
        bank_account_index: None,
        ..row
    }
}

/// Erases one thing that is kept of somebody.
pub fn erase_field(conn: &mut Conn, act: &Act, row: PersonRow, field: Field) -> Result<(), HouseholdError> {
    let row = match field {
        Field::Name => PersonRow { name_sealed: None, ..row },
        Field::Phone => PersonRow { phone_sealed: None, phone_index: None, ..row },
        Field::IdNumber => PersonRow { id_number_sealed: None, id_number_index: None, ..row },
        Field::BankAccount => PersonRow { bank_account_sealed: None, bank_account_index: None, ..row },
        Field::Alias | Field::Story | Field::Photo => return Ok(()),
    };
    store_people::update(conn, &row)?;
    payee::end_without_account(conn, act, &row)
}

/// What a sealed value is bound to.
fn context(column: PersonalField, id: PersonId) -> String {
    format!("household_people.{column}:{id}")
}

pub fn seal(row: &mut PersonRow, secrets: &Secrets, personal: &Personal) {
    let id = row.id;
    let seal = |field, text: Option<&str>| text.map(|text| secrets.seal(&context(field, id), text));
    let index = |text: Option<&str>| text.map(|text| secrets.blind_index(text));
    let phone = personal.phone.as_ref().map(Phone::as_str);
    let id_number = personal.id_number.as_ref().map(IdNumber::as_str);
    let account = personal.bank_account.as_ref().map(BankAccount::as_str);
    row.name_sealed = seal(PersonalField::Name, personal.name.as_deref());
    (row.phone_sealed, row.phone_index) = (seal(PersonalField::Phone, phone), index(phone));
    (row.id_number_sealed, row.id_number_index) = (seal(PersonalField::IdNumber, id_number), index(id_number));
    (row.bank_account_sealed, row.bank_account_index) = (seal(PersonalField::BankAccount, account), index(account));
}

pub fn open(secrets: &Secrets, row: PersonRow) -> Result<Person, HouseholdError> {
    let text = |field, sealed: Option<&Vec<u8>>| {
        sealed.map(|sealed| secrets.open(&context(field, row.id), sealed)).transpose()
    };
    // What was stored was valid; a rule that was tightened since makes it a fault of ours.
    let stored = |invalid: Invalid| HouseholdError::Db(invalid.into());
    let phone = text(PersonalField::Phone, row.phone_sealed.as_ref())?;
    let id_number = text(PersonalField::IdNumber, row.id_number_sealed.as_ref())?;
    let account = text(PersonalField::BankAccount, row.bank_account_sealed.as_ref())?;
    Ok(Person {
        id: row.id,
        relation: row.relation,
        is_minor: row.is_minor,
        guardian_id: row.guardian_id,
        personal: Personal {
            name: text(PersonalField::Name, row.name_sealed.as_ref())?,
            phone: phone.map(|text| Phone::parse(&text)).transpose().map_err(stored)?,
            id_number: id_number.map(|text| IdNumber::parse(&text)).transpose().map_err(stored)?,
            bank_account: account.map(|text| BankAccount::parse(&text)).transpose().map_err(stored)?,
        },
        created_at: row.created_at,
        erased_at: row.erased_at,
    })
}
