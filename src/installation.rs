//! What this installation is. Table: `installation`.

use diesel::prelude::*;

use crate::db::schema::installation;
use crate::db::{Conn, DbResult};

const DEMONSTRATION: &str = "demonstration";

/// True if the database holds invented people and sales.
///
/// # Errors
/// Those of the database.
pub fn is_demonstration(conn: &mut Conn) -> DbResult<bool> {
    Ok(diesel::select(diesel::dsl::exists(installation::table.find(DEMONSTRATION))).get_result(conn)?)
}

/// Marks the database for good as holding invented people and sales.
///
/// # Errors
/// Those of the database.
pub fn mark_as_demonstration(conn: &mut Conn, how: &str) -> DbResult<()> {
    diesel::insert_into(installation::table)
        .values((installation::key.eq(DEMONSTRATION), installation::value.eq(how)))
        .execute(conn)?;
    Ok(())
}
