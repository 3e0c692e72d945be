//! Queries of consents.

use diesel::prelude::*;
use std::collections::BTreeSet;

use super::rules::Basis;
use super::types::{Field, Medium, Purpose};
use super::{EvidenceId, HouseholdId, PersonId};
use crate::db::schema::consents;
use crate::db::{Conn, DbResult, older_than};
use crate::kernel::{Cursor, Id, Instant, Page, UserId};

pub type ConsentId = Id<Consent>;

/// What somebody agreed to, and whether they still do.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = consents)]
#[diesel(treat_none_as_default_value = false)]
pub struct Consent {
    pub id: ConsentId,
    pub household_id: HouseholdId,
    pub person_id: PersonId,
    pub purpose: Purpose,
    pub field: Field,
    pub medium: Medium,
    pub evidence_id: Option<EvidenceId>,
    pub guardian_id: Option<PersonId>,
    pub recorded_by: UserId,
    pub granted_at: Instant,
    pub withdrawn_by: Option<UserId>,
    pub withdrawn_at: Option<Instant>,
    pub withdrawal_reason: Option<String>,
}

impl Consent {
    pub fn basis(&self) -> Basis {
        Basis { medium: self.medium, evidence_id: self.evidence_id, guardian_id: self.guardian_id }
    }
}

pub fn insert(conn: &mut Conn, consent: &Consent) -> DbResult<()> {
    diesel::insert_into(consents::table).values(consent).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: ConsentId) -> DbResult<Option<Consent>> {
    Ok(consents::table.find(id).select(Consent::as_select()).first(conn).optional()?)
}

/// Ends a consent; false if it had ended.
pub fn withdraw(
    conn: &mut Conn,
    id: ConsentId,
    by: Option<UserId>,
    at: Instant,
    reason: Option<&str>,
) -> DbResult<bool> {
    let in_force = consents::table.find(id).filter(consents::withdrawn_at.is_null());
    let ended = diesel::update(in_force)
        .set((consents::withdrawn_by.eq(by), consents::withdrawn_at.eq(at), consents::withdrawal_reason.eq(reason)))
        .execute(conn)?;
    Ok(ended == 1)
}

/// What somebody agrees to now, for themselves.
pub fn list_in_force_of(conn: &mut Conn, person_id: PersonId) -> DbResult<Vec<Consent>> {
    Ok(consents::table
        .filter(consents::person_id.eq(person_id))
        .filter(consents::withdrawn_at.is_null())
        .order((consents::granted_at, consents::id))
        .select(Consent::as_select())
        .load(conn)?)
}

/// What somebody agrees to now, as a guardian of others.
pub fn list_in_force_by_guardian(conn: &mut Conn, guardian_id: PersonId) -> DbResult<Vec<Consent>> {
    Ok(consents::table
        .filter(consents::guardian_id.eq(guardian_id))
        .filter(consents::withdrawn_at.is_null())
        .order((consents::granted_at, consents::id))
        .select(Consent::as_select())
        .load(conn)?)
}

/// All consents of a household, newest first.
pub fn list_of_household(
    conn: &mut Conn,
    household_id: HouseholdId,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Consent>> {
    let query = consents::table
        .filter(consents::household_id.eq(household_id))
        .order((consents::granted_at.desc(), consents::id.desc()))
        .limit(limit + 1)
        .select(Consent::as_select())
        .into_boxed();
    let rows = older_than!(query, consents::granted_at, consents::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Consent| Cursor::at(last.granted_at, last.id)))
}

/// What the public may see of households now, of their alias and story.
pub fn list_public_fields(conn: &mut Conn, ids: &[HouseholdId]) -> DbResult<BTreeSet<(HouseholdId, Field)>> {
    let rows: Vec<(HouseholdId, Field)> = consents::table
        .filter(consents::household_id.eq_any(ids))
        .filter(consents::purpose.eq(Purpose::Publication))
        .filter(consents::field.eq_any([Field::Alias, Field::Story]))
        .filter(consents::withdrawn_at.is_null())
        .select((consents::household_id, consents::field))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Whose consents name this evidence.
pub fn list_people_of_evidence(conn: &mut Conn, id: EvidenceId) -> DbResult<Vec<PersonId>> {
    Ok(consents::table
        .filter(consents::evidence_id.eq(id))
        .select(consents::person_id)
        .distinct()
        .order(consents::person_id)
        .load(conn)?)
}
