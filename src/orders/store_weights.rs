//! Writing the weights of lines.

use diesel::prelude::*;

use super::store::LineWeight;
use super::types::OrderId;
use crate::db::schema::order_lines;
use crate::db::{Conn, DbResult};

/// Writes what a line weighs; false if another weight was written since it was read.
pub fn update(
    conn: &mut Conn,
    (id, line_no): (OrderId, i64),
    before: &LineWeight,
    after: &LineWeight,
) -> DbResult<bool> {
    let row = order_lines::table.filter(order_lines::order_id.eq(id)).filter(order_lines::line_no.eq(line_no));
    let set = (order_lines::final_g.eq(after.final_g), order_lines::final_total_fen.eq(after.final_total_fen));
    let written = match before.final_g {
        Some(grams) => diesel::update(row.filter(order_lines::final_g.eq(grams))).set(set).execute(conn)?,
        None => diesel::update(row.filter(order_lines::final_g.is_null())).set(set).execute(conn)?,
    };
    Ok(written == 1)
}
