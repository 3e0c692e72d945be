//! Queries of the access log.

use diesel::prelude::*;
use uuid::Uuid;

use super::{Access, AnyId, Subject, ThingKind};
use crate::db::schema::{data_accesses, users};
use crate::db::{Conn, DbResult, lies_in, newest_in_scope};
use crate::kernel::{Act, Cursor, Instant, Page, RegionCode, Role, Scope, UserId};

pub(super) fn insert(conn: &mut Conn, act: &Act, actor_id: UserId, access: &Access<'_>) -> DbResult<()> {
    let (user_id, person_id) = match access.subject {
        Subject::User(id) => (Some(id), None),
        Subject::Person(id) => (None, Some(id)),
    };
    diesel::insert_into(data_accesses::table)
        .values((
            data_accesses::actor_id.eq(actor_id),
            data_accesses::actor_role.eq(act.role),
            data_accesses::subject_user_id.eq(user_id),
            data_accesses::subject_person_id.eq(person_id),
            data_accesses::village_code.eq(access.village_code),
            data_accesses::fields.eq(access.fields.join(",")),
            data_accesses::thing_kind.eq(access.thing_kind),
            data_accesses::thing_id.eq(AnyId::from_uuid(access.thing_id)),
            data_accesses::reason.eq(access.reason),
            data_accesses::at.eq(act.at),
        ))
        .execute(conn)?;
    Ok(())
}

/// An access with the name of who looked.
#[derive(Debug, Clone, Queryable)]
pub struct Entry {
    pub seq: i64,
    pub actor_id: UserId,
    pub actor_name: String,
    pub actor_role: Role,
    pub subject_user_id: Option<UserId>,
    pub subject_person_id: Option<AnyId>,
    /// The fields, joined by commas.
    pub fields: String,
    pub thing_kind: ThingKind,
    pub thing_id: AnyId,
    pub reason: String,
    pub at: Instant,
}

#[diesel::dsl::auto_type]
fn entry() -> _ {
    (
        data_accesses::seq,
        data_accesses::actor_id,
        users::display_name,
        data_accesses::actor_role,
        data_accesses::subject_user_id,
        data_accesses::subject_person_id,
        data_accesses::fields,
        data_accesses::thing_kind,
        data_accesses::thing_id,
        data_accesses::reason,
        data_accesses::at,
    )
}

/// Entries that fulfil a condition, newest first, one more than the limit.
macro_rules! newest_where {
    ($conn:expr, $condition:expr, $limit:expr, $after:expr, $filter:expr) => {{
        let filter: Filter = $filter;
        let mut query = data_accesses::table
            .inner_join(users::table)
            .filter($condition)
            .order(data_accesses::seq.desc())
            .limit($limit + 1)
            .select(entry())
            .into_boxed();
        if let Some(after) = $after {
            query = query.filter(data_accesses::seq.lt(after.key));
        }
        if let Some(from) = filter.from {
            query = query.filter(data_accesses::at.ge(from));
        }
        if let Some(until) = filter.until {
            query = query.filter(data_accesses::at.lt(until));
        }
        if let Some(actor_id) = filter.actor_id {
            query = query.filter(data_accesses::actor_id.eq(actor_id));
        }
        query.load::<Entry>($conn)?
    }};
}

/// What an auditor looks for. Everything that is given has to fit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub actor_id: Option<UserId>,
}

fn behind(last: &Entry) -> Cursor {
    Cursor { key: last.seq, id: Uuid::nil() }
}

/// Who looked at a user's data.
///
/// # Errors
/// Those of the database.
pub fn list_of_user(conn: &mut Conn, id: UserId, limit: i64, after: Option<Cursor>) -> DbResult<Page<Entry>> {
    let rows = newest_where!(conn, data_accesses::subject_user_id.eq(id), limit, after, Filter::default());
    Ok(Page::cut(rows, limit, behind))
}

/// How often somebody looked at a user's data.
///
/// # Errors
/// Those of the database.
pub fn count_of_user(conn: &mut Conn, id: UserId) -> DbResult<usize> {
    let count: i64 = data_accesses::table.filter(data_accesses::subject_user_id.eq(id)).count().get_result(conn)?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Who looked at the data of any of these people of households.
///
/// # Errors
/// Those of the database.
pub fn list_of_people(conn: &mut Conn, ids: Vec<AnyId>, limit: i64, after: Option<Cursor>) -> DbResult<Page<Entry>> {
    let rows = newest_where!(conn, data_accesses::subject_person_id.eq_any(ids), limit, after, Filter::default());
    Ok(Page::cut(rows, limit, behind))
}

/// Who looked at anybody's data in a scope.
///
/// # Errors
/// Those of the database.
pub fn list_in_scope(
    conn: &mut Conn,
    scope: &Scope,
    filter: Filter,
    limit: i64,
    after: Option<Cursor>,
) -> DbResult<Page<Entry>> {
    let load = |region: &RegionCode| {
        let inside = lies_in!(data_accesses::village_code.assume_not_null(), region);
        Ok(newest_where!(conn, inside, limit, after, filter))
    };
    newest_in_scope(scope, limit, load, behind)
}
