//! Queries of the access log, for the person whom it is about.

use diesel::prelude::*;

use crate::db::schema::data_accesses;
use crate::db::{Conn, DbResult};
use crate::kernel::{Any, Id, Instant, Role, UserId};

/// Somebody looked at something of a person's, and said why.
#[derive(Queryable)]
pub struct Access {
    pub actor_role: Role,
    pub fields: String,
    pub thing_kind: String,
    pub thing_id: Id<Any>,
    pub reason: String,
    pub at: Instant,
}

pub fn list_accesses(conn: &mut Conn, user_id: UserId) -> DbResult<Vec<Access>> {
    Ok(data_accesses::table
        .filter(data_accesses::subject_user_id.eq(user_id))
        .order(data_accesses::seq)
        .select((
            data_accesses::actor_role,
            data_accesses::fields,
            data_accesses::thing_kind,
            data_accesses::thing_id,
            data_accesses::reason,
            data_accesses::at,
        ))
        .load(conn)?)
}
