//! What is for sale by product template, for the calendar of the seasons.

use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use super::types::ListingState;
use crate::db::schema::listings;
use crate::db::{Conn, DbResult, lies_in};
use crate::kernel::{Money, RegionCode};
use crate::templates::TemplateId;

/// How many listings of a template are live, and the lowest price among them.
pub type Offered = (TemplateId, i64, Option<Money>);

pub fn count_live_by_template(conn: &mut Conn, place: Option<&RegionCode>) -> DbResult<Vec<Offered>> {
    let mut query = listings::table
        .filter(listings::state.eq(ListingState::Live))
        .filter(listings::template_id.is_not_null())
        .group_by(listings::template_id)
        .select((listings::template_id.assume_not_null(), count_star(), min(listings::price_fen)))
        .into_boxed();
    if let Some(place) = place {
        query = query.filter(lies_in!(listings::village_code, place));
    }
    Ok(query.load(conn)?)
}
