//! Use cases of consents: recording what somebody agrees to, and that they no longer do.

use std::collections::BTreeSet;

use super::rules::{self, Basis, Step, Wish};
use super::service::load_for_change;
use super::store_consents::{self, Consent, ConsentId};
use super::store_people::{self, PersonRow};
use super::types::{Field, HouseholdError, Medium, Purpose};
use super::{EvidenceId, HouseholdId, PersonId, people, sealed, store_files};
use crate::db::Conn;
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Invalid, Scope, UserId};
use crate::log::{self, Change, Subject};

/// What somebody agrees to, as it is recorded.
#[derive(Debug, Clone)]
pub struct Agreement {
    pub person_id: PersonId,
    pub purpose: Purpose,
    pub fields: BTreeSet<Field>,
    pub medium: Medium,
    pub evidence_id: Option<EvidenceId>,
    pub guardian_id: Option<PersonId>,
}

const GRANTED: &str = "granted";
const WITHDRAWN: &str = "withdrawn";

/// Records what somebody of a household agrees to; of each field what was in force on another basis
/// ends. Gives what is in force then.
///
/// # Errors
/// [`HouseholdError::NotFound`] outside the scope, [`HouseholdError::Erased`], and those of the rules.
pub fn grant(
    conn: &mut Conn,
    act: &Act,
    (by, scope): (UserId, &Scope),
    household_id: HouseholdId,
    agreement: &Agreement,
) -> Result<Vec<Consent>, HouseholdError> {
    load_for_change(conn, scope, household_id)?;
    let unknown = |pointer, code| HouseholdError::Invalid(pointer, Invalid::new(code));
    if agreement.fields.is_empty() {
        return Err(unknown("/fields", "fields_required"));
    }
    let person = store_people::find(conn, household_id, agreement.person_id)?
        .ok_or_else(|| unknown("/person_id", "unknown_person"))?;
    let guardian = agreement.guardian_id.map(|id| people::load_guardian(conn, &person, id)).transpose()?;
    check_evidence(conn, household_id, agreement.evidence_id)?;
    let basis =
        Basis { medium: agreement.medium, evidence_id: agreement.evidence_id, guardian_id: agreement.guardian_id };
    let fields = agreement.fields.iter();
    let granted: Vec<Consent> = fields
        .map(|field| {
            put_in_force(conn, act, by, &person, &Wish { purpose: agreement.purpose, field: *field, basis, guardian })
        })
        .collect::<Result<_, _>>()?;
    for consent in &granted {
        file_anew(conn, act, consent)?;
    }
    Ok(granted)
}

/// That evidence is of this household.
///
/// # Errors
/// `unknown_evidence`.
pub fn check_evidence(
    conn: &mut Conn,
    household_id: HouseholdId,
    evidence_id: Option<EvidenceId>,
) -> Result<(), HouseholdError> {
    let Some(evidence_id) = evidence_id else { return Ok(()) };
    let found = store_files::find_evidence(conn, evidence_id)?.filter(|found| found.household_id == household_id);
    let refuse = || HouseholdError::Invalid("/evidence_id", Invalid::new("unknown_evidence"));
    found.map(|_| ()).ok_or_else(refuse)
}

/// Records one thing that somebody agrees to.
pub fn put_in_force(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    person: &PersonRow,
    wish: &Wish,
) -> Result<Consent, HouseholdError> {
    rules::check(person.party(), wish).map_err(|refusal| match refusal.invalid() {
        Some((pointer, invalid)) => HouseholdError::Invalid(pointer, invalid),
        None => HouseholdError::Erased,
    })?;
    let Wish { purpose, field, basis, .. } = *wish;
    let standing = store_consents::list_in_force_of(conn, person.id)?;
    let standing = standing.into_iter().find(|consent| consent.purpose == purpose && consent.field == field);
    match (rules::grant(standing.as_ref().map(Consent::basis).as_ref(), &basis), standing) {
        (Step::Unchanged, Some(standing)) => return Ok(standing),
        (Step::Replace, Some(standing)) => {
            mark_withdrawn(conn, act, &standing, Some("renewed"))?;
        }
        _ => {}
    }
    let consent = Consent {
        id: act.new_id(),
        household_id: person.household_id,
        person_id: person.id,
        purpose,
        field,
        medium: basis.medium,
        evidence_id: basis.evidence_id,
        guardian_id: basis.guardian_id,
        recorded_by: by,
        granted_at: act.at,
        withdrawn_by: None,
        withdrawn_at: None,
        withdrawal_reason: None,
    };
    store_consents::insert(conn, &consent)?;
    let change = Change::new(Subject::Consent, consent.id, "grant").states(None, GRANTED);
    log::append(conn, act, &change)?;
    Ok(consent)
}

/// Records that somebody no longer agrees. Repeating it changes nothing.
///
/// # Errors
/// [`HouseholdError::NotFound`] also outside the scope.
pub fn withdraw(
    conn: &mut Conn,
    act: &Act,
    scope: &Scope,
    id: ConsentId,
    reason: Option<&str>,
) -> Result<Consent, HouseholdError> {
    let consent = store_consents::find(conn, id)?.ok_or(HouseholdError::NotFound)?;
    load_for_change(conn, scope, consent.household_id)?;
    end(conn, act, &consent, reason)?;
    store_consents::find(conn, id)?.ok_or(HouseholdError::NotFound)
}

/// Ends a consent, with all that stood on it: what the public saw is gone with the row itself, a search
/// forgets it, and what was kept for a bank or for calling is erased.
pub fn end(conn: &mut Conn, act: &Act, consent: &Consent, reason: Option<&str>) -> Result<(), HouseholdError> {
    if !mark_withdrawn(conn, act, consent, reason)? {
        return Ok(());
    }
    if consent.purpose != Purpose::Publication
        && let Some(person) = store_people::find(conn, consent.household_id, consent.person_id)?
    {
        sealed::erase_field(conn, act, person, consent.field)?;
    }
    file_anew(conn, act, consent)
}

fn mark_withdrawn(conn: &mut Conn, act: &Act, consent: &Consent, reason: Option<&str>) -> Result<bool, HouseholdError> {
    let ended = store_consents::withdraw(conn, consent.id, act.user_id, act.at, reason)?;
    if ended {
        let change = Change::new(Subject::Consent, consent.id, "withdraw").states(GRANTED, WITHDRAWN).because(reason);
        log::append(conn, act, &change)?;
    }
    Ok(ended)
}

/// What a household offers is found by its alias while that is public.
pub fn file_anew(conn: &mut Conn, act: &Act, consent: &Consent) -> Result<(), HouseholdError> {
    if consent.field == Field::Alias {
        jobs::enqueue(conn, act, JobKind::ReindexHousehold, consent.household_id, act.at)?;
    }
    Ok(())
}
