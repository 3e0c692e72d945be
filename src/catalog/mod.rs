//! What households offer: listings with a price that explains itself.
//!
//! What always holds: the price is the sum of its named parts; content is for sale only when another person
//! than its authors approved it; what it said before is kept, and an order names the version it was placed
//! on; stock moves only by the guarded statements of `orders` and [`return_stock`]. Tables: `listings`,
//! `listing_photos`, `listing_terms`, `listing_versions`, `listing_version_photos`. Read `types.rs`, then
//! `rules.rs` for the states, `conditions.rs` for what else has a say.

pub mod check;
mod conditions;
mod content;
mod difference;
pub mod http;
mod http_content;
mod http_public;
mod rules;
mod service;
mod store;
mod store_cards;
mod store_check;
mod store_versions;
mod types;
mod verify;
mod versions;
mod view;
mod view_check;
mod view_versions;

pub use conditions::{Occasion, Step};
pub use content::{Content, Edit, Label, NewListing, SaleKind};
pub use difference::{Difference, differences};
pub use rules::{Command, decide};
pub use service::{change_state, draft, load, load_for_sale, reindex, return_stock};
pub(crate) use store::price_columns;
pub use store::{ForSale, Listing, PriceRow, price_of};
pub use store_cards::{Card, cards_by_id};
pub use types::{Decision, ListingError, ListingId, ListingState, PriceComposition};
pub use verify::verify;
pub use versions::{copy, edit};
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
