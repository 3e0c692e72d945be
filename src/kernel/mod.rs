//! The vocabulary that every domain speaks: money, mass, counts, ids, time, places, pages.
//!
//! What always holds: no I/O, no floating point, nothing of HTTP. A value that exists is valid;
//! [`Invalid`] is the one answer of every constructor that refuses. Types stored in a built-in
//! SQL type carry their own diesel mapping; ids and instants are mapped in `db::sql_types`.

mod act;
mod id;
mod integer;
mod invalid;
mod money;
mod page;
mod quantity;
mod region_code;
mod sql;
mod text;
mod text_enum;
mod time;
mod weight;

pub use act::{Act, Actor, PriceThresholds, Role, User, UserId};
pub use id::{Any, Id, IdSource, is_code};
pub(crate) use integer::integer_value;
pub use invalid::Invalid;
pub use money::Money;
pub use page::{Cursor, Page, PageInfo, PageQuery};
pub use quantity::Quantity;
pub use region_code::{RegionCode, RegionLevel, Scope};
pub use sql::{IdSql, InstantSql};
pub use text::{line, masked, paragraphs};
pub(crate) use text_enum::text_enum;
pub use time::{Clock, Day, Instant};
pub use weight::Grams;
