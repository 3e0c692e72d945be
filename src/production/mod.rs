//! What households can give: surveys (摸底), the capacity of a season and what of it is promised, and the
//! animals, trees and plots themselves with their diary.
//!
//! What always holds: a survey and a diary are only added to; the newest survey of a season gives its
//! limit; what is promised grows only while it stays within the limit, by the guard of the statement; a
//! pig that has died is not sold. Tables: `surveys`, `capacities`, `producing_units`,
//! `producing_unit_events`. Read `rules.rs`, then `service.rs`; listings come to it in `catalog/promise.rs`.

pub mod http;
mod http_units;
mod rules;
mod service;
mod store;
mod store_units;
mod types;
mod units;
mod verify;

pub use rules::{SurveyNote, UnitState};
pub use service::{NewSurvey, Recorded, excess, highest_limit, record, release, reserve};
pub use store::{Capacity, Survey, find_capacity};
pub use store_units::{ProducingUnit, UnitEvent};
pub use types::{EventKind, Place, ProductionError, Season, SurveyId, UnitId, UnitKind};
pub use units::{NewEvent, NewUnit, add_event, add_unit};
pub use verify::verify;
