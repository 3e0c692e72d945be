//! Orders: from the cart to the parcel at the door.
//!
//! What always holds: the last unit is sold once; a refused order leaves nothing behind, not even a
//! number; every step has an actor and a time in the log; paid money is held for its order until it
//! is settled or paid back. Tables: `checkouts`, `orders`, `order_lines`, `order_counters`,
//! `shipments`, `order_line_papers`, `interest_rates`, `order_ends`, `order_changes`, `organisation_orders`,
//! `invoices`. Read `rules.rs` for the states, `placement.rs` and `place.rs` for how orders are placed, `pay.rs` for
//! money, `prepaid.rs` for deposits and what goes back of them, `terms.rs` for what is paid after acceptance,
//! `service.rs` for the rest of the way.

mod arrival;
mod changes;
mod decided;
mod dispatch;
mod ending;
mod holidays;
pub mod http;
mod http_changes;
mod http_checkout;
mod http_preorder;
mod http_quote;
mod http_rates;
mod http_terms;
mod http_weights;
mod interest;
mod pay;
mod place;
mod placement;
mod preorder;
mod prepaid;
mod queue;
mod rules;
mod service;
mod shelf;
mod store;
mod store_buyer;
mod store_changes;
mod store_place;
mod store_prepaid;
mod store_supply;
mod store_terms;
mod store_turnover;
mod store_weights;
mod telling;
mod terms;
mod types;
mod verify;
mod view;
mod weighing;
mod weights;

pub use dispatch::{LineMissing, missing as missing_papers};
pub use http_checkout::AddressIn;
pub use http_weights::{WeighedIn, parse_weights};
pub use pay::{expire, go_outside, held_fen, notified, refund, refund_charged, start as start_payment};
pub use preorder::{Days, add_rate, call_in, lapse, start_balance};
pub use prepaid::RateKind;
pub use queue::PlacementQueue;
pub use rules::{Command, OrderState};
pub use service::{Moved, Parcel, cancel, load, load_in_scope, load_own, lock, received_at, ship, transition};
pub use store::{
    Checkout, Line, LineWeight, Order, ScopeFilter, Shipment, find_checkout, list_by_id, list_in_scope, list_lines,
    list_lines_of_pairings, list_of_checkout,
};
pub use store_buyer::{erase_addresses, list_all_of_buyer, list_checkouts_of_buyer, list_open_numbers, list_shipments};
pub use store_supply::{Wanted, attach_papers, list_wanted, lock_wanted, supply_line, unsupply_line};
pub use store_turnover::turnover;
pub use terms::{is_owed, order_on_terms, verify as verify_terms};
pub use types::{Address, CheckoutId, CheckoutState, GiftMessage, OrderError, OrderId, Placement, SPLIT_RULE, Terms};
pub use verify::verify;
pub use view::{ActedFor, OrderOut, acted_for, names_of_acts, show, titles};
pub use weighing::{Weighed, correct_weights, pack, refund_less, weigh};

/// Places wishes at once, without the queue: for the demonstration and for tests.
pub use place::place_all;
