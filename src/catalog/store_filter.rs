//! What a buyer looks for, as conditions on live listings.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::types::ListingState;
use crate::db::schema::{listings, product_templates, stream_listings, streams};
use crate::db::search::Matches;
use crate::db::{MultiBackend, lies_in};
use crate::households::HouseholdId;
use crate::kernel::{Money, RegionCode};

/// Everything that is given has to fit.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub words: Option<Matches>,
    pub place: Option<RegionCode>,
    pub category: Option<String>,
    pub household_id: Option<HouseholdId>,
    pub price_min: Option<Money>,
    pub price_max: Option<Money>,
    /// `MM-DD` of a day: only what has its season then. What has no season, or is sold without a template,
    /// has it always.
    pub in_season_on: Option<String>,
    pub pre_order: bool,
    pub live_now: bool,
    pub in_stock: bool,
}

impl Filter {
    /// Nothing narrows but words.
    pub fn is_words_alone(&self) -> bool {
        let narrows = [
            self.place.is_some(),
            self.category.is_some(),
            self.household_id.is_some(),
            self.price_min.is_some(),
            self.price_max.is_some(),
            self.in_season_on.is_some(),
            self.pre_order,
            self.live_now,
            self.in_stock,
        ];
        self.words.is_some() && !narrows.contains(&true)
    }
}

/// A query on listings that is being put together.
pub type Narrowed<'a> = listings::BoxedQuery<'a, MultiBackend>;

/// Live listings that fit.
pub fn narrowed(filter: &Filter) -> Narrowed<'static> {
    narrow!(listings::table.into_boxed(), filter)
}

/// Narrows a boxed query on `listings` to what is live and fits.
macro_rules! narrow {
    ($query:expr, $filter:expr) => {{
        let filter: &$crate::catalog::store_filter::Filter = $filter;
        let mut query = $query.filter(listings::state.eq(ListingState::Live));
        if let Some(words) = &filter.words {
            query = query.filter(words.clone());
        }
        if let Some(place) = &filter.place {
            query = query.filter(lies_in!(listings::village_code, place));
        }
        if let Some(category) = &filter.category {
            query = query.filter(listings::category.eq(category.clone()));
        }
        if let Some(household_id) = filter.household_id {
            query = query.filter(listings::household_id.eq(household_id));
        }
        if let Some(price) = filter.price_min {
            query = query.filter(listings::price_fen.ge(price));
        }
        if let Some(price) = filter.price_max {
            query = query.filter(listings::price_fen.le(price));
        }
        if let Some(day) = &filter.in_season_on {
            query = query.filter($crate::catalog::store_filter::in_season_on(day.clone()));
        }
        if filter.pre_order {
            query = query.filter(listings::sale_kind.eq("pre_order"));
        }
        if filter.live_now {
            query = query.filter($crate::catalog::store_filter::is_in_live_stream());
        }
        if filter.in_stock {
            query = query.filter(listings::stock_available.gt(0));
        }
        query
    }};
}
pub(super) use narrow;

/// No template says that its season is over, or has not begun.
#[diesel::dsl::auto_type]
pub fn in_season_on(day: String) -> _ {
    let out: out_of_season_on = out_of_season_on(day);
    not(exists(product_templates::table.filter(product_templates::id.nullable().eq(listings::template_id)).filter(out)))
}

/// Templates whose season does not contain a day. One that goes over the end of the year, 11-15 to 02-20, is
/// over between its end and its beginning.
#[diesel::dsl::auto_type]
pub fn out_of_season_on(day: String) -> _ {
    let same: String = day.clone();
    let again: String = day.clone();
    let last: String = day.clone();
    product_templates::season_from
        .le(product_templates::season_until)
        .and(product_templates::season_from.gt(day).or(product_templates::season_until.lt(same)))
        .or(product_templates::season_from
            .gt(product_templates::season_until)
            .and(product_templates::season_from.gt(again).and(product_templates::season_until.lt(last))))
}

/// Part of what a stream shows that is live at this moment.
#[diesel::dsl::auto_type]
pub fn is_in_live_stream() -> _ {
    exists(
        stream_listings::table
            .inner_join(streams::table)
            .filter(stream_listings::listing_id.eq(listings::id))
            .filter(streams::state.eq("live")),
    )
}
