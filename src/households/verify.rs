//! Recomputes what must hold of consents and payees.

use diesel::prelude::*;

use super::HouseholdId;
use super::store_consents::ConsentId;
use super::types::{Field, Relation};
use crate::db::schema::{consents, household_people, households};
use crate::db::{Conn, DbResult};
use crate::ledger::Finding;

/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> DbResult<Vec<Finding>> {
    let in_force = || {
        consents::table
            .inner_join(household_people::table.on(household_people::id.eq(consents::person_id)))
            .filter(consents::withdrawn_at.is_null())
            .order(consents::id)
            .select(consents::id)
    };
    let erased: Vec<ConsentId> = in_force().filter(household_people::erased_at.is_not_null()).load(conn)?;
    let unguarded: Vec<ConsentId> =
        in_force().filter(household_people::is_minor.eq(true)).filter(consents::guardian_id.is_null()).load(conn)?;
    let not_by_head: Vec<ConsentId> = in_force()
        .filter(consents::field.eq_any([Field::Alias, Field::Story]))
        .filter(household_people::relation.ne(Relation::Head))
        .load(conn)?;
    let tell = |ids: Vec<ConsentId>, what: &'static str| {
        ids.into_iter().map(move |id| format!("consent {id} is in force {what}")).collect::<Vec<Finding>>()
    };
    let mut findings = tell(erased, "of an erased person");
    findings.extend(tell(unguarded, "of a minor without a guardian"));
    let unpaid: Vec<HouseholdId> = households::table
        .inner_join(household_people::table.on(households::payee_person_id.eq(household_people::id.nullable())))
        .filter(household_people::erased_at.is_not_null().or(household_people::bank_account_sealed.is_null()))
        .order(households::id)
        .select(households::id)
        .load(conn)?;
    findings
        .extend(unpaid.into_iter().map(|id| format!("household {id} is to be paid to somebody without an account")));
    findings.extend(tell(not_by_head, "for a household by somebody who is not its head"));
    Ok(findings)
}
