//! What the animals of the demonstration weigh.

use crate::db::Conn;
use crate::kernel::{Act, Grams};
use crate::orders::{self, Order, OrderError, Weighed};

/// In hundredths of what was thought: most are a little lighter, some heavier.
const FOUND: [i64; 5] = [97, 100, 94, 103, 98];

/// Weighs what is settled by weight.
pub fn weigh(conn: &mut Conn, act: &Act, order: &Order) -> Result<(), OrderError> {
    let lines = orders::list_lines(conn, &[order.id])?;
    let mut found = Vec::new();
    for (line, byte) in lines.iter().filter(|line| line.lacks_weight()).zip(order.number.bytes().rev()) {
        let hundredths = FOUND[usize::from(byte) % FOUND.len()];
        let grams = line.weight.estimated_g.unwrap_or_default() * hundredths / 100;
        let final_g = Grams::new(grams).map_err(|invalid| OrderError::Invalid("/lines", invalid))?;
        found.push(Weighed { line_no: line.line_no, final_g, reason: Some("演示：按秤结算".to_owned()) });
    }
    if found.is_empty() { Ok(()) } else { orders::weigh(conn, act, order, &found) }
}
