//! The log: every change of state of anything, who did it, in which role, why and when.
//!
//! What always holds: rows are only added (triggers refuse anything else), in the transaction of
//! the change they tell of. A timeline of an order is read from here and from nowhere else. Table:
//! `log_entries`.

use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::log_entries;
use crate::db::{Conn, DbResult, INSERT_CHUNK, native};
use crate::kernel::{Act, Actor, Any, Id, Instant, Role, UserId, text_enum};

text_enum! {
    /// What kind of thing an entry tells of.
    pub enum Subject {
        User = "user",
        Invitation = "invitation",
        Helper = "helper",
        Household = "household",
        Person = "household_person",
        Consent = "consent",
        Evidence = "evidence",
        Picture = "household_photo",
        Survey = "survey",
        ProducingUnit = "producing_unit",
        Template = "template",
        Listing = "listing",
        Pairing = "pairing",
        Stream = "stream",
        Cycle = "cycle",
        Checkout = "checkout",
        Order = "order",
        Payment = "payment",
        Refund = "refund",
        Transfer = "transfer",
        Payout = "payout",
        BankFile = "bank_file",
        Import = "import",
        PriceReference = "price_reference",
        Paper = "paper",
        FreightRule = "freight_rule",
        SupplyReport = "supply_report",
        Intake = "intake",
        Batch = "batch",
        Allocation = "allocation",
        Claim = "claim",
        Review = "review",
        Webhook = "webhook",
        Organisation = "organisation",
        OrganisationMember = "organisation_member",
        OrganisationContract = "organisation_contract",
    }
}

/// A change of one thing.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    pub subject: Subject,
    pub id: Uuid,
    pub action: &'a str,
    pub from: Option<&'a str>,
    pub to: Option<&'a str>,
    pub reason: Option<&'a str>,
}

impl<'a> Change<'a> {
    #[must_use]
    pub fn new<T>(subject: Subject, id: Id<T>, action: &'a str) -> Self {
        Self { subject, id: id.uuid(), action, from: None, to: None, reason: None }
    }

    #[must_use]
    pub fn states(self, from: impl Into<Option<&'a str>>, to: &'a str) -> Self {
        Self { from: from.into(), to: Some(to), ..self }
    }

    #[must_use]
    pub fn because(self, reason: Option<&'a str>) -> Self {
        Self { reason, ..self }
    }
}

#[derive(Insertable)]
#[diesel(table_name = log_entries)]
#[diesel(treat_none_as_default_value = false)]
struct Row<'a> {
    subject_kind: Subject,
    subject_id: Id<Any>,
    action: &'a str,
    from_state: Option<&'a str>,
    to_state: Option<&'a str>,
    actor_id: Option<UserId>,
    actor_role: Role,
    reason: Option<&'a str>,
    at: Instant,
    on_behalf_of: Option<UserId>,
}

/// Adds one entry.
///
/// # Errors
/// Those of the database.
pub fn append(conn: &mut Conn, act: &Act, change: &Change<'_>) -> DbResult<()> {
    append_all(conn, act.at, &[(act.actor(), change.clone())])
}

/// Adds entries of several people at once.
///
/// # Errors
/// Those of the database.
pub fn append_all(conn: &mut Conn, at: Instant, changes: &[(Actor, Change<'_>)]) -> DbResult<()> {
    let rows: Vec<Row<'_>> = changes
        .iter()
        .map(|(actor, change)| Row {
            subject_kind: change.subject,
            subject_id: Id::from_uuid(change.id),
            action: change.action,
            from_state: change.from,
            to_state: change.to,
            actor_id: actor.user_id,
            actor_role: actor.role,
            reason: change.reason,
            at,
            on_behalf_of: actor.on_behalf_of,
        })
        .collect();
    for rows in rows.chunks(INSERT_CHUNK) {
        native!(conn, diesel::insert_into(log_entries::table).values(rows).execute(conn))?;
    }
    Ok(())
}

/// An entry as it was written.
#[derive(Debug, Clone, Queryable)]
pub struct Entry {
    pub seq: i64,
    pub action: String,
    pub from_state: Option<String>,
    pub to_state: Option<String>,
    pub actor_id: Option<UserId>,
    pub actor_role: Role,
    pub reason: Option<String>,
    pub at: Instant,
    /// The elder, where a family helper acted.
    pub on_behalf_of: Option<UserId>,
}

/// The columns of an [`Entry`].
macro_rules! entry_columns {
    () => {
        (
            log_entries::seq,
            log_entries::action,
            log_entries::from_state,
            log_entries::to_state,
            log_entries::actor_id,
            log_entries::actor_role,
            log_entries::reason,
            log_entries::at,
            log_entries::on_behalf_of,
        )
    };
}

/// What somebody did, what was done for them by a helper, and what happened to their account, oldest first.
///
/// # Errors
/// Those of the database.
pub fn list_of_person(conn: &mut Conn, id: UserId) -> DbResult<Vec<(Subject, Id<Any>, Entry)>> {
    let own = log_entries::actor_id.eq(id).or(log_entries::on_behalf_of.eq(id));
    let account =
        log_entries::subject_kind.eq(Subject::User).and(log_entries::subject_id.eq(Id::<Any>::from_uuid(id.uuid())));
    Ok(log_entries::table
        .filter(own.or(account))
        .order(log_entries::seq)
        .select((log_entries::subject_kind, log_entries::subject_id, entry_columns!()))
        .load(conn)?)
}

/// What is known of one thing, oldest first.
///
/// # Errors
/// Those of the database.
pub fn list_entries<T>(conn: &mut Conn, subject: Subject, id: Id<T>) -> DbResult<Vec<Entry>> {
    Ok(log_entries::table
        .filter(log_entries::subject_kind.eq(subject))
        .filter(log_entries::subject_id.eq(Id::<Any>::from_uuid(id.uuid())))
        .order(log_entries::seq)
        .select(entry_columns!())
        .load(conn)?)
}

/// What is known of many things of a kind, oldest first, each entry with its thing.
///
/// # Errors
/// Those of the database.
pub fn list_of_many<T>(conn: &mut Conn, subject: Subject, ids: &[Id<T>]) -> DbResult<Vec<(Id<T>, Entry)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let things: Vec<Id<Any>> = ids.iter().map(|id| Id::from_uuid(id.uuid())).collect();
    let rows: Vec<(Id<Any>, Entry)> = log_entries::table
        .filter(log_entries::subject_kind.eq(subject))
        .filter(log_entries::subject_id.eq_any(things))
        .order(log_entries::seq)
        .select((log_entries::subject_id, entry_columns!()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, entry)| (Id::from_uuid(id.uuid()), entry)).collect())
}
