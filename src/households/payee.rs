//! To whom the money of a household goes: somebody of it with a bank account, or nobody yet.

use super::store_people::{self, PersonRow};
use super::types::{HouseholdError, PersonalField};
use super::{HouseholdId, PersonId, people, store};
use crate::db::Conn;
use crate::kernel::{Act, Invalid};
use crate::log::{self, Change, Subject};
use crate::secrets::Secrets;
use std::collections::BTreeSet;

/// That somebody of the household can be paid.
///
/// # Errors
/// `unknown_person` for somebody of another household or erased; `account_required`.
pub fn check(conn: &mut Conn, household_id: HouseholdId, person_id: PersonId) -> Result<(), HouseholdError> {
    let refuse = |code| HouseholdError::Invalid("/payee_person_id", Invalid::new(code));
    let person = store_people::find(conn, household_id, person_id)?.filter(|person| person.erased_at.is_none());
    let person = person.ok_or_else(|| refuse("unknown_person"))?;
    if can_be_paid(&person) { Ok(()) } else { Err(refuse("account_required")) }
}

const fn can_be_paid(person: &PersonRow) -> bool {
    person.bank_account_sealed.is_some()
}

/// Somebody whose account is gone is paid no longer.
pub fn end_without_account(conn: &mut Conn, act: &Act, person: &PersonRow) -> Result<(), HouseholdError> {
    if can_be_paid(person) {
        return Ok(());
    }
    for household_id in store::clear_payee(conn, person.id)? {
        log::append(conn, act, &Change::new(Subject::Household, household_id, "end_payee"))?;
    }
    Ok(())
}

/// Name and bank account of who is paid for a household, and an entry in the access log that they were read;
/// `None` where nobody can be paid.
///
/// # Errors
/// [`HouseholdError::NotFound`], those of the keys.
pub fn open_payee(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    household_id: HouseholdId,
    reason: &str,
) -> Result<Option<(String, String)>, HouseholdError> {
    let household = store::find(conn, household_id)?.ok_or(HouseholdError::NotFound)?;
    let Some(person_id) = household.payee_person_id else { return Ok(None) };
    let fields = BTreeSet::from([PersonalField::Name, PersonalField::BankAccount]);
    let of = (household_id, person_id);
    let personal = people::unmask(conn, act, secrets, &household.village_code, of, (&fields, reason))?;
    Ok(personal.name.zip(personal.bank_account.map(|account| account.as_str().to_owned())))
}
