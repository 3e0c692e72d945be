//! Both migration trees give one logical schema, and leave nothing behind when they are taken back.
//!
//! SQLite always; PostgreSQL too when `TEST_DATABASE_URL` names a server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use std::collections::BTreeSet;
use std::fs;
use yuanshan::db::{Conn, Db, DbError, migrate};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What a table consists of, in words that mean the same on both databases: ids are bytes, instants
/// are integers.
const SQLITE: &str = "
    WITH tables AS (
        SELECT name, sql FROM sqlite_master
        WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' AND name NOT LIKE 'listing_terms%'
    )
    SELECT 'column ' || t.name || '.' || c.name || ' ' || lower(replace(c.type, 'BLOB', 'bytes'))
        || CASE WHEN c.\"notnull\" OR c.pk THEN '' ELSE ' null' END AS line
    FROM tables t, pragma_table_info(t.name) c
    UNION ALL
    SELECT 'key ' || t.name || ' ' || group_concat(c.name, ',' ORDER BY c.pk)
    FROM tables t, pragma_table_info(t.name) c WHERE c.pk > 0 GROUP BY t.name
    UNION ALL
    SELECT 'reference ' || t.name || '.' || f.\"from\" || ' ' || f.\"table\" || '.' || f.\"to\"
    FROM tables t, pragma_foreign_key_list(t.name) f
    UNION ALL
    SELECT 'index ' || m.name || ' ' || CASE WHEN x.\"unique\" THEN 'unique ' ELSE '' END || CASE WHEN x.partial THEN 'partial ' ELSE '' END
        || (SELECT group_concat(i.name || CASE WHEN i.\"desc\" THEN ' desc' ELSE '' END, ',' ORDER BY i.seqno)
            FROM pragma_index_xinfo(m.name) i WHERE i.key)
    FROM sqlite_master m JOIN tables t ON t.name = m.tbl_name, pragma_index_list(t.name) x
    WHERE m.type = 'index' AND m.sql IS NOT NULL AND x.name = m.name";

const POSTGRES: &str = "
    SELECT 'column ' || table_name || '.' || column_name || ' '
        || CASE data_type WHEN 'uuid' THEN 'bytes' WHEN 'bytea' THEN 'bytes' WHEN 'text' THEN 'text' ELSE 'integer' END
        || CASE is_nullable WHEN 'YES' THEN ' null' ELSE '' END AS line
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' AND table_name <> 'listing_terms'
    UNION ALL
    SELECT 'key ' || c.conrelid::regclass || ' ' || (
        SELECT string_agg(a.attname, ',' ORDER BY k.position)
        FROM unnest(c.conkey) WITH ORDINALITY AS k (number, position)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)
    FROM pg_constraint c WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace
        AND c.conrelid::regclass::text NOT IN ('__diesel_schema_migrations', 'listing_terms')
    UNION ALL
    SELECT 'reference ' || c.conrelid::regclass || '.' || a.attname || ' ' || c.confrelid::regclass || '.' || r.attname
    FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    JOIN pg_attribute r ON r.attrelid = c.confrelid AND r.attnum = c.confkey[1]
    WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conrelid::regclass::text <> 'listing_terms'
    UNION ALL
    SELECT 'index ' || i.indexrelid::regclass || ' ' || CASE WHEN i.indisunique THEN 'unique ' ELSE '' END
        || CASE WHEN i.indpred IS NOT NULL THEN 'partial ' ELSE '' END
        || (SELECT string_agg(a.attname || CASE WHEN i.indoption[k.position - 1] & 1 = 1 THEN ' desc' ELSE '' END, ',' ORDER BY k.position)
            FROM unnest(i.indkey) WITH ORDINALITY AS k (number, position)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number)
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = 'public' AND t.relname <> 'listing_terms'
        AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))";

/// Names of CHECK and UNIQUE constraints: errors are told apart by them.
const SQLITE_TABLES: &str = "SELECT sql AS line FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL";
const POSTGRES_CONSTRAINTS: &str = "
    SELECT 'constraint ' || c.conname AS line FROM pg_constraint c
    JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = 'public' AND c.contype IN ('c', 'u')";

fn logical_schema(conn: &mut Conn) -> BTreeSet<String> {
    let lines = |rows: Vec<Line>| rows.into_iter().map(|row| row.line);
    match conn {
        Conn::Pg(conn) => {
            let mut schema: BTreeSet<String> = lines(sql_query(POSTGRES).load(conn).unwrap()).collect();
            schema.extend(lines(sql_query(POSTGRES_CONSTRAINTS).load(conn).unwrap()));
            schema
        }
        Conn::Sqlite(conn) => {
            let mut schema: BTreeSet<String> = lines(sql_query(SQLITE).load(conn).unwrap()).collect();
            let tables: Vec<Line> = sql_query(SQLITE_TABLES).load(conn).unwrap();
            for table in tables {
                schema.extend(constraint_names(&table.line));
            }
            schema
        }
    }
}

