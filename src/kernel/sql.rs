//! Names of the two SQL types that differ between the databases; `db::sql_types` maps the values.

use diesel::query_builder::QueryId;
use diesel::sql_types::SqlType;

/// `uuid` on PostgreSQL, 16 bytes on SQLite.
#[derive(SqlType, QueryId, Clone, Copy, Debug, Default)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct IdSql;

/// `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite.
#[derive(SqlType, QueryId, Clone, Copy, Debug, Default)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct InstantSql;
