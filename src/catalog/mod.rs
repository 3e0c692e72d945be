//! What households offer: listings with a price that explains itself.
//!
//! What always holds: the price is the sum of its named parts; content is for sale only when another person
//! than its authors approved it; what it said before is kept, and an order names the version it was placed
//! on; stock moves only by the guarded statements of `orders`, [`return_stock`] and `promise.rs`, which keeps
//! it within what the household can give; the shop's own order follows one rule, `exposure.rs`. Tables:
//! `listings`, `listing_photos`, `listing_terms`, `search_words`, `listing_versions`,
//! `listing_version_photos`. Read `types.rs`, then `rules.rs` for the states, `conditions.rs` for what else
//! has a say.

pub mod check;
mod conditions;
mod content;
mod difference;
mod drafts;
mod exposure;
mod fairness;
mod filing;
pub mod http;
mod http_calendar;
mod http_content;
mod http_public;
mod http_shop;
mod http_stock;
mod promise;
mod rules;
mod service;
mod shop;
mod store;
mod store_calendar;
mod store_cards;
mod store_check;
mod store_exposure;
mod store_facets;
mod store_filter;
mod store_for_sale;
mod store_many;
mod store_promise;
mod store_versions;
mod store_weights;
mod types;
mod verify;
mod versions;
mod view;
mod view_check;
mod view_versions;

pub use conditions::{Occasion, Step};
pub use content::{Content, Edit, Label, NewListing, SaleKind};
pub use difference::{Difference, differences};
pub use drafts::{draft, draft_all};
pub use fairness::order_anew;
pub use filing::reindex;
pub use promise::{Cut, take_survey};
pub use rules::{Command, decide};
pub use service::{change_state, list_for_sale, load, load_for_sale, return_stock};
pub(crate) use store::price_columns;
pub use store::{Listing, PriceRow, price_of};
pub use store_cards::{Card, cards_by_id, find_published};
pub use store_for_sale::{ForSale, list_deposits};
pub use store_many::list_offered;
pub use store_weights::{WeightBand, find_weight_band};
pub use types::{Decision, ListingError, ListingId, ListingState, PriceComposition};
pub use verify::verify;
pub use versions::{copy, edit};
pub use view::{ListingCard, newest_photo, show_cards};

use crate::db::{Conn, DbResult};
use crate::kernel::RegionCode;

/// How many listings of each village are live; villages without any are left out.
///
/// # Errors
/// Those of the database.
pub fn count_live_by_village(conn: &mut Conn) -> DbResult<Vec<(RegionCode, i64)>> {
    store_cards::count_live_by_village(conn)
}
