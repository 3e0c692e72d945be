//! Product templates (产品标准): what a good is, how it is counted, when it is in season, how much may be
//! promised of it.
//!
//! What always holds: a template is never changed, only replaced by another and retired, so what rests on
//! one stays what it was. Tables: `product_templates`, `template_papers`. Read `types.rs`.

mod store;
mod store_products;
mod types;

pub use store::{Template, find, list_by_id};
pub use store_products::list_of_products;
pub use types::{Base, CapacityUnit, Category, Class, ReturnsRule, TemplateId};
