//! How Chinese is cut into the terms by which it is found. Pure: no database, no clock.
//!
//! What always holds: a text is filed under the same terms on both databases, and a term holds only letters
//! and digits; every part of a Chinese name is found by its characters and by the pinyin of whole
//! characters, whatever a dictionary knows. The dictionary (jieba) only says where words begin, for initials
//! and for what is offered to somebody who mistyped. Read `terms.rs`, then `query.rs`.

mod pinyin;
mod query;
mod runs;
mod terms;
mod words;

pub use query::{Query, Term};
pub use terms::index_terms;
pub use words::{Known, rest, vocabulary};
