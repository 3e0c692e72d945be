//! Routes of the access log: one's own, and that of a region for its auditors.

use actix_web::web;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store::{self, Entry, Filter};
use super::{AnyId, ThingKind};
use crate::context::Context;
use crate::db::DbError;
use crate::endpoints;
use crate::identity::access::{Auditor, Buyer};
use crate::kernel::{Day, Instant, Invalid, Page, PageQuery, RegionCode, Role, UserId};
use crate::web::{ApiError, ApiResult, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_my_accesses, list_audit_accesses);
}

#[derive(Serialize, ToSchema)]
struct AccessActor {
    id: UserId,
    display_name: String,
}

#[derive(Serialize, ToSchema)]
struct AccessedThing {
    kind: ThingKind,
    id: AnyId,
}

/// Somebody looked at personal data.
#[derive(Serialize, ToSchema)]
#[schema(as = DataAccess)]
pub struct AccessOut {
    seq: i64,
    actor: AccessActor,
    role: Role,
    /// Of the user whose data it is, where it is one.
    subject_user_id: Option<UserId>,
    /// Of the person of a household whose data it is, where it is one.
    subject_person_id: Option<AnyId>,
    fields: Vec<String>,
    thing: AccessedThing,
    reason: String,
    at: Instant,
}

impl From<Entry> for AccessOut {
    fn from(entry: Entry) -> Self {
        Self {
            seq: entry.seq,
            actor: AccessActor { id: entry.actor_id, display_name: entry.actor_name },
            role: entry.actor_role,
            subject_user_id: entry.subject_user_id,
            subject_person_id: entry.subject_person_id,
            fields: entry.fields.split(',').map(ToOwned::to_owned).collect(),
            thing: AccessedThing { kind: entry.thing_kind, id: entry.thing_id },
            reason: entry.reason,
            at: entry.at,
        }
    }
}

/// Who looked at the caller's own data, newest first.
#[utoipa::path(get, path = "/me/access-log", tag = "auth", params(PageQuery), responses((status = 200, body = Page<AccessOut>)))]
async fn list_my_accesses(
    who: Buyer,
    context: web::Data<Context>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<AccessOut>>> {
    let (limit, after) = page(&query.0)?;
    let page = context.db.read(move |conn| store::list_of_user(conn, who.user_id, limit, after)).await?;
    Ok(web::Json(page.map(AccessOut::from)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AccessesQuery {
    /// First day.
    from: Option<String>,
    /// Last day.
    to: Option<String>,
    /// Only of this person who looked.
    actor: Option<String>,
    /// Only of this place.
    region: Option<String>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// Who looked at the data of people of the auditor's regions, or at addresses to which their villages
/// send, newest first.
#[utoipa::path(get, path = "/audit/access-log", tag = "audit", params(AccessesQuery), responses((status = 200, body = Page<AccessOut>)))]
async fn list_audit_accesses(
    who: Auditor,
    context: web::Data<Context>,
    query: Query<AccessesQuery>,
) -> ApiResult<web::Json<Page<AccessOut>>> {
    let AccessesQuery { from, to, actor, region, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let from: Option<Day> = optional("#from", from)?;
    let to: Option<Day> = optional("#to", to)?;
    let region: Option<RegionCode> = optional("#region", region)?;
    let filter = Filter {
        from: from.map(Day::start),
        until: to.map(|day| day.plus_days(1).start()),
        actor_id: optional("#actor", actor)?,
    };
    let scope = region.map_or_else(|| who.scope.clone(), |region| who.scope.within(&region));
    let list = context.db.read(move |conn| store::list_in_scope(conn, &scope, filter, limit, after));
    let page: Result<_, DbError> = list.await;
    Ok(web::Json(page?.map(AccessOut::from)))
}

fn optional<T: std::str::FromStr<Err = Invalid>>(pointer: &str, text: Option<String>) -> ApiResult<Option<T>> {
    let given = text.filter(|text| !text.trim().is_empty());
    given.map(|text| text.parse()).transpose().map_err(|invalid| ApiError::field(pointer, invalid))
}
