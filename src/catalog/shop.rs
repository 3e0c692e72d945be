//! What the shop answers to somebody who looks for something.

use super::store_cards::{self, Card, Sort};
use super::store_facets::{self, Facets};
use super::store_filter::Filter;
use crate::db::search::{self, Matches};
use crate::db::{Conn, DbResult};
use crate::kernel::{Cursor, Page};
use crate::search::Query;

/// What is looked for, and how the answer is sorted.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Words; those of the filter are made from them.
    pub query: Option<Query>,
    pub filter: Filter,
    pub sort: Sort,
    pub limit: i64,
    pub after: Option<Cursor>,
}

/// An answer, and the words that were taken for those that nothing was found by.
#[derive(Debug)]
pub struct Found<T> {
    pub found: T,
    pub corrected: Option<String>,
}

/// A page of what is for sale.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, wish: &Wish) -> DbResult<Found<Page<Card>>> {
    let load = |conn: &mut Conn, filter: &Filter| store_cards::list(conn, filter, wish.sort, wish.limit, wish.after);
    understood(conn, wish, load, |page| page.data.is_empty())
}

/// How many there are of what.
///
/// # Errors
/// Those of the database.
pub fn count(conn: &mut Conn, wish: &Wish, today: &str) -> DbResult<Found<Facets>> {
    let load = |conn: &mut Conn, filter: &Filter| store_facets::count(conn, filter, today);
    understood(conn, wish, load, |facets| *facets == Facets::default())
}

/// Asks with the words as they are; if nothing at all is found by them, with what may have been meant. At
/// most [`Query::readings`] and three more queries than without words.
fn understood<T>(
    conn: &mut Conn,
    wish: &Wish,
    mut load: impl FnMut(&mut Conn, &Filter) -> DbResult<T>,
    is_empty: impl Fn(&T) -> bool,
) -> DbResult<Found<T>> {
    let Some(query) = &wish.query else {
        return Ok(Found { found: load(conn, &wish.filter)?, corrected: None });
    };
    let as_typed = Filter { words: Some(Matches::all_of(query)), ..wish.filter.clone() };
    let found = load(conn, &as_typed)?;
    // Found, but not with the other conditions, or not on this page: then the words were right.
    if !is_empty(&found) || store_cards::is_found(conn, &Matches::all_of(query))? {
        return Ok(Found { found, corrected: None });
    }
    for reading in query.readings(&search::list_words_like(conn, query)?) {
        let words = Matches::all_of(&reading);
        if store_cards::is_found(conn, &words)? {
            let filter = Filter { words: Some(words), ..wish.filter.clone() };
            return Ok(Found { found: load(conn, &filter)?, corrected: Some(reading.text()) });
        }
    }
    Ok(Found { found, corrected: None })
}