fn constraint_names(sql: &str) -> Vec<String> {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let named =
        words.windows(3).filter(|words| words[0] == "CONSTRAINT" && matches!(words[2], "CHECK" | "UNIQUE" | "UNIQUE,"));
    named.map(|words| format!("constraint {}", words[1])).collect()
}

/// An empty database of the server that `TEST_DATABASE_URL` names, if it does.
fn postgres(name: &str) -> Option<Db> {
    let server = std::env::var("TEST_DATABASE_URL").ok()?;
    let name = format!("schema_{name}_{}", std::process::id());
    let admin = Db::open(&server, 1).unwrap();
    admin
        .read_blocking(|conn| {
            let Conn::Pg(conn) = conn else { unreachable!("the URL names PostgreSQL") };
            sql_query(format!("DROP DATABASE IF EXISTS {name}")).execute(conn)?;
            sql_query(format!("CREATE DATABASE {name}")).execute(conn)?;
            Ok::<_, DbError>(())
        })
        .unwrap();
    let base = server.rsplit_once('/').unwrap().0;
    Some(Db::open(&format!("{base}/{name}"), 1).unwrap())
}

fn sqlite(directory: &tempfile::TempDir) -> Db {
    Db::open(&format!("sqlite://{}", directory.path().join("schema.sqlite").display()), 1).unwrap()
}

fn schema_of(db: &Db) -> BTreeSet<String> {
    db.read_blocking(|conn| Ok::<_, DbError>(logical_schema(conn))).unwrap()
}

#[test]
fn both_databases_have_one_schema() {
    let directory = tempfile::tempdir().unwrap();
    let on_sqlite = schema_of(&sqlite(&directory));
    assert!(on_sqlite.len() > 300, "{} facts", on_sqlite.len());
    insta::assert_snapshot!(on_sqlite.iter().cloned().collect::<Vec<_>>().join("\n"));
    if let Some(db) = postgres("same") {
        let on_postgres = schema_of(&db);
        let differ: Vec<_> = on_sqlite.symmetric_difference(&on_postgres).collect();
        assert!(differ.is_empty(), "{differ:#?}");
    }
}

#[test]
fn migrations_leave_nothing_when_taken_back() {
    let directory = tempfile::tempdir().unwrap();
    for db in [Some(sqlite(&directory)), postgres("down")].into_iter().flatten() {
        let before = schema_of(&db);
        db.read_blocking(|conn| {
            migrate::down(conn)?;
            let left = logical_schema(conn);
            assert!(left.is_empty(), "{left:#?}");
            migrate::up(conn)
        })
        .unwrap();
        assert_eq!(schema_of(&db), before);
    }
}

#[test]
fn the_trees_have_twins_by_name() {
    let names = |folder: &str| -> BTreeSet<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));
    for folder in ["migrations/sqlite", "migrations/postgres"] {
        for name in names(folder) {
            assert_eq!(names(&format!("{folder}/{name}")), BTreeSet::from(["down.sql".into(), "up.sql".into()]));
        }
    }
}

#[test]
fn every_reference_has_an_index() {
    let directory = tempfile::tempdir().unwrap();
    let schema = schema_of(&sqlite(&directory));
    let leads = |table: &str, column: &str| {
        schema.iter().any(|fact| {
            let mut words = fact.split([' ', ',']);
            match words.next() {
                Some("key") => words.next() == Some(table) && words.next() == Some(column),
                Some("index") => {
                    let name = words.next().unwrap_or_default();
                    name.starts_with(table) && words.find(|word| !matches!(*word, "unique" | "partial")) == Some(column)
                }
                _ => false,
            }
        })
    };
    // Places are never removed, so nothing looks for the rows that mention one; other columns are found
    // through the unique constraints that begin with them.
    let constrained = [
        "bank_file_rows.payout_id",
        "batches.intake_id",
        "grants.user_id",
        "payouts.order_id",
        "reviews.order_id",
        "ledger_transactions.reverses_id",
    ];
    let mut without = Vec::new();
    for fact in schema.iter().filter_map(|fact| fact.strip_prefix("reference ")) {
        let (from, to) = fact.split_once(' ').unwrap();
        let (table, column) = from.split_once('.').unwrap();
        if to == "regions.code" || constrained.contains(&from) {
            continue;
        }
        if !leads(table, column) {
            without.push(from);
        }
    }
    assert!(without.is_empty(), "no index for {without:?}");
}

#[test]
fn a_mistyped_url_is_an_error_that_names_it() {
    for url in ["postgresql:typo", "sqlite:data.db", "host=localhost dbname=x"] {
        let error = Db::open(url, 1).err().expect("refused");
        assert!(error.to_string().contains(url), "{error}");
        assert!(!std::path::Path::new(url).exists());
    }
}
