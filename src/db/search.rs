//! Full-text search, the same on both databases.
//!
//! Terms are made by `crate::search`, not in the database. SQLite keeps them in FTS5 with a tokenizer that
//! only parts them, PostgreSQL in a `tsvector` that skips its own parser.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, sql_query};
use std::collections::BTreeSet;

use super::conn::MultiBackend;
use super::schema::{listings, search_words};
use super::{Conn, DbResult, INSERT_CHUNK};
use crate::search::{Known, Query, Term, index_terms};

/// Files listings under the terms of their texts, instead of what they were filed under before.
///
/// # Errors
/// Those of the database.
pub fn file_listings(conn: &mut Conn, texts: &[(i64, String)]) -> DbResult<()> {
    let terms_of = |text: &str| index_terms(text).into_iter().collect::<Vec<_>>().join(" ");
    let filed = texts.iter().map(|(search_no, text)| (*search_no, terms_of(text)));
    match conn {
        Conn::Sqlite(conn) => {
            let filed =
                serde_json::Value::from_iter(filed.map(|(no, terms)| serde_json::json!([no, terms]))).to_string();
            sql_query("DELETE FROM listing_terms WHERE rowid IN (SELECT value ->> 0 FROM json_each(?))")
                .bind::<Text, _>(&filed)
                .execute(conn)?;
            sql_query("INSERT INTO listing_terms (rowid, terms) SELECT value ->> 0, value ->> 1 FROM json_each(?)")
                .bind::<Text, _>(&filed)
                .execute(conn)?;
        }
        Conn::Pg(conn) => {
            let (numbers, terms): (Vec<i64>, Vec<String>) = filed.unzip();
            sql_query(
                "INSERT INTO listing_terms (search_no, terms) \
                 SELECT search_no, array_to_tsvector(string_to_array(terms, ' ')) \
                 FROM unnest($1, $2) AS filed (search_no, terms) \
                 ON CONFLICT (search_no) DO UPDATE SET terms = excluded.terms",
            )
            .bind::<Array<BigInt>, _>(numbers)
            .bind::<Array<Text>, _>(terms)
            .execute(conn)?;
        }
    }
    Ok(())
}

/// Puts words down under which mistyped queries find what was meant. They stay: a word that nothing is filed
/// under any more leads nowhere, and nobody is led there.
///
/// # Errors
/// Those of the database.
pub fn file_words(conn: &mut Conn, words: &BTreeSet<Known>) -> DbResult<()> {
    let spellings: Vec<&str> = words.iter().map(|known| known.spelling.as_str()).collect();
    let mut there: BTreeSet<String> = BTreeSet::new();
    for spellings in spellings.chunks(INSERT_CHUNK) {
        let known = search_words::table.filter(search_words::key.eq_any(spellings)).select(search_words::word);
        there.extend(known.load::<String>(conn)?);
    }
    let new = words.iter().filter(|known| !there.contains(&known.word));
    // In one order everywhere, so that two that write at once wait for one another and do not lock up.
    let keys: BTreeSet<(String, &str)> =
        new.flat_map(|known| known.keys().into_iter().map(|key| (key, known.word.as_str()))).collect();
    let rows: Vec<_> =
        keys.iter().map(|(key, word)| (search_words::key.eq(key), search_words::word.eq(*word))).collect();
    for rows in rows.chunks(INSERT_CHUNK) {
        match conn {
            Conn::Sqlite(conn) => diesel::insert_or_ignore_into(search_words::table).values(rows).execute(conn)?,
            Conn::Pg(conn) => {
                diesel::insert_into(search_words::table).values(rows).on_conflict_do_nothing().execute(conn)?
            }
        };
    }
    Ok(())
}

/// More words than that are not weighed against one another.
const CANDIDATES_MAX: i64 = 200;

/// Words that may have been meant by what was typed.
///
/// # Errors
/// Those of the database.
pub fn list_words_like(conn: &mut Conn, query: &Query) -> DbResult<Vec<String>> {
    Ok(search_words::table
        .filter(search_words::key.eq_any(query.keys()))
        .order(search_words::word)
        .select(search_words::word)
        .distinct()
        .limit(CANDIDATES_MAX)
        .load(conn)?)
}

/// A condition on `listings`: filed under every term of a query.
#[derive(Debug, Clone)]
pub struct Matches {
    /// Terms are letters and digits only, so quoting them is enough to keep them from being syntax.
    sqlite: String,
    postgres: String,
    /// SQLite goes through the listings in the order that is asked for, and looks which of them match.
    walks: bool,
    /// PostgreSQL finds all that match before it looks at any listing.
    at_once: bool,
}

/// Where more than this match, it is cheaper to go through all listings in order until a page is full than
/// to sort what matches: at 100,000 listings and pages of twenty they are even at some 1,450.
const COMMON: i64 = 1_000;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Matches {
    #[must_use]
    pub fn all_of(query: &Query) -> Self {
        let terms = query.terms();
        let written = |quote: char, prefix: &str, joint: &str| {
            let one = |term: &Term| format!("{quote}{}{quote}{}", term.text, if term.is_prefix { prefix } else { "" });
            terms.iter().map(one).collect::<Vec<_>>().join(joint)
        };
        Self { sqlite: written('"', "*", " AND "), postgres: written('\'', ":*", " & "), walks: false, at_once: false }
    }

    /// The same condition where mostly nothing matches: PostgreSQL expects that much does, and would look
    /// through all listings for the first.
    #[must_use]
    pub fn at_once(self) -> Self {
        Self { at_once: true, ..self }
    }

    /// The same condition for a page that is narrowed by nothing else, as SQLite finds it best: PostgreSQL
    /// weighs by itself.
    ///
    /// # Errors
    /// Those of the database.
    pub fn for_a_page(mut self, conn: &mut Conn) -> DbResult<Self> {
        if let Conn::Sqlite(conn) = conn {
            let some =
                "SELECT COUNT(*) AS count FROM (SELECT rowid FROM listing_terms WHERE listing_terms MATCH ? LIMIT ?)";
            let found: Count =
                sql_query(some).bind::<Text, _>(&self.sqlite).bind::<BigInt, _>(COMMON).get_result(conn)?;
            self.walks = found.count == COMMON;
        }
        Ok(self)
    }
}

impl QueryId for Matches {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for Matches {
    type SqlType = Bool;
}

impl<GroupBy> ValidGrouping<GroupBy> for Matches {
    type IsAggregate = is_aggregate::No;
}

impl<Source> SelectableExpression<Source> for Matches where Self: AppearsOnTable<Source> {}
impl<Source> AppearsOnTable<Source> for Matches where listings::search_no: AppearsOnTable<Source> {}

impl QueryFragment<Sqlite> for Matches {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        // With a plus no index serves for the condition, so that it serves for the order.
        out.push_sql(if self.walks { "+" } else { "" });
        out.push_sql("listings.search_no IN (SELECT rowid FROM listing_terms WHERE listing_terms MATCH ");
        out.push_bind_param::<Text, _>(&self.sqlite)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for Matches {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (start, end) = if self.at_once { ("= ANY (ARRAY(", ")))") } else { ("IN (", "))") };
        out.push_sql("listings.search_no ");
        out.push_sql(start);
        out.push_sql("SELECT search_no FROM listing_terms WHERE terms @@ CAST(");
        out.push_bind_param::<Text, _>(&self.postgres)?;
        out.push_sql(" AS tsquery");
        out.push_sql(end);
        Ok(())
    }
}

impl QueryFragment<MultiBackend> for Matches {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}
