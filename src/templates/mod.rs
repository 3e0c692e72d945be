//! Product templates (产品标准): what a good is, how it is counted, when it is in season, how much may be
//! promised of it.
//!
//! What always holds: a template is never changed, only replaced by another and retired, so what rests on
//! one stays what it was. Tables: `product_templates`, `template_papers`. Read `types.rs`, then `rules.rs`.

pub mod http;
mod rules;
mod service;
mod store;
mod store_products;
mod types;
mod view;

pub use rules::{check, fits_weight, is_in_season, may_be_perishable};
pub use service::{create, for_listing, load_for_listing, replace, retire};
pub use store::{Template, find, list_by_id, list_papers};
pub use store_products::list_of_products;
pub use types::{Base, CapacityUnit, Category, Class, PAPER_KINDS, ReturnsRule, Standard, TemplateError, TemplateId};
pub use view::{TemplateRef, refs};
