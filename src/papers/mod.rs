//! Certificates, licences and numbers of goods, and the gates that ask for them.
//!
//! What always holds: a paper is added and withdrawn, never changed; it counts from the day on which it was
//! given until it is over or withdrawn; leaving the template out opens no gate. Table: `papers`, of
//! listings and of harvest batches. Read `rules.rs` for the gates with their laws, `words.rs` for
//! what a title says.

pub mod http;
mod rules;
mod service;
mod store;
mod types;
mod view;
mod words;

pub use rules::{Goods, is_produce, missing, needs};
pub use service::{add, in_force, is_in_force, load, withdraw};
pub use store::{Paper, list_of};
pub use types::{LabelField, Law, Missing, NewPaper, PaperError, PaperId, PaperKind, PaperSubject, Stage, SubjectKind};
pub use view::{PaperOut, show};
