//! Rows of a list that are picked before anything is joined to them.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;
use diesel::{QueryResult, backend::Backend};

use super::schema::listings;

/// A condition on `listings`: picked by a query for `search_no`. `eq_any` says the same, but not of a query
/// that was put together for both databases at once.
#[derive(Debug, Clone)]
pub struct Picked<Q>(pub Q);

impl<Q> QueryId for Picked<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Expression for Picked<Q> {
    type SqlType = Bool;
}

impl<Q, GroupBy> ValidGrouping<GroupBy> for Picked<Q> {
    type IsAggregate = is_aggregate::No;
}

impl<Q, Source> SelectableExpression<Source> for Picked<Q> where Self: AppearsOnTable<Source> {}
impl<Q, Source> AppearsOnTable<Source> for Picked<Q> where listings::search_no: AppearsOnTable<Source> {}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Picked<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("listings.search_no IN (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// For [`Picked`]: of each village whose code a query picks, the newest listing that is live. Each costs one
/// look into an index.
#[derive(Debug, Clone)]
pub struct NewestOfEach<Q>(pub Q);

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for NewestOfEach<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "SELECT (SELECT newest.search_no FROM listings AS newest \
             WHERE newest.village_code = village.code AND newest.state = 'live' \
             ORDER BY newest.published_at DESC, newest.id DESC LIMIT 1) FROM (",
        );
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS village");
        Ok(())
    }
}
