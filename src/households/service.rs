//! Use cases of households: recording them, changing what is told of them.

use super::rules::Wish;
use super::seller::{self, CreditCode, SellerType};
use super::store::{self, Household};
use super::types::{Field, HouseholdError, Relation};
use super::{HouseholdId, PersonId, consents, payee, sealed, store_consents, store_people};
use crate::db::Conn;
use crate::kernel::{Act, Invalid, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::regions;

/// What is recorded of a household, checked.
#[derive(Debug, Clone)]
pub struct NewHousehold {
    pub village_code: RegionCode,
    pub alias: String,
    pub story: Option<String>,
    pub members: Option<i64>,
    pub seller_type: SellerType,
    pub credit_code: Option<CreditCode>,
    /// Whether the head agrees, by tap, that the public reads the alias.
    pub agrees_to_alias: bool,
}

/// Records a household of a village in the coordinator's scope, with its head.
///
/// # Errors
/// [`HouseholdError::OutOfScope`], [`HouseholdError::Region`], and a credit code that does not go with the
/// seller type.
pub fn record(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    new: &NewHousehold,
) -> Result<Household, HouseholdError> {
    let village = regions::load_village(conn, &new.village_code)?;
    if !scope.covers(&village.code) {
        return Err(HouseholdError::OutOfScope);
    }
    check_seller(new.seller_type, new.credit_code.as_ref())?;
    let household = Household {
        id: act.new_id(),
        village_code: village.code,
        alias: new.alias.clone(),
        story: new.story.clone(),
        members: new.members,
        created_at: act.at,
        seller_type: new.seller_type,
        credit_code: new.credit_code.clone(),
        payee_person_id: None,
    };
    store::insert(conn, &household, by)?;
    log::append(conn, act, &Change::new(Subject::Household, household.id, "record"))?;
    let head = sealed::nobody_yet(act, household.id, Relation::Head);
    store_people::insert(conn, &head, by)?;
    log::append(conn, act, &Change::new(Subject::Person, head.id, "record"))?;
    if new.agrees_to_alias {
        consents::put_in_force(conn, act, by, &head, &Wish::published(Field::Alias))?;
    }
    Ok(household)
}

/// What changes of a household; what is absent stays, what is null goes.
#[derive(Debug, Clone, Default)]
pub struct Alteration {
    pub alias: Option<String>,
    pub story: Option<Option<String>>,
    pub members: Option<Option<i64>>,
    pub seller_type: Option<SellerType>,
    pub credit_code: Option<Option<CreditCode>>,
    /// Somebody of the household who has a bank account.
    pub payee_person_id: Option<Option<PersonId>>,
    /// Whether the head agrees, by tap, to the new words.
    pub head_agrees: bool,
}

/// Changes what is told of a household. Nobody has agreed to new words by having agreed to the old ones,
/// so their consent ends, unless the head agrees to the new ones too.
///
/// # Errors
/// [`HouseholdError::NotFound`] outside the scope; `head_required`, if there is no head who could agree; a
/// credit code or a payee that does not fit.
pub fn change(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    id: HouseholdId,
    alteration: &Alteration,
) -> Result<Household, HouseholdError> {
    let old = load_for_change(conn, scope, id)?;
    let mut new = old.clone();
    if let Some(alias) = &alteration.alias {
        new.alias.clone_from(alias);
    }
    if let Some(story) = &alteration.story {
        new.story.clone_from(story);
    }
    if let Some(members) = alteration.members {
        new.members = members;
    }
    alter_seller(conn, &mut new, alteration)?;
    let rewritten =
        [(Field::Alias, new.alias != old.alias, true), (Field::Story, new.story != old.story, new.story.is_some())];
    if new == old {
        return Ok(old);
    }
    store::update(conn, &new)?;
    log::append(conn, act, &Change::new(Subject::Household, id, "change"))?;
    for (field, _, has_words) in rewritten.into_iter().filter(|(_, is_new, _)| *is_new) {
        end_consent_to(conn, act, id, field)?;
        if alteration.head_agrees && has_words {
            let head = store_people::find_head(conn, id)?;
            let head = head.ok_or(HouseholdError::Invalid("/consent", Invalid::new("head_required")))?;
            let granted = consents::put_in_force(conn, act, by, &head, &Wish::published(field))?;
            consents::file_anew(conn, act, &granted)?;
        }
    }
    Ok(new)
}

/// Changes as what a household sells, and to whom its money goes.
fn alter_seller(conn: &mut Conn, new: &mut Household, alteration: &Alteration) -> Result<(), HouseholdError> {
    new.seller_type = alteration.seller_type.unwrap_or(new.seller_type);
    if let Some(credit_code) = &alteration.credit_code {
        new.credit_code.clone_from(credit_code);
    }
    check_seller(new.seller_type, new.credit_code.as_ref())?;
    if let Some(payee_person_id) = alteration.payee_person_id {
        if let Some(person_id) = payee_person_id {
            payee::check(conn, new.id, person_id)?;
        }
        new.payee_person_id = payee_person_id;
    }
    Ok(())
}

fn check_seller(seller_type: SellerType, credit_code: Option<&CreditCode>) -> Result<(), HouseholdError> {
    seller::check(seller_type, credit_code).map_err(|invalid| HouseholdError::Invalid("/credit_code", invalid))
}

/// Ends the consent on which the old words stood.
fn end_consent_to(conn: &mut Conn, act: &Act, id: HouseholdId, field: Field) -> Result<(), HouseholdError> {
    let Some(head) = store_people::find_head(conn, id)? else { return Ok(()) };
    let standing = store_consents::list_in_force_of(conn, head.id)?;
    for consent in standing.iter().filter(|consent| consent.field == field) {
        consents::end(conn, act, consent, Some("changed"))?;
    }
    Ok(())
}

/// A household in the scope, for what mentions it.
///
/// # Errors
/// [`HouseholdError::NotFound`], [`HouseholdError::OutOfScope`].
pub fn load_in_scope(conn: &mut Conn, scope: &Scope, id: HouseholdId) -> Result<Household, HouseholdError> {
    let household = store::find(conn, id)?.ok_or(HouseholdError::NotFound)?;
    if scope.covers(&household.village_code) { Ok(household) } else { Err(HouseholdError::OutOfScope) }
}

/// A household in the scope, locked until the transaction ends.
///
/// # Errors
/// [`HouseholdError::NotFound`] also outside the scope: what is in it is private.
pub fn load_for_change(conn: &mut Conn, scope: &Scope, id: HouseholdId) -> Result<Household, HouseholdError> {
    store::lock(conn, id)?.filter(|household| scope.covers(&household.village_code)).ok_or(HouseholdError::NotFound)
}
