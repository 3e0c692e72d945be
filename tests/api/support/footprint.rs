//! All that a database holds, to show that a refusal leaves nothing behind.

use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::BTreeMap;

use super::TestApp;
use yuanshan::db::Conn;

/// The rows of each table, in an order of their own.
type Footprint = BTreeMap<String, Vec<String>>;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl TestApp {
    /// Runs a part of a test after which the database holds exactly what it held before.
    pub async fn unchanged<T>(&self, part: impl Future<Output = T>) -> T {
        let before = self.footprint();
        let outcome = part.await;
        let after = self.footprint();
        for (table, rows) in &after {
            let new: Vec<_> = rows.iter().filter(|row| !before[table].contains(row)).collect();
            let gone: Vec<_> = before[table].iter().filter(|row| !rows.contains(row)).collect();
            assert!(new.is_empty() && gone.is_empty(), "{table} changed: new {new:#?}, gone {gone:#?}");
            assert_eq!(before[table].len(), rows.len(), "rows of {table}");
        }
        outcome
    }

    /// Tables in which a text stands as it is, in a column of text or of bytes.
    pub fn tables_holding(&self, text: &str) -> Vec<String> {
        let bytes: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let holds = |row: &String| row.contains(text) || row.to_lowercase().contains(&bytes);
        let held = self.footprint().into_iter().filter(|(_, rows)| rows.iter().any(holds));
        held.map(|(table, _)| table).collect()
    }

    fn footprint(&self) -> Footprint {
        self.read(|conn| {
            let tables: Vec<String> = tables(conn)?;
            // People sign in again when time has passed; that is no effect of what they ask.
            let tables = tables.into_iter().filter(|table| {
                !matches!(table.as_str(), "refresh_tokens" | "second_factors" | "sessions" | "throttles")
            });
            tables.map(|table| Ok((table.clone(), table_rows(conn, &table)?))).collect()
        })
    }
}

fn tables(conn: &mut Conn) -> QueryResult<Vec<String>> {
    lines(
        conn,
        "SELECT tablename AS line FROM pg_tables WHERE schemaname = 'public'",
        "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
    )
}

fn table_rows(conn: &mut Conn, table: &str) -> QueryResult<Vec<String>> {
    let columns = match conn {
        Conn::Pg(_) => Vec::new(),
        Conn::Sqlite(_) => lines(conn, "", &format!("SELECT name AS line FROM pragma_table_info('{table}')"))?,
    };
    let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
    lines(
        conn,
        &format!("SELECT t::text AS line FROM \"{table}\" t ORDER BY 1"),
        &format!("SELECT {} AS line FROM \"{table}\" ORDER BY 1", quoted.join(" || ',' || ")),
    )
}

fn lines(conn: &mut Conn, postgres: &str, sqlite: &str) -> QueryResult<Vec<String>> {
    let lines: Vec<Line> = match conn {
        Conn::Pg(conn) => diesel::sql_query(postgres).load(conn)?,
        Conn::Sqlite(conn) => diesel::sql_query(sqlite).load(conn)?,
    };
    Ok(lines.into_iter().map(|Line { line }| line).collect())
}
