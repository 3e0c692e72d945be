//! Values that are one checked integer: in JSON, and in a BIGINT column of either database.

/// Gives a newtype over `i64` its conversions; what is read passes the same check as what is made.
macro_rules! integer_value {
    ($name:ident, $check:path) => {
        impl TryFrom<i64> for $name {
            type Error = $crate::kernel::Invalid;
            fn try_from(value: i64) -> Result<Self, Self::Error> {
                $check(value)
            }
        }

        impl From<$name> for i64 {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::BigInt, DB> for $name
        where
            i64: diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB> for $name
        where
            i64: diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                Ok($check(i64::from_sql(bytes)?)?)
            }
        }
    };
}
pub(crate) use integer_value;
