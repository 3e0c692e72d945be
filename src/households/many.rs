//! Many households at once, as an import brings them: the same rows as one by one, in few statements.

use std::collections::BTreeSet;

use super::rules::{self, Wish};
use super::service::{NewHousehold, check_seller};
use super::store::Household;
use super::store_consents::Consent;
use super::types::{Field, HouseholdError, Relation};
use super::{sealed, store_many};
use crate::db::Conn;
use crate::kernel::{Act, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::regions;

/// Records households of villages in the coordinator's scope, each with its head.
///
/// # Errors
/// As [`super::record`], for the first that is refused.
pub fn record_all(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    new: &[NewHousehold],
) -> Result<(), HouseholdError> {
    let villages: BTreeSet<&RegionCode> = new.iter().map(|household| &household.village_code).collect();
    for village in villages {
        if !scope.covers(&regions::load_village(conn, village)?.code) {
            return Err(HouseholdError::OutOfScope);
        }
    }
    for one in new {
        check_seller(one.seller_type, one.credit_code.as_ref())?;
    }
    let households: Vec<Household> = new
        .iter()
        .map(|new| Household {
            id: act.new_id(),
            village_code: new.village_code.clone(),
            alias: new.alias.clone(),
            story: new.story.clone(),
            members: new.members,
            created_at: act.at,
            seller_type: new.seller_type,
            credit_code: new.credit_code.clone(),
            payee_person_id: None,
        })
        .collect();
    let heads: Vec<_> = households.iter().map(|one| sealed::nobody_yet(act, one.id, Relation::Head)).collect();
    let wish = Wish::published(Field::Alias);
    let agreeing = new.iter().zip(&heads).filter(|(new, _)| new.agrees_to_alias).map(|(_, head)| head);
    let consents: Vec<Consent> = agreeing
        .filter(|head| rules::check(head.party(), &wish).is_ok())
        .map(|head| Consent {
            id: act.new_id(),
            household_id: head.household_id,
            person_id: head.id,
            purpose: wish.purpose,
            field: wish.field,
            medium: wish.basis.medium,
            evidence_id: None,
            guardian_id: None,
            recorded_by: by,
            granted_at: act.at,
            withdrawn_by: None,
            withdrawn_at: None,
            withdrawal_reason: None,
        })
        .collect();
    store_many::insert(conn, by, &households, &heads, &consents)?;
    let recorded = households.iter().map(|one| Change::new(Subject::Household, one.id, "record"));
    let heads = heads.iter().map(|one| Change::new(Subject::Person, one.id, "record"));
    let granted = consents.iter().map(|one| Change::new(Subject::Consent, one.id, "grant").states(None, "granted"));
    let changes: Vec<_> = recorded.chain(heads).chain(granted).map(|change| (act.actor(), change)).collect();
    Ok(log::append_all(conn, act.at, &changes)?)
}
