//! Full-text search over Chinese, the same on both databases.
//!
//! Text is cut here, not in the database: every run of letters or digits is a term, every Chinese
//! character and every pair of neighbouring ones too. A search for two or more characters asks for
//! the pairs only, so 鸡蛋 finds 土鸡蛋 and 岫云 finds 岫云村, without a dictionary that would have to
//! know them. SQLite keeps the terms in FTS5, PostgreSQL in a `tsvector` that skips its own parser.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, sql_query};
use std::collections::BTreeSet;

use super::conn::MultiBackend;
use super::schema::listings;
use super::{Conn, DbResult};

/// The terms under which `text` is filed.
#[must_use]
pub fn index_terms(text: &str) -> BTreeSet<String> {
    runs(text)
        .flat_map(|run| if run.is_chinese() { run.characters().chain(run.pairs()).collect() } else { vec![run.word()] })
        .collect()
}

/// The terms that all have to be there; none if `text` holds nothing to look for.
#[must_use]
pub fn query_terms(text: &str) -> BTreeSet<String> {
    runs(text)
        .flat_map(|run| match (run.is_chinese(), run.0.len()) {
            (false, _) => vec![run.word()],
            (true, 1) => run.characters().collect(),
            (true, _) => run.pairs().collect(),
        })
        .collect()
}

/// Neighbouring characters that belong together: all Chinese, or all letters and digits.
struct Run(Vec<char>);

impl Run {
    fn is_chinese(&self) -> bool {
        self.0.first().copied().is_some_and(is_chinese)
    }

    fn word(&self) -> String {
        self.0.iter().flat_map(|character| character.to_lowercase()).collect()
    }

    fn characters(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(char::to_string)
    }

    fn pairs(&self) -> impl Iterator<Item = String> {
        self.0.windows(2).map(|pair| pair.iter().collect())
    }
}

fn runs(text: &str) -> impl Iterator<Item = Run> {
    let characters: Vec<char> = text.chars().collect();
    let kind = |character: &char| (character.is_alphanumeric(), is_chinese(*character));
    let runs: Vec<Run> = characters
        .chunk_by(|a, b| kind(a) == kind(b))
        .filter(|run| run[0].is_alphanumeric())
        .map(|run| Run(run.to_vec()))
        .collect();
    runs.into_iter()
}

/// CJK Unified Ideographs with extension A, and the compatibility block.
fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Files a listing under the terms of `text`, instead of what it was filed under before.
///
/// # Errors
/// Those of the database.
pub fn file_listing(conn: &mut Conn, search_no: i64, text: &str) -> DbResult<()> {
    let terms: Vec<String> = index_terms(text).into_iter().collect();
    match conn {
        Conn::Sqlite(conn) => {
            sql_query("DELETE FROM listing_terms WHERE rowid = ?").bind::<BigInt, _>(search_no).execute(conn)?;
            sql_query("INSERT INTO listing_terms (rowid, terms) VALUES (?, ?)")
                .bind::<BigInt, _>(search_no)
                .bind::<Text, _>(terms.join(" "))
                .execute(conn)?;
        }
        Conn::Pg(conn) => {
            sql_query(
                "INSERT INTO listing_terms (search_no, terms) VALUES ($1, array_to_tsvector($2)) \
                 ON CONFLICT (search_no) DO UPDATE SET terms = excluded.terms",
            )
            .bind::<BigInt, _>(search_no)
            .bind::<diesel::sql_types::Array<Text>, _>(terms)
            .execute(conn)?;
        }
    }
    Ok(())
}

/// A condition on `listings`: filed under every one of the terms.
#[derive(Debug, Clone, QueryId)]
pub struct Matches {
    /// Terms are letters and digits only, so quoting them is enough to keep them from being syntax.
    sqlite: String,
    postgres: String,
}

impl Matches {
    /// `None` if there is nothing to look for.
    #[must_use]
    pub fn all_of(text: &str) -> Option<Self> {
        let terms = query_terms(text);
        let quoted = |quote: char, joint: &str| {
            terms.iter().map(|term| format!("{quote}{term}{quote}")).collect::<Vec<_>>().join(joint)
        };
        (!terms.is_empty()).then(|| Self { sqlite: quoted('"', " AND "), postgres: quoted('\'', " & ") })
    }
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
        out.push_sql("listings.search_no IN (SELECT rowid FROM listing_terms WHERE listing_terms MATCH ");
        out.push_bind_param::<Text, _>(&self.sqlite)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for Matches {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("listings.search_no IN (SELECT search_no FROM listing_terms WHERE terms @@ CAST(");
        out.push_bind_param::<Text, _>(&self.postgres)?;
        out.push_sql(" AS tsquery))");
        Ok(())
    }
}

impl QueryFragment<MultiBackend> for Matches {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(query: &str, text: &str) -> bool {
        let (query, text) = (query_terms(query), index_terms(text));
        !query.is_empty() && query.is_subset(&text)
    }

    #[test]
    fn parts_of_words_are_found() {
        for query in ["鸡蛋", "土鸡", "土鸡蛋", "蛋", "30", "土鸡蛋 岫云", "岫云村", "BOX"] {
            assert!(finds(query, "土鸡蛋 30枚/盒 box 岫云村"), "{query}");
        }
        for query in ["鸭蛋", "岫蛋", "3", "", "  ", "！？"] {
            assert!(!finds(query, "土鸡蛋 30枚/盒 岫云村"), "{query}");
        }
    }

    proptest! {
        #[test]
        fn every_part_of_a_chinese_name_finds_it(name in "[\u{4e00}-\u{9fa5}]{1,12}", start in 0_usize..12, length in 1_usize..12) {
            let part: String = name.chars().skip(start).take(length).collect();
            prop_assume!(!part.is_empty());
            prop_assert!(finds(&part, &name));
        }

        #[test]
        fn terms_hold_no_syntax(text in ".*") {
            for term in query_terms(&text).iter().chain(&index_terms(&text)) {
                prop_assert!(term.chars().all(|character| !matches!(character, '\'' | '"' | ' ' | '\\')), "{term:?}");
            }
        }
    }
}
