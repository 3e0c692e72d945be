//! What households offer: listings with a price that explains itself.
//!
//! What always holds: the price is the sum of its named parts; a listing goes live only when
//! another person than its author approved it; stock moves only by the guarded statements of
//! `orders`, [`return_stock`] and `promise.rs`, which keeps it within what the household can give. Tables: `listings`, `listing_photos`, `listing_terms`.
//! Read `types.rs`, then `rules.rs` for the states.

pub mod http;
mod http_public;
mod http_stock;
mod many;
mod promise;
mod rules;
mod service;
mod store;
mod store_cards;
mod store_many;
mod types;
mod view;

pub use many::draft_all;
mod store_promise;
pub use promise::{Cut, take_survey};
pub use rules::{Command, decide};
pub use service::{change_state, draft, load_for_sale, reindex, return_stock};
pub(crate) use store::price_columns;
pub use store::{ForSale, Listing, PriceRow, price_of};
pub use store_cards::{Card, cards_by_id};
pub use store_many::list_offered;
pub use types::{ListingError, ListingId, ListingState, NewListing, PriceComposition};
pub use view::{ListingCard, show_cards};

use crate::db::{Conn, DbResult};
use crate::kernel::RegionCode;

/// How many listings of each village are live; villages without any are left out.
///
/// # Errors
/// Those of the database.
pub fn count_live_by_village(conn: &mut Conn) -> DbResult<Vec<(RegionCode, i64)>> {
    store_cards::count_live_by_village(conn)
}
