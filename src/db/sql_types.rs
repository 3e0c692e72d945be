//! How ids and instants are stored: BLOB(16) or `uuid`, INTEGER microseconds or `timestamptz`.
//!
//! Every other type is a built-in one on both databases, mapped beside the Rust type itself.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::expression::{Expression, ValidGrouping, is_aggregate};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, HasSqlType};
use diesel::sqlite::{Sqlite, SqliteValue};
use diesel::{AppearsOnTable, QueryResult, SelectableExpression};
use std::io::Write;
use uuid::Uuid;

use super::conn::{MultiBackend, MultiRawValue};
use crate::kernel::{Id, IdSql, Instant, InstantSql};

/// The first and last whole years of `timestamptz`: 4712 BC and 294275.
const POSTGRES_MIN: i64 = -211_800_000_000_000_000;
const POSTGRES_MAX: i64 = 9_223_300_000_000_000_000;

/// PostgreSQL counts from 2000-01-01.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;

impl<T> ToSql<IdSql, Pg> for Id<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.uuid().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl<T> FromSql<IdSql, Pg> for Id<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_uuid(Uuid::from_slice(value.as_bytes())?))
    }
}

impl<T> ToSql<IdSql, Sqlite> for Id<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.uuid().as_bytes().to_vec());
        Ok(IsNull::No)
    }
}

impl<T> FromSql<IdSql, Sqlite> for Id<T> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self::from_uuid(Uuid::from_slice(&bytes)?))
    }
}

impl ToSql<InstantSql, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        // A cursor or a filter may name any moment; beyond these PostgreSQL has none.
        let micros = self.unix_micros().saturating_sub(POSTGRES_EPOCH_MICROS).clamp(POSTGRES_MIN, POSTGRES_MAX);
        ToSql::<BigInt, Pg>::to_sql(&micros, &mut out.reborrow())
    }
}

impl FromSql<InstantSql, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        Ok(Self::from_unix_micros(micros + POSTGRES_EPOCH_MICROS))
    }
}

impl ToSql<InstantSql, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.unix_micros());
        Ok(IsNull::No)
    }
}

impl FromSql<InstantSql, Sqlite> for Instant {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::from_unix_micros(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?))
    }
}

impl HasSqlType<IdSql> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<IdSql>(lookup)
    }
}

impl HasSqlType<InstantSql> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<InstantSql>(lookup)
    }
}

impl<T: 'static> FromSql<IdSql, MultiBackend> for Id<T> {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, IdSql>()
    }
}

impl<T: 'static> ToSql<IdSql, MultiBackend> for Id<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((IdSql, self));
        Ok(IsNull::No)
    }
}

impl FromSql<InstantSql, MultiBackend> for Instant {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, InstantSql>()
    }
}

impl ToSql<InstantSql, MultiBackend> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((InstantSql, self));
        Ok(IsNull::No)
    }
}

/// `SUM` of fen as BIGINT, zero for no rows: diesel types `SUM` of BIGINT as NUMERIC, which
/// SQLite does not have.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct SumI64<E>(E);

pub fn sum_i64<E: Expression<SqlType = BigInt>>(amounts: E) -> SumI64<E> {
    SumI64(amounts)
}

impl<E> Expression for SumI64<E> {
    type SqlType = BigInt;
}

impl<E, GroupBy> ValidGrouping<GroupBy> for SumI64<E> {
    type IsAggregate = is_aggregate::Yes;
}

impl<E, Source> SelectableExpression<Source> for SumI64<E> where Self: AppearsOnTable<Source> {}
impl<E: AppearsOnTable<Source>, Source> AppearsOnTable<Source> for SumI64<E> {}

impl<E: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for SumI64<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("CAST(COALESCE(SUM(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql("), 0) AS BIGINT)");
        Ok(())
    }
}
