//! Pages by keyset, and lists of a scope: one stretch of an index for each of its regions.

use crate::db::DbResult;
use crate::kernel::{Cursor, Page, RegionCode, Scope};

/// Narrows a boxed query that is sorted newest first to the rows after a cursor.
macro_rules! older_than {
    ($query:expr, $at:expr, $id:expr, $after:expr) => {{
        let query = $query;
        match $after {
            Some(cursor) => {
                let (at, id) = $crate::kernel::Cursor::time_and_id(cursor);
                query.filter($at.lt(at).or($at.eq(at).and($id.lt(id))))
            }
            None => query,
        }
    }};
}
pub(crate) use older_than;

/// The condition that a place column lies in a region.
macro_rules! lies_in {
    ($column:expr, $region:expr) => {
        $column.ge($region.as_str().to_owned()).and($column.lt($region.range_end()))
    };
}
pub(crate) use lies_in;

/// The newest rows of all regions of a scope as one page. `load` fetches up to `limit + 1` rows of
/// one region, newest first; regions of a scope do not overlap.
pub(crate) fn newest_in_scope<T>(
    scope: &Scope,
    limit: i64,
    mut load: impl FnMut(&RegionCode) -> DbResult<Vec<T>>,
    cursor_of: impl Fn(&T) -> Cursor,
) -> DbResult<Page<T>> {
    let mut rows = Vec::new();
    for region in scope.regions() {
        rows.extend(load(region)?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(cursor_of(row)));
    Ok(Page::cut(rows, limit, cursor_of))
}
